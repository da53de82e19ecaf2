"""A worker of processes of its own, told to stop in the middle of its work."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from tests.delivery.receivers import Receiver, receiving
from tests.support.callers import document
from tests.support.hub import RunningHub, api_in_thread, prepared, process, settings_in
from tests.support.waiting import wait_until

_PATIENCE_SECONDS = 60.0
_SLOWNESS_SECONDS = 4.0
SIGNAL = {"school": "99AA00", "homePostcode": "9403", "theme": "wellbeing", "ask": "help", "question": "Wie helpt?"}


async def answers_slowly(_request: web.BaseRequest) -> web.StreamResponse:
    """Takes the message, and says so after a while."""
    await asyncio.sleep(_SLOWNESS_SECONDS)
    return web.Response(status=204)


@pytest.mark.slow
def test_deliveries_on_their_way_end_before_a_worker_does(
    empty_database_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Told to stop, each process of the pool hears out the receivers and records what they said."""
    settings = settings_in(tmp_path, empty_database_url, redis_url=redis_url, sweep_seconds=60)
    with receiving(answers_slowly) as receiver, prepared(settings) as hub, api_in_thread(settings):
        with process(settings, "worker", "-m", "hub", "worker", "--concurrency", "1"):
            subscription = _publish(hub, receiver)
            wait_until(lambda: receiver.arrivals, seconds=_PATIENCE_SECONDS, what="the webhook")
        assert _states(hub, subscription) == ["delivered"]
        assert len(receiver.arrivals) == 1


def _publish(hub: RunningHub, receiver: Receiver) -> str:
    """Tell of a case that was routed by hints, so not by the sweeper, which has a sender of its own."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    first = board.publish("signal.raised", SIGNAL)
    wait_until(
        lambda: board.case(first)["state"] == "offered", seconds=_PATIENCE_SECONDS, what="the start of the worker"
    )
    made = document(team.call("POST", "/subscriptions", json={"url": receiver.url}), 201)
    board.publish("signal.raised", SIGNAL)
    return str(made["id"])


def _states(hub: RunningHub, subscription: str) -> list[str]:
    team = hub.organisation("GM0106-ST")
    return [delivery["state"] for delivery in team.read(f"/subscriptions/{subscription}/deliveries")["deliveries"]]
