"""Tables of mail: what waits to be sent to whom, how each wants to be told, and to whom nothing is sent any more.

No address stands here: it is sealed with the person (`hub.access.people`) and opened only to send.
"""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Integer, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.access.tables import Person
from hub.store.base import Base
from hub.store.rows import HUB_ONLY

WAITING, SENT, CANCELLED, ABANDONED, REFUSED = "waiting", "sent", "cancelled", "abandoned", "refused"
"""The states of a message; only the first is followed by another."""

_STILL_WAITING = text("state = 'waiting'")


class Mail(Base):
    """A message to a person about what waits in an organisation: one, however much happens before it goes out.

    `claim` marks the try that is under way; until it is recorded, `next_attempt_at` is the end of its lease. Which
    cases it is about is forgotten when it has gone.
    """

    __tablename__ = "mail_queue"
    rows = HUB_ONLY
    __table_args__ = (
        Index(
            "uq_mail_queue_gathering",
            "person_id",
            "organisation",
            unique=True,
            postgresql_where=text("state = 'waiting' AND claim IS NULL"),
        ),
        Index("ix_mail_queue_due", "next_attempt_at", postgresql_where=_STILL_WAITING),
        Index(None, "person_id", "organisation", "finished_at"),
        Index(None, "finished_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    organisation: Mapped[str]
    case_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(Integer)
    next_attempt_at: Mapped[datetime]
    claim: Mapped[UUID | None]
    last_code: Mapped[int | None] = mapped_column(Integer)
    last_error: Mapped[str | None]
    finished_at: Mapped[datetime | None]


class MailPreference(Base):
    """How a person wants to be told of what waits in an organisation; without a row as `Wishes` says."""

    __tablename__ = "mail_preferences"
    rows = HUB_ONLY

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    organisation: Mapped[str] = mapped_column(primary_key=True)
    pace: Mapped[str]
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    language: Mapped[str]
    changed_at: Mapped[datetime]


class MailSuspension(Base):
    """A person to whom nothing is sent, because nothing arrives; `reason` is a code of a mail server, or a word."""

    __tablename__ = "mail_suspensions"
    rows = HUB_ONLY

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]
    reason: Mapped[str]
