"""Public holidays and school holidays.

Closed are the days of the Algemene termijnenwet, art. 3(1) and (2): the one list that holds for every municipality
alike. It counts Good Friday and Liberation Day, on which some offices do work; a team's term is then a day longer,
and no team is reminded on a day on which it may be closed. Days that a royal decree adds (art. 3(3)) are not in it.
"""

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from hub.codes import OrganisationCode
from hub.directory.facts import Row, load_facts, read_table


@dataclass(frozen=True, slots=True)
class SchoolHoliday:
    """One school holiday of one region (Noord, Midden, Zuid); both days belong to it."""

    name: str
    region: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class PublicHolidaysFrom(Container[date]):
    """Every public holiday from a day on, without end."""

    first: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day >= self.first and day in public_holidays(day.year)


def days_off_from(first: date) -> Container[date]:
    """The public holidays from `first` on: to count a term of which the last day is not yet known."""
    return PublicHolidaysFrom(first)


def days_off(first: date, last: date) -> frozenset[date]:
    """The public holidays from `first` to `last`, both included."""
    years = range(first.year, last.year + 1)
    return frozenset(day for year in years for day in public_holidays(year) if first <= day <= last)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of a year: from the table where it has the year, otherwise by the rules of the calendar."""
    return _table().get(year) or _by_rule(year)


@lru_cache(maxsize=1)
def school_holidays() -> tuple[SchoolHoliday, ...]:
    """The school holidays that are known, in order of their first day."""
    return tuple(_school_holiday(row) for row in read_table("openholidays/school_holidays.csv"))


def _school_holiday(row: Row) -> SchoolHoliday:
    first_day, last_day = date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"])
    return SchoolHoliday(row["holiday"], row["region"], first_day, last_day)


def holiday_regions(municipality: str) -> frozenset[str]:
    """Regions whose school holidays a municipality has: two in the few that are divided, none when unknown."""
    regions = load_facts().holiday_regions.get(OrganisationCode(municipality), "")
    return frozenset(region for region in regions.split("|") if region)


@lru_cache(maxsize=1)
def _table() -> Mapping[int, frozenset[date]]:
    years: dict[int, set[date]] = defaultdict(set)
    for row in read_table("openholidays/public_holidays.csv"):
        day = date.fromisoformat(row["day"])
        years[day.year].add(day)
    return {year: frozenset(days) for year, days in years.items()}


def _by_rule(year: int) -> frozenset[date]:
    fixed = {date(year, 1, 1), _kings_day(year), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)}
    after_easter = (-2, 0, 1, 39, 49, 50)  # Good Friday, Easter, Ascension Day, Pentecost
    return frozenset(fixed | {easter(year) + timedelta(days=days) for days in after_easter})


def _kings_day(year: int) -> date:
    """27 April, or the day before when that is a Sunday."""
    day = date(year, 4, 27)
    return day - timedelta(days=1) if day.isoweekday() == 7 else day


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (computus of Meeus, Jones and Butcher)."""
    century, in_century = divmod(year, 100)
    golden = year % 19
    leap_centuries = century // 4
    moon = (century + 8) // 25
    epact = (19 * golden + century - leap_centuries - (century - moon + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
