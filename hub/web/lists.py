"""The lists of daily work: an inbox with its counters, and what a school sent."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from hub.cases import queries
from hub.cases.lifecycle import BOTH_STATUSES, OVER, State, Status, status_of
from hub.cases.moving import stand_of
from hub.cases.tables import Case
from hub.clock import dutch_date
from hub.codes import OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.web.references import reference_of

MOST = 200
_RESTING = frozenset({Status.WAITS_FOR_SCHOOL, Status.ANSWERED, Status.PAUSED})
"""Statuses in which a receiver waits for somebody else."""


class Filter(StrEnum):
    """Which part of an inbox is shown."""

    ALL = "all"
    NEW = "new"
    LATE = "late"
    WAITING = "waiting"


class Line(NamedTuple):
    """A case in a list: codes, names of organisations and days, nothing of a person."""

    case_id: UUID
    reference: str
    kind: str
    theme: str | None
    school: str
    home: str | None
    holder: str
    status: Status
    due_on: date | None
    opened_on: date
    is_new: bool
    is_late: bool
    waits_for_other: bool
    crosses_border: bool
    is_over: bool


def waiting(session: Session, organisation: OrganisationCode, snapshot: Snapshot, now: datetime) -> list[Line]:
    """What an organisation was asked and has not finished, the first due first; at most MOST."""
    entries = queries.inbox(session, organisation, after=None, limit=MOST)
    return [
        _line(
            entry.case,
            snapshot,
            dutch_date(now),
            status=status_of(stand_of(entry.party, now)),
            due_on=entry.party.due_on,
            is_new=entry.party.opened_at is None,
        )
        for entry in entries
    ]


def sent(session: Session, organisation: OrganisationCode, snapshot: Snapshot, today: date) -> list[Line]:
    """What a school sent, what changed last first; at most MOST."""
    cases = queries.sent(session, organisation, before=None, limit=MOST)
    asked = queries.waiting_for_school(session, [case.id for case in cases])
    return [
        _line(
            case,
            snapshot,
            today,
            status=Status.WAITS_FOR_SCHOOL if case.id in asked else BOTH_STATUSES[State(case.state)][1],
            due_on=case.due_on,
            is_new=False,
        )
        for case in cases
    ]


def passes(line: Line, wanted: Filter) -> bool:
    """Whether a line belongs to a part of the inbox."""
    return {
        Filter.ALL: True,
        Filter.NEW: line.is_new,
        Filter.LATE: line.is_late,
        Filter.WAITING: line.waits_for_other,
    }[wanted]


def counted(lines: Iterable[Line]) -> dict[Filter, int]:
    """How many lines each part has."""
    kept = list(lines)
    return {each: sum(passes(line, each) for line in kept) for each in Filter}


def _line(case: Case, snapshot: Snapshot, today: date, *, status: Status, due_on: date | None, is_new: bool) -> Line:
    def name(code: str | None) -> str | None:
        found = snapshot.organisation(code, today) if code else None
        return found.name if found else code

    # An answer that was given waits for the school too: it may disagree before the case is closed.
    rests = status in _RESTING
    is_over = State(case.state) in OVER
    return Line(
        case_id=case.id,
        reference=reference_of(case.id),
        kind=case.type,
        theme=case.theme,
        school=name(case.school) or case.school,
        home=name(case.municipality),
        holder=name(case.holder) or case.holder,
        status=status,
        due_on=None if rests else due_on,
        opened_on=case.opened_on,
        is_new=is_new,
        is_late=due_on is not None and due_on < today and not rests and not is_over,
        waits_for_other=rests,
        crosses_border=case.crosses_border,
        is_over=is_over,
    )
