"""Signing out: here, everywhere, at the provider too, and when the provider says so."""

import logging
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from hub.access import web_sessions
from hub.access.id_tokens import Expected, SignedOut, UnknownKey, read_logout_token
from hub.access.providers import Trusted, trusted
from hub.access.refusals import ProviderAway, Reason, SignInRefused
from hub.access.web_sessions import NotSignedInHere, SessionOver
from hub.telemetry import tell
from hub.web.front import Front, InFront
from hub.web.pages import page
from hub.web.sign_in import Code
from hub.web.visitors import look_up

_LONGEST_TOKEN = 16_000
SIGNED_OUT_PATH = "/signed-out"

router = APIRouter()
by_provider = APIRouter()
logger = logging.getLogger(__name__)


@router.post("/sign-out")
async def here(request: Request, front: InFront) -> Response:
    """End the session of this browser, and go on to the provider to end the one there."""
    return await _leave(request, front, everywhere=False)


@router.post("/sign-out/everywhere")
async def everywhere(request: Request, front: InFront) -> Response:
    """End every session of this person, in whatever browser, and go on to the provider."""
    return await _leave(request, front, everywhere=True)


@router.api_route(SIGNED_OUT_PATH, methods=["GET", "HEAD"])
def signed_out(request: Request) -> Response:
    """Where one comes out."""
    return page(request, "signed_out.html", address=None, name=None)


@by_provider.post("/sign-in/{code}/back-channel-logout")
async def told_by_provider(
    front: InFront, code: Code, logout_token: Annotated[str, Form(max_length=_LONGEST_TOKEN)]
) -> Response:
    """A provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0).

    It comes from a server, so it carries no cookie, and proves itself by its signature.
    """
    there = await run_in_threadpool(_trusted, front, code)
    try:
        gone = await _read(front, there, logout_token)
    except (SignInRefused, ProviderAway) as error:
        tell(logger, "logout_token.refused", provider=code, detail=error.detail)
        return JSONResponse({"error": "invalid_request"}, 400)
    ended = await run_in_threadpool(_end_at_provider, front, there, gone)
    logger.info("sign_out.by_provider provider=%s sessions=%s", code, ended)
    return Response(status_code=200)


async def _leave(request: Request, front: Front, *, everywhere: bool) -> Response:
    secret = request.cookies.get(front.cookies.session.name)
    code = None if secret is None else await run_in_threadpool(_end, front, secret, everywhere=everywhere)
    address, name = (None, None) if code is None else await _end_session_address(front, code)
    response = page(request, "signed_out.html", address=address, name=name)
    front.cookies.session.clear(response)
    front.cookies.browser.clear(response)
    return response


def _end(front: Front, secret: str, *, everywhere: bool) -> str | None:
    """End what is to be ended; the provider that the person came from, if any."""
    now = front.now()
    with front.runtime.sessions.begin() as session:
        try:
            visitor = look_up(front, session, secret)
        except (NotSignedInHere, SessionOver):
            return None
        web_sessions.end(session, secret, now=now)
        ended = web_sessions.end_all(session, visitor.person_id, now=now) if everywhere else 0
    logger.info("sign_out person=%s others=%s", visitor.person_id, ended)
    return visitor.provider


async def _end_session_address(front: Front, code: str) -> tuple[str | None, str | None]:
    """Where one signs out at the provider (OpenID Connect RP-Initiated Logout 1.0).

    Without id_token_hint: that would put who somebody is into an address. The provider asks instead.
    """
    there = await run_in_threadpool(_trusted, front, code)
    try:
        address = (await front.providers.metadata(there.provider)).end_session_endpoint
    except ProviderAway:
        return None, None
    if address is None:
        return None, None
    said = {"client_id": there.provider.client_id, "post_logout_redirect_uri": front.address(SIGNED_OUT_PATH)}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(said)}", there.provider.name


async def _read(front: Front, there: Trusted, token: str) -> SignedOut:
    expected = Expected(there.provider.issuer, there.provider.client_id)
    for anew in (False, True):
        keys = await front.providers.keys(there.provider, anew=anew)
        try:
            return read_logout_token(token, keys, expected, now=front.now())
        except UnknownKey:
            continue
    raise SignInRefused(Reason.ID_TOKEN_WRONG, "kid")


def _trusted(front: Front, code: str) -> Trusted:
    with front.runtime.sessions.begin() as session:
        return trusted(session, front.runtime.vault, code)


def _end_at_provider(front: Front, there: Trusted, gone: SignedOut) -> int:
    index_of = there.secrets.index_of
    with front.runtime.sessions.begin() as session:
        return web_sessions.end_at_provider(
            session,
            there.provider.code,
            subject=None if gone.subject is None else index_of("subject", gone.subject),
            provider_session=None if gone.provider_session is None else index_of("session", gone.provider_session),
            now=front.now(),
        )
