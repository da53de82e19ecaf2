"""Other authorization servers whose access tokens the hub takes: their public keys, fetched, kept and fetched again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import orjson

from hub.access import jose
from hub.access.token_refusals import Reason, TokenRefused
from hub.settings import OutsideIssuer
from hub.telemetry import tell

KEPT = timedelta(minutes=10)
"""After this long keys are fetched anew, so that one that its issuer took back is soon worth nothing here."""

APART = timedelta(minutes=1)
"""Between two fetches at least: tokens with invented key ids must not make the hub hammer an issuer."""

KEPT_WITHOUT_NEWS = timedelta(hours=24)
"""How long keys are trusted while their issuer's address is away."""

_MOST_KEYS = 50

logger = logging.getLogger(__name__)


class NotFetched(Exception):
    """The keys of an issuer could not be had; the text is one word for the log."""


Fetch = Callable[[OutsideIssuer], Awaitable[bytes]]
"""Fetches the JWK set of an issuer. Raises NotFetched."""


class Issuers:
    """The issuers that the settings name, each with its keys."""

    def __init__(self, configured: Iterable[OutsideIssuer], fetch: Fetch) -> None:
        self._rings = {issuer.issuer: _Ring(issuer, fetch) for issuer in configured}

    def named(self, issuer: object) -> OutsideIssuer:
        """The issuer of exactly this name. Raises TokenRefused."""
        if not isinstance(issuer, str) or issuer not in self._rings:
            raise TokenRefused(Reason.ISSUER)
        return self._rings[issuer].issuer

    async def prepare(self, issuer: object, kid: str | None, *, now: datetime) -> None:
        """Fetch the keys of an issuer, if they are not at hand or not of today. Raises TokenRefused: not configured."""
        await self._rings[self.named(issuer).issuer].prepare(kid, now)

    def key(self, issuer: OutsideIssuer, kid: str | None, *, now: datetime) -> jose.Key:
        """The key with this id, out of those at hand; without an id the only one. Raises TokenRefused."""
        return self._rings[issuer.issuer].key(kid, now)


class _Ring:
    """The keys of one issuer."""

    def __init__(self, issuer: OutsideIssuer, fetch: Fetch) -> None:
        self.issuer = issuer
        self._fetch = fetch
        self._keys: dict[str | None, jose.Key] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def prepare(self, kid: str | None, now: datetime) -> None:
        if self._wants_news(kid, now):
            async with self._one_at_a_time:
                if self._wants_news(kid, now):  # nobody fetched them while this one waited
                    await self._refresh(now)

    def key(self, kid: str | None, now: datetime) -> jose.Key:
        if self._is_older_than(KEPT_WITHOUT_NEWS, now):
            raise TokenRefused(Reason.KEYS_AWAY)
        if kid not in self._keys:
            raise TokenRefused(Reason.UNKNOWN_KEY)
        return self._keys[kid]

    def _is_older_than(self, age: timedelta, now: datetime) -> bool:
        return self._fetched_at is None or now - self._fetched_at > age

    def _wants_news(self, kid: str | None, now: datetime) -> bool:
        may_try = self._tried_at is None or now - self._tried_at >= APART
        return may_try and (kid not in self._keys or self._is_older_than(KEPT, now))

    async def _refresh(self, now: datetime) -> None:
        self._tried_at = now
        try:
            self._keys = keys_in(await self._fetch(self.issuer))
        except NotFetched as error:
            tell(logger, "keys of an issuer not fetched", issuer=self.issuer.issuer, reason=str(error))
        else:
            self._fetched_at = now


def keys_in(document: bytes) -> dict[str | None, jose.Key]:
    """The keys of a JWK set that can sign, by id; the only one also stands under None. Raises NotFetched."""
    try:
        listed = orjson.loads(document)["keys"][:_MOST_KEYS]
        keys = {jwk["kid"]: key for jwk in listed if (key := _usable(jwk)) is not None}
    except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError) as error:
        raise NotFetched("malformed") from error
    return keys | {None: next(iter(keys.values()))} if len(keys) == 1 else keys


def _usable(jwk: jose.Jwk) -> jose.Key | None:
    """Keys for other purposes and of kinds that the hub does not know are passed over (RFC 7517, 5)."""
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", jose.OWN_ALGORITHM) not in jose.ALGORITHMS or "kid" not in jwk:
        return None
    try:
        return jose.key_of(jwk)
    except ValueError:
        return None
