"""Group commit: what arrives while a commit is under way shares the next one.

There is no waiting for company: a lone item is written at once, and a batch forms by itself as soon as the disk is the
bottleneck. One lane per process; it belongs to the event loop it is used from.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError as PoolTimeout

from hub.errors import Unavailable

Item = TypeVar("Item")
Answer = TypeVar("Answer")

Write = Callable[[Sequence[Item]], Sequence[Answer]]
"""Writes all items in one transaction and commits; one answer per item, in order."""

HEAVIEST_GROUP = 1_000
HEAVIEST_QUEUE = 20_000
_RETRY_SECONDS = 5


class GroupCommit(Generic[Item, Answer]):
    """A lane of items to be written durably, many at a time."""

    def __init__(self, write: Write[Item, Answer], *, weigh: Callable[[Item], int] = lambda _: 1) -> None:
        self._write = write
        self._weigh = weigh
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._weight = 0  # of all that waits
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="group-commit")

    async def submit(self, item: Item) -> Answer:
        """Write `item`; returns its answer after the commit.

        Raises what its writing raised, and Unavailable when too much waits already.
        """
        if self._weight >= HEAVIEST_QUEUE:
            raise Unavailable(
                "More comes in than the hub can write down now. Nothing was stored.", retry_after_seconds=_RETRY_SECONDS
            )
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        self._weight += self._weigh(item)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._drain())
        return await answer

    async def close(self) -> None:
        """Finish what was submitted, then let the thread go."""
        if self._writer is not None:
            await self._writer
        self._thread.shutdown()

    async def _drain(self) -> None:
        while self._waiting:
            size = self._size_of_next_group()
            group, self._waiting = self._waiting[:size], self._waiting[size:]
            self._weight -= sum(self._weigh(item) for item, _ in group)
            await self._commit(group)

    def _size_of_next_group(self) -> int:
        weights = accumulate(self._weigh(item) for item, _ in self._waiting)
        return max(1, sum(1 for weight in weights if weight <= HEAVIEST_GROUP))

    async def _commit(self, group: Sequence[tuple[Item, asyncio.Future[Answer]]]) -> None:
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.run_in_executor(self._thread, self._write, [item for item, _ in group])
        except Exception as error:  # noqa: BLE001  # handed to whoever submitted, not swallowed
            if len(group) == 1 or _concerns_all(error):
                _fail(group, error)
            else:
                await self._commit_apart(group)
        else:
            for (_, waiter), answer in zip(group, answers, strict=True):
                if not waiter.done():
                    waiter.set_result(answer)

    async def _commit_apart(self, group: Sequence[tuple[Item, asyncio.Future[Answer]]]) -> None:
        """One item that cannot be written must not take its company down."""
        for lone in group:
            await self._commit([lone])


def _concerns_all(error: Exception) -> bool:
    """Whether the database is away or in the way: a second attempt would only wait for the same answer."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout)


def _fail(group: Sequence[tuple[Item, asyncio.Future[Answer]]], error: Exception) -> None:
    for _, waiter in group:
        if not waiter.done():
            waiter.set_exception(error)
