"""How often one may ask: per client once it is known, per address as long as it is not.

An address is kept as a hash, for as long as its limit counts.
"""

from fastapi import Request

from hub.access.callers import Caller
from hub.budgets import Budget, Counters, hashed, subscriber
from hub.errors import TooMany
from hub.settings import Settings


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
        if wait := await self._clients.spend(key, hashed("/".join(key))):
            raise TooMany("This system asks the hub more often than was agreed.", retry_after_seconds=wait)

    async def address(self, request: Request) -> None:
        """Count a request for a token, or one with a wrong token, of an address. Raises TooMany."""
        whose = subscriber(_host(request))
        if wait := await self._addresses.spend(whose, whose):
            raise TooMany("Too many attempts to sign in came from this address.", retry_after_seconds=wait)

    async def question(self, request: Request) -> None:
        """Count a question that needs no token. Raises TooMany."""
        whose = subscriber(_host(request))
        if wait := await self._questions.spend(whose, whose):
            raise TooMany(
                "This address answers at most %(limit)s questions.",
                retry_after_seconds=wait,
                limit=self._questions.limit,
            )


def _host(request: Request) -> str:
    return request.client.host if request.client else ""
