"""What the tests of the API speak to: one hub, and organisations of the demo region."""

import pytest

from tests.api.events import SIGNAL
from tests.support.callers import Organisation
from tests.support.hub import RunningHub


@pytest.fixture
def hub(hub_in_one_process: RunningHub) -> RunningHub:
    """A running hub; the journeys show that it answers alike however it is run."""
    return hub_in_one_process


@pytest.fixture
def board(hub: RunningHub) -> Organisation:
    """A school board in Assen."""
    return hub.organisation("B00001")


@pytest.fixture
def team(hub: RunningHub) -> Organisation:
    """The social team of Assen."""
    return hub.organisation("GM0106-ST")


@pytest.fixture
def offered(board: Organisation, team: Organisation) -> str:
    """A case that the team of Assen was asked to take a moment ago."""
    case = board.publish("signal.raised", SIGNAL)
    board.sees(case, "offered", team.code)
    return case
