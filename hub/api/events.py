"""POST /v1/events: one CloudEvent, or a batch that comes in whole or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic_core import from_json, to_json
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import Context, bearer, context, counted
from hub.api.needs import Needs
from hub.api.wire import JSON, Answer, refusals, takes_json
from hub.cases.intake import Outcome, Receipt, Submission, judge, write
from hub.errors import HubError, InvalidInput, Problem, TooLarge, WrongMediaType
from hub.events.envelope import BATCH_MEDIA_TYPE, MEDIA_TYPE
from hub.events.group_commit import Write
from hub.hints import AFTER_PUBLISHING
from hub.runtime import Runtime

LARGEST_EVENT_BYTES = 64 * 1024
LARGEST_BATCH_BYTES = 16 * 1024 * 1024
LONGEST_BATCH = 1_000
_JUDGED_ON_THE_LOOP = 20  # a larger batch is judged in a thread, so that others are not kept waiting

router = APIRouter(tags=["events"])
_TO_PUBLISH = Needs(Right.PUBLISH)


class Received(Answer):
    """That an event is in the log for good, and the address of its case."""

    source: str
    id: str
    case: str
    address: str


class ReceivedBatch(Answer):
    """The same for each event of a batch, in its order."""

    events: list[Received]


_SCHEMA = {"type": "object", "description": "A CloudEvent 1.0; see docs/events.md for the types and their data."}
_REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            MEDIA_TYPE: {"schema": _SCHEMA},
            BATCH_MEDIA_TYPE: {"schema": {"type": "array", "items": _SCHEMA, "maxItems": LONGEST_BATCH}},
        },
    }
}


@router.post(
    "/events",
    operation_id="publishEvents",
    status_code=202,
    response_model=Received | ReceivedBatch,
    responses=refusals(400, 401, 403, 406, 409, 413, 415, 422, 429, 503),
    dependencies=[Depends(_TO_PUBLISH)],
    openapi_extra=_REQUEST_BODY,
)
async def publish(request: Request) -> Response:
    """Publish an event of your school. 202 means: it is in the log for good and will be routed.

    `source` and `id` together are the key: the same event again gets the first answer, another one under the same key
    is 409.
    """
    parts = await context(request)
    await takes_json(request)
    sender = await _TO_PUBLISH(await counted(request, parts, await bearer(request), parts.grants.busy_caller))
    is_batch = _is_batch(request)
    body = await _body(request, LARGEST_BATCH_BYTES if is_batch else LARGEST_EVENT_BYTES)
    bodies = await _read(body, is_batch=is_batch)
    try:
        receipts = await _receive(bodies, sender, parts)
    except HubError as refusal:
        if is_batch:
            _number(refusal)
        raise
    parts.hints.give(*AFTER_PUBLISHING)
    if is_batch:
        return JSON({"events": [_received(receipt) for receipt in receipts]}, status_code=202)
    received = _received(receipts[0])
    return JSON(received, status_code=202, headers={"Location": received["address"]})


async def _receive(bodies: list[object], sender: Caller, parts: Context) -> Sequence[Receipt]:
    receipts = await parts.intake.submit(await _judge(bodies, sender, parts))
    if isinstance(receipts, HubError):
        raise receipts
    return receipts


def _number(refusal: HubError) -> None:
    """What is wrong with the only event of a batch has a number too."""
    refusal.problems = tuple(
        problem if problem.index is not None else replace(problem, index=0) for problem in refusal.problems
    )


short_way = Route("/v1/events", publish, methods=["POST"])
"""The way on which most requests come, past everything that FastAPI does for other operations and this one needs not.

It halves the cost of publishing. The operation above stands in the document, and answers whatever is not a POST.
"""


def writer(runtime: Runtime) -> Write[Submission, Outcome]:
    """How the group commit of this process writes: all submissions of a group in one transaction."""
    return lambda submissions: write(runtime.sessions, runtime.vault, submissions, clock.now)


async def _judge(bodies: list[object], sender: Caller, parts: Context) -> Submission:
    snapshot = await parts.snapshot()
    if len(bodies) <= _JUDGED_ON_THE_LOOP:
        return judge(bodies, sender, snapshot)
    return await run_in_threadpool(judge, bodies, sender, snapshot)


async def _body(request: Request, limit: int) -> bytes:
    """The body, read no further than `limit` bytes. Raises TooLarge."""
    if int(request.headers.get("content-length") or 0) > limit:
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large()
    return bytes(body)


def _is_batch(request: Request) -> bool:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if media_type.strip().lower() in {MEDIA_TYPE, BATCH_MEDIA_TYPE} and charset in {"", "charset=utf-8"}:
        return media_type.strip().lower() == BATCH_MEDIA_TYPE
    raise WrongMediaType(
        "The hub reads %(one)s and %(many)s, in UTF-8.",
        next_step="Set Content-Type to one of these and send the event again.",
        one=MEDIA_TYPE,
        many=BATCH_MEDIA_TYPE,
    )


async def _read(body: bytes, *, is_batch: bool) -> list[object]:
    """The events in a body; a large one is read in a thread, so that others are not kept waiting."""
    if len(body) <= LARGEST_EVENT_BYTES:
        return _bodies(body, is_batch=is_batch)
    bodies = await run_in_threadpool(_bodies, body, is_batch=is_batch)
    await run_in_threadpool(_need_size_of_an_event, bodies)
    return bodies


def _need_size_of_an_event(bodies: Sequence[object]) -> None:
    """Raises TooLarge with the places in the batch; white space between the fields does not count."""
    places = [index for index, body in enumerate(bodies) if len(to_json(body)) > LARGEST_EVENT_BYTES]
    if places:
        raise _too_large(tuple(Problem("", "This event is too large.", index=place) for place in places))


def _bodies(body: bytes, *, is_batch: bool) -> list[object]:
    try:
        parsed = from_json(body, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise _unreadable(str(error)) from error
    if not is_batch:
        return [parsed]
    if not isinstance(parsed, list) or not parsed:
        raise InvalidInput("A batch is a list of one event or more.", problems=(Problem("", "This must be a list."),))
    if len(parsed) > LONGEST_BATCH:
        raise TooLarge(
            "A batch holds at most %(most)s events.", next_step="Split it into smaller batches.", most=LONGEST_BATCH
        )
    return parsed


def _unreadable(error: str) -> InvalidInput:
    """The parser's words name a place and a kind of error; they never quote the text."""
    if "recursion" in error:
        message = "The event is nested too deeply."
    elif "unicode" in error.lower() or "surrogate" in error:
        message = "The event is not valid UTF-8."
    else:
        message = "The event is not valid JSON."
    return InvalidInput(message, problems=(Problem("", message),))


def _too_large(problems: tuple[Problem, ...] = ()) -> TooLarge:
    return TooLarge(
        "An event is at most %(event)s KiB, and a batch %(batch)s MiB.",
        next_step="Shorten the texts, or split the batch. Attachments do not belong in an event.",
        problems=problems,
        event=LARGEST_EVENT_BYTES // 1024,
        batch=LARGEST_BATCH_BYTES // 1024 // 1024,
    )


def _received(receipt: Receipt) -> dict[str, str]:
    return {
        "source": receipt.source,
        "id": receipt.id,
        "case": str(receipt.case_id),
        "address": f"/v1/cases/{receipt.case_id}",
    }
