"""What triage finds out must be possible on the day of the case, and from then on the case is known by it."""

from typing import Any
from uuid import UUID

import pytest

from hub.agenda.indicators import Measure
from hub.agenda.tables import Count
from hub.cases import actions
from hub.cases.clarifying import Correction
from hub.codes import OrganisationCode, Sector
from hub.errors import Conflict, InvalidInput
from hub.events.situation import Clarification
from tests.support.moves import SWV, answers as gives_answer, declines
from tests.support.small_hub import A_REFERRAL, BOARD, TEAM, SmallHub, cloudevent

SPECIAL_BOARD = "B00005"
NOWHERE = {**A_REFERRAL, "homePostcode": "9400"}
"""A postcode that no law and no municipality knows."""
OF_2022 = {**NOWHERE, "consent": {"givenBy": "parents", "on": "2022-02-28"}}
STAYS = {**A_REFERRAL, "living": {"residence": "stay", "stayPostcode": "9403"}}
ADMISSION = {
    "school": "99JE00",
    "standing": "registered",
    "schoolType": "so",
    "question": "Aanmelding van een kleuter.",
}
Body = dict[str, Any]


def clarifies(hub: SmallHub, case: UUID, who: str, correction: Correction | None = None, **found: Any) -> None:
    """Triage answers, in the words of the API, and the hub decides again."""
    with hub.acting(who) as acting:
        actions.clarify(acting, hub.snapshot, case, Clarification.model_validate(found), correction)
    hub.read()


def asked(hub: SmallHub, data: Body, type_: str = "referral.submitted", board: str = BOARD) -> UUID:
    """A case that waits for an answer of triage."""
    case = hub.routed(type_, data, organisation=OrganisationCode(board))
    assert hub.case(case).state == "undecided"
    return case


CONTRADICTED: list[tuple[Body, Body, str]] = [
    (NOWHERE, {"municipality": "GM0457"}, "/answers/municipality"),  # Weesp, part of Amsterdam since 2022
    (NOWHERE, {"municipality": "GM9999"}, "/answers/municipality"),
    (NOWHERE, {"homeSwv": "PO2901"}, "/answers/homeSwv"),  # part of PO2902
    (NOWHERE, {"schoolSwv": "PO9999"}, "/answers/schoolSwv"),
    (NOWHERE, {"schoolSwv": "VO2201"}, "/answers/schoolSwv"),  # of a primary school
    (NOWHERE, {"homePostcode": "1000"}, "/answers/homePostcode"),
    (NOWHERE, {"previousSchool": "00ZZ00"}, "/answers/previousSchool"),
    (NOWHERE, {"department": "vo"}, "/answers/department"),
    (NOWHERE, {"declaration": {"issuedBy": "PO9999"}}, "/answers/declaration/issuedBy"),
    (STAYS, {"living": {"municipalityBeforeStay": "GM9999"}}, "/answers/living/municipalityBeforeStay"),
    (STAYS, {"living": {"municipalityAtBirth": "GM9999"}}, "/answers/living/municipalityAtBirth"),
    (STAYS, {"living": {"stayPostcode": "1000"}}, "/answers/living/stayPostcode"),
]


@pytest.mark.parametrize(("data", "found", "pointer"), CONTRADICTED, ids=lambda value: str(value)[:60])
def test_what_the_directory_contradicts_is_refused(hub: SmallHub, data: Body, found: Body, pointer: str) -> None:
    """With the place that is wrong; the case waits as it did."""
    case = asked(hub, data)
    before = hub.types(case)
    with pytest.raises(InvalidInput) as refused:
        clarifies(hub, case, SWV, **found)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]
    assert "Correct each answer" in refused.value.next_step
    assert (hub.case(case).state, hub.case(case).holder, hub.types(case)) == ("undecided", SWV, before)


def test_every_wrong_answer_is_named_at_once(hub: SmallHub) -> None:
    """Nobody has to send three times to hear three things."""
    case = asked(hub, NOWHERE)
    with pytest.raises(InvalidInput) as refused:
        clarifies(hub, case, SWV, municipality="GM9999", homeSwv="PO9999")
    assert {problem.pointer for problem in refused.value.problems} == {"/answers/municipality", "/answers/homeSwv"}


def test_the_day_of_the_case_counts_and_not_today(hub: SmallHub) -> None:
    """Weesp was a municipality when the question arose, and is none today."""
    [receipt] = hub.publish(cloudevent("referral.submitted", OF_2022, time="2022-03-01T09:30:00Z"))
    hub.read()
    with pytest.raises(InvalidInput) as refused:
        clarifies(hub, receipt.case_id, SWV, municipality="GM9999")
    assert "2022-03-01" in str(refused.value.problems[0].parameters)
    clarifies(hub, receipt.case_id, SWV, municipality="GM0457")
    assert hub.case(receipt.case_id).municipality == "GM0457"


