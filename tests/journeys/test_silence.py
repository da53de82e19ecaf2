"""A team does not look at a case: it is reminded, its lead is told, then the partnership; the team keeps the case."""

from sqlalchemy import text

from tests.journeys.words import referral
from tests.support.callers import Organisation, happenings
from tests.support.hub import RunningHub
from tests.support.waiting import wait_until

A_MONTH_PASSES = """
UPDATE deadlines SET counts_from = counts_from - 30, due_on = due_on - 30, stepped_on = stepped_on - 30,
                     next_at = next_at - interval '30 days'
WHERE case_id = :case
"""


def a_month_passes(hub: RunningHub, case: str) -> None:
    """As far as the deadlines of a case can tell."""
    with hub.sessions.begin() as session:
        session.execute(text(A_MONTH_PASSES), {"case": case})


def hears(organisation: Organisation, case: str, type_: str, times: int) -> None:
    """Wait until an organisation was told so often."""
    wait_until(lambda: organisation.was_told(case).count(type_) >= times, seconds=20, what=f"{times} times {type_}")
    assert organisation.was_told(case).count(type_) == times


def test_a_team_that_stays_silent(hub: RunningHub) -> None:
    """Everybody is told once, whoever should know; the school sees in the case what was promised."""
    board, team, swv = (hub.organisation(code) for code in ("B00001", "GM0106-ST", "PO2201"))
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    wait_until(lambda: len(board.case(case)["deadlines"]) == 2, seconds=20, what="the deadlines of the team")
    promised = {
        one["kind"]: (one["organisation"], one["state"], one["workingDays"]) for one in board.case(case)["deadlines"]
    }
    assert promised == {"open": ("GM0106-ST", "running", 2), "answer": ("GM0106-ST", "running", 5)}

    a_month_passes(hub, case)
    hears(team, case, "referral.reminded", 2)
    assert "referral.reminded" not in board.was_told(case)

    a_month_passes(hub, case)
    hears(team, case, "referral.escalated", 2)
    hears(board, case, "referral.escalated", 2)
    assert "referral.escalated" not in swv.was_told(case)

    a_month_passes(hub, case)
    hears(swv, case, "referral.escalated", 2)
    told = swv.case(case)
    assert {happening["data"]["organisation"] for happening in happenings(told, "referral.escalated")} == {"GM0106-ST"}
    assert [happening["texts"] for happening in told["timeline"] if happening["texts"]] == []
    assert board.case(case)["holder"] == "GM0106-ST"

    team.case(case)
    team.answers(case, "Het spijt ons: wij bellen het gezin vandaag.")
    wait_until(lambda: _states(board, case) == {"met"}, seconds=20, what="the end of both deadlines")


def _states(organisation: Organisation, case: str) -> set[str]:
    return {one["state"] for one in organisation.case(case)["deadlines"]}
