"""Ledgers that do not trust the hub: what was acknowledged to a publisher, and what arrived at a receiver.

Both write to a file at the moment itself, and know nothing of the hub but its HTTP.
"""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import httpx
from aiohttp import web

from hub.events.envelope import BATCH_MEDIA_TYPE
from tests.support.waiting import wait_until

Event = dict[str, Any]

_REPEAT_FOR_SECONDS = 60.0
_REFUSED_FOR_NOW = 503


class Acknowledged(NamedTuple):
    """That the hub took an event, and the case it named."""

    id: str
    case: str


class Publisher:
    """Sends events until they are acknowledged, repeating what was not, and writes down each acknowledgement."""

    def __init__(self, url: str, token: str, ledger: Path) -> None:
        self._client = httpx.Client(base_url=url, timeout=30, trust_env=False)
        self._token = token
        self._ledger: TextIO = ledger.open("a", buffering=1)
        self._lock = threading.Lock()
        self.path = ledger
        self.repeats = 0
        self.slowest_seconds = 0.0

    def publish(self, events: Sequence[Event]) -> list[Acknowledged]:
        """Have a batch acknowledged, however often the hub has to be asked."""
        answer = wait_until(lambda: self._try(events), seconds=_REPEAT_FOR_SECONDS, what="an answer of the API")
        assert answer is not None
        assert answer.status_code == 202, answer.text
        received = [Acknowledged(one["id"], one["case"]) for one in answer.json()["events"]]
        with self._lock:
            self._ledger.writelines(json.dumps(one) + "\n" for one in received)
        return received

    def close(self) -> None:
        """Let the file and the connections go."""
        self._ledger.close()
        self._client.close()

    def _try(self, events: Sequence[Event]) -> httpx.Response | None:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": BATCH_MEDIA_TYPE}
        begun = time.monotonic()
        try:
            answer = self._client.post("/v1/events", content=json.dumps(list(events)), headers=headers)
        except httpx.TransportError:
            answer = None
        self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - begun)
        if answer is None or answer.status_code == _REFUSED_FOR_NOW:
            with self._lock:
                self.repeats += 1
            return None
        return answer


class Arrival(NamedTuple):
    """One webhook as it came in."""

    subscriber: str
    message: str
    position: int
    case: str


class Receiver:
    """Answers every webhook at once, and writes it down before it answers."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self.url = ""

    def arrivals(self) -> list[Arrival]:
        """Everything that has come in, in order."""
        return [Arrival(*json.loads(line)) for line in self._ledger.read_text().splitlines()]

    def duplicates(self) -> int:
        """How many webhooks came more than once."""
        return sum(number - 1 for number in Counter(arrival.message for arrival in self.arrivals()).values())

    async def serve(self, ready: "Future[asyncio.Event]") -> None:
        """Serve until the event that `ready` gets is set."""
        with self._ledger.open("a", buffering=1) as ledger:

            async def take(request: web.BaseRequest) -> web.StreamResponse:
                event = json.loads(await request.read())
                subscriber = request.path.removeprefix("/")
                arrival = Arrival(subscriber, request.headers["webhook-id"], int(event["sequence"]), event["subject"])
                ledger.write(json.dumps(arrival) + "\n")
                return web.Response(status=204)

            runner = web.ServerRunner(web.Server(take))
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            leaving = asyncio.Event()
            ready.set_result(leaving)
            await leaving.wait()
            await runner.cleanup()


@contextmanager
def receiving(ledger: Path) -> Iterator[Receiver]:
    """A receiver on this machine, in a thread."""
    receiver, loop = Receiver(ledger), asyncio.new_event_loop()
    ledger.touch()
    ready: Future[asyncio.Event] = Future()
    thread = threading.Thread(target=lambda: loop.run_until_complete(receiver.serve(ready)), name="receiver")
    thread.start()
    leaving = ready.result(10)
    try:
        yield receiver
    finally:
        loop.call_soon_threadsafe(leaving.set)
        thread.join()
        loop.close()
