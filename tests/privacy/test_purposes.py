"""For what a case may be opened: the reader's part in the case decides, and a purpose is never free text."""

from itertools import product
from pathlib import Path

import pytest

from hub.codes import WithoutConsent
from hub.errors import InvalidInput
from hub.privacy.purposes import Purpose, purpose_of, purposes_for

ROLES = {
    "sender": Purpose.FOLLOW,
    "holder": Purpose.HANDLE,
    "asked": Purpose.HANDLE,
    "named": Purpose.INVOLVEMENT,
    "former": Purpose.ACCOUNT,
    "none": Purpose.ACCOUNT,
}
LAWFUL = {Purpose(lawful.value) for lawful in WithoutConsent}


@pytest.mark.parametrize(("role", "purpose"), ROLES.items())
def test_a_role_has_a_purpose_of_its_own(role: str, purpose: Purpose) -> None:
    """Who says nothing has that one."""
    assert purpose_of(None, role) is purpose
    assert purpose_of(purpose, role) is purpose


@pytest.mark.parametrize("role", ROLES)
def test_anybody_in_a_case_may_have_to_account_for_it(role: str) -> None:
    """For a request for access or a complaint everyone looks at what there is."""
    assert {Purpose.ACCESS_REQUEST, Purpose.COMPLAINT} <= set(purposes_for(role))


@pytest.mark.parametrize(("role", "lawful"), list(product(ROLES, WithoutConsent)))
def test_a_lawful_purpose_is_for_who_receives_the_case(role: str, lawful: WithoutConsent) -> None:
    """It is theirs without saying so (H5); nobody else has it, and nobody has another than the school recorded."""
    receives = role in {"holder", "asked"}
    assert (purpose_of(None, role, lawful) == lawful.value) == receives
    assert LAWFUL & set(purposes_for(role, lawful)) == ({Purpose(lawful.value)} if receives else set())


@pytest.mark.parametrize("role", ROLES)
def test_without_a_lawful_purpose_nobody_can_claim_one(role: str) -> None:
    """Saying "safety" opens nothing: the refusal names what can be chosen."""
    for claimed in sorted(LAWFUL):
        with pytest.raises(InvalidInput) as refusal:
            purpose_of(claimed, role)
        assert ROLES[role].value in str(refusal.value.parameters["expected"])
        assert [problem.pointer for problem in refusal.value.problems] == ["/purpose"]


def test_every_purpose_is_explained() -> None:
    """A reader finds the list, and what each part in a case has."""
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text()
    assert [purpose for purpose in Purpose if f"`{purpose}`" not in page] == []
