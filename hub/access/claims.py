"""What the claims of a signed token must say (RFC 7519), for assertions of clients and for access tokens alike."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.errors import ClaimError, ExpiredTokenError, MissingClaimError
from joserfc.jwt import JWTClaimsRegistry

from hub.access.token_refusals import Reason, TokenRefused

CLOCK_DIFFERENCE = timedelta(seconds=10)
"""How far the clock of an honest sender may be ahead."""

_REASONS = {
    "iss": Reason.ISSUER,
    "sub": Reason.SUBJECT,
    "aud": Reason.AUDIENCE,
    "iat": Reason.NOT_YET,
    "nbf": Reason.NOT_YET,
    "exp": Reason.EXPIRED,
    "jti": Reason.JTI,
}


@dataclass(frozen=True, slots=True)
class Expected:
    """Who must have issued a token, for whom, for how long at most, and which claims it must have beside these."""

    issuer: str
    audience: str
    longest_life: timedelta
    also: Collection[str] = ()
    one_audience: bool = True  # as one string, so that a token cannot be shown elsewhere too


def check(claims: Mapping[str, Any], expected: Expected, *, now: datetime) -> datetime:
    """The moment at which the token ends. Raises TokenRefused."""
    essential = {name: {"essential": True} for name in ("iat", "exp", *expected.also)}
    registry = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(CLOCK_DIFFERENCE.total_seconds()),
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.audience},
        **essential,  # type: ignore[arg-type]  # a literal that mypy widens
    )
    try:
        registry.validate(dict(claims))
    except MissingClaimError as error:
        raise TokenRefused(Reason.CLAIM_MISSING) from error
    except ExpiredTokenError as error:
        raise TokenRefused(Reason.EXPIRED) from error
    except ClaimError as error:
        raise TokenRefused(_REASONS.get(error.claim, Reason.MALFORMED)) from error
    if expected.one_audience and not isinstance(claims["aud"], str):
        raise TokenRefused(Reason.AUDIENCE)
    if claims["exp"] > claims["iat"] + expected.longest_life.total_seconds():
        raise TokenRefused(Reason.TOO_LONG)
    return _end(claims["exp"], now)


def _end(seconds: float, now: datetime) -> datetime:
    """The registry forgives the clock of the sender in both directions; an end is an end."""
    if seconds <= now.timestamp():
        raise TokenRefused(Reason.EXPIRED)
    return datetime.fromtimestamp(seconds, UTC)
