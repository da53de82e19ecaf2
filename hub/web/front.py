"""The parts that the pages of one process work with."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from hub.access.roles import Role
from hub.access.web_sessions import Patience
from hub.budgets import Budget, Counters, subscriber
from hub.errors import TooMany
from hub.runtime import Runtime
from hub.web.cookies import Cookies
from hub.web.provider_calls import ProviderCalls

Clock = Callable[[], datetime]


class Front:
    """Settings, database and vault as the pages need them; `now` is the hub's clock."""

    def __init__(self, runtime: Runtime, now: Clock) -> None:
        settings = runtime.settings
        self.runtime = runtime
        self.now = now
        self.cookies = Cookies.at(settings.public_url)
        self.providers = ProviderCalls(to_loopback=settings.webhooks_to_loopback)
        self.patience = Patience(
            timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
        )
        self.second_factor_roles = frozenset(map(Role, settings.second_factor_roles))
        self.demo = settings.demo_sign_in
        counters = Counters(None if settings.redis_url is None else str(settings.redis_url))
        self._sign_ins = Budget("sign-in", settings.limit_of_sign_ins, counters)

    async def let_begin(self, address: str) -> None:
        """Count a sign-in that begins at an address; a whole school comes from one, at half past eight.

        Raises TooMany.
        """
        whose = subscriber(address)
        if wait := await self._sign_ins.spend(whose, whose):
            raise TooMany("Too many people begin to sign in at once.", retry_after_seconds=wait)

    @property
    def origin(self) -> str:
        """What a browser calls the place where these pages are (RFC 6454)."""
        parts = urlsplit(self.runtime.settings.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    def address(self, path: str) -> str:
        """A page as others are told to find it."""
        return self.runtime.settings.public_url.rstrip("/") + path


async def front(request: Request) -> Front:
    """The parts of this process."""
    parts: Front = request.app.state.front
    return parts


InFront = Annotated[Front, Depends(front)]
