"""Reads of deadlines: those of a case, what is due, and since when the oldest step waits."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.deadlines.running import State
from hub.deadlines.tables import DeadlineRow

_KEY = (DeadlineRow.case_id, DeadlineRow.organisation, DeadlineRow.kind)
_WAITS = (DeadlineRow.state == State.RUNNING, DeadlineRow.next_at.is_not(None))


def deadlines_of_case(session: Session, case_id: UUID) -> Sequence[DeadlineRow]:
    """The deadlines of everyone in a case, by organisation; opening comes after answering."""
    return session.scalars(select(DeadlineRow).where(DeadlineRow.case_id == case_id).order_by(*_KEY)).all()


def due_until(session: Session, last: date, *, limit: int) -> Sequence[DeadlineRow]:
    """Deadlines that run, with their last day until `last`; the first due first."""
    due = (DeadlineRow.state == State.RUNNING, DeadlineRow.due_on <= last)
    return session.scalars(select(DeadlineRow).where(*due).order_by(DeadlineRow.due_on, *_KEY).limit(limit)).all()


def oldest_step(session: Session, *, now: datetime) -> datetime | None:
    """Since when the oldest step waits that is due, None when none does."""
    return session.scalar(select(func.min(DeadlineRow.next_at)).where(*_WAITS, DeadlineRow.next_at <= now))
