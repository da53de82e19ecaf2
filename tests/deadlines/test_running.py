"""A deadline by itself: how it counts, stands still, begins anew, and climbs its ladder."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from hub.clock import DUTCH_TIME
from hub.deadlines.running import Deadline, Kind, State, Step
from hub.deadlines.team_calendar import Span, TeamCalendar

USUAL = TeamCalendar()
MONDAY = date(2026, 11, 16)
TEAM, SWV, BOARD = "GM0106-ST", "PO2201", "B00001"


def begun(
    days: int = 5, since: date = MONDAY, calendar: TeamCalendar = USUAL, *, team: str = TEAM, swv: str | None = SWV
) -> Deadline:
    """A deadline of a team for an answer."""
    new = Deadline(UUID(int=1), team, Kind.ANSWER, BOARD, swv, State.RUNNING, days, since, days)
    return new.begun(days, since, calendar)


def day(number: int) -> date:
    """So many days after that Monday."""
    return MONDAY + timedelta(days=number)


def at_eight(on: date) -> datetime:
    """When a team opens."""
    return datetime(on.year, on.month, on.day, 8, tzinfo=DUTCH_TIME)


def ladder(deadline: Deadline, *days: date) -> list[tuple[Step | None, datetime | None]]:
    """What comes next at first, and after each step that is taken on one of these days."""
    found = [(deadline.next_step, deadline.next_at)]
    for on in days:
        deadline = deadline.stepped(on, USUAL)
        found.append((deadline.next_step, deadline.next_at))
    return found


def test_the_ladder() -> None:
    """Reminded when the last day begins, its lead a working day later, the partnership two more."""
    assert ladder(begun(), day(7), day(8), day(10)) == [
        (Step.REMIND, at_eight(day(7))),
        (Step.TO_LEAD, at_eight(day(8))),
        (Step.TO_SWV, at_eight(day(10))),
        (None, None),
    ]


def test_after_days_away_each_step_is_taken_once_and_the_next_counts_from_then() -> None:
    """Nobody is passed over because no worker was there."""
    assert ladder(begun(), day(21), day(22), day(24))[1:3] == [
        (Step.TO_LEAD, at_eight(day(22))),
        (Step.TO_SWV, at_eight(day(24))),
    ]


@pytest.mark.parametrize(("team", "swv"), [(SWV, SWV), (TEAM, None)])
def test_nobody_escalates_to_itself_or_to_nobody(team: str, swv: str | None) -> None:
    """A partnership that is late itself, and a school without one: the lead is the last who is told."""
    assert [step for step, _ in ladder(begun(team=team, swv=swv), day(7), day(8))] == [Step.REMIND, Step.TO_LEAD, None]


@pytest.mark.parametrize(
    ("days", "asked", "answered", "last"),
    [
        (5, 1, 3, 9),  # on Tuesday four days are left, and the school answers on Thursday
        (5, 0, 0, 7),  # asked and answered on the same day: nothing is lost
        (5, 5, 6, 7),  # a weekend of waiting is no waiting
        (2, 2, 30, 31),  # on the last day: a day remains after the answer
        (2, 4, 30, 31),  # too late already: a day remains
    ],
)
def test_waiting_for_the_school_does_not_count(days: int, asked: int, answered: int, last: int) -> None:
    """What was left goes on from the day of the answer."""
    waiting = begun(days).paused(day(asked), USUAL)
    assert (waiting.state, waiting.due_on, waiting.next_at) == (State.PAUSED, None, None)
    going_on = waiting.resumed(day(answered), USUAL)
    assert (going_on.due_on, going_on.next_step, going_on.next_at) == (day(last), Step.REMIND, at_eight(day(last)))


def test_the_answer_of_a_school_begins_the_ladder_anew() -> None:
    """Who was late, and then asked, is reminded first."""
    late = begun().stepped(day(7), USUAL).stepped(day(8), USUAL)
    assert late.paused(day(9), USUAL).resumed(day(14), USUAL).next_step is Step.REMIND


def test_what_is_met_or_over_stays_so() -> None:
    """And nothing follows from it; only a contest begins it anew, with its whole term."""
    met = begun().met(day(2))
    assert (met.state, met.met_on, met.next_at) == (State.MET, day(2), None)
    assert met.met(day(3)) == met.ended() == met.paused(day(3), USUAL) == met.resumed(day(3), USUAL) == met
    over = begun().ended()
    assert over.met(day(3)) == over == over.counted(USUAL)
    again = met.begun(5, day(14), USUAL)
    assert (again.state, again.due_on, again.met_on) == (State.RUNNING, day(21), None)


def test_another_partnership_goes_on_within_the_same_term() -> None:
    """Counted with its own calendar; nobody stands above it."""
    taken = begun().taken_over_by("PO2203", TeamCalendar(closed=(Span(day(3), day(3)),)))
    assert (taken.organisation, taken.lead_swv, taken.due_on) == ("PO2203", "PO2203", day(8))
    waiting = begun().paused(day(1), USUAL).taken_over_by("PO2203", USUAL)
    assert (waiting.state, waiting.due_on) == (State.PAUSED, None)


def test_a_closure_moves_the_last_day_and_the_step() -> None:
    """Also after it began, and after a reminder."""
    closed = TeamCalendar(closed=(Span(day(3), day(8)),))
    assert begun().counted(closed).due_on == day(11)
    reminded = begun().stepped(day(7), USUAL).counted(closed)
    assert (reminded.due_on, reminded.next_step, reminded.next_at) == (day(11), Step.TO_LEAD, at_eight(day(14)))


@given(
    st.integers(1, 40),
    st.integers(0, 60),
    st.integers(0, 60),
    st.lists(st.sampled_from(Step), max_size=1),
    st.booleans(),
)
def test_a_pause_never_costs_the_team_a_day(days: int, asked: int, waits: int, steps: list[Step], closes: bool) -> None:
    """It ends no earlier than without the pause, and at least a working day after the answer."""
    calendar = TeamCalendar(closed=(Span(day(10), day(20)),)) if closes else USUAL
    deadline = begun(days, calendar=calendar)
    for _ in steps:
        deadline = deadline.stepped(day(asked), calendar)
    after = deadline.paused(day(asked), calendar).resumed(day(asked + waits), calendar)
    assert deadline.due_on is not None
    assert after.due_on is not None
    assert after.due_on >= deadline.due_on
    assert after.due_on > day(asked + waits)
