"""How long an event takes from its publisher to the webhook of its receiver, at 20 events per second."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import httpx

from bench.broker import broker
from bench.delivering import Receiver, receiving
from bench.figures import Figure, at_most, figure
from bench.ground import SWEEP_SECONDS, Ground, Hub, Server, wait_until
from bench.publishing import ONE_BOARD
from bench.samples import of_board
from hub.events.envelope import MEDIA_TYPE

_PER_SECOND = 20
_EVENTS = 240
_FIRST = 20
"""Events that do not count: connections are opened, statements prepared."""

_MILLI = 1_000


@dataclass(frozen=True)
class Latency:
    """Milliseconds from just before the request to the arrival of the webhook."""

    p50: float
    p99: float


def measure(ground: Ground) -> Iterator[Figure]:
    """With hints through Redis, and with the sweeper alone."""
    with broker() as redis_url:
        hinted = latency(ground.hub().with_broker(redis_url))
    yield figure("publish to webhook at 20/s, Redis: p50", hinted.p50, "ms", at_most(25))
    yield figure("publish to webhook at 20/s, Redis: p99", hinted.p99, "ms", at_most(100))
    swept = latency(ground.hub())
    yield figure("publish to webhook at 20/s, no Redis: p99", swept.p99, "ms", at_most((SWEEP_SECONDS + 1) * _MILLI))


def latency(hub: Hub) -> Latency:
    """Publish at an even pace through `hub serve`, with two processes of `hub worker` behind it."""
    with hub.serving() as server, hub.working(2), receiving() as receiver:
        _subscribe(hub, server, receiver)
        asyncio.run(_publish(hub, server, 1))
        wait_until(lambda: receiver.report()["messages"], "the first webhook")
        sent = asyncio.run(_publish(hub, server, _EVENTS))
        wait_until(lambda: sent.keys() <= receiver.report()["cases"].keys(), "all webhooks")
        arrived = receiver.report()["cases"]
    took = sorted((arrived[case] - at) * _MILLI for case, at in list(sent.items())[_FIRST:])
    return Latency(took[len(took) // 2], took[int(len(took) * 0.99)])


def _subscribe(hub: Hub, server: Server, receiver: Receiver) -> None:
    answer = httpx.post(
        f"{server.url}/v1/subscriptions",
        json={"url": receiver.url},
        headers={"Authorization": f"Bearer {hub.tokens[ONE_BOARD]}"},
        trust_env=False,
    )
    answer.raise_for_status()


async def _publish(hub: Hub, server: Server, events: int) -> dict[str, float]:
    """When each case was published, in time.monotonic()."""
    headers = {"Authorization": f"Bearer {hub.tokens[ONE_BOARD]}", "Content-Type": MEDIA_TYPE}
    sent: dict[str, float] = {}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as client:

        async def publish(body: bytes) -> None:
            begun = time.monotonic()
            answer = await client.post("/v1/events", content=body)
            sent[answer.raise_for_status().json()["case"]] = begun

        start = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number, sample in zip(range(events), cycle(of_board(ONE_BOARD)), strict=False):
                await asyncio.sleep(start + number / _PER_SECOND - time.monotonic())
                group.create_task(publish(sample.body()))
    return sent
