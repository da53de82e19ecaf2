"""Tables of delivery: where organisations want to be told, and each message on its way there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base
from hub.store.rows import Rows, of, owners_through

WAITING, DELIVERED, ABANDONED, CANCELLED = "waiting", "delivered", "abandoned", "cancelled"
"""The states of a delivery; only the first is followed by another."""

_STILL_WAITING = text("state = 'waiting'")

_MUCH_CHANGED = {  # every delivery leaves two dead rows behind
    "fillfactor": 80,
    "autovacuum_vacuum_scale_factor": 0.01,
    "autovacuum_vacuum_insert_scale_factor": 0.05,
}


class Subscription(Base):
    """A webhook of an organisation. `secret` is sealed under a master key; no types means all."""

    __tablename__ = "subscriptions"
    rows = Rows(read=of("organisation"), add=of("organisation"), change=of("organisation"))
    __table_args__ = (Index(None, "organisation", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    url: Mapped[str]
    types: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    after_position: Mapped[int]  # what the log already held when it began is not told
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]  # unsubscribed, gone (the receiver answered 410)


_OF_ITS_SUBSCRIPTION = owners_through("subscriptions", "subscription_id")


class Delivery(Base):
    """One event for one subscription. What waits is a row with a time, never a message in the broker.

    `claim` marks the try that is under way; until it is recorded, `next_attempt_at` is the end of its lease.
    """

    __tablename__ = "deliveries"
    rows = Rows(read=_OF_ITS_SUBSCRIPTION, change=_OF_ITS_SUBSCRIPTION)
    __table_args__ = (
        Index("ix_deliveries_due", "subscription_id", "next_attempt_at", "position", postgresql_where=_STILL_WAITING),
        Index("ix_deliveries_order", "subscription_id", "case_id", "position", postgresql_where=_STILL_WAITING),
        {"postgresql_with": _MUCH_CHANGED},
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey(Subscription.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(Integer)
    next_attempt_at: Mapped[datetime]
    claim: Mapped[UUID | None]
    last_status: Mapped[int | None] = mapped_column(Integer)
    last_error: Mapped[str | None]
    finished_at: Mapped[datetime | None]
