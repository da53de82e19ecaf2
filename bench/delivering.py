"""How many webhooks per second one sender delivers, to one subscriber and to five, against bare posts of its client."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx
import uvloop

from bench import backlog
from bench.figures import Figure, at_least, figure
from bench.ground import Ground, Hub, free_port, running, wait_until
from bench.publishing import ONE_BOARD
from hub import clock
from hub.codes import OrganisationCode
from hub.delivery.actions import Wish, subscribe
from hub.delivery.sender import Sender
from hub.runtime import make_runtime
from hub.settings import Settings

_EVENTS = 3_000
_SUBSCRIBERS = 5
_AT_ONCE = 64
_PATIENCE_SECONDS = 60.0
_BODY = b"x" * 450


@dataclass(frozen=True)
class Receiver:
    """The process that takes webhooks."""

    port: int

    @property
    def url(self) -> str:
        """Where it takes them."""
        return f"http://127.0.0.1:{self.port}/webhook"

    def report(self) -> dict[str, Any]:
        """What came so far."""
        report: dict[str, Any] = httpx.get(self.url, trust_env=False).json()
        return report

    def is_there(self) -> bool:
        """Whether it listens."""
        try:
            self.report()
        except httpx.TransportError:
            return False
        return True


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver in a process of its own."""
    receiver = Receiver(free_port())
    with running(("-m", "bench.receiver", str(receiver.port))):
        wait_until(receiver.is_there, "the receiver of webhooks")
        yield receiver


def measure(ground: Ground) -> Iterator[Figure]:
    """One subscriber, then five, each event to every one of them."""
    with receiving() as receiver:
        bare = _in_a_process(_post, receiver.url)
    yield figure("delivered to one subscriber", delivered(ground.hub(), 1), "messages/s", at_least(2_000), limit=bare)
    many = delivered(ground.hub(), _SUBSCRIBERS)
    yield figure("delivered to five subscribers", many, "messages/s", at_least(3_000), limit=bare)


def delivered(hub: Hub, subscribers: int) -> float:
    """Messages per second from the wake-up of a sender to the last message at the receiver."""
    with receiving() as receiver:
        _plan(hub, receiver, subscribers)
        begun = _in_a_process(_send, hub.settings, hub.url)
        report = receiver.report()
    assert report["messages"] == _EVENTS * subscribers, "every message once"
    seconds: float = report["last"] - begun
    return _EVENTS * subscribers / seconds


def _plan(hub: Hub, receiver: Receiver, subscribers: int) -> None:
    """Publish, route and plan: what is left is only to be sent."""
    runtime = hub.runtime()
    wish = Wish(OrganisationCode(ONE_BOARD), receiver.url)
    with runtime.sessions.begin() as session:
        for _ in range(subscribers):
            subscribe(session, runtime.vault, wish, to_loopback=True, now=clock.now())
    backlog.publish(hub, runtime, _EVENTS, ONE_BOARD)
    for reader in ("router", "dispatcher"):
        backlog.move(runtime, reader)
    runtime.close()


def _in_a_process(work: Any, *arguments: object) -> float:
    """What `work` gives back, from a process that does nothing else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        result: float = pool.apply(work, arguments)
        return result


def _send(settings: Settings, url: str) -> float:
    runtime = make_runtime(settings, url)
    runtime.warm_up()
    sender = Sender(runtime.sessions, runtime.vault, settings)
    begun = time.monotonic()
    sender.drain(_PATIENCE_SECONDS)
    sender.stop(1.0)
    runtime.close()
    return begun


def _post(url: str) -> float:
    return uvloop.run(_post_all(url))


async def _post_all(url: str) -> float:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_AT_ONCE)) as session:
        left = iter(range(_EVENTS))

        async def post_in_turn() -> None:
            for _ in left:
                async with session.post(url, data=_BODY) as response:
                    await response.read()

        begun = time.perf_counter()
        await asyncio.gather(*(post_in_turn() for _ in range(_AT_ONCE)))
        return _EVENTS / (time.perf_counter() - begun)
