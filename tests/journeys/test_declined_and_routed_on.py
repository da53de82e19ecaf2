"""A team does not take a referral; the school's partnership looks, and another team helps."""

from tests.journeys.words import A_PUPIL, referral
from tests.support.callers import happenings
from tests.support.hub import RunningHub

FIRST, TRIAGE, SECOND = "GM0106-ST", "PO2201", "GM1680-ST"
WHY = "Het gezin is verhuisd naar Rolde."


def test_a_declined_referral_finds_its_way(hub: RunningHub) -> None:
    """The school follows every step in its feed, and ends with an answer."""
    board, first, triage, second = map(hub.organisation, ("B00001", FIRST, TRIAGE, SECOND))
    case = board.publish("referral.submitted", referral("99AB00", "9401"))
    board.sees(case, "offered", FIRST)

    first.declines(case, "not_our_area", WHY)
    undecided = board.sees(case, "undecided", TRIAGE)
    asked = happenings(undecided, "case.undecided")[0]
    assert asked["questions"]
    assert asked["reasons"]

    waiting = triage.has_waiting(case)
    assert waiting is not None
    assert waiting["state"] == "undecided"
    triage.redirects(case, SECOND, "not_our_task", "Het gezin woont sinds kort in Rolde.")
    board.sees(case, "offered", SECOND)

    second.accepts(case)
    second.answers(case, "Er komt hulp in huis.")
    second.closes(case)
    board.will_be_told(
        case,
        *("referral.offered", "referral.declined", "case.undecided", "referral.redirected", "referral.offered"),
        *("referral.accepted", "outcome.reported", "case.closed"),
    )


def test_who_declined_sees_no_more_than_its_own_part(hub: RunningHub) -> None:
    """After the hand-over the first team cannot act any more, and reads nothing personal."""
    board, first, triage, second = map(hub.organisation, ("B00001", FIRST, TRIAGE, SECOND))
    case = board.publish("referral.submitted", referral("99AB00", "9401"))
    board.sees(case, "offered", FIRST)
    assert A_PUPIL in first.get(f"/cases/{case}").text
    first.declines(case, "not_our_area")
    board.sees(case, "undecided", TRIAGE)
    triage.redirects(case, SECOND, "not_our_task")
    board.sees(case, "offered", SECOND)
    second.accepts(case)

    left = first.case(case)
    assert left["possibleMoves"] == []
    assert not any(happening["texts"] for happening in left["timeline"] if happening["organisation"] != FIRST)
    assert first.try_to("acceptance", case).status_code == 409


def test_what_a_team_wrote_is_for_the_school_alone(hub: RunningHub) -> None:
    """The explanation of a decline reaches the school and not the next receiver: no file goes from party to party."""
    board, first, triage = map(hub.organisation, ("B00001", FIRST, TRIAGE))
    case = board.publish("referral.submitted", referral("99AB00", "9401"))
    board.sees(case, "offered", FIRST)
    first.declines(case, "not_our_area", WHY)
    view = board.sees(case, "undecided")
    assert happenings(view, "referral.declined")[0]["texts"] == {"explanation": WHY}
    assert WHY not in triage.get(f"/cases/{case}").text
