"""A transition is acknowledged, or is escalated once: before the summer, to the partnership of the home."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from hub.cases.transitions import acknowledge_by, escalate
from hub.codes import DeclineCode
from tests.support.moves import accepts, declines
from tests.support.small_hub import A_TRANSITION, BOARD, NOW, SmallHub, withdrawal

NEXT, HOME, LEAD = "B00003", "VO2201", "PO2201"
JULY = date(2027, 7, 1)
SUMMER = datetime(2027, 7, 1, 6, tzinfo=UTC)


@pytest.fixture
def case(small_hub: SmallHub) -> UUID:
    """A transition that was announced in November."""
    return small_hub.routed("transition.announced", A_TRANSITION)


def at_the_day(hub: SmallHub, on: date = JULY) -> int:
    """What upkeep does that day."""
    with hub.sessions.begin() as session:
        return escalate(session, on, now=SUMMER)


@pytest.mark.parametrize(
    ("starts_on", "due_on", "expected"),
    [
        (date(2027, 8, 23), date(2026, 12, 3), JULY),
        (date(2027, 7, 1), date(2026, 12, 3), JULY),
        (date(2027, 8, 23), date(2027, 7, 20), date(2027, 7, 20)),  # announced in July
        (date(2027, 2, 1), date(2026, 12, 3), date(2026, 12, 3)),  # during the year
        (date(2027, 8, 23), None, JULY),
    ],
)
def test_the_day_on_which_silence_ends(starts_on: date, due_on: date | None, expected: date) -> None:
    """The first of July, or the end of the usual term where that is later."""
    assert acknowledge_by(starts_on, due_on) == expected


def test_the_receiving_school_acknowledges(small_hub: SmallHub, case: UUID) -> None:
    """Which is how it accepts; the school is told, and in July there is nothing left to do."""
    accepts(small_hub, case, NEXT)
    accepts(small_hub, case, NEXT)
    assert small_hub.types(case) == ["transition.announced", "referral.offered", "transition.acknowledged"]
    assert "transition.acknowledged" in [event.type for event in small_hub.feed(BOARD)]
    assert at_the_day(small_hub) == 0


def test_silence_is_escalated_once(small_hub: SmallHub, case: UUID) -> None:
    """Not a day before; the partnership of the home is asked beside the school, which stays the holder."""
    assert small_hub.parties(case)[HOME] == ("named", "named")
    assert at_the_day(small_hub, date(2027, 6, 30)) == 0
    assert at_the_day(small_hub) == 1
    assert at_the_day(small_hub) == 0
    assert at_the_day(small_hub, date(2027, 7, 2)) == 0
    [escalated] = [event for event in small_hub.events(case) if event.type == "transition.escalated"]
    assert escalated.data == {"to": HOME}
    assert small_hub.parties(case) == {
        BOARD: ("sender", "sender"),
        NEXT: ("holder", "offered"),
        HOME: ("asked", "offered"),
    }
    for organisation in (BOARD, NEXT, HOME):
        assert escalated.position in [event.position for event in small_hub.feed(organisation)]


def test_the_partnership_that_steps_in_does_not_acknowledge_for_the_school(small_hub: SmallHub, case: UUID) -> None:
    """It takes its own task; the school is still asked, and can still acknowledge."""
    at_the_day(small_hub)
    accepts(small_hub, case, HOME, at=SUMMER)
    accepts(small_hub, case, NEXT, at=SUMMER)
    assert small_hub.types(case)[-2:] == ["referral.accepted", "transition.acknowledged"]


def test_a_school_that_says_no_brings_the_case_to_a_person(small_hub: SmallHub, case: UUID) -> None:
    """The partnership of the school looks; when that has found nobody by July, it is told once more, and the school."""
    declines(small_hub, case, NEXT, DeclineCode.NOT_OUR_TASK)
    small_hub.read()
    assert small_hub.case(case).state == "undecided"
    assert small_hub.case(case).holder == LEAD
    assert at_the_day(small_hub) == 1
    assert small_hub.events(case)[-1].data == {"to": HOME}
    assert small_hub.parties(case)[LEAD] == ("holder", "undecided")
    assert small_hub.parties(case)[HOME] == ("asked", "offered")


def test_without_a_home_the_partnership_that_leads_is_asked(small_hub: SmallHub) -> None:
    """Somebody always is."""
    without = {name: value for name, value in A_TRANSITION.items() if name != "homePostcode"}
    case = small_hub.routed("transition.announced", without)
    assert at_the_day(small_hub) == 1
    assert small_hub.events(case)[-1].data == {"to": LEAD}
    assert small_hub.parties(case)[LEAD] == ("asked", "offered")


def test_what_is_taken_back_is_not_escalated(small_hub: SmallHub, case: UUID) -> None:
    """The pupil stays after all."""
    small_hub.publish(withdrawal("signal.withdrawn", case))
    small_hub.read()
    assert at_the_day(small_hub) == 0


def test_workers_that_look_at_once_escalate_once(small_hub: SmallHub, case: UUID) -> None:
    """One of them finds it done."""
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda _: at_the_day(small_hub), range(4)))
    assert sorted(done) == [0, 0, 0, 1]
    assert small_hub.types(case).count("transition.escalated") == 1


def test_a_pupil_who_leaves_school_is_expected_at_the_transition_point(small_hub: SmallHub) -> None:
    """Which acknowledges, as a school does."""
    leaves = {name: value for name, value in A_TRANSITION.items() if name not in {"receivingSchool", "talk"}}
    case = small_hub.routed("transition.announced", leaves, now=NOW)
    [point] = [code for code, (role, _) in small_hub.parties(case).items() if role == "holder"]
    assert point.startswith("RMC")
    accepts(small_hub, case, point)
    assert small_hub.types(case)[-1] == "transition.acknowledged"
