"""How often one may ask: per client, per address, together over all processes, and with Redis away."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis
from starlette.requests import Request

from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.limits import RateLimits
from hub.budgets import Budget, Counters
from hub.codes import OrganisationCode
from hub.errors import TooMany
from hub.settings import Settings
from tests.api.events import a_signal, is_stored
from tests.support.callers import document
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in
from tests.support.machines import register
from tests.support.redis import PrivateRedis
from tests.support.waiting import wait_until


def system(label: str = "client:1") -> Caller:
    """A client that is known already."""
    return Caller(OrganisationCode("B00001"), frozenset({Right.PUBLISH}), frozenset(), label)


def request_from(address: str) -> Request:
    """A request that comes from an address."""
    return Request({"type": "http", "client": (address, 4321), "headers": []})


def limits(redis_url: str | None = None, **which: Any) -> RateLimits:
    """The limits of one process."""
    return RateLimits(Settings.model_validate({"redis_url": redis_url, "data_dir": "none", **which}))


async def asks(these: RateLimits, times: int, caller: Caller | None = None) -> int:
    """How many of so many requests of a client are let through."""
    through = 0
    for _ in range(times):
        one = caller or system()
        try:
            if not these.client_has(one):
                await these.client(one)
        except TooMany:
            continue
        through += 1
    return through


@pytest.mark.parametrize("limit", [1, 7, 499, 500, 1_000, 5_003])
def test_what_is_let_through_is_the_limit(limit: int) -> None:
    """Also where a process takes several at a time."""
    assert asyncio.run(asks(limits(limit_per_client=f"{limit}/hour"), limit + 50)) == limit


def test_one_client_does_not_use_up_what_is_anothers() -> None:
    """Each has its own."""
    these = limits(limit_per_client="3/hour")

    async def ask() -> list[int]:
        return [await asks(these, 5, system(f"client:{number}")) for number in range(3)]

    assert asyncio.run(ask()) == [3, 3, 3]


def test_many_requests_at_once_are_counted_one_by_one() -> None:
    """None slips through between asking and counting."""
    these = limits(limit_per_client="10/hour")

    async def ask() -> int:
        return sum(await asyncio.gather(*(asks(these, 1) for _ in range(100))))

    assert asyncio.run(ask()) == 10


def test_after_a_while_one_may_ask_again() -> None:
    """The seconds that a refusal names are never more than the limit counts over."""
    these = limits(limit_per_client="2/second")
    assert 2 <= asyncio.run(asks(these, 20)) < 20

    async def until_refused() -> int | None:
        while True:
            try:
                await these.client(system())
            except TooMany as refusal:
                return refusal.retry_after_seconds

    assert asyncio.run(until_refused()) == 1
    wait_until(lambda: asyncio.run(asks(these, 1)) == 1, what="the end of the limit")


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("a name", "a name", True),
    ],
)
def test_an_address_is_a_subscriber(one: str, other: str, *, shared: bool) -> None:
    """Of IPv6 the network counts: its owner has more addresses than could be counted."""
    these = limits(limit_per_address="1/hour")

    async def ask() -> None:
        await these.address(request_from(one))
        await these.address(request_from(other))

    if shared:
        with pytest.raises(TooMany):
            asyncio.run(ask())
    else:
        asyncio.run(ask())


def test_processes_count_together(redis_url: str) -> None:
    """With Redis the limit is that of the hub; no address stands there, and what stands there goes away by itself."""
    first, second = (limits(redis_url, limit_per_client="1000/hour", limit_per_address="5/hour") for _ in range(2))

    async def ask() -> list[int]:
        await first.address(request_from("192.0.2.77"))
        return [await asks(each, 800) for each in (first, second)]

    assert sum(asyncio.run(ask())) == 1000
    with Redis.from_url(redis_url, decode_responses=True) as redis:
        names = list(redis.scan_iter())
        assert names
        assert all(name.startswith("hub:limits:") and redis.ttl(name) > 0 for name in names)
        assert not [name for name in names if "192.0.2" in name or "B00001" in name]


def test_with_redis_away_each_process_counts_alone(
    private_redis: PrivateRedis, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for it, nobody is refused for it, and the limit holds within each process."""
    these = limits(private_redis.url, limit_per_client="10/hour")
    assert asyncio.run(asks(these, 4)) == 4
    private_redis.kill()
    began = time.monotonic()
    assert asyncio.run(asks(limits(private_redis.url, limit_per_client="10/hour"), 12)) == 10
    assert time.monotonic() - began < 2
    assert "counted by each process alone" in caplog.text


