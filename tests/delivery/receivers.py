"""Real receivers of webhooks on this machine: an HTTP server in a thread, with the manners a test asks for."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from aiohttp import web

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Arrival:
    """One request as it came in."""

    headers: Mapping[str, str]
    body: bytes
    peer: object  # the other end of the connection

    @property
    def message(self) -> str:
        """Its `webhook-id`."""
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        """The event it carries."""
        loaded: dict[str, Any] = orjson.loads(self.body)
        return loaded


@dataclass
class Receiver:
    """What a receiver is called by, and what has come in, in order."""

    url: str
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def positions(self) -> list[int]:
        """The positions of the events that came in."""
        return [int(arrival.event["sequence"]) for arrival in self.arrivals]


def says(status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
    """Always the same answer."""

    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, headers=headers, body=body)

    return answer


def says_in_turn(statuses: Sequence[int]) -> Answer:
    """These answers one after another, the last one for ever."""
    left = list(statuses)

    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=left.pop(0) if len(left) > 1 else left[0])

    return answer


YES = says(204)


async def hangs(_request: web.BaseRequest) -> web.StreamResponse:
    """Takes the message and never answers."""
    await asyncio.Event().wait()
    raise AssertionError


async def drips(request: web.BaseRequest) -> web.StreamResponse:
    """Says yes at once, and then sends its answer a byte at a time, without end."""
    response = web.StreamResponse(headers={"Content-Length": "100000"})
    await response.prepare(request)
    while True:
        await response.write(b".")
        await asyncio.sleep(0.01)


async def never_ends(request: web.BaseRequest) -> web.StreamResponse:
    """Says yes, and then sends as much as the other side will take."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"." * 65_536)


async def hangs_up(request: web.BaseRequest) -> web.StreamResponse:
    """Closes the connection instead of answering."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


class Receive(Protocol):
    """Starts a receiver for the rest of the test."""

    def __call__(self, answer: Answer = YES, *, tls: ssl.SSLContext | None = None) -> Receiver:
        """A receiver that answers this way."""
        ...


@contextmanager
def receiving(answer: Answer, *, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that answers this way, for as long as the block runs."""
    started: Future[tuple[Receiver, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(answer, tls, started)), name="receiver")
    thread.start()
    receiver, loop, stop = started.result(timeout=10)
    yield receiver
    loop.call_soon_threadsafe(stop.set)
    thread.join()


def _peer(request: web.BaseRequest) -> object:
    return request.transport.get_extra_info("peername") if request.transport else None


async def _serve(
    answer: Answer,
    tls: ssl.SSLContext | None,
    started: Future[tuple[Receiver, asyncio.AbstractEventLoop, asyncio.Event]],
) -> None:
    receiver = Receiver("")

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        receiver.arrivals.append(Arrival(request.headers.copy(), await request.read(), _peer(request)))
        return await answer(request)

    runner = web.ServerRunner(web.Server(take, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    receiver.url = f"{'https' if tls else 'http'}://localhost:{runner.addresses[0][1]}/hook"
    stop = asyncio.Event()
    started.set_result((receiver, asyncio.get_running_loop(), stop))
    await stop.wait()
    await runner.cleanup()
