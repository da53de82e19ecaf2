"""The one append-only log: append, read and verify.

Positions are dense and in commit order, because the head row is taken at the very end of the appending transaction and
held until it commits. A reader that has seen position p has therefore seen everything up to p.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.codes import new_id
from hub.events.chain import GENESIS, content_digest, link
from hub.events.tables import EventAudience, EventRow, LogHead
from hub.store.bulk import Batch, insert_together
from hub.store.row_security import mine

PARTITIONS = 8
"""Readers work on a partition at a time; all events of a case are in one. Fixed for the life of a log."""

_VERIFY_BATCH = 5_000

BEFORE_ALL = -(2**63)
"""Where a search for every row begins, also for one that somebody put before the first."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append. `data` holds codes and dates only; what is personal is sealed and referred to."""

    type: str
    case_id: UUID
    source: str
    publisher: str
    time: datetime
    data: dict[str, Any]
    id: str = field(default_factory=lambda: str(new_id()))
    audience: tuple[str, ...] = ()
    sealed_id: UUID | None = None
    commitment: bytes | None = None
    traceparent: str | None = None


class Event(NamedTuple):
    """An event as readers get it; the fields are columns of `events`, in this order."""

    position: int
    source: str
    id: str
    type: str
    case_id: UUID
    publisher: str
    time: datetime
    recorded_at: datetime
    data: dict[str, Any]
    sealed_id: UUID | None
    traceparent: str | None


class Tampered(NamedTuple):
    """The first place where the log is not what it was when it was written."""

    position: int
    what: str


_COLUMNS = tuple(getattr(EventRow, name) for name in Event._fields)


def partition_of(case_id: UUID) -> int:
    """The partition of a case; the low bits of an id are random, whatever its version."""
    return case_id.int % PARTITIONS


def append(connection: Connection, events: Sequence[NewEvent], *, now: datetime) -> range:
    """Append `events` in order and return their positions.

    Call it last in a transaction: every other writer waits for the commit from here on. Raises IntegrityError where a
    source and id are in the log already.
    """
    if not events:
        return range(0)
    digests = [content_digest(event, now, event.audience) for event in events]
    head = connection.execute(text("SELECT position, hash FROM log_head FOR UPDATE")).one()
    first, previous = head.position + 1, bytes(head.hash)
    hashes: list[bytes] = []
    for position, digest in enumerate(digests, start=first):
        previous = link(previous, position, digest)
        hashes.append(previous)
    rows = [_row_of(event, first + n, hashes[n], now) for n, event in enumerate(events)]
    last = first + len(events) - 1
    insert_together(
        connection,
        Batch(EventRow.__table__, rows),  # type: ignore[arg-type]  # declarative tables are Tables
        Batch(EventAudience.__table__, _audience_rows(events, first)),  # type: ignore[arg-type]
        then="UPDATE log_head SET position = %s, hash = %s",
        parameters=(last, previous),
    )
    return range(first, last + 1)


def start_log(connection: Connection) -> None:
    """Give a new database its empty log; a log that is there stays as it is."""
    empty = {"single": 1, "position": 0, "hash": GENESIS, "epoch": new_id()}
    connection.execute(insert(LogHead).on_conflict_do_nothing(), empty)


def head(session: Session) -> LogHead:
    """The head row: last position, its hash, epoch."""
    return session.execute(select(LogHead)).scalar_one()


def events_of_case(session: Session, case_id: UUID) -> list[Event]:
    """All events of a case, oldest first; empty for a case that the log does not know."""
    return _fetch(session, _select().where(EventRow.case_id == case_id).order_by(EventRow.position))


def events_of_cases(session: Session, case_ids: Collection[UUID]) -> dict[UUID, list[Event]]:
    """All events of each of these cases, oldest first, by case."""
    found: dict[UUID, list[Event]] = {case_id: [] for case_id in case_ids}
    for event in _fetch(session, _select().where(EventRow.case_id.in_(found)).order_by(EventRow.position)):
        found[event.case_id].append(event)
    return found


def events_between(session: Session, *, after: int, limit: int) -> list[Event]:
    """The next events of the whole log, in order."""
    return _fetch(session, _select().where(EventRow.position > after).order_by(EventRow.position).limit(limit))


def is_known(session: Session, case_id: UUID) -> bool:
    """Whether the log has any event of this case."""
    return session.scalar(select(EventRow.position).where(EventRow.case_id == case_id).limit(1)) is not None


def events_of_partition(session: Session, partition: int, *, after: int, limit: int) -> list[Event]:
    """The next events of a partition, in order."""
    statement = _select().where(EventRow.partition == partition, EventRow.position > after)
    return _fetch(session, statement.order_by(EventRow.position).limit(limit))


