"""A case that the partnership of Assen holds, and the partnerships around it."""

from uuid import UUID

import pytest

from tests.support.small_hub import SmallHub

A_QUESTION = {
    "school": "99AA00",
    "homePostcode": "8331",
    "asksFor": "arrangement",
    "pupil": {"name": "Sem Voorbeeld", "birthDate": "2016-04-02"},
    "contact": {"name": "J. de Groot"},
    "question": "Welke hulp past hier, en wie betaalt die?",
}
"""A school in Assen, home in Steenwijk: another partnership."""


@pytest.fixture
def hub(shared_hub: SmallHub) -> SmallHub:
    """A hub in which each test has a case of its own."""
    return shared_hub


@pytest.fixture
def case(hub: SmallHub) -> UUID:
    """A question to the partnership of Assen."""
    return hub.routed("support.requested", A_QUESTION)
