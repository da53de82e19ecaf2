"""How often something may happen: counted together in Redis when there is one, and by each process alone otherwise.

What is counted often is not counted one by one: a process takes a handful from the count at a time and deals it out
itself. What it took is counted already, so that all processes together never let more through than the limit says.
"""

import asyncio
import hashlib
import logging
import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import IPv6Network, ip_address

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry
from starlette.concurrency import run_in_threadpool

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


def subscriber(host: str) -> str:
    """Whose address this is, hashed: of IPv6 the network, because one subscriber has more addresses than exist."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return hashed(host)
    one = address if address.version == 4 else IPv6Network((int(address), _ONE_SUBSCRIBER_V6), strict=False)
    return hashed(str(one))


def hashed(text: str) -> str:
    """What a count is kept under, so that nobody can be read from it."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


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
