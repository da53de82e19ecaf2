"""What the hub knows by itself: the statutory division, the municipalities and the holidays, read from small tables.

The tables stand beside this file; SOURCES.md names where each comes from and under which licence.
`tools/compile_facts.py` makes them. Nothing here writes, and reading happens once per process.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, Sector
from hub.directory.entries import START, Area, Dated, Doubt, Organisation, Period

Row = Mapping[str, str]
V = TypeVar("V")
Areas = Mapping[Postcode4, tuple[Period[Area], ...]]


@dataclass(frozen=True, slots=True)
class Facts:
    """The package's own knowledge; periods per key stand in order of time, the latest first."""

    areas: Mapping[Sector, Areas]
    municipalities: Mapping[Postcode4, tuple[Period[tuple[OrganisationCode, ...]], ...]]
    organisations: Mapping[OrganisationCode, tuple[Organisation, ...]]
    successors: Mapping[OrganisationCode, tuple[OrganisationCode, ...]]
    transition_points: Mapping[OrganisationCode, OrganisationCode]
    holiday_regions: Mapping[OrganisationCode, str]
    generated_names: frozenset[OrganisationCode]
    turning_days: frozenset[date]


@lru_cache(maxsize=1)
def load_facts() -> Facts:
    """The facts of this version of the package."""
    areas = _areas()
    municipalities = _municipalities_of_postcodes()
    rows = tuple(read_table("municipalities.csv"))
    partnerships = tuple(read_table("swv.csv"))
    return Facts(
        areas=areas,
        municipalities=municipalities,
        organisations=_organisations(rows, partnerships),
        successors={OrganisationCode(row["code"]): _codes(row["successors"]) for row in rows if row["successors"]},
        transition_points={OrganisationCode(row["code"]): _transition_code(row["rmc"]) for row in rows if row["rmc"]},
        holiday_regions={OrganisationCode(row["code"]): row["holiday_region"] for row in rows if row["holiday_region"]},
        generated_names=frozenset(
            OrganisationCode(row["code"]) for row in partnerships if row["name_source"] == "generated"
        ),
        turning_days=_turning_days(*areas.values(), municipalities),
    )


def read_table(name: str) -> Iterator[Row]:
    """The rows of one table of facts; lines that begin with # say where it comes from."""
    with files(__name__).joinpath(name).open(encoding="utf-8") as table:
        lines = csv.reader(line for line in table if not line.startswith("#"))
        columns = next(lines)
        for line in lines:
            yield dict(zip(columns, line, strict=True))


def day(text: str) -> date | None:
    """A date out of a table; None for an empty field."""
    return date.fromisoformat(text) if text else None


def _codes(text: str) -> tuple[OrganisationCode, ...]:
    return tuple(OrganisationCode(code) for code in text.split("|") if code)


def _transition_code(rmc: str) -> OrganisationCode:
    return OrganisationCode(f"RMC{rmc}")


def _areas() -> dict[Sector, Areas]:
    """Periods per sector and postcode. Doubtful rows stand in a table of their own and come first on their days."""
    citations = {row["key"]: row["citation"] for row in read_table("area_sources.csv")}
    alike = tuple(read_table("areas.csv"))
    changed = _by_sector(read_table("area_periods.csv"))
    doubts = _by_sector(read_table("area_doubts.csv"))
    areas: dict[Sector, Areas] = {}
    for sector in Sector:
        plain = _always(alike, sector, citations["both"]) | _periods(changed[sector], lambda row: _area(row, citations))
        doubtful = _periods(doubts[sector], lambda row: _area(row, citations))
        areas[sector] = plain | {pc4: (*periods, *plain.get(pc4, ())) for pc4, periods in doubtful.items()}
    return areas


def _by_sector(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {sector: [] for sector in Sector}
    for row in rows:
        found[row["sector"]].append(row)
    return found


def _always(rows: Iterable[Row], sector: Sector, citation: str) -> dict[Postcode4, tuple[Period[Area], ...]]:
    """Areas that never changed since the start; every partnership has one object, whatever number of postcodes."""
    one = lru_cache(maxsize=None)(lambda swv: (Period(START, None, Area(OrganisationCode(swv), citation)),))
    return {Postcode4(row["pc4"]): one(row[sector]) for row in rows if row[sector]}


def _area(row: Row, citations: Mapping[str, str]) -> Area:
    swv, probable = (OrganisationCode(code) if code else None for code in (row["swv"], row.get("probable")))
    doubt = row.get("doubt")
    return Area(swv, citations[row["source"]], Doubt[doubt.upper()] if doubt else None, probable)


def _municipalities_of_postcodes() -> Mapping[Postcode4, tuple[Period[tuple[OrganisationCode, ...]], ...]]:
    codes = lru_cache(maxsize=None)(_codes)
    return _periods(read_table("postcode_municipalities.csv"), lambda row: codes(row["municipalities"]))


def _periods(rows: Iterable[Row], value_of: Callable[[Row], V]) -> dict[Postcode4, tuple[Period[V], ...]]:
    """Periods per postcode, the latest first. The tables stand in order of time."""
    found: dict[Postcode4, list[Period[V]]] = defaultdict(list)
    period = lru_cache(maxsize=None)(lambda start, end, value: Period(day(start) or START, day(end), value))
    for row in rows:
        found[Postcode4(row["pc4"])].append(period(row["valid_from"], row["valid_until"], value_of(row)))
    return {pc4: tuple(reversed(periods)) for pc4, periods in found.items()}


def _organisations(
    municipalities: Iterable[Row], partnerships: Iterable[Row]
) -> dict[OrganisationCode, tuple[Organisation, ...]]:
    found = [_organisation(row, OrganisationKind.MUNICIPALITY) for row in municipalities]
    found += [_organisation(row, OrganisationKind.SWV) for row in partnerships]
    found += [_organisation(row, OrganisationKind.TRANSITION_POINT) for row in read_table("transition_points.csv")]
    return {organisation.code: (organisation,) for organisation in found}


def _organisation(row: Row, kind: OrganisationKind) -> Organisation:
    return Organisation(
        code=OrganisationCode(row["code"]),
        kind=kind,
        name=row["name"],
        parent=None,
        municipality=None,
        valid_from=day(row["valid_from"]) or START,
        valid_until=day(row["valid_until"]),
    )


def _turning_days(*tables: Mapping[Postcode4, tuple[Dated, ...]]) -> frozenset[date]:
    edges = {(period.valid_from, period.valid_until) for table in tables for row in table.values() for period in row}
    return frozenset(edge for pair in edges for edge in pair if edge)
