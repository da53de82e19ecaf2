"""Steps that are due are taken once: by one of many workers, after a crash, and after all of them were away."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.deadlines.actions import AT_ONCE
from hub.events.log import Event
from hub.reactions import take_due_steps
from tests.support.events import an_event, append_all
from tests.support.moves import OFFICE, SWV, accepts, answers, declines, opens
from tests.support.small_hub import A_REFERRAL, AN_ABSENCE, BOARD, NOW, TEAM, SmallHub, cloudevent

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # eight in the Netherlands: the last day to open a case of NOW
TUESDAY, THURSDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def hub(small_hub: SmallHub) -> SmallHub:
    """A hub with an empty log."""
    return small_hub


@pytest.fixture
def case(hub: SmallHub) -> UUID:
    """A referral that its team does not look at."""
    return hub.routed("referral.submitted", A_REFERRAL)


def look(hub: SmallHub, now: datetime) -> int:
    """Take the steps that are due."""
    with hub.sessions.begin() as session:
        return take_due_steps(session, hub.snapshot, now=now)


def take(hub: SmallHub, now: datetime) -> int:
    """Take the steps that are due and read on, as a worker does."""
    number = look(hub, now)
    hub.read(now)
    return number


def told(hub: SmallHub, case: UUID) -> list[tuple[str, str, str]]:
    """What was said about deadlines: reminded or escalated, of what, and to whom."""
    return [_in_short(event) for event in _of_deadlines(hub.events(case))]


def _of_deadlines(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.type in {"referral.reminded", "referral.escalated"}]


def _in_short(event: Event) -> tuple[str, str, str]:
    return event.type.partition(".")[2], event.data["kind"], event.data.get("to", event.data["organisation"])


def test_a_case_that_nobody_opens(hub: SmallHub, case: UUID) -> None:
    """Not a minute early; then the team, a working day later its lead, and two more later the partnership."""
    for early in (NOW, MONDAY - A_MINUTE):
        take(hub, early)
    assert told(hub, case) == []
    for day in (
        MONDAY,
        MONDAY + A_MINUTE,
        TUESDAY,
        TUESDAY + A_MINUTE,
        TUESDAY + timedelta(days=1),
        THURSDAY,
        THURSDAY,
    ):
        take(hub, day)
    assert [one for one in told(hub, case) if one[1] == "open"] == [
        ("reminded", "open", TEAM),
        ("escalated", "open", TEAM),
        ("escalated", "open", SWV),
    ]
    assert [one for one in told(hub, case) if one[1] == "answer"] == [("reminded", "answer", TEAM)]


@pytest.mark.usefixtures("case")
def test_who_is_told(hub: SmallHub) -> None:
    """A reminder is for the team; that it escalates the school may know too, and of the last step the partnership."""
    for day in (MONDAY, TUESDAY, THURSDAY):
        take(hub, day)

    def heard(organisation: str) -> list[tuple[str, str, str]]:
        return [_in_short(event) for event in _of_deadlines(hub.feed(organisation))]

    lead, partnership = ("escalated", "open", TEAM), ("escalated", "open", SWV)
    assert sorted(heard(TEAM)) == sorted([lead, partnership, ("reminded", "answer", TEAM), ("reminded", "open", TEAM)])
    assert heard(BOARD) == [lead, partnership]
    assert heard(SWV) == [partnership]


def test_the_partnership_is_named_and_the_holder_stays(hub: SmallHub, case: UUID) -> None:
    """It sees that there is a question and who is late with it, and nothing of the child."""
    for day in (MONDAY, TUESDAY, THURSDAY):
        take(hub, day)
    assert hub.parties(case) == {BOARD: ("sender", "sender"), TEAM: ("holder", "offered"), SWV: ("named", "told")}
    view = hub.view(case, SWV)
    assert [moment.event.type for moment in view.moments][-1] == "referral.escalated"
    assert "referral.reminded" not in [moment.event.type for moment in view.moments]
    assert view.shown.fields == frozenset()


def test_a_partnership_that_is_in_the_case_keeps_its_part(hub: SmallHub) -> None:
    """It holds the case, and is late itself: its own lead is the last who is told. The office beside it escalates."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    for day in (MONDAY, TUESDAY, THURSDAY):
        take(hub, day)
    assert hub.parties(case)[SWV] == ("holder", "offered")
    last = [one for one in told(hub, case) if one[:2] == ("escalated", "open")]
    assert sorted(last) == [("escalated", "open", OFFICE), ("escalated", "open", SWV), ("escalated", "open", SWV)]


