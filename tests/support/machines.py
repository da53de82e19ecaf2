"""Machine clients as they are at their owner's: with a private key, making assertions, fetching tokens."""

import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from hub import clock
from hub.access.callers import Caller
from hub.access.clients import add_client, add_key
from hub.access.jose import public_jwk
from hub.access.rights import SCHOOL_RIGHTS, Right
from hub.codes import OrganisationCode
from hub.store.engine import Sessions
from tests.support.callers import SOURCE

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SIGNING = ["RS256", "PS256", "ES256"]
Key = RSAKey | ECKey


def rsa_key(number: int = 0) -> RSAKey:
    """A key pair; the same one for the same number, because making one takes long."""
    return _rsa_key(number)


def ec_key(number: int = 0) -> ECKey:
    """The same on the curve P-256."""
    return _ec_key(number)


def signed(claims: Mapping[str, Any], key: Any, **header: Any) -> str:
    """A signed token with exactly these claims; a header that is None is left out."""
    said = {"alg": "PS256", "kid": getattr(key, "kid", None), **header}
    return jwt.encode(
        {name: value for name, value in said.items() if value is not None},
        {name: value for name, value in claims.items() if value is not None},
        key,
        algorithms=SIGNING,
        default_type=None,
    )


def forged(claims: Mapping[str, Any], algorithm: str, kid: str | None, secret: bytes = b"", **header: Any) -> str:
    """What libraries refuse to make: `none`, without a signature, or HS256 with a public key for the secret."""
    said = {"alg": algorithm, "kid": kid, **header}
    text = b".".join(urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=") for part in (said, claims))
    mac = hmac.digest(secret, text, "sha256") if secret else b""
    return (text + b"." + urlsafe_b64encode(mac).rstrip(b"=")).decode()


@dataclass(frozen=True)
class Machine:
    """A client of the hub, at its owner's."""

    client_id: str
    issuer: str
    key: Key = field(repr=False)

    def claims(self, *, at: float | None = None, **other: Any) -> dict[str, Any]:
        """The claims of a good assertion, made at `at`, with `other` values; one that is None is left out."""
        moment = int(time.time() if at is None else at)
        return {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "iat": moment,
            "exp": moment + 60,
            "jti": secrets.token_urlsafe(16),
            **other,
        }

    def assertion(self, *, at: float | None = None, **other: Any) -> str:
        """A good assertion, but for what is said otherwise."""
        return signed(self.claims(at=at, **other), self.key, alg="ES256" if isinstance(self.key, ECKey) else "PS256")

    def ask(self, client: httpx.Client, *, assertion: str | None = None, **other: str | None) -> httpx.Response:
        """Ask for a token, in a way that may well be refused; a field that is None is left out."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
            **other,
        }
        return client.post("/oauth/token", data={name: value for name, value in form.items() if value is not None})

    def token(self, client: httpx.Client, **other: str) -> str:
        """A token that must be given."""
        answer = self.ask(client, **other)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token


@cache
def _rsa_key(number: int) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": f"key-{number}"})


@cache
def _ec_key(number: int) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": f"curve-{number}"})


def register(
    sessions: Sessions,
    issuer: str,
    *,
    organisation: str = "B00001",
    rights: frozenset[Right] = SCHOOL_RIGHTS,
    source: str = SOURCE,
    key: Key | None = None,
) -> Machine:
    """A new client of an organisation, with one key."""
    pair = key or rsa_key()
    caller = Caller(OrganisationCode(organisation), rights, frozenset({source}), "test system")
    with sessions.begin() as session:
        client = add_client(session, caller, now=clock.now())
        add_key(session, client.id, public_jwk(pair), now=clock.now())
    return Machine(str(client.id), issuer, pair)
