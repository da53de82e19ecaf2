"""Consent is withdrawn, or the school takes its question back: from then on nothing is shared and nobody waits."""

from typing import Any

import pytest

from tests.journeys.words import A_PUPIL, referral
from tests.support.callers import Organisation, an_event, document, happenings
from tests.support.hub import RunningHub

WAYS: list[tuple[str, dict[str, Any], str]] = [
    ("consent.withdrawn", {"withdrawnBy": "parents"}, "blocked"),
    ("signal.withdrawn", {"reason": "solved"}, "withdrawn"),
]


def _accepted(board: Organisation, team: Organisation) -> str:
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    board.sees(case, "offered", team.code)
    assert A_PUPIL in team.get(f"/cases/{case}").text
    team.accepts(case)
    return case


@pytest.mark.parametrize(("type_", "data", "state"), WAYS)
def test_nothing_can_be_done_with_it_any_more(hub: RunningHub, type_: str, data: dict[str, Any], state: str) -> None:
    """It leaves the inbox, moves answer 410, and both sides are told."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    case = _accepted(board, team)
    assert board.publish(type_, data, subject=case) == case
    board.sees(case, state)
    assert team.has_waiting(case) is None
    assert team.case(case)["possibleMoves"] == []
    gone = document(team.try_to("answer", case, outcome="help_started", text="Wij beginnen."), 410)
    assert gone["code"] == "gone"
    team.will_be_told(case, "referral.offered", f"case.{state}")
    assert board.was_told(case)[-1] == f"case.{state}"


def test_after_consent_is_withdrawn_the_receiver_sees_nothing_personal(hub: RunningHub) -> None:
    """Not the pupil, not the question, not who can be reached; the school still reads what it wrote itself."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    case = _accepted(board, team)
    board.publish("consent.withdrawn", {"withdrawnBy": "parents"}, subject=case)
    board.sees(case, "blocked")
    seen = team.case(case)
    assert seen["ground"] is None
    assert not any(happening["texts"] for happening in seen["timeline"])
    assert A_PUPIL not in team.get(f"/cases/{case}").text
    assert happenings(board.case(case), "referral.submitted")[0]["texts"]["pupil"]["name"] == A_PUPIL


def test_only_the_organisation_that_sent_it_can_take_it_back(hub: RunningHub) -> None:
    """For another board the case does not exist."""
    board, other = hub.organisation("B00001"), hub.organisation("B00002")
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    board.sees(case, "offered")
    event = an_event("consent.withdrawn", {"withdrawnBy": "pupil"}, subject=case)
    refused = document(other.send(event), 400)
    assert refused["errors"][0]["pointer"] == "/subject"
    assert board.case(case)["state"] == "offered"
