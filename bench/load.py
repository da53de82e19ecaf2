"""The client of the benchmark: keep-alive connections that each send the next request when they have their answer.

It must cost far less than the server, so it builds requests out of ready-made parts and reads no more of an answer
than its status and its length. It runs in a process of its own.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from typing import cast

import uvloop

from bench.samples import Sample
from hub.events.envelope import BATCH_MEDIA_TYPE, MEDIA_TYPE

_ACCEPTED = b"202"
_WARM_UP_SECONDS = 1.0


@dataclass(frozen=True)
class Load:
    """What to send: events of `samples` with the token of their board, `batch` in a request, for so long."""

    port: int
    samples: Sequence[Sample]
    tokens: dict[str, str]
    batch: int = 1
    connections: int = 64
    seconds: float = 3.0


@dataclass(frozen=True)
class Yield:
    """What came of it: accepted requests per second, and how long the slowest hundredth took at least."""

    per_second: float
    p99_seconds: float


class Refused(Exception):
    """The server answered something else than 202: the figure would be worth nothing."""


def apply(load: Load) -> Yield:
    """Apply `load` from another process, after a moment that does not count."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(_run, load).result()


def _run(load: Load) -> Yield:
    return uvloop.run(_Client(load).run())


class _Client:
    def __init__(self, load: Load) -> None:
        self._load = load
        self._samples = cycle(load.samples)
        self._heads = {board: self._head(token) for board, token in load.tokens.items()}
        self.took: list[float] = []
        self.refused = asyncio.Event()
        self.refusal = b""

    async def run(self) -> Yield:
        loop = asyncio.get_running_loop()
        for _ in range(self._load.connections):
            await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._load.port)
        await self._go_on(_WARM_UP_SECONDS)
        self.took.clear()
        begun = time.perf_counter()
        await self._go_on(self._load.seconds)
        took, elapsed = sorted(self.took), time.perf_counter() - begun
        return Yield(len(took) / elapsed, took[int(len(took) * 0.99)])

    async def _go_on(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.refused.wait(), seconds)
            raise Refused(self.refusal.decode())

    def next_request(self) -> bytes:
        first = next(self._samples)
        body = first.body()
        if self._load.batch > 1:
            more = (next(self._samples).body() for _ in range(self._load.batch - 1))
            body = b"[" + b",".join((body, *more)) + b"]"
        return self._heads[first.board] % len(body) + body

    def _head(self, token: str) -> bytes:
        media_type = BATCH_MEDIA_TYPE if self._load.batch > 1 else MEDIA_TYPE
        lines = (
            "POST /v1/events HTTP/1.1",
            f"Host: 127.0.0.1:{self._load.port}",
            f"Authorization: Bearer {token}",
            f"Content-Type: {media_type}",
            "Content-Length: %d\r\n\r\n",
        )
        return "\r\n".join(lines).encode()


class _Connection(asyncio.Protocol):
    """One request after the other. The servers measured here send the head of an answer in one piece."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        if head[9:12] != _ACCEPTED:
            self._client.refusal = self._answer
            self._client.refused.set()
            return
        self._client.took.append(time.perf_counter() - self._sent_at)
        self._send()

    def _send(self) -> None:
        self._answer = b""
        self._sent_at = time.perf_counter()
        self._transport.write(self._client.next_request())


def _length(head: bytes) -> int:
    return int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
