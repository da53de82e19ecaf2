"""Destroying the key of a case: from then on nobody can read its personal data, whatever copy of it there is.

The log, the ledger and the figures stay whole: they hold none. What was sealed is removed too, so that a key that had
leaked before opens nothing here any more.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hub.privacy.tables import CaseKey, Sealed


def destroy(session: Session, case_ids: Sequence[UUID], *, now: datetime) -> list[UUID]:
    """Destroy the keys of these cases; those that still had one, each told to one caller only."""
    there = (CaseKey.case_id.in_(case_ids), CaseKey.wrapped.is_not(None))
    gone = update(CaseKey).where(*there).values(wrapped=None, destroyed_at=now).returning(CaseKey.case_id)
    destroyed = list(session.scalars(gone))
    session.execute(delete(Sealed).where(Sealed.case_id.in_(destroyed)))
    return destroyed


def sweep_remains(session: Session, *, limit: int) -> int:
    """Remove what is still sealed of erased cases, such as after a backup was restored; how many documents."""
    erased = select(CaseKey.case_id).where(CaseKey.wrapped.is_(None))
    some = select(Sealed.id).where(Sealed.case_id.in_(erased)).limit(limit)
    removed = session.scalars(delete(Sealed).where(Sealed.id.in_(some)).returning(Sealed.id))
    return len(removed.all())


def erased_at(session: Session, case_id: UUID) -> datetime | None:
    """When the key of a case was destroyed; None when it was not, or there is none."""
    return session.scalar(select(CaseKey.destroyed_at).where(CaseKey.case_id == case_id))
