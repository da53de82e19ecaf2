"""The parts that the pages of one process work with."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from hub.access.roles import Role
from hub.access.web_sessions import Patience
from hub.budgets import Budget, Counters, subscriber
from hub.clock import dutch_date
from hub.directory.snapshot import Snapshot
from hub.errors import TooMany
from hub.runtime import Runtime
from hub.web.cookies import Cookies
from hub.web.provider_calls import ProviderCalls

Clock = Callable[[], datetime]

GiveHints = Callable[..., None]
"""Tells the workers that there is something to read, as `hub.hints.Hints.give` does."""


class Front:
    """Settings, database and vault as the pages need them; `now` is the hub's clock."""

    def __init__(self, runtime: Runtime, now: Clock, give_hints: GiveHints = lambda *_: None) -> None:
        settings = runtime.settings
        self.runtime = runtime
        self.now = now
        self.give_hints = give_hints
        self.cookies = Cookies.at(settings.public_url)
        self.providers = ProviderCalls(to_loopback=settings.webhooks_to_loopback)
        self.patience = Patience(
            timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
        )
        self.second_factor_roles = frozenset(map(Role, settings.second_factor_roles))
        self.demo = settings.demo_sign_in
        counters = Counters(None if settings.redis_url is None else str(settings.redis_url))
        self._sign_ins = Budget("sign-in", settings.limit_of_sign_ins, counters)
        self._questions = Budget("question", settings.limit_of_questions, counters)

    async def let_begin(self, address: str) -> None:
        """Count a sign-in that begins at an address; a whole school comes from one, at half past eight.

        Raises TooMany.
        """
        whose = subscriber(address)
        if wait := await self._sign_ins.spend(whose, whose):
            raise TooMany("Too many people begin to sign in at once.", retry_after_seconds=wait)

    async def let_ask(self, address: str) -> None:
        """Count a public question of an address, together with those that it asks the API. Raises TooMany."""
        whose = subscriber(address)
        if wait := await self._questions.spend(whose, whose):
            raise TooMany(
                "This address answers at most %(limit)s questions.",
                retry_after_seconds=wait,
                limit=self._questions.limit,
            )

    def today(self) -> date:
        """The calendar day in the Netherlands."""
        return dutch_date(self.now())

    def snapshot(self) -> Snapshot:
        """The newest directory."""
        with self.runtime.sessions() as session:
            return self.runtime.snapshot(session)

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
