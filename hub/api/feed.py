"""GET /v1/feed: what happened for the caller's organisation, in order, without holes; it can wait for news."""

import asyncio
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import Context, InContext
from hub.api.needs import needs
from hub.api.wire import JSON, Answer, read_cursor, reads, refusals, write_cursor
from hub.errors import Gone
from hub.events import log
from hub.events.envelope import as_cloudevent
from hub.events.log import Event

LONGEST_WAIT_SECONDS = 30
_STILL_THERE_SECONDS = 2.0

router = APIRouter(tags=["feed"])


class Feed(Answer):
    """A page of the feed; hand `next` back as `after` to go on."""

    events: list[dict[str, Any]]
    next: str


@reads(
    router,
    "/feed",
    operation_id="readFeed",
    response_model=Feed,
    responses=refusals(400, 401, 403, 406, 410, 503),
)
async def feed(
    request: Request,
    caller: Annotated[Caller, needs(Right.READ_FEED)],
    parts: InContext,
    after: Annotated[str | None, Query(max_length=200, description="`next` of the page before, if any")] = None,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="seconds to wait for news")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """The events that are meant for your organisation, oldest first, as thin CloudEvents.

    Each appears once per cursor and none is left out, however many write at the same moment.
    """
    epoch, position = _read(after)
    until = asyncio.get_running_loop().time() + wait
    while True:
        found = await run_in_threadpool(_page, parts, caller.organisation, epoch, position, limit)
        if found.events or not await _has_news(request, parts, caller.organisation, found.head, until):
            break
    public_url = parts.runtime.settings.public_url
    last = found.events[-1].position if found.events else position
    sent = [as_cloudevent(event, public_url, with_data=False) for event in found.events]
    return JSON({"events": sent, "next": write_cursor(found.epoch, last)})


class _Page(NamedTuple):
    events: list[Event]
    epoch: UUID
    head: int  # the last position of the log when it was read


async def _has_news(request: Request, parts: Context, organisation: str, seen: int, until: float) -> bool:
    """Whether it is worth to look again; not when the time is over, nor when the caller has hung up."""
    while (left := until - asyncio.get_running_loop().time()) > 0 and not await request.is_disconnected():
        if await parts.news.wait(organisation, seen, min(left, _STILL_THERE_SECONDS)):
            return True
    return False


def _page(parts: Context, organisation: str, epoch: str | None, position: int, limit: int) -> _Page:
    with parts.acting_for(organisation) as session:
        head = log.head(session)
        if epoch not in {None, str(head.epoch)} or position > head.position:
            raise Gone(
                "This cursor belongs to another state of the hub, from before a backup was restored.",
                next_step="Begin again without a cursor, and skip the events whose id you have seen.",
            )
        return _Page(log.events_for(session, organisation, after=position, limit=limit), head.epoch, head.position)


def _read(after: str | None) -> tuple[str | None, int]:
    return (None, 0) if after is None else read_cursor(after, str, int)