def test_a_redis_that_says_nothing_holds_nobody_up() -> None:
    """A black hole costs a quarter of a second now and then."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        began = time.monotonic()
        assert asyncio.run(asks(limits(url, limit_per_client="100/hour"), 100)) == 100
        assert time.monotonic() - began < 2


def test_the_quick_way_costs_next_to_nothing() -> None:
    """What every published event pays: a look at what is at hand, and no lock, thread or network."""
    budget, key = Budget("client", "60000000/hour", Counters(None)), ("B00001", "client:1")
    asyncio.run(budget.spend(key, "x"))
    began = time.perf_counter()
    assert all(budget.has(key) for _ in range(20_000))
    assert (time.perf_counter() - began) / 20_000 < 20e-6  # about 0.2 microseconds here


@contextmanager
def a_hub(folder: Path, url: str, **which: str) -> Iterator[RunningHub]:
    """A hub with these limits."""
    settings = settings_in(folder, url, **which)
    with ExitStack() as stack:
        running = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        yield running


def _is_too_many(answer: httpx.Response) -> None:
    refused = document(answer, 429)
    assert (refused["code"], answer.headers["content-type"]) == ("too-many", "application/problem+json")
    assert refused["nextStep"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600


def test_a_client_that_asks_too_often_is_told_when_to_come_back(database_url: str, tmp_path: Path) -> None:
    """Reading and publishing count alike; nothing was stored; another client goes on."""
    with a_hub(tmp_path, database_url, limit_per_client="5/hour") as hub:
        board = hub.organisation("B00001")
        for _ in range(3):
            document(board.send(a_signal()), 202)
        for _ in range(2):
            document(board.get("/sent"), 200)
        event = a_signal()
        _is_too_many(board.send(event))
        _is_too_many(board.get("/sent"))
        assert not is_stored(hub, event)
        document(hub.organisation("B00002").get("/sent"), 200)


def test_an_address_that_shows_wrong_tokens_is_slowed_and_good_ones_are_not(database_url: str, tmp_path: Path) -> None:
    """Many schools may share an address: one that errs does not stop the others."""
    with a_hub(tmp_path, database_url, limit_per_address="5/hour") as hub:
        board, stranger = hub.organisation("B00001"), hub.stranger("hub_nobody")
        for _ in range(5):
            document(stranger.get("/sent"), 401)
        _is_too_many(stranger.get("/sent"))
        _is_too_many(stranger.send(a_signal()))
        document(board.send(a_signal()), 202)
        document(hub.client.get("/v1/sent"), 401)


def test_public_questions_have_a_limit_per_address(database_url: str, tmp_path: Path) -> None:
    """Whoever asks for the headers only has asked."""
    with a_hub(tmp_path, database_url, limit_of_questions="3/hour") as hub:
        for method in ("GET", "HEAD", "GET"):
            assert hub.client.request(method, "/v1/responsible?postcode=9403").status_code == 200
        assert hub.client.head("/v1/responsible?postcode=9403").status_code == 429
        _is_too_many(hub.client.get("/v1/responsible?postcode=9403"))
        assert hub.client.get("/v1/health/live").status_code == 200


def test_asking_for_tokens_has_a_limit_per_address(database_url: str, tmp_path: Path) -> None:
    """Good and bad alike, before anything is looked at."""
    with a_hub(tmp_path, database_url, limit_per_address="3/hour") as hub:
        machine = register(hub.sessions, hub.url)
        assert machine.token(hub.client)
        for _ in range(2):
            document(machine.ask(hub.client, assertion="a.b.c"), 401)
        _is_too_many(machine.ask(hub.client))


def test_asking_for_tokens_has_a_limit_per_client(database_url: str, tmp_path: Path) -> None:
    """Only a client that proved who it is is counted: nobody can use up what is another's."""
    with a_hub(tmp_path, database_url, limit_per_client="2/hour") as hub:
        machine = register(hub.sessions, hub.url)
        for _ in range(10):
            document(machine.ask(hub.client, assertion=machine.assertion(aud="https://other.example")), 401)
        for _ in range(2):
            assert machine.token(hub.client)
        _is_too_many(machine.ask(hub.client))
