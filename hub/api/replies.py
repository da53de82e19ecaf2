"""Standard replies of the caller's organisation: list, add, change, remove."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InSession
from hub.api.needs import needs
from hub.api.wire import Answer, RequestBody, reads, refusals
from hub.replies import actions, queries
from hub.replies.actions import Wording
from hub.replies.tables import StandardReply

router = APIRouter(prefix="/team/replies", tags=["team"])

Answering = Annotated[Caller, needs(Right.ANSWER_CASES)]
ReplyId = Annotated[UUID, Path(alias="replyId", description="id of the standard reply")]


class ReplyWording(RequestBody):
    """A text for cases to come: without the name of anybody, because it is kept in the open."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
    text: Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]


class ReplyRead(Answer):
    """A standard reply."""

    id: UUID
    code: str
    text: str
    changed_at: datetime


class Replies(Answer):
    """The standard replies of the caller, in order of their codes."""

    replies: list[ReplyRead]


@reads(router, "", operation_id="listReplies", responses=refusals(401, 403, 406, 503))
def list_replies(caller: Answering, session: InSession) -> Replies:
    """Texts that your organisation answers with."""
    return Replies(replies=[_read(reply) for reply in queries.replies_of(session, caller.organisation)])


@router.post("", operation_id="addReply", status_code=201, responses=refusals(400, 401, 403, 406, 409, 415, 503))
def add(body: ReplyWording, caller: Answering, session: InSession) -> ReplyRead:
    """A new text to answer with."""
    return _read(actions.add(session, caller.organisation, _wording(body), now=clock.now()))


@router.put(  # the parameter is read under its alias
    "/{replyId}",  # noqa: FAST003
    operation_id="changeReply",
    responses=refusals(400, 401, 403, 404, 406, 409, 415, 503),
)
def change(reply_id: ReplyId, body: ReplyWording, caller: Answering, session: InSession) -> ReplyRead:
    """Another wording."""
    return _read(actions.change(session, caller.organisation, reply_id, _wording(body), now=clock.now()))


@router.delete(
    "/{replyId}",  # noqa: FAST003
    operation_id="removeReply",
    status_code=204,
    response_class=Response,
    responses=refusals(400, 401, 403, 404, 406, 503),
)
def remove(reply_id: ReplyId, caller: Answering, session: InSession) -> None:
    """A text that is no longer used."""
    actions.remove(session, caller.organisation, reply_id)


def _wording(body: ReplyWording) -> Wording:
    return Wording(body.code, body.text)


def _read(reply: StandardReply) -> ReplyRead:
    return ReplyRead(id=reply.id, code=reply.code, text=reply.text, changed_at=reply.changed_at)
