"""The calls that the hub makes to identity providers, guarded; what an answer means is judged elsewhere."""

import time
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from hub.access.id_tokens import Keys
from hub.access.issuers import NotFetched, keys_in
from hub.access.provider_metadata import WELL_KNOWN, Metadata, read_metadata
from hub.access.refusals import ProviderAway
from hub.access.tables import Provider
from hub.access.token_request import TokenRequest
from hub.delivery.fetching import DEADLINE, FetchFailed, fetch, post_form

_FRESH_SECONDS = 3600.0
_FORGED_SECONDS = 60.0

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a provider published, and when the hub looked."""

    metadata: Metadata
    keys: Keys
    at: float


class ProviderCalls:
    """Calls to every provider, from one process; what a provider publishes is looked up once an hour."""

    def __init__(self, *, to_loopback: bool, deadline: timedelta = DEADLINE) -> None:
        self._to_loopback = to_loopback
        self._deadline = deadline
        self._seen: dict[str, _Looked] = {}

    async def metadata(self, provider: Provider) -> Metadata:
        """What a provider says of itself. Raises ProviderAway."""
        return (await self._look(provider, _FRESH_SECONDS)).metadata

    async def keys(self, provider: Provider, *, anew: bool = False) -> Keys:
        """The keys a provider signs with. Raises ProviderAway.

        `anew` looks again, because a token names a key that was not there; at most once a minute, or forged tokens
        would make the hub call all the time.
        """
        return (await self._look(provider, _FORGED_SECONDS if anew else _FRESH_SECONDS)).keys

    async def hand_in(self, request: TokenRequest) -> tuple[int, bytes]:
        """Status and body of the answer of a token endpoint. Raises ProviderAway."""
        asked = post_form(
            request.address, request.form, request.headers, to_loopback=self._to_loopback, deadline=self._deadline
        )
        return await _told(asked)

    async def _look(self, provider: Provider, fresh_seconds: float) -> _Looked:
        seen = self._seen.get(provider.issuer)
        if seen is None or time.monotonic() - seen.at > fresh_seconds:
            document = await self._fetch(provider.issuer.rstrip("/") + WELL_KNOWN)
            metadata = read_metadata(provider.issuer, document, to_loopback=self._to_loopback)
            seen = _Looked(metadata, _keys_in(await self._fetch(metadata.jwks_uri)), time.monotonic())
            self._seen[provider.issuer] = seen
        return seen

    async def _fetch(self, address: str) -> bytes:
        return await _told(fetch(address, to_loopback=self._to_loopback, deadline=self._deadline))


async def _told(asked: Awaitable[Answer]) -> Answer:
    try:
        return await asked
    except FetchFailed as error:
        raise ProviderAway(detail=str(error)) from error


def _keys_in(document: bytes) -> Keys:
    try:
        return keys_in(document)
    except NotFetched as error:
        raise ProviderAway(detail="keys") from error
