"""Writers that arrive together share a commit, and none of them suffers from its company."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from threading import Event as Signal

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, TimeoutError as PoolTimeout

from hub.errors import Unavailable
from hub.events.group_commit import HEAVIEST_GROUP, HEAVIEST_QUEUE, GroupCommit

PATIENCE_SECONDS = 10.0


class Ledger:
    """A write that keeps its groups, waits at a gate when it has one, and refuses what it is told to."""

    def __init__(self, *, refuses: frozenset[int] = frozenset(), error: Callable[[], Exception] = ValueError) -> None:
        self.groups: list[list[int]] = []
        self.written: list[int] = []
        self.begun = Signal()
        self.gate = Signal()
        self.gate.set()
        self._refuses = refuses
        self._error = error

    def __call__(self, items: Sequence[int]) -> list[str]:
        """Write all items or none, and answer each."""
        self.groups.append(list(items))
        self.begun.set()
        assert self.gate.wait(PATIENCE_SECONDS)
        if self._refuses & set(items):
            raise self._error()
        self.written += items
        return [f"wrote {item}" for item in items]


def run(test: Coroutine[None, None, None]) -> None:
    """Run a test that lives on an event loop."""

    async def within_reason() -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await test

    asyncio.run(within_reason())


async def begun(ledger: Ledger) -> None:
    """Wait until the ledger has been given its first group."""
    assert await asyncio.to_thread(ledger.begun.wait, PATIENCE_SECONDS)


def submit(lane: GroupCommit[int, str], *items: int) -> list[asyncio.Task[str]]:
    """Submit each item in a task of its own."""
    return [asyncio.create_task(lane.submit(item)) for item in items]


def integrity_error() -> Exception:
    """What a database says of a key that is taken."""
    return IntegrityError("INSERT", {}, Exception())


AWAY: dict[str, Callable[[], Exception]] = {
    "connection lost": lambda: DBAPIError("INSERT", {}, Exception(), connection_invalidated=True),
    "connection refused": lambda: OperationalError("INSERT", {}, Exception()),
    "connection closed": lambda: InterfaceError("INSERT", {}, Exception()),
    "no connection free": PoolTimeout,
}
"""What one hears when the database is away."""


def test_a_lone_item_is_written_at_once() -> None:
    """There is no waiting for company."""

    async def alone() -> None:
        ledger = Ledger()
        lane = GroupCommit(ledger)
        assert await lane.submit(7) == "wrote 7"
        assert ledger.groups == [[7]]
        await lane.close()

    run(alone())


def test_what_arrives_during_a_commit_shares_the_next() -> None:
    """One goes first; the hundred that come meanwhile are one group, in their order, each with its own answer."""

    async def crowd() -> None:
        ledger = Ledger()
        ledger.gate.clear()
        lane = GroupCommit(ledger)
        first = submit(lane, 0)
        await begun(ledger)
        rest = submit(lane, *range(1, 101))
        await asyncio.sleep(0)
        ledger.gate.set()
        assert await asyncio.gather(*first, *rest) == [f"wrote {n}" for n in range(101)]
        assert ledger.groups == [[0], list(range(1, 101))]
        await lane.close()

    run(crowd())


@pytest.mark.parametrize("error", [ValueError, integrity_error], ids=["a defect", "a refusal of the database"])
def test_a_failing_item_does_not_take_its_company_down(error: Callable[[], Exception]) -> None:
    """The group is written one by one: who cannot be written hears so, all others are written once."""

    async def company() -> None:
        ledger = Ledger(refuses=frozenset({3}), error=error)
        ledger.gate.clear()
        lane = GroupCommit(ledger)
        first = submit(lane, 0)
        await begun(ledger)
        rest = submit(lane, 1, 2, 3, 4)
        await asyncio.sleep(0)
        ledger.gate.set()
        answers = await asyncio.gather(*first, *rest, return_exceptions=True)
        assert [answer for answer in answers if isinstance(answer, str)] == ["wrote 0", "wrote 1", "wrote 2", "wrote 4"]
        assert type(answers[3]) is type(error())
        assert ledger.written == [0, 1, 2, 4]
        await lane.close()

    run(company())


@pytest.mark.parametrize("error", AWAY.values(), ids=AWAY)
def test_a_database_that_is_away_is_asked_once_per_group(error: Callable[[], Exception]) -> None:
    """Trying the members of a group one by one would only make them wait longer for the same answer."""

    async def away() -> None:
        ledger = Ledger(refuses=frozenset({2}), error=error)
        ledger.gate.clear()
        lane = GroupCommit(ledger)
        first = submit(lane, 0)
        await begun(ledger)
        rest = submit(lane, 1, 2, 3)
        await asyncio.sleep(0)
        ledger.gate.set()
        await asyncio.gather(*first, *rest, return_exceptions=True)
        assert [type(task.exception()) for task in rest] == [type(error())] * 3
        assert ledger.groups == [[0], [1, 2, 3]]
        assert await lane.submit(9) == "wrote 9"
        await lane.close()

    run(away())


def test_a_waiter_that_left_does_not_disturb_the_others() -> None:
    """A caller that hangs up while its item is written loses its answer and nothing else: the item is written."""

    async def hanging_up() -> None:
        ledger = Ledger()
        ledger.gate.clear()
        lane = GroupCommit(ledger)
        writing, waiting, staying = submit(lane, 1, 2, 3)
        await begun(ledger)
        for leaving in (writing, waiting):
            leaving.cancel()
            with suppress(asyncio.CancelledError):
                await leaving
        ledger.gate.set()
        assert await staying == "wrote 3"
        assert ledger.written == [1, 2, 3]
        await lane.close()

    run(hanging_up())


def test_closing_finishes_what_was_submitted() -> None:
    """An orderly stop loses nothing that somebody still waits for."""

    async def stopping() -> None:
        ledger = Ledger()
        ledger.gate.clear()
        lane = GroupCommit(ledger)
        tasks = submit(lane, *range(5))
        await begun(ledger)
        closing = asyncio.create_task(lane.close())
        await asyncio.sleep(0)
        assert not closing.done()
        ledger.gate.set()
        await closing
        assert await asyncio.gather(*tasks) == [f"wrote {n}" for n in range(5)]

    run(stopping())


def test_a_lane_that_was_never_used_closes() -> None:
    """There is nothing to wait for."""

    async def idle() -> None:
        await GroupCommit(Ledger()).close()

    run(idle())


def test_a_group_weighs_no_more_than_a_transaction_should() -> None:
    """Items count by their weight: large ones come in groups of their own, small ones fill up the rest."""

    async def weighing() -> None:
        ledger = Ledger()
        ledger.gate.clear()
        lane = GroupCommit(ledger, weigh=lambda item: item)
        half = HEAVIEST_GROUP // 2
        items = [1, half, half, 1, HEAVIEST_GROUP + 1, 1, HEAVIEST_GROUP]
        tasks = submit(lane, *items)
        await begun(ledger)
        ledger.gate.set()
        await asyncio.gather(*tasks)
        assert ledger.groups == [[1, half], [half, 1], [HEAVIEST_GROUP + 1], [1], [HEAVIEST_GROUP]]
        assert ledger.written == items
        await lane.close()

    run(weighing())


def test_too_much_at_once_is_refused_until_there_is_room() -> None:
    """A database that stands still must not fill the memory: who comes too late hears when to try again."""

    async def crowded() -> None:
        ledger = Ledger()
        ledger.gate.clear()
        lane = GroupCommit(ledger, weigh=lambda item: item)
        writing, waiting = submit(lane, 1, HEAVIEST_QUEUE)
        await begun(ledger)
        with pytest.raises(Unavailable) as refused:
            await lane.submit(2)
        assert refused.value.retry_after_seconds
        ledger.gate.set()
        await asyncio.gather(writing, waiting)
        assert await lane.submit(3) == "wrote 3"
        assert ledger.groups == [[1], [HEAVIEST_QUEUE], [3]]
        await lane.close()

    run(crowded())
