"""What no rule can place: triage answers exactly what was asked, and the rules decide with it."""

import pytest

from tests.journeys.words import admission, referral
from tests.support.callers import happenings, rules
from tests.support.hub import RunningHub

BORDER = "9400"
"""No postcode of the statutory division."""


def test_an_answer_of_triage_routes_the_case_on(hub: RunningHub) -> None:
    """The partnership names the municipality; the team there receives, and the reasons say who found out."""
    board, triage = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("referral.submitted", referral("99CA00", BORDER))
    board.sees(case, "undecided", "PO2201")
    moved = triage.try_to("clarification", case, answers={"municipality": "GM0118"})
    assert moved.status_code == 200, moved.text
    offered = board.sees(case, "offered", "GM0118-ST")
    assert {"HUB11", "C1"} <= set(rules(happenings(offered, "referral.offered")[0]))
    assert happenings(offered, "case.clarified")[0]["data"] == {"answers": {"municipality": "GM0118"}}


def test_a_postcode_that_was_missing_is_enough(hub: RunningHub) -> None:
    """The answer takes the place of the fact that was missing."""
    board, triage = hub.organisation("B00005"), hub.organisation("PO2203")
    data = admission("99JE00", "8064")
    del data["homePostcode"]
    case = board.publish("admission.requested", data)
    holder = board.sees(case, "undecided")["holder"]
    assert holder == triage.code
    assert triage.try_to("clarification", case, answers={"homePostcode": "8061"}).status_code == 200
    board.sees(case, "offered", "PO2305")


def test_a_correction_of_the_directory_goes_to_the_operator_only(hub: RunningHub) -> None:
    """It stands in the log under its own name, and no party of the case reads it."""
    board, triage = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("referral.submitted", referral("99CA00", BORDER))
    board.sees(case, "undecided", "PO2201")
    correction = {"postcode": BORDER, "organisation": "GM0106"}
    answer = triage.try_to("clarification", case, answers={"municipality": "GM0106"}, correction=correction)
    assert answer.status_code == 200, answer.text
    view = board.sees(case, "offered", "GM0106-ST")
    assert not any("correction" in told for told in board.was_told(case))
    assert view["holder"] == "GM0106-ST"


@pytest.mark.parametrize("answers", [{}, {"municipality": "Assen"}, {"remark": "text"}, {"ageGroup": "12"}])
def test_only_an_exact_answer_is_taken(hub: RunningHub, answers: dict[str, str]) -> None:
    """No free text, and no answer to nothing."""
    board, triage = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("referral.submitted", referral("99CA00", BORDER))
    board.sees(case, "undecided", "PO2201")
    assert triage.try_to("clarification", case, answers=answers).status_code == 400
    assert board.case(case)["state"] == "undecided"


def test_what_did_not_exist_on_that_day_is_refused_with_the_place(hub: RunningHub) -> None:
    """Weesp is part of Amsterdam now: the problem names the answer and what to do instead, and the case waits on."""
    board, triage = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("referral.submitted", referral("99CA00", BORDER))
    board.sees(case, "undecided", "PO2201")
    refused = triage.try_to("clarification", case, answers={"municipality": "GM0457", "homeSwv": "PO2901"})
    problem = refused.json()
    assert (refused.status_code, problem["status"]) == (400, 400)
    assert {one["pointer"] for one in problem["errors"]} == {"/answers/municipality", "/answers/homeSwv"}
    assert "Geef de gemeente" in problem["errors"][0]["detail"]
    assert problem["nextStep"]
    assert board.case(case)["state"] == "undecided"


def test_the_case_shows_the_home_that_was_found(hub: RunningHub) -> None:
    """From then on, to school and team; who did triage and is out of it does not follow the case any more."""
    board, triage = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("referral.submitted", referral("99CA00", BORDER))
    waiting = board.sees(case, "undecided", "PO2201")
    assert (waiting["homePostcode"], waiting["municipality"]) == (BORDER, None)
    assert triage.try_to("clarification", case, answers={"municipality": "GM0118"}).status_code == 200
    offered = board.sees(case, "offered", "GM0118-ST")
    assert (offered["homePostcode"], offered["municipality"]) == (BORDER, "GM0118")
    assert hub.organisation("GM0118-ST").case(case)["municipality"] == "GM0118"
    assert triage.case(case)["municipality"] is None


def test_a_case_that_waits_for_nothing_takes_no_answer(hub: RunningHub) -> None:
    """The holder of an offered case is told what it can do instead."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    case = board.publish("referral.submitted", referral("99CA00", "9401"))
    board.sees(case, "offered", "GM0106-ST")
    assert team.try_to("clarification", case, answers={"municipality": "GM0118"}).status_code == 409
