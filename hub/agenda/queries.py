"""What can be read of the agenda: tables of figures by one dimension, safe to publish."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row as ResultRow, Select, func, select
from sqlalchemy.orm import Session

from hub.agenda.figures import Row, rows_of
from hub.agenda.indicators import Dimension, Measure, month_of, months, number_of_months, sector_of
from hub.agenda.release import LONGEST_WORKING_DAYS, STEP, Span, Tally, release
from hub.agenda.suppression import DEFAULT_THRESHOLD
from hub.agenda.tables import Count
from hub.errors import InvalidInput

LONGEST_PERIOD_MONTHS = 120


@dataclass(frozen=True, slots=True)
class Query:
    """Which table: by what, over which whole months (both included), and of which part of the region.

    Days are taken as their months. Raises InvalidInput for a period that is empty or longer than ten years.
    """

    from_month: date
    until_month: date
    by: Dimension
    swv: str | None = None
    municipality: str | None = None
    theme: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "from_month", month_of(self.from_month))
        object.__setattr__(self, "until_month", month_of(self.until_month))
        if self.until_month < self.from_month:
            raise InvalidInput("The period ends before it begins.")
        if number_of_months(self.from_month, self.until_month) > LONGEST_PERIOD_MONTHS:
            raise InvalidInput("The period is longer than %(months)s months.", months=LONGEST_PERIOD_MONTHS)


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """The answer to a query. Rows stand in order of their key, months as 2026-11; the key "" is unknown.

    `threshold` and `step` belong beside the figures wherever they are shown.
    """

    query: Query
    threshold: int
    step: int
    rows: tuple[Row, ...]
    total: Row


def indicators(session: Session, query: Query, threshold: int = DEFAULT_THRESHOLD) -> IndicatorTable:
    """The table of `query`, with every number below `threshold` hidden, and what would give one away.

    Raises ValueError for a threshold below five.
    """
    start = session.scalar(select(func.min(Count.month))) or query.from_month
    before, within = _tallies(session.execute(_statement(query)).all(), query.by)
    spans = _spans_of_months if query.by is Dimension.MONTH else _spans_of_keys
    total = _span(_sum(before), _sum(within), query.from_month <= start)
    rows, total_row = rows_of(spans(query, start, before, within), total, threshold=threshold)
    return IndicatorTable(query, threshold, STEP, rows, total_row)


_Counted = ResultRow[bool, Any, str, bool, int, int]
_Tallies = Mapping[str, Tally]

_COLUMNS: dict[Dimension, ColumnElement[Any]] = {
    Dimension.MONTH: Count.month.expression,
    Dimension.THEME: Count.theme.expression,
    Dimension.SECTOR: Count.school_type.expression,
    Dimension.MUNICIPALITY: Count.municipality.expression,
    Dimension.SWV: Count.swv.expression,
    Dimension.SCHOOL_TYPE: Count.school_type.expression,
    Dimension.REQUEST: Count.request.expression,
}


def _statement(query: Query) -> Select[bool, Any, str, bool, int, int]:
    """Counts up to the end of the period, apart for what came before it: running totals begin with the hub."""
    before = (Count.month < query.from_month).label("before")
    columns = (before, _COLUMNS[query.by].label("key"), Count.measure, Count.crosses_border, Count.working_days)
    return (
        select(*columns, func.sum(Count.number).label("number"))
        .where(Count.measure.in_([Measure.RAISED, Measure.ANSWERED]), Count.month <= query.until_month)
        .where(*_filters(query))
        .group_by(*columns)
    )


def _filters(query: Query) -> list[ColumnElement[bool]]:
    wanted = {Count.swv: query.swv, Count.municipality: query.municipality, Count.theme: query.theme}
    return [column == value for column, value in wanted.items() if value is not None]


def _tallies(rows: Iterable[_Counted], by: Dimension) -> tuple[_Tallies, _Tallies]:
    """What came before the period and what fell in it, by key."""
    found: dict[bool, defaultdict[str, Tally]] = {True: defaultdict(Tally), False: defaultdict(Tally)}
    for row in rows:
        found[row.before][_key(row.key, by)] += _tally(row)
    return found[True], found[False]


def _key(value: Any, by: Dimension) -> str:
    if by is Dimension.SECTOR:
        return sector_of(value)
    return f"{value:%Y-%m}" if by is Dimension.MONTH else str(value)


def _tally(row: _Counted) -> Tally:
    if row.measure == Measure.ANSWERED:
        return Tally(answers=Counter({min(row.working_days, LONGEST_WORKING_DAYS): row.number}))
    return Tally(raised=row.number, across=row.number if row.crosses_border else 0)


def _spans_of_months(query: Query, start: date, before: _Tallies, within: _Tallies) -> dict[str, Span]:
    spans: dict[str, Span] = {}
    running = _sum(before)
    released = release(running)
    for month in months(query.from_month, query.until_month):
        running += within.get(key := _key(month, query.by), Tally())
        spans[key] = Span(released, released := release(running), month <= start)
    return spans


def _spans_of_keys(query: Query, start: date, before: _Tallies, within: _Tallies) -> dict[str, Span]:
    """The keys of which anything was released by the end of the period: a row must not tell of what was held back."""
    none = Tally()
    from_start = query.from_month <= start
    keys = sorted({*before, *within})
    spans = {key: _span(before.get(key, none), within.get(key, none), from_start) for key in keys}
    return {key: span for key, span in spans.items() if span.until.is_anything}


def _span(before: Tally, within: Tally, from_start: bool) -> Span:
    return Span(release(before), release(before + within), from_start)


def _sum(tallies: _Tallies) -> Tally:
    return sum(tallies.values(), Tally())
