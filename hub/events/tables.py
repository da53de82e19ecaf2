"""Tables of the log: its head, its rows, who may see each row, and how far each reader has come."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    column,
    select,
    table,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base
from hub.store.rows import HUB_ONLY, Acting, Columns, Rows, both, either, everybody, of, owners_through, parties_of


def _of_what_is_being_appended(of_row: Columns, _: Acting) -> ColumnElement[bool]:
    """Readers are named while an event is appended, and never afterwards: the head still tells the position before."""
    head = table("log_head", column("position"))
    return of_row("position") > select(head.c.position).scalar_subquery()


class LogHead(Base):
    """One row: the last position, its hash, and the epoch (a restored backup starts a new one)."""

    __tablename__ = "log_head"
    rows = Rows(read=everybody, change=everybody)
    __table_args__ = (CheckConstraint("single = 1", name="one_row"),)

    single: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    epoch: Mapped[UUID]


class EventRow(Base):
    """One event. Rows are only ever added; no column holds personal data."""

    __tablename__ = "events"
    rows = Rows(
        read=either(
            of("publisher"), parties_of("case_id"), owners_through("event_audience", "position", key="position")
        ),
        add=both(of("publisher"), parties_of("case_id")),
        is_history=True,
    )
    __table_args__ = (
        UniqueConstraint("source", "id"),
        Index(None, "partition", "position"),
        Index(None, "case_id", "position"),
    )

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str]
    id: Mapped[str]
    type: Mapped[str]
    case_id: Mapped[UUID]
    partition: Mapped[int] = mapped_column(SmallInteger)
    publisher: Mapped[str]
    time: Mapped[datetime]
    recorded_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    sealed_id: Mapped[UUID | None]
    commitment: Mapped[bytes | None] = mapped_column(LargeBinary)
    traceparent: Mapped[str | None]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class EventAudience(Base):
    """An organisation that an event is meant for; written with the event, so it is in commit order too."""

    __tablename__ = "event_audience"
    rows = Rows(read=of("organisation"), add=_of_what_is_being_appended, is_history=True)

    organisation: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    __table_args__ = (Index(None, "position"),)


class Checkpoint(Base):
    """How far a reader has come in a partition. Whoever locks the row is the reader."""

    __tablename__ = "checkpoints"
    rows = HUB_ONLY

    reader: Mapped[str] = mapped_column(primary_key=True)
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int]
    advanced_at: Mapped[datetime]


class ParkedEvent(Base):
    """An event that a reader could not apply, or that waits behind one of the same case. `error` names the defect."""

    __tablename__ = "parked_events"
    rows = HUB_ONLY
    __table_args__ = (Index(None, "reader", "case_id"),)

    reader: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID]
    error: Mapped[str | None]
    parked_at: Mapped[datetime]
