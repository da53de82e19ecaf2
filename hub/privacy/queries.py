"""Reads over the whole log and ledger: what was processed in a period, and who opened what."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hub.events import log
from hub.events.log import Event, events_between
from hub.events.tables import EventRow
from hub.privacy import ledger
from hub.privacy.processing import Record, of_entry, of_event
from hub.privacy.review import Opening
from hub.privacy.tables import Disclosure

_AT_ONCE = 1_000
_OUT_OF_ORDER = timedelta(minutes=1)
"""Places are in order of commit; the moments in them may differ from that by the length of a transaction."""


def records(session: Session, *, since: datetime, until: datetime) -> Iterator[Record]:
    """What was processed from `since` up to `until`: first what the log tells, then what the ledger tells."""
    for event in _events(session, since, until):
        record = of_event(event)
        if record is not None:
            yield record
    yield from map(of_entry, _entries(session, since, until))


def openings(session: Session, *, since: datetime, until: datetime) -> Iterator[Opening]:
    """Who opened a case, or tried to, from `since` up to `until`."""
    for entry in _entries(session, since, until):
        if entry.action in {ledger.Action.READ, ledger.Action.REFUSED}:
            yield Opening(entry.organisation, entry.caller, entry.case_id, entry.role, entry.action, entry.read_at)


def openings_of(session: Session, organisation: str, *, since: datetime, until: datetime) -> Iterator[Opening]:
    """The same for one organisation, in order of time."""
    looked = (ledger.Action.READ, ledger.Action.REFUSED)
    of_theirs = (Disclosure.organisation == organisation, Disclosure.action.in_(looked))
    in_time = (Disclosure.read_at >= since, Disclosure.read_at < until)
    for entry in session.scalars(select(Disclosure).where(*of_theirs, *in_time).order_by(Disclosure.read_at)):
        yield Opening(entry.organisation, entry.caller, entry.case_id, entry.role, entry.action, entry.read_at)


def _events(session: Session, since: datetime, until: datetime) -> Iterator[Event]:
    top = log.head(session).position
    after = _before(session, EventRow.position, EventRow.recorded_at, top, since) - 1
    while found := events_between(session, after=after, limit=_AT_ONCE):
        yield from (event for event in found if since <= event.recorded_at < until)
        after = found[-1].position
        if found[-1].recorded_at > until + _OUT_OF_ORDER:
            return


def _entries(session: Session, since: datetime, until: datetime) -> Iterator[Disclosure]:
    top = ledger.head(session).position
    after = _before(session, Disclosure.position, Disclosure.read_at, top, since) - 1
    while found := list(session.scalars(_next_entries(after))):
        yield from (entry for entry in found if since <= entry.read_at < until)
        after = found[-1].position
        if found[-1].read_at > until + _OUT_OF_ORDER:
            return


def _next_entries(after: int) -> Select[Disclosure]:
    return select(Disclosure).where(Disclosure.position > after).order_by(Disclosure.position).limit(_AT_ONCE)


def _before(
    session: Session,
    place: InstrumentedAttribute[int],
    moment: InstrumentedAttribute[Any],
    top: int,
    since: datetime,
) -> int:
    """The first place whose moment may lie in the period: found by halving, because there is no index on moments."""
    low, high = 1, top + 1
    while low < high:
        middle = (low + high) // 2
        at = session.scalar(select(moment).where(place == middle))
        if at is None or at >= since - _OUT_OF_ORDER:
            high = middle
        else:
            low = middle + 1
    return low
