"""What a bearer token proves: an access token of the hub, one of a configured issuer, or an opaque token."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from hub.access import jose
from hub.access.access_tokens import need_access_token, read_foreign, read_own
from hub.access.clients import caller_by_identity, caller_by_key
from hub.access.issuers import Fetch, Issuers, NotFetched
from hub.access.token_refusals import Reason, TokenRefused
from hub.access.tokens import PREFIX, Grant, grant_of
from hub.api.keyring import Keyring
from hub.delivery.fetching import FetchFailed, fetch
from hub.settings import OutsideIssuer, Settings
from hub.telemetry import tell

logger = logging.getLogger(__name__)


class Bearers:
    """Reads the tokens that requests bring. Whatever it refuses is written down with its reason, never with the token.

    Two steps, because the keys of other issuers come over the network and a database session must not wait for that.
    """

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        self._settings = settings
        self._keyring = keyring
        self._issuers = Issuers(settings.issuers, fetch_keys(settings))

    async def prepare(self, secret: str, *, now: datetime) -> None:
        """Have at hand what `grant` needs for this token. Raises TokenRefused."""
        with _told():
            if self._settings.issuers and not secret.startswith(PREFIX):
                signed = _read(secret)
                if not self._is_own(signed):
                    await self._issuers.prepare(signed.claims.get("iss"), signed.kid, now=now)

    def grant(self, session: Session, secret: str, *, now: datetime) -> Grant:
        """Whom the token stands for, and until when. Raises TokenRefused."""
        with _told():
            if secret.startswith(PREFIX):
                return self._opaque(session, secret, now)
            signed = _read(secret)
            return self._own(session, signed, now) if self._is_own(signed) else self._foreign(session, signed, now)

    def _is_own(self, signed: jose.Signed) -> bool:
        return bool(signed.claims.get("iss") == self._settings.public_url)

    def _opaque(self, session: Session, secret: str, now: datetime) -> Grant:
        if not self._settings.opaque_tokens:
            raise TokenRefused(Reason.NOT_TAKEN_HERE)
        return grant_of(session, secret, now=now)

    def _own(self, session: Session, signed: jose.Signed, now: datetime) -> Grant:
        key = self._keyring.key(session, signed.kid)
        own = read_own(signed, key, issuer=self._settings.public_url, audience=self._settings.audience, now=now)
        return Grant(caller_by_key(session, own.client_id, own.client_key, own.scopes), own.ends_at)

    def _foreign(self, session: Session, signed: jose.Signed, now: datetime) -> Grant:
        issuer = self._issuers.named(signed.claims.get("iss"))
        key = self._issuers.key(issuer, signed.kid, now=now)
        said = read_foreign(signed, key, issuer=issuer.issuer, audience=issuer.audience, now=now)
        return Grant(caller_by_identity(session, issuer.issuer, said.subject, said.scopes), said.ends_at)


def fetch_keys(settings: Settings) -> Fetch:
    """How this process gets the keys of issuers: over guarded HTTP, or out of a file."""

    async def get(issuer: OutsideIssuer) -> bytes:
        try:
            if issuer.jwks_file is not None:
                return await run_in_threadpool(issuer.jwks_file.read_bytes)
            return await fetch(str(issuer.jwks_url), to_loopback=settings.webhooks_to_loopback)
        except FetchFailed as error:
            raise NotFetched(str(error)) from error
        except OSError as error:
            raise NotFetched("file") from error

    return get


def _read(secret: str) -> jose.Signed:
    signed = jose.read(secret)
    need_access_token(signed)
    return signed


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except TokenRefused as refusal:
        tell(logger, "token refused", reason=refusal.reason, who=refusal.who)
        raise
