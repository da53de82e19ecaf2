"""GET /v1/inbox and /v1/sent: what waits for a receiver, and what a school sent."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext, InSession
from hub.api.needs import needs
from hub.api.wire import Answer, read_cursor, reads, refusals, write_cursor
from hub.cases import queries
from hub.cases.lifecycle import State, Status, status_of
from hub.cases.moving import stand_of
from hub.cases.queries import Entry, Mark
from hub.cases.tables import Case

router = APIRouter(tags=["cases"])

Reader = Annotated[Caller, needs(Right.READ_CASES)]
_Limit = Annotated[int, Query(ge=1, le=200)]
_After = Annotated[str | None, Query(max_length=200, description="`next` of the page before")]


class InboxEntry(Answer):
    """A case that waits for the caller; texts and names are only in the case itself."""

    case: UUID
    address: str
    type: str
    theme: str | None
    school: str
    school_name: str | None
    state: State
    role: str
    is_opened: bool
    due_date: date | None
    is_late: bool
    status: Status
    assignee: UUID | None


class Inbox(Answer):
    """A page of the inbox, the first due first; `next` is absent on the last page."""

    entries: list[InboxEntry]
    next: str | None = None


class SentCase(Answer):
    """A case that the caller sent."""

    case: UUID
    address: str
    type: str
    theme: str | None
    school: str
    state: State
    holder: str
    holder_name: str | None
    due_date: date | None
    answered_date: date | None
    changed_at: datetime
    waits_for_you: bool


class Sent(Answer):
    """A page of sent cases, what changed last first."""

    cases: list[SentCase]
    next: str | None = None


@reads(router, "/inbox", operation_id="readInbox", responses=refusals(400, 401, 403, 406, 503))
def inbox(
    caller: Reader,
    parts: InContext,
    session: InSession,
    state: Annotated[State | None, Query(description="only cases in this state")] = None,
    after: _After = None,
    limit: _Limit = 50,
) -> Inbox:
    """The cases that your organisation was asked to take and has not finished."""
    mark = Mark(*read_cursor(after, date.fromisoformat, UUID)) if after is not None else None
    entries = queries.inbox(session, caller.organisation, state=state, after=mark, limit=limit)
    today = clock.dutch_date(clock.now())
    snapshot = parts.runtime.snapshot(session)
    names = {entry.case.school: site.name for entry in entries if (site := snapshot.site(entry.case.school, today))}
    return Inbox(
        entries=[_entry(entry, names.get(entry.case.school), today) for entry in entries],
        next=_next_of(entries, limit),
    )


@reads(router, "/sent", operation_id="readSent", responses=refusals(400, 401, 403, 406, 503))
def sent(
    caller: Reader,
    parts: InContext,
    session: InSession,
    after: _After = None,
    limit: _Limit = 50,
) -> Sent:
    """The cases that your organisation sent, and who has them now."""
    before = read_cursor(after, datetime.fromisoformat, UUID) if after is not None else None
    cases = queries.sent(session, caller.organisation, before=before, limit=limit)
    waiting = queries.waiting_for_school(session, [case.id for case in cases])
    today = clock.dutch_date(clock.now())
    snapshot = parts.runtime.snapshot(session)
    names = {case.holder: party.name for case in cases if (party := snapshot.organisation(case.holder, today))}
    full = len(cases) == limit
    return Sent(
        cases=[_sent(case, names.get(case.holder), waits=case.id in waiting) for case in cases],
        next=write_cursor(cases[-1].changed_at.isoformat(), cases[-1].id) if full else None,
    )


def _next_of(entries: list[Entry], limit: int) -> str | None:
    if len(entries) < limit:
        return None
    mark = queries.mark_of(entries[-1])
    return write_cursor(mark.due_on.isoformat(), mark.case_id)


def _entry(entry: Entry, school_name: str | None, today: date) -> InboxEntry:
    case, party = entry.case, entry.party
    return InboxEntry(
        case=case.id,
        address=f"/v1/cases/{case.id}",
        type=case.type,
        theme=case.theme,
        school=case.school,
        school_name=school_name,
        state=State(party.state),
        role=party.role,
        is_opened=party.opened_at is not None,
        due_date=party.due_on,
        is_late=party.due_on is not None and party.due_on < today,
        status=status_of(stand_of(party, clock.now())),
        assignee=party.assignee,
    )


def _sent(case: Case, holder_name: str | None, *, waits: bool) -> SentCase:
    return SentCase(
        case=case.id,
        address=f"/v1/cases/{case.id}",
        type=case.type,
        theme=case.theme,
        school=case.school,
        state=State(case.state),
        holder=case.holder,
        holder_name=holder_name,
        due_date=case.due_on,
        answered_date=case.answered_on,
        changed_at=case.changed_at,
        waits_for_you=waits,
    )
