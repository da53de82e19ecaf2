"""A pupil goes on to secondary school: the next school acknowledges, or the summer begins and somebody steps in."""

from datetime import UTC, date, datetime
from typing import Any

from hub.cases.transitions import escalate
from tests.support.callers import happenings, rules
from tests.support.hub import RunningHub

BOARD, NEXT, HOME = "B00001", "B00003", "VO2001"
NEXT_YEAR = datetime.now(UTC).year + 1
A_PUPIL = "Sem Voorbeeld"


def announced(**more: Any) -> dict[str, Any]:
    """A pupil of group 8 in Zuidlaren, who goes to school in Assen after the summer."""
    return {
        "school": "99DA00",
        "homePostcode": "9471",
        "receivingSchool": "99AG00",
        "startsOn": f"{NEXT_YEAR}-08-23",
        "talk": {"on": f"{NEXT_YEAR}-06-10", "form": "at_school"},
        "pupil": {"name": A_PUPIL},
        "contact": {"name": "J. de Groot"},
        "question": "Wij vertellen graag wat werkte. Past 10 juni?",
        **more,
    }


def test_the_next_school_acknowledges_a_handover(hub: RunningHub) -> None:
    """It reads the question, whom to call and the proposed talk; the partnership of the home knows of it."""
    board, next_school, home = map(hub.organisation, (BOARD, NEXT, HOME))
    case = board.publish("transition.announced", announced())
    offered = board.sees(case, "offered", NEXT)
    assert rules(happenings(offered, "referral.offered")[0]) == ["HUB20", "HUB22", "HUB1"]
    assert next_school.has_waiting(case)
    assert home.has_waiting(case) is None
    seen = next_school.case(case)["timeline"][0]
    assert seen["data"]["talk"] == {"on": f"{NEXT_YEAR}-06-10", "form": "at_school"}
    assert seen["texts"]["contact"]["name"] == "J. de Groot"
    assert A_PUPIL not in str(seen)
    next_school.accepts(case)
    assert happenings(board.sees(case, "accepted", NEXT), "transition.acknowledged")


def test_a_transition_that_nobody_acknowledged_does_not_fall_between_two_schools(hub: RunningHub) -> None:
    """On the first of July the partnership of the home has it in its inbox, and both schools are told."""
    board, next_school, home = map(hub.organisation, (BOARD, NEXT, HOME))
    case = board.publish("transition.announced", announced())
    board.sees(case, "offered", NEXT)
    summer = date(NEXT_YEAR, 7, 1)
    with hub.sessions.begin() as session:
        assert escalate(session, summer, now=datetime.now(UTC)) >= 1
    assert home.has_waiting(case)
    for school in (board, next_school):
        assert school.was_told(case)[-1] == "transition.escalated"
    assert A_PUPIL not in str(home.case(case))
    next_school.accepts(case)
    assert board.was_told(case)[-1] == "transition.acknowledged"
    with hub.sessions.begin() as session:
        escalate(session, summer, now=datetime.now(UTC))
    assert home.was_told(case).count("transition.escalated") == 1
