"""Every refusal as a problem document (RFC 9457), in the reader's language, with what to do next."""

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError as PoolTimeout
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from hub.access.rights import MissingRight
from hub.access.token_refusals import TokenRefused
from hub.errors import HubError, InvalidInput, Problem, TooLarge, Unavailable
from hub.events.reading import as_problems
from hub.i18n import Language, language_of, translate

MEDIA_TYPE = "application/problem+json"
_TYPE = "https://samenspel.example/problems/"
_RETRY_SECONDS = 5

logger = logging.getLogger(__name__)


class ProblemItem(BaseModel):
    """One thing that is wrong: where (a JSON pointer), and in a batch the number of the event, from 0."""

    pointer: str
    detail: str
    index: int | None = None


class ProblemDocument(BaseModel):
    """What a refusal looks like (RFC 9457), with two members of our own: `nextStep` and `errors`."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    type: str
    title: str
    status: int
    detail: str
    code: str
    next_step: str | None = None
    errors: list[ProblemItem] = Field(default_factory=list)


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_TITLES: dict[int, tuple[str, str, str]] = {
    404: ("not-found", "Not found", "Check the address."),
    405: ("method-not-allowed", "This address does not know that method", "Use one of the methods in Allow."),
}


def install(app: Starlette) -> None:
    """Answer every refusal and every defect of `app` with a problem document."""
    app.add_exception_handler(HubError, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(ClientDisconnect, _on_hanging_up)
    app.add_exception_handler(OperationalError, _on_database_away)
    app.add_exception_handler(PoolTimeout, _on_database_away)
    app.add_exception_handler(DBAPIError, _on_database_error)
    app.add_exception_handler(Exception, _on_defect)


def refusal(request: Request, error: HubError) -> Response:
    """The problem document of `error`."""
    language = language_of(request.headers.get("accept-language"))
    document = {
        "type": _TYPE + error.code,
        "title": translate(error.title, language),
        "status": error.status,
        "detail": translate(error.message, language, error.parameters),
        "code": error.code,
        "nextStep": translate(error.next_step, language),
    }
    if error.problems:
        document["errors"] = [_item(problem, language) for problem in error.problems]
    return _respond(error.status, document, language, _headers_of(error))


def _headers_of(error: HubError) -> dict[str, str]:
    headers = {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    challenge = _challenge(error)
    if challenge is not None:
        headers["WWW-Authenticate"] = f'Bearer realm="samenspel"{challenge}'
    return headers


def _challenge(error: HubError) -> str | None:
    """What a client may learn of why its token does not do (RFC 6750, 3.1); nothing where none was shown."""
    if isinstance(error, TokenRefused):
        return ', error="invalid_token"'
    if isinstance(error, MissingRight):
        return f', error="insufficient_scope", scope="{error.parameters["right"]}"'
    return "" if error.status == 401 else None


def _item(problem: Problem, language: Language) -> dict[str, Any]:
    item: dict[str, Any] = {
        "pointer": problem.pointer,
        "detail": translate(problem.message, language, problem.parameters),
    }
    return item if problem.index is None else item | {"index": problem.index}


def _respond(status: int, document: Mapping[str, Any], language: Language, headers: Mapping[str, str]) -> Response:
    return Response(
        orjson.dumps(document),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**headers, "Content-Language": language},
    )


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)
    return refusal(request, error)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    """Form errors are 400, with all of them at once (API Design Rules, /core/error-handling/invalid-input)."""
    assert isinstance(error, RequestValidationError)
    problems = tuple(as_problems(map(_in_its_part, error.errors())))
    return refusal(request, InvalidInput("The request is not valid: nothing has been changed.", problems=problems))


def _in_its_part(error: Any) -> Any:
    """A pointer leads into the body itself; what stands elsewhere is named with its part of the request."""
    part, *place = error["loc"]
    if part != "body":
        return error
    return {**error, "loc": () if error["type"] == "json_invalid" else tuple(place)}


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 413:
        return refusal(request, TooLarge("The request is larger than the hub takes."))
    language = language_of(request.headers.get("accept-language"))
    code, title, next_step = _TITLES.get(error.status_code, ("refused", HubError.title, HubError.next_step))
    document = {
        "type": _TYPE + code,
        "title": translate(title, language),
        "status": error.status_code,
        "detail": translate(title, language),
        "code": code,
        "nextStep": translate(next_step, language),
    }
    headers = error.headers or {}
    if error.status_code == 405:
        headers = {**headers, "Allow": _methods_of(request)}
    return _respond(error.status_code, document, language, headers)


def _methods_of(request: Request) -> str:
    """Every method of this address. Several operations may share it, and each knows of its own only."""

    def is_known(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)

    return ", ".join(filter(is_known, _METHODS))


async def _on_hanging_up(_: Request, __: Exception) -> Response:
    """The caller went away in the middle of its request: nothing is wrong here, and nobody reads the answer."""
    return Response(status_code=400)


async def _on_database_away(request: Request, error: Exception) -> Response:
    logger.error("the database is away: %s", type(error).__name__)
    # A connection that is lost during the commit leaves open whether the commit took place.
    message = "The hub's database is away. Perhaps your request was carried out, perhaps not."
    return refusal(request, Unavailable(message, retry_after_seconds=_RETRY_SECONDS))


async def _on_database_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)
    if error.connection_invalidated:
        return await _on_database_away(request, error)
    return await _on_defect(request, error)


async def _on_defect(request: Request, error: Exception) -> Response:
    """A defect: the trace goes to the log, the caller learns no more than that it is ours."""
    logger.error("defect while answering %s", request.method, exc_info=error)
    language = language_of(request.headers.get("accept-language"))
    title = "Something went wrong in the hub"
    document = {
        "type": _TYPE + "defect",
        "title": translate(title, language),
        "status": 500,
        "detail": translate("This is not your doing. The operator of the hub has been told.", language),
        "code": "defect",
        "nextStep": translate("Try again later. If it stays, call the operator of the hub.", language),
    }
    return _respond(500, document, language, {})
