"""Readers of the feed that wait: one look at the log for all of them, and only those concerned wake up."""

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from hub.api.news import MOST_WAITING, News, looking
from hub.errors import Unavailable
from hub.store.engine import Sessions
from tests.support.events import an_event, append_all
from tests.support.hub import api_in_thread, prepared, settings_in

LONG_SECONDS = 20.0


class Log:
    """A log that says what it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.written: dict[str, int] = {}
        self.looks = 0
        self.is_away = False

    def __call__(self, after: int) -> dict[str, int]:
        """Who was written to after a position."""
        self.looks += 1
        if self.is_away:
            raise OperationalError("SELECT", {}, Exception())
        return {organisation: position for organisation, position in self.written.items() if position > after}


def run(test: Coroutine[None, None, None]) -> None:
    """Run a test that lives on an event loop."""

    async def within_reason() -> None:
        async with asyncio.timeout(LONG_SECONDS):
            await test

    asyncio.run(within_reason())


async def waiting(news: News, *organisations: str, seen: int = 0) -> list[asyncio.Task[bool]]:
    """Each waits in a task of its own."""
    tasks = [asyncio.create_task(news.wait(organisation, seen, LONG_SECONDS)) for organisation in organisations]
    await asyncio.sleep(0)
    return tasks


def test_one_look_serves_all_who_wait() -> None:
    """A hundred callers cost as much as one."""

    async def crowd() -> None:
        log = Log()
        tasks = await waiting(News(log), *(["GM0106-ST"] * 100))
        log.written = {"GM0106-ST": 1}
        assert all(await asyncio.gather(*tasks))
        assert log.looks <= 2

    run(crowd())


def test_only_those_concerned_wake_up() -> None:
    """News of others is no reason to look; the time to wait simply passes."""

    async def two() -> None:
        log = Log()
        news = News(log)
        [concerned] = await waiting(news, "GM0106-ST")
        log.written = {"GM0106-ST": 1}
        assert not await news.wait("GM0118-ST", 0, 0.3)
        assert await concerned

    run(two())


def test_nobody_misses_what_was_written_before_it_came() -> None:
    """Who saw less than was already told about is asked to look again."""

    async def late() -> None:
        log = Log()
        news = News(log)
        [first, other] = await waiting(news, "GM0106-ST", "GM0118-ST", seen=3)
        log.written = {"GM0106-ST": 5}
        assert await first
        assert await news.wait("GM0106-ST", 4, LONG_SECONDS)
        assert not other.done()
        other.cancel()

    run(late())


def test_looking_stops_when_nobody_waits_and_begins_again() -> None:
    """An idle process leaves the database alone; who comes later is served from where it is."""

    async def again() -> None:
        log = Log()
        news = News(log)
        assert not await news.wait("GM0106-ST", 0, 0.01)
        log.written = {"GM0106-ST": 8}
        assert await news.wait("GM0106-ST", 7, LONG_SECONDS)

    run(again())


def test_too_many_are_not_kept() -> None:
    """Who comes too late hears when to ask again; when others have gone there is room."""

    async def crowd() -> None:
        log = Log()
        news = News(log)
        tasks = await waiting(news, *(["GM0106-ST"] * MOST_WAITING))
        with pytest.raises(Unavailable) as refused:
            await news.wait("GM0106-ST", 0, LONG_SECONDS)
        assert refused.value.retry_after_seconds
        log.written = {"GM0106-ST": 1}
        await asyncio.gather(*tasks)
        assert not await news.wait("GM0106-ST", 1, 0.01)

    run(crowd())


def test_nobody_waits_in_vain_for_a_database_that_is_away() -> None:
    """Each looks for itself and is told; when the database is back, waiting works again."""

    async def outage() -> None:
        log = Log()
        log.is_away = True
        news = News(log)
        assert await news.wait("GM0106-ST", 0, LONG_SECONDS)
        log.is_away, log.written = False, {"GM0106-ST": 1}
        assert await news.wait("GM0106-ST", 0, LONG_SECONDS)

    run(outage())


def test_a_look_tells_who_was_written_to(sessions: Sessions) -> None:
    """By organisation, with the last position that is theirs."""
    append_all(
        sessions,
        an_event(audience=("B00001", "GM0106-ST")),
        an_event(audience=("B00001",)),
        an_event(audience=("GM0118-ST",)),
    )
    look = looking(sessions)
    assert look(0) == {"B00001": 2, "GM0106-ST": 1, "GM0118-ST": 3}
    assert look(2) == {"GM0118-ST": 3}
    assert look(3) == {}


def test_nobody_waits_for_a_caller_that_has_hung_up(database_url: str, tmp_path: Path) -> None:
    """The server can end at once: what the caller asked for has been given up."""
    settings = settings_in(tmp_path, database_url)
    with prepared(settings) as hub:
        team = hub.organisation("GM0106-ST")
        with api_in_thread(settings):
            with pytest.raises(httpx.ReadTimeout):
                team.call("GET", "/feed", params={"wait": 30}, timeout=httpx.Timeout(5, read=0.5))
            begun = time.monotonic()
        assert time.monotonic() - begun < LONG_SECONDS / 2
