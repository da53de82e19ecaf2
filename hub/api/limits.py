"""How often one may ask: per client once it is known, per address as long as it is not.

Counts are kept in Redis when there is one, so that all API processes count together, and in memory otherwise or while
Redis is away. An address is kept as a hash, for as long as its limit counts.

A busy client is not counted request by request: a process takes a handful of its requests from the count at a time and
deals them out itself. What it took is counted already, so that all processes together never let more through than the
limit says.
"""

import asyncio
import hashlib
import logging
import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import IPv6Network, ip_address

from fastapi import Request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry
from starlette.concurrency import run_in_threadpool

from hub.access.callers import Caller
from hub.errors import TooMany
from hub.settings import Settings

_HANDFULS = 500  # of so many handfuls a limit consists
_REST_SECONDS = 5.0  # after a failure Redis is left alone this long
_REDIS_SECONDS = 0.25
_MOST_KEYS = 10_000
_ONE_SUBSCRIBER_V6 = 64  # bits of an IPv6 address that say whose it is; the others its owner chooses

logger = logging.getLogger(__name__)


class Counters:
    """Where counts are kept: together in Redis, or by this process alone."""

    def __init__(self, redis_url: str | None) -> None:
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._together = None if redis_url is None else SlidingWindowCounterRateLimiter(_redis(redis_url))
        self._resting_until = 0.0

    async def take(self, item: RateLimitItem, key: str, handful: int) -> int:
        """How many of `handful` were left and are taken now: all, one, or none."""
        if self._together is None or time.monotonic() < self._resting_until:
            return _take(self._alone, item, key, handful)
        try:
            return await run_in_threadpool(_take, self._together, item, key, handful)
        except StorageError as error:
            self._resting_until = time.monotonic() + _REST_SECONDS
            logger.warning("limits are counted by each process alone: %s", type(error.storage_error).__name__)
            return _take(self._alone, item, key, handful)

    async def seconds_to_wait(self, item: RateLimitItem, key: str) -> int:
        """How long it takes until something is left again, rounded up."""
        try:
            if self._together is not None and time.monotonic() >= self._resting_until:
                return await run_in_threadpool(_seconds_to_wait, self._together, item, key)
        except StorageError:
            pass
        return _seconds_to_wait(self._alone, item, key)


@dataclass(slots=True)
class _Hand:
    """What this process may still deal out to one key, and until when."""

    left: int = 0
    until: float = 0.0
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)


class Budget:
    """One limit, for each of its keys."""

    def __init__(self, name: str, limit: str, counters: Counters) -> None:
        self.limit = limit
        self._name = name
        self._item = parse(limit)
        self._handful = max(1, self._item.amount // _HANDFULS)
        self._counters = counters
        self._hands: OrderedDict[object, _Hand] = OrderedDict()

    def has(self, key: object) -> bool:
        """Spend one of what is at hand, if there is any."""
        hand = self._hands.get(key)
        if hand is None or hand.left == 0 or hand.until < time.monotonic():
            return False
        hand.left -= 1
        return True

    async def spend(self, key: object, counted_as: str) -> int:
        """Spend one; 0, or the seconds to wait when none is left."""
        hand = self._hand(key)
        async with hand.one_at_a_time:
            if self.has(key):
                return 0
            name = f"{self._name}/{counted_as}"
            taken = await self._counters.take(self._item, name, self._handful)
            if taken == 0:
                return await self._counters.seconds_to_wait(self._item, name)
            hand.left, hand.until = taken - 1, time.monotonic() + self._item.get_expiry()
            return 0

    def _hand(self, key: object) -> _Hand:
        hand = self._hands.setdefault(key, _Hand())
        self._hands.move_to_end(key)
        if len(self._hands) > _MOST_KEYS:
            self._hands.popitem(last=False)
        return hand


class RateLimits:
    """The limits of one API process."""

    def __init__(self, settings: Settings) -> None:
        counters = Counters(None if settings.redis_url is None else str(settings.redis_url))
        self._clients = Budget("client", settings.limit_per_client, counters)
        self._addresses = Budget("address", settings.limit_per_address, counters)
        self._questions = Budget("question", settings.limit_of_questions, counters)

    def client_has(self, caller: Caller) -> bool:
        """The quick way, without waiting: whether the request of this client fits into what is at hand."""
        return self._clients.has((caller.organisation, caller.label))

    async def client(self, caller: Caller) -> None:
        """Count a request of a known client. Raises TooMany."""
        key = (caller.organisation, caller.label)
        if wait := await self._clients.spend(key, _hashed("/".join(key))):
            raise TooMany("This system asks the hub more often than was agreed.", retry_after_seconds=wait)

    async def address(self, request: Request) -> None:
        """Count a request for a token, or one with a wrong token, of an address. Raises TooMany."""
        whose = _hashed(_subscriber(request))
        if wait := await self._addresses.spend(whose, whose):
            raise TooMany("Too many attempts to sign in came from this address.", retry_after_seconds=wait)

    async def question(self, request: Request) -> None:
        """Count a question that needs no token. Raises TooMany."""
        whose = _hashed(_subscriber(request))
        if wait := await self._questions.spend(whose, whose):
            raise TooMany(
                "This address answers at most %(limit)s questions.",
                retry_after_seconds=wait,
                limit=self._questions.limit,
            )


def _redis(url: str) -> RedisStorage:
    return RedisStorage(
        url,
        connection_pool=ConnectionPool.from_url(
            url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS, retry=Retry(NoBackoff(), 0)
        ),
        key_prefix="hub:limits",
        wrap_exceptions=True,
    )


def _take(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str, handful: int) -> int:
    if limiter.hit(item, key, cost=handful):
        return handful
    return int(handful > 1 and limiter.hit(item, key))


def _seconds_to_wait(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str) -> int:
    return max(1, math.ceil(limiter.get_window_stats(item, key).reset_time - time.time()))


def _subscriber(request: Request) -> str:
    """Whose address a request comes from: of IPv6 the network, because one subscriber has more addresses than exist."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    return str(address if address.version == 4 else IPv6Network((int(address), _ONE_SUBSCRIBER_V6), strict=False))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
