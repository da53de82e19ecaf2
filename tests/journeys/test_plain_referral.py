"""A school in Assen asks for youth help; the social team takes it, answers and closes."""

from tests.journeys.words import A_PUPIL, referral
from tests.support.callers import happenings, rules
from tests.support.hub import RunningHub


def test_a_referral_is_taken_answered_and_closed(hub: RunningHub) -> None:
    """The team of the pupil's home gets the question with its reasons, and the school reads the answer."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    case = board.publish("referral.submitted", referral("99AA00", "9403"))

    offered = board.sees(case, "offered", "GM0106-ST")
    assert offered["leadSwv"] == "PO2201"
    assert "C1" in rules(happenings(offered, "referral.offered")[0])

    waiting = team.has_waiting(case)
    assert waiting is not None
    assert (waiting["school"], waiting["role"], waiting["isOpened"]) == ("99AA00", "holder", False)

    read = team.case(case)
    assert read["ground"] == "consent"
    assert read["timeline"][0]["texts"]["pupil"]["name"] == A_PUPIL
    assert read["possibleMoves"] == ["acceptance", "declination", "redirection", "question", "answer"]

    assert team.accepts(case)["state"] == "accepted"
    assert team.answers(case, "Wij spreken het gezin donderdag.")["possibleMoves"] == ["answer", "closure"]
    answered = board.sees(case, "answered")
    assert happenings(answered, "outcome.reported")[0]["texts"] == {"answer": "Wij spreken het gezin donderdag."}

    assert team.closes(case)["state"] == "closed"
    assert team.has_waiting(case) is None
    board.will_be_told(
        case, "referral.offered", "referral.opened", "referral.accepted", "outcome.reported", "case.closed"
    )