def test_what_was_opened_or_answered_in_time_is_quiet(hub: SmallHub, case: UUID) -> None:
    """Each deadline is met by itself."""
    opens(hub, case)
    hub.read()
    take(hub, MONDAY)
    assert told(hub, case) == []
    take(hub, THURSDAY)
    assert told(hub, case) == [("reminded", "answer", TEAM)]
    answers(hub, case)
    hub.read()
    take(hub, FRIDAY)
    assert told(hub, case) == [("reminded", "answer", TEAM)]


def test_after_weeks_away_each_step_is_taken_once(hub: SmallHub, case: UUID) -> None:
    """One reminder for what was missed, not one per day; the next step waits for the working day after it."""
    back = MONDAY + timedelta(days=21)
    for moment in (back, back + A_MINUTE):
        take(hub, moment)
    assert sorted(told(hub, case)) == [("reminded", "answer", TEAM), ("reminded", "open", TEAM)]
    take(hub, back + timedelta(days=1))
    assert sorted(told(hub, case))[:2] == [("escalated", "answer", TEAM), ("escalated", "open", TEAM)]


def test_what_was_not_heard_yet_is_not_held_against_the_team(hub: SmallHub, case: UUID) -> None:
    """The team acted while no worker was there: the first worker reads before it reminds."""
    accepts(hub, case)
    assert take(hub, MONDAY) == 0
    hub.read()
    take(hub, MONDAY)
    assert told(hub, case) == []


def test_a_case_whose_clock_is_parked_is_left_alone(hub: SmallHub, case: UUID) -> None:
    """Nobody knows what met its deadlines until the defect is mended."""
    append_all(hub.sessions, an_event(case, type="referral.offered", data={"receiver": TEAM}))  # it misses the rest
    hub.read()
    assert take(hub, MONDAY) == 0
    assert told(hub, case) == []


def test_a_worker_that_dies_takes_nothing_along(hub: SmallHub, case: UUID) -> None:
    """Its transaction is undone, and the next worker takes the step: once."""
    with hub.sessions() as session:
        assert take_due_steps(session, hub.snapshot, now=MONDAY) == 1
        session.rollback()
    assert told(hub, case) == []
    take(hub, MONDAY)
    assert told(hub, case) == [("reminded", "open", TEAM)]


def test_many_workers_at_once_take_each_step_once(hub: SmallHub) -> None:
    """Two batches and some, with four workers."""
    number = 2 * AT_ONCE + 40
    for _ in range(13):
        hub.publish(*(cloudevent("referral.submitted", A_REFERRAL) for _ in range(number // 13)))
    hub.read()
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: look(hub, MONDAY), range(12)))
    while look(hub, MONDAY):
        pass
    with hub.sessions() as session:
        count = "SELECT count(*), count(DISTINCT case_id) FROM events WHERE type = 'referral.reminded'"
        assert tuple(session.execute(text(count)).one()) == (number, number)


def test_a_holiday_that_was_agreed_on_later_still_counts(hub: SmallHub, case: UUID) -> None:
    """What is due is counted again before a step is taken: a closure moves it, and nobody is reminded too early."""
    with hub.sessions.begin() as session:
        session.execute(text(f"INSERT INTO closures VALUES ('{TEAM}', '2026-11-20', '2026-11-24')"))
    take(hub, MONDAY)
    assert told(hub, case) == []
    take(hub, THURSDAY)
    assert told(hub, case) == [("reminded", "open", TEAM)]


def test_what_was_passed_on_is_nobodys_deadline(hub: SmallHub, case: UUID) -> None:
    """The team that declined is left in peace; whoever has it now is reminded."""
    declines(hub, case)
    hub.read()
    for day in (MONDAY, TUESDAY, THURSDAY):
        take(hub, day)
    assert {to for _, _, to in told(hub, case)} == {SWV}
