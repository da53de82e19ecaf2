"""On which days the terms were looked at, so that it happens once a day, and can be shown to have happened."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.privacy.tables import RetentionRun


def begin_run(session: Session, day: date, *, now: datetime) -> bool:
    """Begin the run of a day, or take up one that was cut short; False when it was finished."""
    row = {"day": day, "began_at": now, "ended_at": None, "erased": 0}
    session.execute(insert(RetentionRun).values(row).on_conflict_do_nothing())
    return session.scalar(select(RetentionRun.ended_at).where(RetentionRun.day == day)) is None


def count_run(session: Session, day: date, erased: int) -> None:
    """Add to what a run has erased so far."""
    if erased:
        mine = update(RetentionRun).where(RetentionRun.day == day)
        session.execute(mine.values(erased=RetentionRun.erased + erased))


def end_run(session: Session, day: date, *, now: datetime) -> int:
    """The run of a day is finished; how many cases it erased in all."""
    mine = update(RetentionRun).where(RetentionRun.day == day).values(ended_at=now)
    return session.scalar(mine.returning(RetentionRun.erased)) or 0


def runs(session: Session, *, limit: int) -> list[RetentionRun]:
    """The last runs, the newest first."""
    return list(session.scalars(select(RetentionRun).order_by(RetentionRun.day.desc()).limit(limit)))
