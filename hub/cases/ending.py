"""The end that a school or a family decides: consent gone, or the question taken back. Nothing is shared after it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.cases.lifecycle import OVER, State
from hub.cases.opening import cases_by_id
from hub.cases.tables import AT_REST, Case, Party
from hub.cases.viewing import opening_of, rests_on_consent
from hub.clock import dutch_date
from hub.codes import HUB_ORGANISATION, HUB_SOURCE, OrganisationKind
from hub.directory.snapshot import Snapshot
from hub.events.log import Event, NewEvent, events_of_case
from hub.privacy.consent import WITHDRAWN, Receiver, Scope, purpose_of_sharing, withdrawal_of


class _End(NamedTuple):
    """How a case ends: its state from then on, and the event that tells so."""

    state: State
    type: str


def block(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    """Consent is gone: a case that rests on it ends, if it was taken back for whoever holds the case.

    One with a ground in law, such as absence, goes on without it. Taken back for others only: they see it no more, and
    all parties are told.
    """
    ending: list[Event] = []
    others: list[Event] = []
    for event in events:
        (ending if _ends(session, event, snapshot) else others).append(event)
    return _end_all(session, ending, _End(State.BLOCKED, "case.blocked"), now) + tell(session, others, now)


def tell(session: Session, events: Sequence[Event], now: datetime) -> list[NewEvent]:
    """That consent has changed, to everyone in cases that go on: what they may see is another thing now."""
    cases = cases_by_id(session, (event.case_id for event in events))
    running = [event for event in events if State(cases[event.case_id].state) not in OVER]
    return [_change(session, event, now) for event in running]


def withdraw(session: Session, events: Sequence[Event], _: Snapshot, now: datetime) -> list[NewEvent]:
    """The school took its question back."""
    return _end_all(session, events, _End(State.WITHDRAWN, "case.withdrawn"), now)


def stopped_for(session: Session, event: Event, snapshot: Snapshot) -> Sequence[str]:
    """Who is not told what was written before a school took something back; nobody where the case goes on for all."""
    parties = _parties(session, event.case_id)
    if event.type == "signal.withdrawn":
        return parties
    if event.type != WITHDRAWN or not rests_on_consent(_opening(session, event)):
        return ()
    taken = withdrawal_of(event)
    if taken.scope == Scope():
        return parties
    return [name for name in parties if taken.scope.holds(_receiver(session, event, name, snapshot))]


def _ends(session: Session, event: Event, snapshot: Snapshot) -> bool:
    """Whether a withdrawal ends its case."""
    if not rests_on_consent(_opening(session, event)):
        return False
    taken = withdrawal_of(event)
    case = session.get_one(Case, event.case_id)
    return taken.scope == Scope() or taken.scope.holds(_receiver(session, event, case.holder, snapshot))


def _receiver(session: Session, event: Event, organisation: str, snapshot: Snapshot) -> Receiver:
    found = snapshot.organisation(organisation, dutch_date(event.recorded_at))
    kind = found.kind if found else OrganisationKind.HUB  # one that ended can hold no consent
    return Receiver(organisation, kind, purpose_of_sharing(_opening(session, event)))


def _opening(session: Session, event: Event) -> Event:
    return opening_of(events_of_case(session, event.case_id))


def _parties(session: Session, case_id: UUID) -> Sequence[str]:
    return session.scalars(select(Party.organisation).where(Party.case_id == case_id)).all()


def _change(session: Session, cause: Event, now: datetime) -> NewEvent:
    told = (Party.case_id == cause.case_id, Party.role.in_(("sender", "holder", "asked")))
    return NewEvent(
        type="consent.changed",
        case_id=cause.case_id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data={"because": cause.type},
        audience=tuple(session.scalars(select(Party.organisation).where(*told))),
        traceparent=cause.traceparent,
    )


def _end_all(session: Session, events: Sequence[Event], end: _End, now: datetime) -> list[NewEvent]:
    cases = cases_by_id(session, (event.case_id for event in events), lock=True)
    written: list[NewEvent] = []
    for event in events:
        case = cases[event.case_id]
        if State(case.state) not in OVER:
            written.append(_end(session, case, _Cause(event.type, event.traceparent), end, now))
    return written


def end_for_erasure(session: Session, case: Case, now: datetime) -> list[NewEvent]:
    """End a case that is about to be erased, if it still runs: nobody waits for an answer that cannot be given."""
    if State(case.state) in OVER:
        return []
    return [_end(session, case, _Cause("case.erased"), _End(State.WITHDRAWN, "case.withdrawn"), now)]


class _Cause(NamedTuple):
    """What ends a case: the type of an event, and its trace."""

    type: str
    traceparent: str | None = None


def _end(session: Session, case: Case, cause: _Cause, end: _End, now: datetime) -> NewEvent:
    case.state = end.state
    case.changed_at = now
    case.alarm = None
    everyone = (Party.case_id == case.id, Party.role != "former")
    told = session.scalars(select(Party.organisation).where(*everyone)).all()
    receiving = (Party.case_id == case.id, Party.role.in_(("holder", "asked")))
    session.execute(update(Party).where(*receiving).values(state=end.state.value, due_on=None, **AT_REST))
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
