"""Readers of the log: a name, a function over a batch of events, and a checkpoint per partition.

The effects of a batch and the step of its checkpoint are one transaction under the checkpoint's row lock. So each
effect happens exactly once, per case in order, whatever dies when: the lock dies with the connection that held it.

An event that a reader cannot apply is parked, together with everything that follows of its case; other cases flow on.
To find it the events of its batch are applied one by one, each in a transaction of its own: a reader may append to the
log, and the log must not stay locked for publishers while other cases are worked on.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from hub.events.log import PARTITIONS, Event, events_at, events_of_partition, partition_of
from hub.events.tables import Checkpoint, ParkedEvent
from hub.store.engine import Sessions

BATCH = 500

logger = logging.getLogger(__name__)

Apply = Callable[[Session, Sequence[Event], datetime], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of the log. `apply` writes through the session it is given, and never commits."""

    name: str
    apply: Apply


class _NotApplied(Exception):
    """The reader failed on these events; its cause is the defect."""


_BEHIND = text(
    "SELECT c.partition FROM checkpoints c WHERE c.reader = :reader AND EXISTS "
    "(SELECT 1 FROM events e WHERE e.partition = c.partition AND e.position > c.position) ORDER BY random()"
)
_LOCK = text(
    "SELECT position FROM checkpoints WHERE reader = :reader AND partition = :partition FOR NO KEY UPDATE SKIP LOCKED"
)

_STUCK = text("SELECT case_id FROM parked_events WHERE reader = :reader AND case_id = ANY (CAST(:cases AS uuid[]))")
_STEP = text(
    "UPDATE checkpoints SET position = :position, advanced_at = :now WHERE reader = :reader AND partition = :partition"
)


def register(session: Session, readers: Sequence[Reader], *, now: datetime) -> None:
    """Give each reader its checkpoints, at the start of the log; those that exist stay as they are."""
    rows = [
        {"reader": reader.name, "partition": partition, "position": 0, "advanced_at": now}
        for reader in readers
        for partition in range(PARTITIONS)
    ]
    session.execute(insert(Checkpoint).on_conflict_do_nothing(), rows)


def advance(sessions: Sessions, reader: Reader, clock: Callable[[], datetime]) -> int:
    """Move `reader` forward until nothing is left that is free to take; how many events it has passed."""
    return sum(iter(lambda: advance_a_step(sessions, reader, clock), 0))


def advance_a_step(sessions: Sessions, reader: Reader, clock: Callable[[], datetime]) -> int:
    """Move `reader` forward by a batch in each partition that is free to take; how many events it has passed."""
    with sessions() as session:
        partitions = session.scalars(_BEHIND, {"reader": reader.name}).all()
    return sum(advance_partition(sessions, reader, partition, now=clock()) for partition in partitions)


def advance_partition(sessions: Sessions, reader: Reader, partition: int, *, now: datetime) -> int:
    """Take a batch of a partition; 0 when another process holds it or nothing is new."""
    try:
        return _take(sessions, reader, partition, BATCH, now)
    except _NotApplied:
        logger.exception("reader %s: a batch failed, its events are tried one by one", reader.name)
    steps = (_take(sessions, reader, partition, 1, now) for _ in range(BATCH))
    return sum(takewhile(bool, steps))


def _take(sessions: Sessions, reader: Reader, partition: int, most: int, now: datetime) -> int:
    """Apply the next events of a partition and step its checkpoint, in one transaction; a lone one may be parked."""
    apply = _apply_or_park if most == 1 else _apply
    with sessions.begin() as session:
        after = session.scalar(_LOCK, {"reader": reader.name, "partition": partition})
        if after is None:
            return 0
        events = events_of_partition(session, partition, after=after, limit=most)
        if not events:
            return 0
        apply(session, reader, _without_parked_cases(session, reader, events, now), now)
        _step(session, reader, partition, events[-1].position, now)
        return len(events)


def lag(session: Session, readers: Sequence[Reader], *, up_to: int = 10_000) -> dict[str, int]:
    """How many events each reader still has before it; counting stops at `up_to`, so that it is always cheap."""
    behind = text(
        "SELECT count(*) FROM (SELECT 1 FROM checkpoints c "
        "JOIN events e ON e.partition = c.partition AND e.position > c.position "
        "WHERE c.reader = :reader LIMIT :up_to) AS counted"
    )
    return {reader.name: session.scalar(behind, {"reader": reader.name, "up_to": up_to}) or 0 for reader in readers}


def parked(session: Session) -> list[ParkedEvent]:
    """Everything that is parked, by reader and position."""
    return list(session.scalars(select(ParkedEvent).order_by(ParkedEvent.reader, ParkedEvent.position)))


def unpark(session: Session, reader: Reader, case_id: UUID, *, now: datetime) -> int:
    """Apply the parked events of a case, in order; how many. Raises what the reader raises: then all stay parked."""
    _lock_case(session, reader, case_id)
    mine = (ParkedEvent.reader == reader.name, ParkedEvent.case_id == case_id)
    positions = session.scalars(select(ParkedEvent.position).where(*mine).with_for_update()).all()
    for event in events_at(session, positions):
        reader.apply(session, [event], now)
    session.execute(delete(ParkedEvent).where(*mine))
    return len(positions)


def _apply(session: Session, reader: Reader, events: Sequence[Event], now: datetime) -> None:
    if not events:
        return
    try:
        reader.apply(session, events, now)
        session.flush()
    except Exception as error:
        if _is_trouble(error):
            raise
        raise _NotApplied from error


def _apply_or_park(session: Session, reader: Reader, events: Sequence[Event], now: datetime) -> None:
    try:
        with session.begin_nested():
            _apply(session, reader, events, now)
    except _NotApplied as failure:
        # The text of an exception may quote what it choked on; its kind says enough to find the trace beside it.
        logger.exception("reader %s: event %d parked", reader.name, events[0].position)
        _park(session, reader, events, type(failure.__cause__).__name__, now)


_ASKED_TOO_MUCH = ("54", "57014")  # a limit of PostgreSQL, the statement time-out: the same events meet it again


def _is_trouble(error: Exception) -> bool:
    """Whether the database is away or in the way: nothing is wrong with the events, a later attempt will do."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error, OperationalError):
        return not (getattr(error.orig, "sqlstate", None) or "").startswith(_ASKED_TOO_MUCH)
    return error.connection_invalidated or isinstance(error, InterfaceError)


def _without_parked_cases(session: Session, reader: Reader, events: Sequence[Event], now: datetime) -> Sequence[Event]:
    cases = [event.case_id for event in events]
    stuck = set(session.scalars(_STUCK, {"reader": reader.name, "cases": cases}))
    if not stuck:
        return events
    _park(session, reader, [event for event in events if event.case_id in stuck], None, now)
    return [event for event in events if event.case_id not in stuck]


def _park(session: Session, reader: Reader, events: Sequence[Event], error: str | None, now: datetime) -> None:
    session.add_all(
        ParkedEvent(reader=reader.name, position=e.position, case_id=e.case_id, error=error, parked_at=now)
        for e in events
    )
    session.flush()


def _lock_case(session: Session, reader: Reader, case_id: UUID) -> None:
    """Wait for the checkpoint of the case's partition, so that no batch runs beside an unpark."""
    mine = (Checkpoint.reader == reader.name, Checkpoint.partition == partition_of(case_id))
    session.execute(select(Checkpoint.position).where(*mine).with_for_update(key_share=True))


def _step(session: Session, reader: Reader, partition: int, position: int, now: datetime) -> None:
    session.execute(_STEP, {"reader": reader.name, "partition": partition, "position": position, "now": now})
