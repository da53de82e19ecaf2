"""Tables of deadlines: until when whom, and when a team does not work."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base
from hub.store.rows import Rows, everybody, of, parties_of


class DeadlineRow(Base):
    """What `hub.deadlines.running.Deadline` tells. What waits is a row with a time, never a message in the broker."""

    __tablename__ = "deadlines"
    rows = Rows(read=parties_of("case_id"), change=of("organisation"))
    __table_args__ = (
        Index("ix_deadlines_due", "next_at", postgresql_where=text("state = 'running' AND next_at IS NOT NULL")),
        Index("ix_deadlines_running", "organisation", postgresql_where=text("state = 'running'")),
    )

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str]
    lead_swv: Mapped[str | None]
    state: Mapped[str]
    days: Mapped[int] = mapped_column(SmallInteger)
    counts_from: Mapped[date]
    days_left: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[date | None]
    next_step: Mapped[str | None]
    next_at: Mapped[datetime | None]
    stepped_on: Mapped[date | None]
    met_on: Mapped[date | None]


class ClosureRow(Base):
    """Days on which a team is closed, both included, and which organisation stands in for it then."""

    __tablename__ = "closures"
    rows = Rows(
        read=everybody, add=of("organisation"), change=of("organisation"), remove=of("organisation")
    )  # who sends a case may know that a team is closed
    __table_args__ = (CheckConstraint("last_day >= first_day", name="period"),)

    organisation: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]
    substitute: Mapped[str | None]


class OpeningHoursRow(Base):
    """When a team opens and closes on a weekday, 0 is Monday; a team with rows does not work on days without one."""

    __tablename__ = "opening_hours"
    rows = Rows(read=everybody, add=of("organisation"), change=of("organisation"), remove=of("organisation"))
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 4", name="weekday"),
        CheckConstraint("closes > opens", name="hours"),
    )

    organisation: Mapped[str] = mapped_column(primary_key=True)
    weekday: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    opens: Mapped[time]
    closes: Mapped[time | None]
