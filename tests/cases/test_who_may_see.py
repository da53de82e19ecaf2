"""What a hand-over does not open: the law and consent decide who sees a child, not whoever holds the case."""

from uuid import UUID

import pytest

from hub.codes import OrganisationCode
from tests.support.moves import redirects
from tests.support.small_hub import A_PLACEMENT, A_QUESTION, A_TRANSITION, AN_ABSENCE, TEAM, SmallHub, withdrawal

OWN_SWV, OTHER_SWV = OrganisationCode("PO2201"), OrganisationCode("PO2203")
WITH_CHILD = {**A_QUESTION, "pupil": {"name": "Sem Voorbeeld"}, "contact": {"name": "J. de Groot"}}
A_DECLARATION = {
    "school": "99AE00",
    "homePostcode": "3197",
    "standing": "registered",
    "schoolType": "so",
    "pupil": {"name": "Sem Voorbeeld"},
    "question": "Aanmelding van een leerling.",
}


@pytest.fixture
def hub(small_hub: SmallHub) -> SmallHub:
    """A hub with an empty log."""
    return small_hub


def fields(hub: SmallHub, case: UUID, organisation: str) -> frozenset[str]:
    """The personal fields that an organisation may see of a case."""
    return hub.view(case, organisation).shown.fields


@pytest.mark.parametrize("to", [OTHER_SWV, TEAM, "GM0106-LP"])
def test_an_swv_that_hands_on_opens_no_child(hub: SmallHub, to: str) -> None:
    """H3: content of a pupil comes from the school; the next party sees the question and no child."""
    case = hub.routed("support.requested", WITH_CHILD)
    assert "pupil" in fields(hub, case, OWN_SWV)
    redirects(hub, case, OWN_SWV, to=to)
    hub.read()
    assert hub.case(case).holder == to
    assert fields(hub, case, to) == {"question", "contact"}
    assert fields(hub, case, OWN_SWV) == frozenset()


def test_triage_of_a_declaration_opens_the_child_to_the_swv_that_decides(hub: SmallHub) -> None:
    """What no rule could place, a person found: that partnership decides, and must see whom about."""
    case = hub.routed("admission.requested", A_DECLARATION, organisation=OrganisationCode("B00005"))
    assert hub.case(case).state == "undecided"
    redirects(hub, case, OWN_SWV, to=OTHER_SWV)
    hub.read()
    assert "pupil" in fields(hub, case, OTHER_SWV)


def test_a_question_taken_back_is_closed_at_once(hub: SmallHub) -> None:
    """Before the router has read that it was taken back, receivers see nothing any more."""
    case = hub.routed("support.requested", WITH_CHILD)
    hub.publish(withdrawal("signal.withdrawn", case))
    assert fields(hub, case, OWN_SWV) == frozenset()


def test_the_partnership_of_a_school_that_is_asked_for_a_place_sees_no_child(hub: SmallHub) -> None:
    """H3: it is named and sees the question; who the pupil is only the partnership of the school sees."""
    case = hub.routed("placement.sought", {**A_PLACEMENT, "school": "99CA00"})
    assert hub.parties(case)["PO2203"] == ("named", "named")
    assert fields(hub, case, "PO2203") == {"question"}
    assert "pupil" in fields(hub, case, OWN_SWV)


def test_the_next_school_sees_the_question_and_whom_to_call(hub: SmallHub) -> None:
    """The file itself goes from school to school as the law has it; the partnership of the home sees the question."""
    case = hub.routed("transition.announced", {**A_TRANSITION, "contact": {"name": "J. de Groot"}})
    assert fields(hub, case, "B00003") == {"question", "contact"}
    assert fields(hub, case, "VO2201") == {"question"}


def test_absence_does_not_rest_on_consent(hub: SmallHub) -> None:
    """A child that is at home does not fall out of sight because consent was withdrawn (D1, H5)."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    before = hub.case(case).state
    hub.publish(withdrawal("consent.withdrawn", case))
    hub.read()
    assert hub.case(case).state == before
    assert "question" in fields(hub, case, "GM0118-LP")
