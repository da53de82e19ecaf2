"""The sender of a process: a thread with an event loop of its own, which starts at first use and works when woken."""

import asyncio
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from hub import clock as machine_clock
from hub.delivery.backoff import Answer
from hub.delivery.courier import Courier, Send
from hub.delivery.desk import Desk, Parcel
from hub.delivery.post import open_session, post
from hub.privacy.vault import Vault
from hub.settings import Settings
from hub.store.engine import Sessions

if sys.platform != "win32":
    from uvloop import new_event_loop
else:
    from asyncio import new_event_loop

_DATABASE_THREADS = 2  # one claims while the other records
_NAME_THREADS = 32  # looking up a name blocks a thread; a slow name server of one receiver must leave some for others
_START_SECONDS = 10
_LAST_RECORD_SECONDS = 20

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Running:
    """The parts of a sender that has been started."""

    thread: threading.Thread
    loop: asyncio.AbstractEventLoop
    courier: Courier


class Sender:
    """Delivers webhooks beside the work of its process; any number of processes may each have one.

    `clock` is for whoever plays with time; without one, what is due is decided by the database's own clock, which all
    processes share.
    """

    def __init__(self, sessions: Sessions, vault: Vault, settings: Settings, clock: Clock | None = None) -> None:
        self._desk = Desk(sessions, vault, settings, clock)
        self._clock = clock or machine_clock.now
        self._to_loopback = settings.webhooks_to_loopback
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self._is_stopped = False

    def wake(self) -> None:
        """Look for what is due; returns at once. Waking it many times is waking it once."""
        running = self._start()
        if running is not None:
            running.loop.call_soon_threadsafe(running.courier.look)

    def drain(self, timeout_seconds: float = 60.0) -> None:
        """Deliver until nothing is due and nothing under way. Raises TimeoutError."""
        running = self._start()
        if running is not None:
            asyncio.run_coroutine_threadsafe(running.courier.until_idle(), running.loop).result(timeout_seconds)

    def stop(self, grace_seconds: float) -> None:
        """End what is on its way, within `grace_seconds`, give back the rest, and stop for good."""
        with self._lock:
            running, self._running = self._running, None
            self._is_stopped = True
        if running is not None:
            running.loop.call_soon_threadsafe(running.courier.close, grace_seconds)
            running.thread.join(grace_seconds + _LAST_RECORD_SECONDS)

    def _start(self) -> _Running | None:
        """What runs, started if it does not (yet, or any more); None once it has been stopped."""
        with self._lock:
            if not (self._is_stopped or (self._running and self._running.thread.is_alive())):
                started: Future[tuple[asyncio.AbstractEventLoop, Courier]] = Future()
                thread = threading.Thread(target=self._work, args=(started,), name="webhooks", daemon=True)
                thread.start()
                self._running = _Running(thread, *started.result(_START_SECONDS))
            return self._running

    def _work(self, started: Future[tuple[asyncio.AbstractEventLoop, Courier]]) -> None:
        with asyncio.Runner(loop_factory=new_event_loop) as runner, ThreadPoolExecutor(_DATABASE_THREADS) as threads:
            try:
                runner.run(self._deliver(threads, started))
            except BaseException as error:
                if not started.done():
                    started.set_exception(error)
                raise

    async def _deliver(
        self, threads: ThreadPoolExecutor, started: Future[tuple[asyncio.AbstractEventLoop, Courier]]
    ) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(_NAME_THREADS, thread_name_prefix="names"))
        async with open_session(to_loopback=self._to_loopback) as http:
            courier = Courier(self._desk, self._sending_through(http), threads)
            started.set_result((loop, courier))
            await courier.run()

    def _sending_through(self, http: aiohttp.ClientSession) -> Send:
        async def send(parcel: Parcel) -> Answer:
            if parcel.target is None:
                return Answer(None, "unusable")
            return await post(http, parcel.target, parcel.message, parcel.body, self._clock)

        return send
