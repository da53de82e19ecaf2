"""Whoever passes a question on for the third time sits down with the others instead."""

from tests.journeys.words import referral
from tests.support.callers import happenings, rules
from tests.support.hub import RunningHub


def test_the_third_hand_over_ends_in_a_joint_talk(hub: RunningHub) -> None:
    """Three teams pass it on; the school's partnership leads a talk, and what is agreed there is followed."""
    board, triage = hub.organisation("B00001"), hub.organisation("PO2201")
    teams = [hub.organisation(code) for code in ("GM0106-ST", "GM1680-ST", "GM1730-ST")]
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    for team, following in zip(teams, [*teams[1:], hub.organisation("GM0118-ST")], strict=True):
        board.sees(case, "offered", team.code)
        team.redirects(case, following.code, "not_our_task")

    talk = board.sees(case, "joint_talk", "PO2201")
    decided = happenings(talk, "case.undecided")[-1]
    assert "HUB3" in rules(decided)
    assert decided["questions"]
    assert hub.organisation("GM0118-ST").has_waiting(case) is None
    assert len(happenings(talk, "referral.redirected")) == 3

    called = happenings(talk, "joint_talk.called")[0]["data"]
    assert called["ledBy"] == "PO2201"
    assert {team.code for team in teams} <= set(called["parties"])
    assert "joint_talk.called" in teams[0].was_told(case)

    triage.redirects(case, "GM1680-ST", "other")
    board.sees(case, "offered", "GM1680-ST")
    teams[1].answers(case, "Wij pakken het op, zoals besproken.")
    assert board.case(case)["state"] == "answered"


def test_declines_count_like_redirections(hub: RunningHub) -> None:
    """After a decline and two redirections the brake holds too; triage sending a case on its way is not passing on."""
    board, triage = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    board.sees(case, "offered", "GM0106-ST")
    hub.organisation("GM0106-ST").declines(case, "no_capacity")
    board.sees(case, "undecided", "PO2201")
    triage.redirects(case, "GM1680-ST", "not_our_task")
    board.sees(case, "offered", "GM1680-ST")
    hub.organisation("GM1680-ST").redirects(case, "GM1730-ST", "not_our_area")
    board.sees(case, "offered", "GM1730-ST")
    hub.organisation("GM1730-ST").redirects(case, "GM0118-ST", "not_our_area")
    assert "HUB3" in rules(happenings(board.sees(case, "joint_talk", "PO2201"), "case.undecided")[-1])
