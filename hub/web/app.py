"""The pages as one application, and what a person sees when something is refused or goes wrong."""

import logging
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from hub.access.refusals import ProviderAway, SignInRefused
from hub.access.web_sessions import NotSignedInHere, SessionOver
from hub.errors import HubError, InvalidInput, NotFound, TooLarge, Unavailable
from hub.i18n import translate
from hub.telemetry import tell
from hub.web import casework, demo, public, reading_review, sign_in, sign_out, signal, start
from hub.web.front import Front
from hub.web.guard import FromElsewhere, Guard, from_our_own_pages
from hub.web.pages import has_own_font, page, reader_language
from hub.web.visitors import ChooseFirst

logger = logging.getLogger(__name__)


class Defect(HubError):
    """Something that the hub's makers did wrong."""

    status = 500
    code = "defect"
    title = "Something went wrong in the hub"
    next_step = "Try again later. If it stays, call the operator of the hub."


class Pages:
    """All pages for people, as an ASGI application."""

    def __init__(self, front: Front) -> None:
        if not has_own_font():
            logger.warning("the pages have no font of their own: run make setup where npm can reach its registry")
        self._app = _make_app(front)
        self._guarded = Guard(self._app)

    def knows(self, scope: Scope) -> bool:
        """Whether one of the pages is at this address."""
        return any(route.matches(scope)[0] is not Match.NONE for route in self._app.routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page."""
        await self._guarded(scope, receive, send)


def _make_app(front: Front) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.front = front
    for module in (start, sign_in, sign_out, demo, reading_review, public, signal, casework):
        app.include_router(module.router, dependencies=[Depends(from_our_own_pages)])
    app.include_router(sign_out.by_provider)
    handlers: dict[type[Exception], Any] = {
        HubError: _on_refusal,
        SignInRefused: _on_refused_sign_in,
        ProviderAway: _on_refused_sign_in,
        FromElsewhere: _on_form_from_elsewhere,
        NotSignedInHere: _on_nobody,
        SessionOver: _on_session_over,
        ChooseFirst: _on_nothing_chosen,
        RequestValidationError: _on_invalid_form,
        HTTPException: _on_http,
        OperationalError: _on_database_away,
        PoolTimeout: _on_database_away,
        DBAPIError: _on_database_error,
        Exception: _on_defect,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
    return app


def _refusal(request: Request, error: HubError, *, sign_in_anew: bool = False) -> Response:
    language = reader_language(request)
    response = page(
        request,
        "refused.html",
        error.status,
        title=translate(error.title, language),
        message=translate(error.message, language, error.parameters),
        next_step=translate(error.next_step, language),
        sign_in_anew=sign_in_anew,
    )
    if error.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


async def _on_refusal(request: Request, error: HubError) -> Response:
    return _refusal(request, error)


async def _on_refused_sign_in(request: Request, error: SignInRefused | ProviderAway) -> Response:
    reason = error.reason.value if isinstance(error, SignInRefused) else error.code
    provider = request.path_params.get("code")
    tell(logger, "sign_in.refused", reason=reason, detail=error.detail or None, provider=provider)
    return _refusal(request, error)


async def _on_form_from_elsewhere(request: Request, error: FromElsewhere) -> Response:
    tell(logger, "form.refused", reason=error.code, method=request.method)
    return _refusal(request, error)


async def _on_nobody(request: Request, error: NotSignedInHere) -> Response:
    # The cookie stays: while the secret changes, a second request of the same browser may still show the one before.
    if request.app.state.front.cookies.session.name in request.cookies:
        tell(logger, "session.refused", reason="unknown", method=request.method)
    if request.method in {"GET", "HEAD"}:
        return RedirectResponse("/sign-in", 303)
    return _refusal(request, error, sign_in_anew=True)


async def _on_session_over(request: Request, error: SessionOver) -> Response:
    tell(logger, "session.over", reason=error.why)
    response = _refusal(request, error, sign_in_anew=True)
    request.app.state.front.cookies.session.clear(response)
    return response


async def _on_nothing_chosen(request: Request, error: ChooseFirst) -> Response:
    if request.method in {"GET", "HEAD"}:
        return RedirectResponse("/organisation", 303)
    return _refusal(request, error)


async def _on_invalid_form(request: Request, _: RequestValidationError) -> Response:
    return _refusal(request, InvalidInput("Something in this form or address is missing or wrong: nothing was done."))


async def _on_http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 413:
        return _refusal(request, TooLarge("The request is larger than the hub takes."))
    if error.status_code == 404:
        return _refusal(request, NotFound("There is no page at this address."))
    response = _refusal(
        request, InvalidInput("Something in this form or address is missing or wrong: nothing was done.")
    )
    response.status_code = error.status_code
    response.headers.update(error.headers or {})
    return response


async def _on_database_away(request: Request, error: Exception) -> Response:
    logger.error("the database is away: %s", type(error).__name__)
    message = "The hub's database is away. Perhaps your request was carried out, perhaps not."
    return _refusal(request, Unavailable(message, retry_after_seconds=5))


async def _on_database_error(request: Request, error: DBAPIError) -> Response:
    if error.connection_invalidated:
        return await _on_database_away(request, error)
    return await _on_defect(request, error)


async def _on_defect(request: Request, error: Exception) -> Response:
    logger.error("defect while answering %s", request.method, exc_info=error)
    return _refusal(request, Defect("This is not your doing. The operator of the hub has been told."))
