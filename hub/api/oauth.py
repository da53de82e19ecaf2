"""The token endpoint, the hub's public keys, and the document that tells where they are; outside /v1, as is usual.

RFC 6749 (4.4, client credentials), RFC 7523 (`private_key_jwt`), RFC 7517 and RFC 8414, as the NL GOV profile for OAuth
narrows them. Refusals of the token endpoint have the form that RFC 6749 gives them; all else is a problem document.
"""

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from hub import clock
from hub.access import jose
from hub.access.access_tokens import ScopeNotGranted, Terms, issue, scope_of, scopes_for
from hub.access.assertions import Proven, prove
from hub.access.callers import Caller
from hub.access.rights import CLIENT_RIGHTS
from hub.access.token_refusals import Reason, TokenRefused
from hub.api.context import Context, InContext
from hub.api.wire import JSON, reads
from hub.codes import OrganisationCode
from hub.errors import TooLarge
from hub.runtime import Runtime
from hub.settings import TOKEN_PATH, Settings
from hub.telemetry import tell

KEYS_PATH = "/.well-known/jwks.json"
METADATA_PATH = "/.well-known/oauth-authorization-server"
GRANT_TYPE = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM = "application/x-www-form-urlencoded"
_LARGEST_FORM = 16 * 1024
_MOST_FIELDS = 20
_TOLD_TO_ANYBODY = "The client did not prove who it is. The operator of the hub can see why."

router = APIRouter()
logger = logging.getLogger(__name__)


class _Refusal(Exception):
    """A refusal of the token endpoint: one of the words of RFC 6749, 5.2."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


@router.post(TOKEN_PATH)
async def give_token(request: Request, parts: InContext) -> Response:
    """An access token for a client that proves itself with a signed assertion."""
    await parts.limits.address(request)
    try:
        return JSON(await _token(parts, _read(await _body(request))))
    except _Refusal as refusal:
        return _refused(refusal)


@reads(router, KEYS_PATH)
async def list_keys(parts: InContext) -> Response:
    """The public keys under which the hub's access tokens stand, as a JWK set (RFC 7517)."""
    return JSON({"keys": await run_in_threadpool(parts.keyring.documents)})


@reads(router, METADATA_PATH)
async def describe(parts: InContext) -> Response:
    """What this authorization server can do, and where (RFC 8414)."""
    return JSON(metadata(parts.runtime.settings))


def metadata(settings: Settings) -> dict[str, Any]:
    """The document of RFC 8414, 2; its issuer is what an assertion must name as its audience."""
    return {
        "issuer": settings.public_url,
        "token_endpoint": settings.token_endpoint,
        "jwks_uri": settings.public_url + KEYS_PATH,
        "scopes_supported": sorted(CLIENT_RIGHTS),
        "response_types_supported": ["none"],  # must be there and not be empty; there is nobody to redirect
        "grant_types_supported": [GRANT_TYPE],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(jose.ALGORITHMS),
    }


async def _token(parts: Context, form: dict[str, str]) -> dict[str, Any]:
    settings = parts.runtime.settings
    try:
        proven = await run_in_threadpool(_prove, parts.runtime, form)
    except TokenRefused as refusal:
        tell(logger, "assertion refused", reason=refusal.reason, who=refusal.who)
        raise _Refusal("invalid_client", _TOLD_TO_ANYBODY, 401) from refusal
    await parts.limits.client(_as_caller(proven))
    try:
        scopes = scopes_for(proven, form.get("scope"))
    except ScopeNotGranted as error:
        tell(logger, "scope refused", reason="scope", who=str(proven.client.id))
        raise _Refusal("invalid_scope", "The client does not have all of these scopes.") from error
    signer = await run_in_threadpool(parts.keyring.signer)
    terms = Terms(settings.public_url, settings.audience, timedelta(seconds=settings.access_token_seconds))
    token = await run_in_threadpool(issue, proven, scopes, signer, terms, now=clock.now())
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": settings.access_token_seconds,
        "scope": scope_of(scopes),
    }


def _prove(runtime: Runtime, form: dict[str, str]) -> Proven:
    """The assertion is used up for good before anything is given for it."""
    with runtime.sessions.begin() as session:
        proven = prove(session, form["client_assertion"], issuer=runtime.settings.public_url, now=clock.now())
    if form.get("client_id", str(proven.client.id)) != str(proven.client.id):
        raise TokenRefused(Reason.SUBJECT, who=str(proven.client.id))
    return proven


def _as_caller(proven: Proven) -> Caller:
    """The client as its requests are counted."""
    client = proven.client
    return Caller(OrganisationCode(client.organisation), frozenset(), frozenset(), f"client:{client.id}")


async def _body(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise _Refusal("invalid_request", f"Send {_FORM}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise TooLarge("The request is larger than the hub takes.")
    return bytes(body)


def _read(body: bytes) -> dict[str, str]:
    """The fields of a request for a token; an empty one counts as left out (RFC 6749, 3.2)."""
    try:
        text = body.decode("ascii")
        fields = parse_qsl(text, strict_parsing=bool(text), errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise _Refusal("invalid_request", "This is not a form.") from error
    form = dict(fields)
    if len(form) < len(fields):
        raise _Refusal("invalid_request", "A field may be there once.")
    if "grant_type" not in form:
        raise _Refusal("invalid_request", "Name a grant_type.")
    if form["grant_type"] != GRANT_TYPE:
        raise _Refusal("unsupported_grant_type", f"The hub knows {GRANT_TYPE}.")
    if form.get("client_assertion_type") != ASSERTION_TYPE or "client_assertion" not in form:
        raise _Refusal("invalid_client", "Prove the client with private_key_jwt.", 401)
    return form


def _refused(refusal: _Refusal) -> Response:
    answer = {"error": refusal.error, "error_description": refusal.description}
    headers = {"WWW-Authenticate": 'Bearer realm="samenspel"'} if refusal.status == 401 else {}
    return JSON(answer, status_code=refusal.status, headers=headers)
