"""Who stands in: chains are followed to the first that is open, and circles are seen before they are made."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from hub.deadlines.substitutes import Closure, closed_until, comes_back_to, overlapping, stands_in
from hub.deadlines.team_calendar import Span

MONDAY = date(2026, 12, 21)
Closed = dict[str, list[Closure]]


def closed(first: int, last: int, substitute: str | None = None) -> Closure:
    """Closed from one day after that Monday to another."""
    return Closure(Span(MONDAY + timedelta(days=first), MONDAY + timedelta(days=last)), substitute)


CHAIN: Closed = {"a": [closed(0, 4, "b")], "b": [closed(2, 6, "c")], "c": [closed(3, 3, "d"), closed(4, 4)]}
CIRCLE: Closed = {"a": [closed(0, 4, "b")], "b": [closed(2, 6, "a")]}


@pytest.mark.parametrize(
    ("organisation", "day", "closures", "substitute"),
    [
        ("a", 0, CHAIN, "b"),
        ("a", 2, CHAIN, "c"),
        ("a", 3, CHAIN, "d"),
        ("a", 4, CHAIN, None),  # the last of the chain is closed, and nobody stands in for it
        ("a", 5, CHAIN, None),  # open
        ("b", 5, CHAIN, "c"),
        ("d", 0, CHAIN, None),
        ("a", 1, CIRCLE, "b"),
        ("a", 3, CIRCLE, None),
        ("b", 5, CIRCLE, "a"),
    ],
)
def test_the_first_of_the_chain_that_is_open(
    organisation: str, day: int, closures: Closed, substitute: str | None
) -> None:
    """On that day; a circle that came about all the same ends the search."""
    assert stands_in(organisation, MONDAY + timedelta(days=day), closures) == substitute


def test_until_when_a_team_is_closed() -> None:
    """The last day of that closure; None when it is open."""
    assert closed_until("c", MONDAY + timedelta(days=3), CHAIN) == MONDAY + timedelta(days=3)
    assert closed_until("c", MONDAY, CHAIN) is None


@pytest.mark.parametrize(
    ("closure", "there", "is_circle"),
    [
        (closed(0, 4, "b"), {}, False),
        (closed(0, 4, "a"), {}, True),
        (closed(0, 4, "b"), {"b": [closed(2, 6, "a")]}, True),
        (closed(0, 1, "b"), {"b": [closed(2, 6, "a")]}, False),  # never on the same day
        (closed(0, 4, "b"), {"b": [closed(2, 6, "c")], "c": [closed(4, 9, "a")]}, True),
        (closed(0, 4, "b"), {"b": [closed(2, 3, "c")], "c": [closed(4, 9, "a")]}, False),
        (closed(0, 4, "b"), {"b": [closed(0, 4, "c")], "c": [closed(0, 4, "b")]}, False),  # a circle of others
        (closed(0, 4), {"b": [closed(2, 6, "a")]}, False),
    ],
)
def test_a_chain_that_leads_back(closure: Closure, there: Closed, *, is_circle: bool) -> None:
    """Only on days on which all of it is closed."""
    assert comes_back_to("a", closure, there) is is_circle


def test_closures_that_share_a_day() -> None:
    """The later of two, whatever the order in which they stand."""
    first, second, third = (closed(*days).span for days in ((0, 2), (2, 4), (5, 6)))
    assert overlapping([third, second, first]) == second
    assert overlapping([third, first]) is None


NAMES = ("a", "b", "c", "d")
CLOSURES = st.builds(
    lambda first, length, substitute: closed(first, first + length, substitute),
    st.integers(0, 9),
    st.integers(0, 5),
    st.sampled_from([None, *NAMES]),
)


@given(st.lists(st.tuples(st.sampled_from(NAMES), CLOSURES), max_size=12), st.integers(0, 15))
def test_where_no_circle_was_made_somebody_or_nobody_stands_in(said: list[tuple[str, Closure]], day: int) -> None:
    """Closures that were taken one after the other, each without a circle: whoever stands in is open, and another."""
    taken: Closed = {}
    for name, closure in said:
        spans = [*(one.span for one in taken.get(name, [])), closure.span]
        if not comes_back_to(name, closure, taken) and overlapping(spans) is None:
            taken.setdefault(name, []).append(closure)
    on = MONDAY + timedelta(days=day)
    for name in NAMES:
        substitute = stands_in(name, on, taken)
        assert substitute is None or (substitute != name and closed_until(substitute, on, taken) is None)
