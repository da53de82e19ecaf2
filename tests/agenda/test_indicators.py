"""The words of the agenda: facts, months and school years."""

from datetime import date

import pytest

from hub.agenda.indicators import (
    UNKNOWN,
    Fact,
    Measure,
    month_of,
    months,
    number_of_months,
    school_year,
    school_year_months,
    sector_of,
)
from hub.codes import SchoolType

NOVEMBER = date(2026, 11, 1)


@pytest.mark.parametrize(("measure", "days"), [(Measure.ANSWERED, -1), (Measure.RAISED, 0), (Measure.CLOSED, 3)])
def test_working_days_belong_to_answers(measure: Measure, days: int) -> None:
    """An answer without its working days is a mistake, and so are working days of anything else."""
    with pytest.raises(ValueError, match="working days"):
        Fact(NOVEMBER, measure, working_days=days)


def test_an_answer_on_the_same_day_took_no_days() -> None:
    """Nought working days is a real answer, the quickest there is."""
    assert Fact(NOVEMBER, Measure.ANSWERED, working_days=0).working_days == 0


@pytest.mark.parametrize(
    ("day", "spoken", "first", "last"),
    [
        (date(2026, 7, 31), "2025/2026", date(2025, 8, 1), date(2026, 7, 1)),
        (date(2026, 8, 1), "2026/2027", date(2026, 8, 1), date(2027, 7, 1)),
        (date(2026, 12, 31), "2026/2027", date(2026, 8, 1), date(2027, 7, 1)),
        (date(2027, 1, 1), "2026/2027", date(2026, 8, 1), date(2027, 7, 1)),
    ],
)
def test_a_school_year_begins_in_august(day: date, spoken: str, first: date, last: date) -> None:
    """The school year runs from August up to and including July."""
    assert school_year(day) == spoken
    assert school_year_months(day) == (first, last)
    assert len(months(first, last)) == 12


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (NOVEMBER, NOVEMBER, [NOVEMBER]),
        (NOVEMBER, date(2027, 1, 31), [NOVEMBER, date(2026, 12, 1), date(2027, 1, 1)]),
        (NOVEMBER, date(2026, 10, 1), []),
        (date(9999, 12, 1), date(9999, 12, 31), [date(9999, 12, 1)]),
    ],
)
def test_months_of_a_period(first: date, last: date, expected: list[date]) -> None:
    """Months are counted over the turn of the year, from first to last, both included."""
    assert list(months(first, last)) == expected
    assert number_of_months(first, last) == len(expected)


def test_a_month_is_written_as_its_first_day() -> None:
    """Every day of a month gives the same month."""
    assert {month_of(date(2026, 11, day)) for day in range(1, 31)} == {NOVEMBER}


@pytest.mark.parametrize(
    ("school_type", "sector"),
    [*((kind.value, kind.sector.value if kind.sector else UNKNOWN) for kind in SchoolType), (UNKNOWN, UNKNOWN)],
)
def test_every_kind_of_school_has_a_sector_or_none(school_type: str, sector: str) -> None:
    """Kinds outside the two sectors, and unknown ones, count as unknown."""
    assert sector_of(school_type) == sector
