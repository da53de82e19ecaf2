"""Claim, send and record, all three at the same time on one event loop, so that none waits for another's slowest.

Messages go out as soon as their lane has a place; their results are gathered for a moment and recorded together; and
whenever a lane runs low while the database may have more for it, the next claim begins.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextlib import suppress
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

from hub.delivery.backoff import MOST_ATTEMPTS, Answer
from hub.delivery.claims import Result
from hub.delivery.desk import Desk, Parcel
from hub.delivery.lanes import Lane, Lanes, Turn
from hub.delivery.tables import DELIVERED

logger = logging.getLogger(__name__)

Send = Callable[[Parcel], Awaitable[Answer]]

_GATHER_SECONDS = 0.005
_REST_SECONDS = 1.0  # after the database failed

Made = TypeVar("Made")


class Courier:
    """Brings deliveries to their receivers, from `run` until `close`. Belongs to the event loop it runs on."""

    def __init__(self, desk: Desk, send: Send, threads: Executor) -> None:
        self._desk = desk
        self._send = send
        self._threads = threads
        self._lanes: Lanes[Parcel] = Lanes()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: list[tuple[Parcel, Result]] = []
        self._to_claim = asyncio.Event()
        self._to_record = asyncio.Event()
        self._idle = asyncio.Event()
        self._closing = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._is_claiming = False
        self._is_through = False  # nothing more will end
        self._grace_seconds = 0.0

    async def run(self) -> None:
        """Work until `close` is called and what was under way has ended."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._record_on_demand())
            await self._claim_on_demand()
            await self._end_what_is_under_way()
            self._is_through = True
            self._to_record.set()

    def look(self) -> None:
        """There may be something due."""
        self._idle.clear()
        self._to_claim.set()

    async def until_idle(self) -> None:
        """Look, and come back when nothing is due and nothing under way."""
        self.look()
        await self._idle.wait()

    def close(self, grace_seconds: float) -> None:
        """Claim nothing more, give back what is not on its way, and give what is this much time to end."""
        self._grace_seconds = grace_seconds
        self._closing.set()
        self._to_claim.set()
        self._room.set()

    async def _claim_on_demand(self) -> None:
        while not self._closing.is_set():
            await self._to_claim.wait()
            await self._room.wait()
            if self._closing.is_set():
                return
            self._to_claim.clear()
            if await self._claim():
                await asyncio.sleep(_GATHER_SECONDS)

    async def _claim(self) -> int:
        capacity = self._lanes.capacity()
        self._is_claiming = True
        parcels = await self._in_thread(lambda: self._desk.claim(capacity))
        self._is_claiming = False
        if parcels is None:
            self._to_claim.set()
            await self._rest()
            return 0
        self._lanes.take_in(capacity, [(parcel.claimed.subscription_id, parcel) for parcel in parcels])
        if self._lanes.is_full:
            self._room.clear()
        self._start_sending()
        self._note_idleness()
        return len(parcels)

    def _start_sending(self) -> None:
        while turn := self._next_turn():
            task = asyncio.create_task(self._bring_in_turn(turn))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _next_turn(self) -> Turn[Parcel] | None:
        return None if self._closing.is_set() else self._lanes.next_turn()

    async def _bring_in_turn(self, turn: Turn[Parcel] | None) -> None:
        """Bring one parcel after another, of whatever lane is next: cheaper than a task for each."""
        while turn:
            await self._bring(*turn)
            turn = self._next_turn()
            self._start_sending()  # the lane's window may have grown

    async def _bring(self, lane: Lane[Parcel], parcel: Parcel) -> None:
        result = parcel.interrupted()
        try:
            result = await self._try(lane, parcel)
        except Exception as defect:
            logger.exception("sending position %d failed", parcel.claimed.event.position)
            result = parcel.result(Answer(None, type(defect).__name__), random.random)
        finally:
            self._lanes.sent(lane)
            self._end(parcel, result)
            if lane.is_hungry:
                self._to_claim.set()

    async def _try(self, lane: Lane[Parcel], parcel: Parcel) -> Result:
        if not parcel.is_fit:
            return parcel.unsent()
        if parcel.claimed.attempt > MOST_ATTEMPTS:  # the last one was claimed, and its sender died
            answer = Answer(None, "no result")
        else:
            answer = await self._send(parcel)
        result = parcel.result(answer, random.random)
        if result.state == DELIVERED:
            lane.went_well()
        else:
            for waiting in lane.went_wrong():
                self._end(waiting, waiting.unsent())
        return result

    def _end(self, parcel: Parcel, result: Result) -> None:
        self._ended.append((parcel, result))
        self._to_record.set()

    async def _record_on_demand(self) -> None:
        while not (self._is_through and not self._ended):
            await self._to_record.wait()
            self._to_record.clear()
            if self._lanes.sending and not self._is_through:
                await asyncio.sleep(_GATHER_SECONDS)
            if self._ended and not await self._record() and self._is_through:
                return  # the leases end by themselves

    async def _record(self) -> bool:
        ended, self._ended = self._ended, []
        done = await self._in_thread(lambda: self._desk.record([result for _, result in ended]))
        if done is None:
            self._keep(ended)
            await self._rest()
            self._to_record.set()
            return False
        self._forget(ended)
        return True

    def _keep(self, ended: list[tuple[Parcel, Result]]) -> None:
        """Keep for another try what could not be recorded, as long as its claim holds."""
        self._ended = [pair for pair in ended if pair[0].is_held] + self._ended
        self._forget([pair for pair in ended if not pair[0].is_held])

    def _forget(self, ended: list[tuple[Parcel, Result]]) -> None:
        if self._lanes.recorded(result.subscription_id for _, result in ended):
            self._to_claim.set()
        if not self._lanes.is_full:
            self._room.set()
        self._note_idleness()

    async def _end_what_is_under_way(self) -> None:
        for parcel in self._lanes.give_back():
            self._end(parcel, parcel.unsent())
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._grace_seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _note_idleness(self) -> None:
        if not (self._to_claim.is_set() or self._is_claiming or self._lanes.held):
            self._lanes.close_idle()
            self._idle.set()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), _REST_SECONDS)

    async def _in_thread(self, work: Callable[[], Made]) -> Made | None:
        """What `work` made; None when it failed, which has been logged then: the loop goes on."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (OperationalError, InterfaceError) as error:
            logger.warning("webhooks wait, the database is away: %s", type(error).__name__)
        except Exception:
            logger.exception("webhooks: work on the database failed")
        return None
