"""What tests of mail work with: a small hub with people in it, and a real mail server."""

from collections.abc import Iterator

import pytest

from tests.mail.people import Team
from tests.mail.post_office import PostOffice, post_office
from tests.support.small_hub import SmallHub


@pytest.fixture
def team(small_hub: SmallHub) -> Team:
    """Where people work."""
    return Team(small_hub)


@pytest.fixture
def post() -> Iterator[PostOffice]:
    """A mail server on this machine, without TLS."""
    with post_office() as office:
        yield office
