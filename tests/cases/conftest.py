"""Cases to act on: one that a team holds alone, and one in which an office is asked beside the holder."""

from uuid import UUID

import pytest

from tests.support.small_hub import A_REFERRAL, AN_ABSENCE, SmallHub


@pytest.fixture
def hub(shared_hub: SmallHub) -> SmallHub:
    """A hub in which each test has a case of its own."""
    return shared_hub


@pytest.fixture
def case(hub: SmallHub) -> UUID:
    """A referral in Assen, offered to its social team."""
    return hub.routed("referral.submitted", A_REFERRAL)


@pytest.fixture
def shared_case(hub: SmallHub) -> UUID:
    """An absence that the partnership holds, with the attendance office asked beside it."""
    return hub.routed("absence.reported", AN_ABSENCE)
