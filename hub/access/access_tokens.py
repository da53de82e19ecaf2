"""Access tokens as signed documents (RFC 9068): how the hub makes its own, and how it reads its own and others'.

A token says which client it is for and which scopes it was given, nothing about rights: those are looked up at each
use, so that what was withdrawn stops at once.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.access import jose
from hub.access.assertions import Proven
from hub.access.claims import Expected, check
from hub.access.rights import Right
from hub.access.signing_keys import LONGEST_TOKEN_LIFE
from hub.access.token_refusals import Reason, TokenRefused

TYPE = "at+jwt"
_LONGEST_LIFE_ELSEWHERE = timedelta(hours=6)  # NL GOV profile for OAuth
_JTI_BYTES = 16
_CLIENT_KEY = "client_key"  # of ours: the key that the client proved itself with, so that the token falls with it


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs a token, and its id."""

    kid: str
    key: jose.Key


@dataclass(frozen=True, slots=True)
class Terms:
    """Who issues tokens, for whom they are meant, and how long they live."""

    issuer: str
    audience: str
    life: timedelta


@dataclass(frozen=True, slots=True)
class Own:
    """What a token of the hub says."""

    client_id: UUID
    client_key: str
    scopes: frozenset[str]
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a token of another issuer says."""

    subject: str
    scopes: frozenset[str]
    ends_at: datetime


class ScopeNotGranted(Exception):
    """A client asks for a scope that it was not given."""


def scopes_for(proven: Proven, asked: str | None) -> frozenset[Right]:
    """What a client gets: what it asks for, or all it has when it asks for nothing. Raises ScopeNotGranted."""
    has = frozenset(map(Right, proven.client.rights))
    if asked is None:
        return has
    wanted = _parts(asked)
    if not wanted or not wanted <= has:
        raise ScopeNotGranted
    return frozenset(map(Right, wanted))


def issue(proven: Proven, scopes: frozenset[Right], signer: Signer, terms: Terms, *, now: datetime) -> str:
    """An access token for a client that proved who it is."""
    assert terms.life <= LONGEST_TOKEN_LIFE, "a key is published no longer than this after its last token"
    moment, client_id = int(now.timestamp()), str(proven.client.id)
    claims = {
        "iss": terms.issuer,
        "sub": client_id,
        "aud": terms.audience,
        "client_id": client_id,
        "iat": moment,
        "exp": moment + int(terms.life.total_seconds()),
        "jti": secrets.token_urlsafe(_JTI_BYTES),
        "scope": scope_of(scopes),
        _CLIENT_KEY: proven.kid,
    }
    return jose.sign(claims, signer.key, kid=signer.kid, type_=TYPE)


def scope_of(scopes: frozenset[Right]) -> str:
    """Scopes as one text (RFC 6749, 3.3)."""
    return " ".join(sorted(scopes))


def need_access_token(signed: jose.Signed) -> None:
    """Raises TokenRefused for an ID token, an assertion, or whatever else a key may have signed."""
    if signed.type != TYPE:
        raise TokenRefused(Reason.TYPE)


def read_own(signed: jose.Signed, key: jose.Key, *, issuer: str, audience: str, now: datetime) -> Own:
    """What a token says that must be one of the hub's own. Raises TokenRefused."""
    need_access_token(signed)
    signed.need_signature([key])
    expected = Expected(issuer, audience, LONGEST_TOKEN_LIFE, also=("sub", "client_id", "jti", "scope", _CLIENT_KEY))
    ends_at = check(signed.claims, expected, now=now)
    claims = signed.claims
    if claims["sub"] != claims["client_id"]:
        raise TokenRefused(Reason.SUBJECT)
    return Own(UUID(claims["client_id"]), str(claims[_CLIENT_KEY]), _scopes(claims), ends_at)


def read_foreign(signed: jose.Signed, key: jose.Key, *, issuer: str, audience: str, now: datetime) -> Foreign:
    """What a token says that must be one of `issuer`, for the hub. Raises TokenRefused."""
    need_access_token(signed)
    signed.need_signature([key])
    expected = Expected(issuer, audience, _LONGEST_LIFE_ELSEWHERE, also=("sub",), one_audience=False)
    ends_at = check(signed.claims, expected, now=now)
    return Foreign(signed.claims["sub"], _scopes(signed.claims), ends_at)


def _scopes(claims: dict[str, Any]) -> frozenset[str]:
    said = claims.get("scope", "")
    if not isinstance(said, str):
        raise TokenRefused(Reason.MALFORMED)
    return _parts(said)


def _parts(scope: str) -> frozenset[str]:
    return frozenset(scope.split())
