"""Waiting for news: one look at the log for all readers of the feed that wait in this process."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from hub.errors import Unavailable
from hub.events.tables import EventAudience
from hub.store.engine import Sessions

MOST_WAITING = 1_000
_LOOK_EVERY_SECONDS = 0.25
_RETRY_SECONDS = 5

logger = logging.getLogger(__name__)

Look = Callable[[int], Mapping[str, int]]
"""Who was written to after a position of the log, and the last position that is theirs."""


class News:
    """Wakes those who wait when something was written for them. Belongs to the event loop it is used from."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._looked_to = 0
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._watch: asyncio.Task[None] | None = None

    async def wait(self, organisation: str, seen: int, seconds: float) -> bool:
        """Whether there may be something for `organisation` after the position `seen`; says no after `seconds`.

        Raises Unavailable when too many wait already.
        """
        if sum(map(len, self._waiting.values())) >= MOST_WAITING:
            raise Unavailable(
                "Too many are waiting for news at this moment.",
                next_step="Ask again in a while, or without waiting.",
                retry_after_seconds=_RETRY_SECONDS,
            )
        if seen < self._looked_to:  # what lies between was told before this one came
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            return True
        waiter = self._enter(organisation, seen)
        try:
            done, _ = await asyncio.wait([waiter], timeout=seconds)
        finally:
            self._leave(organisation, waiter)
        return bool(done)

    def _enter(self, organisation: str, seen: int) -> asyncio.Future[None]:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[organisation].add(waiter)
        if self._watch is None or self._watch.done():
            self._looked_to = seen
            self._watch = asyncio.create_task(self._keep_looking())
        return waiter

    def _leave(self, organisation: str, waiter: asyncio.Future[None]) -> None:
        self._waiting[organisation].discard(waiter)
        if not self._waiting[organisation]:
            del self._waiting[organisation]

    async def _keep_looking(self) -> None:
        """Look as long as anyone waits."""
        while self._waiting:
            try:
                written = await run_in_threadpool(self._look, self._looked_to)
            except SQLAlchemyError as error:
                logger.warning("nobody can wait for news, the database is away: %s", type(error).__name__)
                self._wake(list(self._waiting))  # each looks for itself, and is told in its own answer
                return
            self._looked_to = max((self._looked_to, *written.values()))
            self._wake(written)
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    def _wake(self, organisations: Mapping[str, int] | list[str]) -> None:
        for organisation in organisations:
            for waiter in self._waiting.get(organisation, ()):
                if not waiter.done():
                    waiter.set_result(None)


def looking(sessions: Sessions) -> Look:
    """How a process looks: one statement, whoever waits."""

    def look(after: int) -> Mapping[str, int]:
        newest = select(EventAudience.organisation, func.max(EventAudience.position))
        with sessions() as session:
            written = newest.where(EventAudience.position > after).group_by(EventAudience.organisation)
            return dict(session.execute(written).all())

    return look
