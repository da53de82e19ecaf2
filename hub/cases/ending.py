"""The end that a school or a family decides: consent gone, or the question taken back. Nothing is shared after it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.cases.lifecycle import OVER, State
from hub.cases.opening import cases_by_id
from hub.cases.queries import rests_on_consent
from hub.cases.tables import Case, Party
from hub.codes import HUB_ORGANISATION, HUB_SOURCE
from hub.directory.snapshot import Snapshot
from hub.events.catalogue import OPENING
from hub.events.log import Event, NewEvent, events_of_case


class _End(NamedTuple):
    """How a case ends: its state from then on, and the event that tells so."""

    state: State
    type: str


def block(session: Session, events: Sequence[Event], _: Snapshot, now: datetime) -> list[NewEvent]:
    """Consent is gone: a case that rests on it ends. One with a ground in law, such as absence, goes on without it."""
    resting = [event for event in events if rests_on_consent(_opening(session, event))]
    return _end_all(session, resting, _End(State.BLOCKED, "case.blocked"), now)


def withdraw(session: Session, events: Sequence[Event], _: Snapshot, now: datetime) -> list[NewEvent]:
    """The school took its question back."""
    return _end_all(session, events, _End(State.WITHDRAWN, "case.withdrawn"), now)


def _opening(session: Session, event: Event) -> Event:
    return next(each for each in events_of_case(session, event.case_id) if each.type in OPENING)


def _end_all(session: Session, events: Sequence[Event], end: _End, now: datetime) -> list[NewEvent]:
    cases = cases_by_id(session, (event.case_id for event in events), lock=True)
    written: list[NewEvent] = []
    for event in events:
        case = cases[event.case_id]
        if State(case.state) not in OVER:
            written.append(_end(session, case, event, end, now))
    return written


def _end(session: Session, case: Case, cause: Event, end: _End, now: datetime) -> NewEvent:
    case.state = end.state
    case.changed_at = now
    everyone = (Party.case_id == case.id, Party.role != "former")
    told = session.scalars(select(Party.organisation).where(*everyone)).all()
    receiving = (Party.case_id == case.id, Party.role.in_(("holder", "asked")))
    session.execute(update(Party).where(*receiving).values(state=end.state.value, due_on=None))
    return NewEvent(
        type=end.type,
        case_id=case.id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data={"because": cause.type},
        audience=(case.sender, *told),
        traceparent=cause.traceparent,
    )
