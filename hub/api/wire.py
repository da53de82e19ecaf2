"""What all requests and answers of the API share: camelCase on the wire, unknown fields refused, times in UTC."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from hub.api.problems import ProblemDocument
from hub.errors import InvalidInput, NotAcceptable, Problem, WrongMediaType

E = TypeVar("E", bound=Callable[..., Any])
F = TypeVar("F")
S = TypeVar("S")


class RequestBody(BaseModel):
    """Base of request bodies."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class Answer(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)


class JSON(Response):
    """An answer that is already plain data."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The bytes on the wire."""
        return orjson.dumps(content)


async def sends_json(request: Request) -> None:
    """Raises WrongMediaType for a body that is not JSON."""
    if request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise WrongMediaType(
            "This address reads application/json.", next_step="Set Content-Type to application/json and send it again."
        )


_NOT_AT_ALL = re.compile(r"\bq=0(\.0*)?$")


def accepted(accept: str | None) -> set[str]:
    """The media ranges that an Accept header allows (RFC 9110, 12.5.1), without those that it rules out."""
    ranges = (part.replace(" ", "").lower().partition(";") for part in (accept or "*/*").split(","))
    return {range_ for range_, _, weight in ranges if not _NOT_AT_ALL.search(weight)}


async def takes_json(request: Request) -> None:
    """Raises NotAcceptable when the caller wants something else than JSON."""
    wanted = accepted(request.headers.get("accept"))
    if not {"*/*", "application/*", "application/json", "application/problem+json", ""} & wanted:
        raise NotAcceptable(
            "The hub answers in application/json.", next_step="Set Accept to application/json, or leave it out."
        )


_PROBLEM = {"model": ProblemDocument, "content": {"application/problem+json": {}}}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals that an operation documents."""
    meanings = {
        400: "The input is not valid; every error is listed.",
        401: "No token, or not a valid one.",
        403: "The token has no right to this.",
        404: "Not found, or not yours to know of.",
        406: "The hub cannot answer in the form that Accept asks for.",
        409: "It does not fit what has already happened.",
        410: "No longer available.",
        412: "The case has changed since the version in If-Match; nothing was stored.",
        413: "Too large.",
        415: "The hub does not read this content type.",
        429: "Too many questions in a short time; Retry-After says when to ask again.",
        422: "Acute danger: call now, nothing was stored.",
        503: "The hub is away for a moment; send the same again later.",
    }
    return {status: {**_PROBLEM, "description": meanings[status]} for status in statuses}


def reads(router: APIRouter, path: str, **options: Any) -> Callable[[E], E]:
    """An operation that only reads: GET, and HEAD beside it (RFC 9110), which is not worth a line in the document.

    What stands before the one stands before the other.
    """

    def add(endpoint: E) -> E:
        router.head(path, include_in_schema=False, dependencies=options.get("dependencies"))(endpoint)
        return router.get(path, **options)(endpoint)

    return add


def write_cursor(first: object, second: object) -> str:
    """An opaque cursor: callers hand it back, and read nothing into it."""
    return base64.urlsafe_b64encode(orjson.dumps([str(first), str(second)])).rstrip(b"=").decode()


def read_cursor(cursor: str, first: Callable[[str], F], second: Callable[[str], S]) -> tuple[F, S]:
    """The two parts of a cursor. Raises InvalidInput for one that the hub did not make."""
    try:
        one, other = _parts_of(cursor)
        return first(one), second(other)
    except (binascii.Error, ValueError, OverflowError) as error:
        message = "This cursor is not one that the hub gave."
        raise InvalidInput(
            message,
            next_step="Leave the cursor out to begin at the start, and then use the one in the answer.",
            problems=(Problem("/after", message),),
        ) from error


def _parts_of(cursor: str) -> tuple[str, str]:
    """Raises ValueError, or binascii.Error, for anything but what `write_cursor` makes."""
    match orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))):
        case [str(one), str(other)]:
            return one, other
        case _:
            raise ValueError("a cursor holds two texts")
