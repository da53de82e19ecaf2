"""ID tokens and logout tokens of identity providers: what must be true of one before it is believed.

OpenID Connect Core 1.0, section 3.1.3.7, and Back-Channel Logout 1.0, section 2.6, with the choices that NL GOV makes:
a signature always, by a public key; the hub as the only audience.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from hub.access import jose
from hub.access.assurance import Assurance
from hub.access.refusals import Reason, SignInRefused
from hub.access.token_refusals import TokenRefused

Keys = Mapping[str | None, jose.Key]
"""The keys of a provider by their id; the only one also stands under None."""

_LEEWAY_SECONDS = 30  # clocks of two organisations
_OLDEST = timedelta(minutes=5)
_LONGEST_SUBJECT = 255
_ALWAYS = ("iss", "aud", "exp", "iat")
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class UnknownKey(Exception):
    """A token was signed with a key that is not among those the provider published when the hub last looked."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose token it must be, and for whom."""

    issuer: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Demand:
    """What the hub asked for in this sign-in."""

    nonce: str
    assurance: Assurance
    second_factor: bool


@dataclass(frozen=True, slots=True, repr=False)
class Proven:
    """Who signed in, in the provider's words. There is no repr: a subject may be an e-mail address."""

    subject: str
    provider_session: str | None
    second_factor: bool


@dataclass(frozen=True, slots=True, repr=False)
class SignedOut:
    """Who signed out at the provider: one of its sessions, or a subject with all of them."""

    subject: str | None
    provider_session: str | None


def read_id_token(token: str, keys: Keys, expected: Expected, demand: Demand, *, now: datetime) -> Proven:
    """Who signed in. Raises SignInRefused with the claim that is wrong, and UnknownKey."""
    claims = _verified(token, keys)
    _check_claims(claims, expected, now, essential=("sub", "nonce"))
    if not _is(claims["nonce"], demand.nonce):
        raise _wrong("nonce")
    acr, amr = claims.get("acr"), claims.get("amr") or []
    if not isinstance(acr, str | None) or not isinstance(amr, list) or not all(isinstance(one, str) for one in amr):
        raise _wrong("acr" if not isinstance(acr, str | None) else "amr")
    if not demand.assurance.suffices(acr, frozenset(amr), second_factor=demand.second_factor):
        raise SignInRefused(Reason.LEVEL_TOO_LOW)
    return Proven(claims["sub"], _session_in(claims), demand.assurance.has_second_factor(acr, frozenset(amr)))


def read_logout_token(token: str, keys: Keys, expected: Expected, *, now: datetime) -> SignedOut:
    """Who signed out. Raises SignInRefused with the claim that is wrong, and UnknownKey."""
    claims = _verified(token, keys)
    _check_claims(claims, expected, now, essential=("jti", "events"))
    events = claims["events"]
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT_EVENT), dict):
        raise _wrong("events")
    if "nonce" in claims:  # so that an ID token can never pass for a logout token
        raise _wrong("nonce")
    signed_out = SignedOut(claims.get("sub"), _session_in(claims))
    if signed_out.subject is None and signed_out.provider_session is None:
        raise _wrong("sub")
    return signed_out


def _verified(token: str, keys: Keys) -> dict[str, Any]:
    try:
        signed = jose.read(token)
        key = keys.get(signed.kid)
        if key is None:
            raise UnknownKey
        signed.need_signature([key])
    except TokenRefused as error:
        raise _wrong(error.reason.value) from error
    return signed.claims


def _check_claims(claims: dict[str, Any], expected: Expected, now: datetime, *, essential: tuple[str, ...]) -> None:
    seconds = int(now.timestamp())
    options: dict[str, ClaimsOption] = {name: {"essential": True} for name in (*_ALWAYS, *essential)}
    options["iss"] = {"essential": True, "value": expected.issuer}
    try:
        JWTClaimsRegistry(seconds, _LEEWAY_SECONDS, **options).validate(claims)
    except JoseError as error:
        raise _wrong(getattr(error, "claim", "form")) from error
    if claims["aud"] not in (expected.client_id, [expected.client_id]):
        raise _wrong("aud")
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise _wrong("azp")
    if claims["iat"] < seconds - _OLDEST.total_seconds():
        raise _wrong("iat")
    if "sub" in claims and not 0 < len(claims["sub"]) <= _LONGEST_SUBJECT:
        raise _wrong("sub")


def _session_in(claims: dict[str, Any]) -> str | None:
    sid = claims.get("sid")
    if not isinstance(sid, str | None):
        raise _wrong("sid")
    return sid


def _is(said: object, expected: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), expected.encode())


def _wrong(what: str) -> SignInRefused:
    return SignInRefused(Reason.ID_TOKEN_WRONG, what)