@pytest.mark.parametrize("found", [{"homePostcode": "9400"}, {"standing": "enrolled"}, {"schoolType": "bao"}])
def test_an_answer_that_leaves_the_question_open_is_refused(hub: SmallHub, found: Body) -> None:
    """It would only come back with the same question."""
    case = asked(hub, NOWHERE)
    with pytest.raises(InvalidInput):
        clarifies(hub, case, SWV, **found)
    assert hub.case(case).state == "undecided"


def test_an_unknown_postcode_may_stand_beside_what_it_lies_in(hub: SmallHub) -> None:
    """The directory lacks it; triage knows where it is."""
    case = asked(hub, {**NOWHERE, "homePostcode": "1000"})
    clarifies(hub, case, SWV, homePostcode="9400", municipality="GM0106")
    row = hub.case(case)
    assert (row.holder, row.home_postcode, row.municipality) == (TEAM, "9400", "GM0106")


def test_a_part_that_was_asked_leaves_the_rest_as_it_was(hub: SmallHub) -> None:
    """The child still stays elsewhere: the municipality from before the stay receives, not that of the postcode."""
    case = asked(hub, STAYS)
    clarifies(hub, case, SWV, living={"municipalityBeforeStay": "GM0118"})
    assert hub.case(case).holder == "GM0118-ST"
    assert "C2" in [reason["rule"] for reason in hub.events(case)[-1].data["reasons"]]


def test_a_declaration_keeps_what_the_school_said_of_it(hub: SmallHub) -> None:
    """Only the day was missing: the step remains a change of school, for which the running declaration counts."""
    running = {"step": "school_change", "issuedBy": "PO2203"}
    data = {**ADMISSION, "school": "99JE00", "standing": "enrolled", "homePostcode": "8064", "declaration": running}
    case = asked(hub, data, "admission.requested", SPECIAL_BOARD)
    clarifies(hub, case, hub.case(case).holder, declaration={"runsUntil": "2027-07-31"})
    last = hub.events(case)[-1]
    assert (last.data["heldBy"], last.data["missing"][0]["question"]) == ("A8c", "declaration_runs")


def test_a_clarified_home_is_what_the_case_shows_and_what_is_counted(hub: SmallHub) -> None:
    """Listed under the municipality that was found; what was counted before stays where it was."""
    case = asked(hub, NOWHERE)
    assert (hub.case(case).municipality, hub.case(case).home_postcode) == (None, "9400")
    clarifies(hub, case, SWV, municipality="GM0118")
    assert hub.case(case).municipality == "GM0118"
    gives_answer(hub, case, "GM0118-ST")
    hub.read()
    with hub.sessions() as session:
        counted = session.query(Count).filter_by(measure=Measure.ANSWERED, municipality="GM0118").all()
    assert sum(row.number for row in counted) >= 1


def test_a_clarified_postcode_tells_whether_a_border_is_crossed(hub: SmallHub) -> None:
    """The school lies in PO2203; a home in PO2305 crosses, and the partnership that decides leads."""
    case = asked(hub, ADMISSION, "admission.requested", SPECIAL_BOARD)
    assert hub.case(case).crosses_border is False
    clarifies(hub, case, hub.case(case).holder, homePostcode="8061")
    row = hub.case(case)
    assert (row.home_postcode, row.municipality, row.crosses_border) == ("8061", "GM1896", True)
    assert (row.holder, row.lead_swv) == ("PO2305", "PO2305")


def test_a_decline_afterwards_keeps_what_was_found(hub: SmallHub) -> None:
    """The case goes on from what is known."""
    case = asked(hub, NOWHERE)
    clarifies(hub, case, SWV, municipality="GM0118")
    declines(hub, case, "GM0118-ST")
    hub.read()
    assert hub.case(case).municipality == "GM0118"


@pytest.mark.parametrize(
    "correction",
    [
        Correction("9400", "GM9999"),
        Correction("9400", "PO2201"),
        Correction("9400", "GM0118", Sector.PO),
        Correction("9400", "VO2201", Sector.PO),
    ],
)
def test_a_correction_that_cannot_be_is_refused_with_the_answer(hub: SmallHub, correction: Correction) -> None:
    """Neither of the two is taken: the operator would not know what to do with it."""
    case = asked(hub, NOWHERE)
    with pytest.raises(InvalidInput) as refused:
        clarifies(hub, case, SWV, correction, municipality="GM0118")
    assert [problem.pointer for problem in refused.value.problems] == ["/correction/organisation"]
    assert hub.case(case).state == "undecided"


def test_the_same_answer_again_changes_nothing(hub: SmallHub) -> None:
    """Also after the case went on."""
    case = asked(hub, NOWHERE)
    clarifies(hub, case, SWV, municipality="GM0118")
    before = hub.types(case)
    clarifies(hub, case, SWV, municipality="GM0118")
    assert hub.types(case) == before
    with pytest.raises(Conflict):
        clarifies(hub, case, SWV, municipality="GM0106")
