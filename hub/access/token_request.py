"""The question at a provider's token endpoint, with which the hub proves itself, and what is read from the answer."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote_plus

import orjson

from hub.access import jose
from hub.access.hashes import new_secret
from hub.access.provider_metadata import Metadata
from hub.access.providers import ClientAuth, Trusted
from hub.access.refusals import Reason, SignInRefused

_ASSERTION_SECONDS = 60  # the longest that the NL GOV profile for OAuth allows
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_OK = 200


@dataclass(frozen=True, slots=True, repr=False)
class TokenRequest:
    """A form to post. There is no repr: it holds secrets."""

    address: str
    form: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Handing:
    """What is handed in for an ID token."""

    code: str
    verifier: str
    redirect_uri: str


def token_request(there: Trusted, metadata: Metadata, handing: Handing, *, now: datetime) -> TokenRequest:
    """Hand in a code, proving that the hub may (RFC 6749, 4.1.3; RFC 7636, 4.5; RFC 7523, 2.2)."""
    provider, secrets = there.provider, there.secrets
    form = {
        "grant_type": "authorization_code",
        "code": handing.code,
        "redirect_uri": handing.redirect_uri,
        "code_verifier": handing.verifier,
    }
    match ClientAuth(provider.client_auth):
        case ClientAuth.PRIVATE_KEY_JWT:
            assertion = _assertion(there, metadata, now)
            proof = {"client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion}
            return TokenRequest(metadata.token_endpoint, {**form, "client_id": provider.client_id, **proof})
        case ClientAuth.CLIENT_SECRET_POST:
            proof = {"client_id": provider.client_id, "client_secret": secrets.client_secret or ""}
            return TokenRequest(metadata.token_endpoint, {**form, **proof})
        case ClientAuth.CLIENT_SECRET_BASIC:
            both = f"{quote_plus(provider.client_id)}:{quote_plus(secrets.client_secret or '')}"
            proof = {"Authorization": f"Basic {b64encode(both.encode()).decode()}"}
            return TokenRequest(metadata.token_endpoint, form, proof)


def id_token_in(status: int, body: bytes) -> str:
    """The ID token in the answer of a token endpoint. Raises SignInRefused."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise SignInRefused(Reason.NO_ID_TOKEN, f"status {status}")
    if status != _OK:
        raise SignInRefused(Reason.CODE_NOT_TAKEN, f"status {status}")
    token = told.get("id_token")
    if not isinstance(token, str):
        raise SignInRefused(Reason.NO_ID_TOKEN)
    return token


def _assertion(there: Trusted, metadata: Metadata, now: datetime) -> str:
    """A statement of the hub about itself, for this provider alone: its issuer is the only audience."""
    key = jose.key_of(there.secrets.client_keys[0])
    seconds = int(now.timestamp())
    said = {
        "iss": there.provider.client_id,
        "sub": there.provider.client_id,
        "aud": there.provider.issuer,
        "jti": new_secret(),
        "iat": seconds,
        "exp": seconds + _ASSERTION_SECONDS,
    }
    return jose.sign(said, key, kid=str(key.kid), type_="JWT", algorithm=metadata.client_signing)
