"""Counting in working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from hub.workdays import add_working_days, is_working_day, working_days_between

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)
NOTHING: frozenset[date] = frozenset()

days = st.dates(date(2014, 8, 1), date(2040, 12, 31))
closed_days = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=40)


@pytest.mark.parametrize(
    ("start", "number", "closed", "expected"),
    [
        (FRIDAY, 1, NOTHING, MONDAY),
        (FRIDAY, 5, NOTHING, date(2026, 11, 27)),
        (SATURDAY, 1, NOTHING, MONDAY),
        (FRIDAY, 0, NOTHING, FRIDAY),
        (SATURDAY, 0, NOTHING, MONDAY),
        (FRIDAY, 1, {MONDAY}, date(2026, 11, 24)),
        (FRIDAY, 0, {FRIDAY}, MONDAY),
        (date(2026, 12, 24), 1, {date(2026, 12, 25)}, date(2026, 12, 28)),
    ],
)
def test_a_term_ends_on_a_working_day(start: date, number: int, closed: frozenset[date], expected: date) -> None:
    """The day itself does not count, nor do weekends and closed days."""
    assert add_working_days(start, number, closed) == expected


def test_working_days_are_not_counted_back() -> None:
    """A negative number of days is a mistake of the caller."""
    with pytest.raises(ValueError, match="forward"):
        add_working_days(FRIDAY, -1, NOTHING)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(FRIDAY, FRIDAY, 0), (FRIDAY, MONDAY, 1), (MONDAY, FRIDAY, 0), (FRIDAY, date(2026, 12, 4), 10)],
)
def test_the_days_between_leave_out_the_first(start: date, end: date, expected: int) -> None:
    """Working days after the first day, up to and including the last; none backwards."""
    assert working_days_between(start, end, NOTHING) == expected


@given(start=days, number=st.integers(0, 60), closed=closed_days)
def test_adding_and_counting_agree(start: date, number: int, closed: frozenset[date]) -> None:
    """As many working days lie between as were added, and the term ends on one of them."""
    end = add_working_days(start, number, closed)
    assert is_working_day(end, closed)
    assert number == 0 or working_days_between(start, end, closed) == number


@given(start=days, middle=st.integers(0, 40), end=st.integers(0, 40), closed=closed_days)
def test_counting_adds_up(start: date, middle: int, end: int, closed: frozenset[date]) -> None:
    """A period cut in two has as many working days as its parts together."""
    cut = start + timedelta(days=middle)
    last = cut + timedelta(days=end)
    parts = working_days_between(start, cut, closed) + working_days_between(cut, last, closed)
    assert working_days_between(start, last, closed) == parts