def events_at(session: Session, positions: Sequence[int]) -> list[Event]:
    """The events at `positions`, in order of position."""
    return _fetch(session, _select().where(EventRow.position.in_(positions)).order_by(EventRow.position))


def events_for(session: Session, organisation: str, *, after: int, limit: int) -> list[Event]:
    """The next events meant for `organisation`, in order of position: its feed."""
    meant = EventAudience.__table__.c
    statement = (
        _select()
        .join(EventAudience, meant.position == EventRow.position)
        .where(mine(EventAudience, organisation), meant.position > after)
    )
    return _fetch(session, statement.order_by(meant.position).limit(limit))


def events_of_types(
    session: Session, types: Collection[str], *, since: datetime, until: datetime, at_once: int = 1_000
) -> Iterator[Event]:
    """The events of some types with a time from `since` up to `until`, in order; read in pieces of `at_once`."""
    after = 0
    wanted = _select().where(EventRow.type.in_(types), EventRow.time >= since, EventRow.time < until)
    while found := _fetch(session, wanted.where(EventRow.position > after).order_by(EventRow.position).limit(at_once)):
        yield from found
        after = found[-1].position


def verify(session: Session, signed: Mapping[int, bytes] | None = None) -> Tampered | None:
    """Recompute the whole chain; the first place that is wrong, or None when the log is whole.

    `signed` is the hash that a signed checkpoint tells of a position: it must still be the same.
    """
    walked = Walk(dict(signed or {}))
    for row in _rows_with_audience(session):
        digest = content_digest(row, row.recorded_at, row.audience or ())
        wrong = walked.step(row.position, digest, bytes(row.hash))
        if wrong is None and row.partition != partition_of(row.case_id):
            wrong = Tampered(row.position, "changed")
        if wrong is not None:
            return wrong
    top = head(session)
    return walked.end(top.position, bytes(top.hash)) or _audience_of_nothing(session)


class Walk:
    """A chain that is walked from its beginning, entry by entry, and compared with what was signed on the way."""

    def __init__(self, signed: dict[int, bytes]) -> None:
        self._signed = {position: hash_ for position, hash_ in signed.items() if position > 0}
        self._position = 0
        self._hash = GENESIS

    def step(self, position: int, digest: bytes, hash_: bytes) -> Tampered | None:
        """The next entry, and what is wrong with it."""
        self._position += 1
        if position != self._position:
            return Tampered(min(position, self._position), "missing" if position > self._position else "put in")
        self._hash = link(self._hash, position, digest)
        if self._hash != hash_:
            return Tampered(position, "changed")
        if self._signed.pop(position, hash_) != hash_:
            return Tampered(position, "not what was signed")
        return None

    def end(self, position: int, hash_: bytes) -> Tampered | None:
        """After the last entry: what is wrong with the head, or with what was signed beyond it."""
        if (position, hash_) == (self._position, self._hash) and not self._signed:
            return None
        return Tampered(self._position + 1, "cut off")


def _select() -> Select[Any]:
    return select(*_COLUMNS)


def _fetch(session: Session, statement: Select[Any]) -> list[Event]:
    return [Event._make(row) for row in session.execute(statement)]


def _row_of(event: NewEvent, position: int, hash_: bytes, now: datetime) -> dict[str, Any]:
    return {
        "position": position,
        "source": event.source,
        "id": event.id,
        "type": event.type,
        "case_id": event.case_id,
        "partition": partition_of(event.case_id),
        "publisher": event.publisher,
        "time": event.time,
        "recorded_at": now,
        "data": event.data,
        "sealed_id": event.sealed_id,
        "commitment": event.commitment,
        "traceparent": event.traceparent,
        "hash": hash_,
    }


def _audience_rows(events: Sequence[NewEvent], first: int) -> list[dict[str, Any]]:
    return [
        {"organisation": organisation, "position": position}
        for position, event in enumerate(events, start=first)
        for organisation in sorted(set(event.audience))
    ]


def _audience_of_nothing(session: Session) -> Tampered | None:
    """A reader that somebody put down for an event that is not there."""
    meant = EventAudience.__table__.c.position
    there = select(EventRow.position).where(EventRow.position == meant).exists()
    position = session.scalar(select(func.min(meant)).where(~there))
    return None if position is None else Tampered(position, "put in")


def _rows_with_audience(session: Session) -> Iterator[Row[Any]]:
    after = BEFORE_ALL
    while rows := _verify_batch(session, after):
        yield from rows
        after = rows[-1].position


def _verify_batch(session: Session, after: int) -> Sequence[Row[Any]]:
    audience = (
        select(func.array_agg(EventAudience.organisation))
        .where(EventAudience.position == EventRow.position)
        .scalar_subquery()
        .label("audience")
    )
    statement = select(EventRow.__table__, audience).where(EventRow.position > after)
    return session.execute(statement.order_by(EventRow.position).limit(_VERIFY_BATCH)).all()
