"""Who calls: looked up at each request, and remembered for a moment where a busy sender publishes."""

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool

from hub import clock
from hub.access.callers import Caller
from hub.access.tokens import Grant
from hub.api.bearers import Bearers
from hub.runtime import Runtime


class Grants:
    """Grants of tokens seen a moment ago.

    A withdrawn token, client or key opens nothing from the next request on. Publishing goes on at most this long: short
    enough to be called at once, long enough to matter for a sender of hundreds of events a second.
    """

    FRESH = timedelta(seconds=2)
    MOST = 10_000

    def __init__(self, runtime: Runtime, bearers: Bearers) -> None:
        self._runtime = runtime
        self._bearers = bearers
        self._seen: OrderedDict[bytes, tuple[datetime, Grant]] = OrderedDict()

    async def caller(self, secret: str) -> Caller:
        """Whom the token stands for at this moment. Raises TokenRefused."""
        return (await self._grant(secret, clock.now())).caller

    async def busy_caller(self, secret: str) -> Caller:
        """Whom the token stood for a moment ago. Raises TokenRefused."""
        now = clock.now()
        key = hashlib.sha256(secret.encode()).digest()
        seen = self._seen.get(key)
        if seen is None or now - seen[0] > self.FRESH or seen[1].expires_at <= now:
            seen = (now, await self._grant(secret, now))
            self._remember(key, seen)
        return seen[1].caller

    async def _grant(self, secret: str, now: datetime) -> Grant:
        await self._bearers.prepare(secret, now=now)
        return await run_in_threadpool(self._look_up, secret, now)

    def _look_up(self, secret: str, now: datetime) -> Grant:
        with self._runtime.sessions() as session:
            return self._bearers.grant(session, secret, now=now)

    def _remember(self, key: bytes, seen: tuple[datetime, Grant]) -> None:
        self._seen[key] = seen
        self._seen.move_to_end(key)
        if len(self._seen) > self.MOST:
            self._seen.popitem(last=False)
