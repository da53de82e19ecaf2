"""A pupil is at home: the school's partnership and the attendance officer of home work side by side."""

from tests.journeys.words import A_PUPIL, absence
from tests.support.callers import happenings, rules
from tests.support.hub import RunningHub


def test_partnership_and_attendance_officer_are_both_asked(hub: RunningHub) -> None:
    """One holds the case, the other is asked beside it; each answers, and the school reads both."""
    board, desk, officer = map(hub.organisation, ("B00001", "PO2201", "GM0118-LP"))
    case = board.publish("absence.reported", absence("99CA00", "7902"))
    offered = board.sees(case, "offered")
    assert {(p["organisation"], p["role"]) for p in offered["parties"]} >= {
        ("B00001", "sender"),
        ("PO2201", "holder"),
        ("GM0118-LP", "asked"),
    }
    assert "D1" in rules(happenings(offered, "referral.offered")[0])

    asked = officer.case(case)
    assert asked["ground"] == "attendance_law"
    assert A_PUPIL in str(asked["timeline"][0]["texts"])
    assert "redirection" not in asked["possibleMoves"]
    officer.accepts(case)
    officer.answers(case, "Ik ga morgen langs.", outcome="advice_given")
    assert board.case(case)["state"] == "offered"

    desk.accepts(case)
    desk.answers(case, "Wij bespreken woensdag een plan.")
    answered = board.sees(case, "answered")
    given = {a["organisation"]: a["texts"]["answer"] for a in happenings(answered, "outcome.reported")}
    assert given == {"GM0118-LP": "Ik ga morgen langs.", "PO2201": "Wij bespreken woensdag een plan."}


def test_it_says_that_it_does_not_replace_the_report_to_duo(hub: RunningHub) -> None:
    """The school reads that the report in the absence register remains its own duty."""
    board = hub.organisation("B00001")
    case = board.publish("absence.reported", absence("99CA00", "7902", reportedToDuo=False))
    reasons = happenings(board.sees(case, "offered"), "referral.offered")[0]["reasons"]
    assert any("DUO" in reason["sentence"] for reason in reasons if reason["rule"] == "D1")


def test_from_eighteen_on_the_transition_point_is_asked(hub: RunningHub) -> None:
    """An attendance officer has no task for an adult."""
    board = hub.organisation("B00003")
    case = board.publish("absence.reported", absence("99CD00", "9401", ageGroup="18-22"))
    parties = board.sees(case, "offered")["parties"]
    assert any(p["organisation"].startswith("RMC") and p["role"] == "asked" for p in parties)
    assert not any(p["organisation"].endswith("-LP") for p in parties)
