"""Public holidays and school holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from hub.directory.calendar import (
    _by_rule,
    days_off,
    days_off_from,
    easter,
    holiday_regions,
    public_holidays,
    school_holidays,
)
from hub.workdays import add_working_days


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2016, date(2016, 3, 27)),
        (2020, date(2020, 4, 12)),
        (2024, date(2024, 3, 31)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
        (2285, date(2285, 3, 22)),
    ],
)
def test_easter(year: int, day: date) -> None:
    """Easter falls where the church calendars have it, the latest and earliest possible days included."""
    assert easter(year) == day


@pytest.mark.parametrize("year", range(2020, 2031))
def test_the_table_agrees_with_the_rules(year: int) -> None:
    """The eleven holidays of every year in the table are the ones that the calendar's rules give."""
    assert public_holidays(year) == _by_rule(year)
    assert len(public_holidays(year)) == 11


def test_years_outside_the_table_follow_the_rules() -> None:
    """Before and after the table the holidays are computed; King's Day is never on a Sunday."""
    assert date(2014, 4, 26) in public_holidays(2014)
    assert date(2036, 4, 26) in public_holidays(2036)
    assert date(2031, 5, 22) in public_holidays(2031)


def test_good_friday_and_liberation_day_count_as_closed() -> None:
    """The Algemene termijnenwet counts them, so a term that runs over them is a day longer."""
    assert add_working_days(date(2027, 3, 25), 1, days_off_from(date(2027, 3, 25))) == date(2027, 3, 30)
    assert add_working_days(date(2027, 5, 4), 1, days_off_from(date(2027, 5, 4))) == date(2027, 5, 7)


def test_a_term_runs_into_the_next_year() -> None:
    """Days off without end know the holidays of every later year."""
    assert add_working_days(date(2026, 12, 24), 5, days_off_from(date(2026, 12, 24))) == date(2027, 1, 4)


@given(first=st.dates(date(2015, 1, 1), date(2040, 1, 1)), length=st.integers(0, 900))
def test_days_off_between_two_days(first: date, length: int) -> None:
    """The closed list and the endless one agree on every day of the period."""
    last = first + timedelta(days=length)
    endless = days_off_from(first)
    period = [first + timedelta(days=passed) for passed in range(length + 1)]
    assert days_off(first, last) == {day for day in period if day in endless}
    assert first - timedelta(days=1) not in endless


def test_school_holidays_have_all_three_regions() -> None:
    """Each holiday is there for each region; the spring holiday of 2027 in the South lasts nine days."""
    known = school_holidays()
    assert len(known) == 54
    assert {one.region for one in known} == {"Noord", "Midden", "Zuid"}
    (spring,) = (
        one for one in known if one.name == "Voorjaarsvakantie" and one.region == "Zuid" and one.first_day.year == 2027
    )
    assert (spring.last_day - spring.first_day).days == 8
    assert all(one.first_day <= one.last_day for one in known)


@pytest.mark.parametrize(
    ("municipality", "regions"),
    [("GM0106", {"Noord"}), ("GM1959", {"Midden", "Zuid"}), ("GM0736", {"Midden", "Noord"}), ("GM9999", set())],
)
def test_the_holiday_regions_of_a_municipality(municipality: str, regions: set[str]) -> None:
    """Nearly all have one; Altena and De Ronde Venen are divided."""
    assert holiday_regions(municipality) == regions
