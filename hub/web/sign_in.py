"""Signing in: choose the organisation, go to its identity provider, and come back with its answer."""

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from hub.access import sign_in, web_sessions
from hub.access.hashes import new_secret
from hub.access.id_tokens import Expected, Proven, UnknownKey, read_id_token
from hub.access.identities import recognise
from hub.access.invitations import index_of, invited
from hub.access.providers import CODE, Trusted, find_provider, secrets_of, trusted, trusted_providers
from hub.access.refusals import Reason, SignInRefused
from hub.access.sign_in import Answer, Attempt, Wish
from hub.access.tables import Provider
from hub.access.token_request import Handing, id_token_in, token_request
from hub.errors import InvalidInput
from hub.web.demo import demo_people
from hub.web.front import Front, InFront
from hub.web.pages import page, reader_language
from hub.web.visitors import TheVisitor, settle

_LONGEST = 4_000

router = APIRouter()
logger = logging.getLogger(__name__)

Code = Annotated[str, Path(pattern=f"^{CODE}$")]
Told = Annotated[str | None, Query(max_length=_LONGEST)]


def callback_path(code: str) -> str:
    """The redirect address of a provider: each has one of its own."""
    return f"/sign-in/{code}/callback"


def addresses_of(public_url: str, code: str) -> dict[str, str]:
    """What is to be registered at a provider, by the names of the standards."""
    home = public_url.rstrip("/")
    return {
        "redirect_uris": home + callback_path(code),
        "jwks_uri": f"{home}/sign-in/{code}/jwks",
        "backchannel_logout_uri": f"{home}/sign-in/{code}/back-channel-logout",
        "post_logout_redirect_uris": f"{home}/signed-out",
    }


@router.api_route("/sign-in", methods=["GET", "HEAD"])
def choose(request: Request, front: InFront) -> Response:
    """The organisations whose people can sign in."""
    with front.runtime.sessions.begin() as session:
        providers = trusted_providers(session)
        people = demo_people(front, session) if front.demo else []
    return page(request, "sign_in.html", providers=providers, people=people)


@router.api_route("/invitation", methods=["GET", "HEAD"])
def first_time(request: Request, front: InFront) -> Response:
    """Where the code of an invitation is typed."""
    with front.runtime.sessions.begin() as session:
        providers = trusted_providers(session)
    return page(request, "invitation.html", providers=providers)


@router.post("/sign-in")
async def begin(
    request: Request,
    front: InFront,
    provider: Annotated[str, Form(pattern=f"^{CODE}$")],
    invitation: Annotated[str | None, Form(max_length=200)] = None,
) -> Response:
    """Go to a provider, for the first time with an invitation."""
    wish = Wish(invitation=index_of(invitation) if invitation is not None else None)
    return await _go(request, front, provider, wish)


@router.post("/sign-in/second-factor")
async def again(request: Request, front: InFront, visitor: TheVisitor) -> Response:
    """Go to the provider once more, for a second factor."""
    if visitor.provider is None:
        raise InvalidInput("People of the demo have no second factor.", next_step="Choose somebody else.")
    return await _go(request, front, visitor.provider, Wish(second_factor=True))


@router.get("/sign-in/{code}/callback")
async def come_back(
    request: Request,
    front: InFront,
    code: Code,
    state: Told = None,
    given: Annotated[str | None, Query(alias="code", max_length=_LONGEST)] = None,
    error: Told = None,
    iss: Told = None,
) -> Response:
    """A provider's answer: judged, handed in, and if all is true a session is opened."""
    browser = request.cookies.get(front.cookies.browser.name)
    there, attempt = await run_in_threadpool(_take, front, code, state, browser)
    metadata = await front.providers.metadata(there.provider)
    given = sign_in.code_in(Answer(given, error, iss), attempt, there.provider, metadata, now=front.now())
    handing = Handing(given, attempt.verifier, front.address(callback_path(code)))
    answer = await front.providers.hand_in(token_request(there, metadata, handing, now=front.now()))
    proven = await _prove(front, there.provider, id_token_in(*answer), attempt)
    held = request.cookies.get(front.cookies.session.name)
    secret = await run_in_threadpool(_arrive, front, there, proven, attempt, held)
    response = RedirectResponse("/", 303)
    front.cookies.session.put(response, secret)
    return response


@router.api_route("/sign-in/{code}/jwks", methods=["GET", "HEAD"])
def public_keys(front: InFront, code: Code) -> dict[str, object]:
    """The keys with which the hub proves itself to a provider (RFC 7517)."""
    with front.runtime.sessions.begin() as session:
        return secrets_of(front.runtime.vault, find_provider(session, code)).public_keys


async def _go(request: Request, front: Front, code: str, wish: Wish) -> Response:
    await front.let_begin(request.client.host if request.client else "")
    browser = request.cookies.get(front.cookies.browser.name) or new_secret()
    provider, attempt = await run_in_threadpool(_start, front, code, browser, wish)
    metadata = await front.providers.metadata(provider)
    redirect_uri = front.address(callback_path(code))
    address = sign_in.question(provider, metadata, attempt, redirect_uri, reader_language(request))
    # A page with a link, not a redirect: form-action would hold a redirect of a form to another site back.
    response = page(request, "onward.html", address=address, name=provider.name)
    front.cookies.browser.put(response, browser)
    return response


def _start(front: Front, code: str, browser: str, wish: Wish) -> tuple[Provider, Attempt]:
    now = front.now()
    with front.runtime.sessions.begin() as session:
        provider = find_provider(session, code)
        if wish.invitation is not None:
            invited(session, wish.invitation, now=now)
        return provider, sign_in.start(session, provider, browser, wish, now=now)


def _take(front: Front, code: str, state: str | None, browser: str | None) -> tuple[Trusted, Attempt]:
    with front.runtime.sessions.begin() as session:
        return trusted(session, front.runtime.vault, code), sign_in.take(session, state, browser)


async def _prove(front: Front, provider: Provider, token: str, attempt: Attempt) -> Proven:
    expected, demand = Expected(provider.issuer, provider.client_id), attempt.demand_on(provider)
    try:
        return read_id_token(token, await front.providers.keys(provider), expected, demand, now=front.now())
    except UnknownKey:
        keys = await front.providers.keys(provider, anew=True)
    try:
        return read_id_token(token, keys, expected, demand, now=front.now())
    except UnknownKey as error:
        raise SignInRefused(Reason.ID_TOKEN_WRONG, "kid") from error


def _arrive(front: Front, there: Trusted, proven: Proven, attempt: Attempt, held: str | None) -> str:
    """Open a session with a new secret; the one this browser held is worth nothing from now on."""
    now = front.now()
    with front.runtime.sessions.begin() as session:
        arrival = recognise(session, there, proven, attempt.invitation, now=now)
        if held is not None:
            web_sessions.end(session, held, now=now)
        web_sessions.forget_old(session, front.patience, now=now)
        secret = settle(front, session, web_sessions.open_session(session, arrival, now=now))
    logger.info("sign_in.succeeded person=%s provider=%s", arrival.person_id, arrival.provider)
    return secret
