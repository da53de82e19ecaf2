"""Who calls, remembered for a moment, so that a busy sender is not looked up for each event."""

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

    A withdrawn token, client or key works at most this long: short enough to be called at once, long enough to matter.
    """

    FRESH = timedelta(seconds=2)
    MOST = 10_000

    def __init__(self, runtime: Runtime, bearers: Bearers) -> None:
        self._runtime = runtime
        self._bearers = bearers
        self._seen: OrderedDict[bytes, tuple[datetime, Grant]] = OrderedDict()

    async def caller(self, secret: str) -> Caller:
        """Whom the token stands for. Raises TokenRefused."""
        now = clock.now()
        key = hashlib.sha256(secret.encode()).digest()
        seen = self._seen.get(key)
        if seen is None or now - seen[0] > self.FRESH or seen[1].expires_at <= now:
            await self._bearers.prepare(secret, now=now)
            seen = (now, await run_in_threadpool(self._look_up, secret, now))
            self._remember(key, seen)
        return seen[1].caller

    def _look_up(self, secret: str, now: datetime) -> Grant:
        with self._runtime.sessions() as session:
            return self._bearers.grant(session, secret, now=now)

    def _remember(self, key: bytes, seen: tuple[datetime, Grant]) -> None:
        self._seen[key] = seen
        self._seen.move_to_end(key)
        if len(self._seen) > self.MOST:
            self._seen.popitem(last=False)
