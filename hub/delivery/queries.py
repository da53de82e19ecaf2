"""Reads of delivery: the subscriptions of an organisation, how their deliveries fare, and what waits."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode
from hub.delivery.tables import WAITING, Delivery, Subscription
from hub.errors import NotFound
from hub.store.row_security import mine

_COUNTED_AT_MOST = 10_000


class Backlog(NamedTuple):
    """What waits to be delivered: how many are due now (counted to 10,000), and since when the oldest one is."""

    due: int
    oldest_due_at: datetime | None


def subscriptions_of(session: Session, organisation: OrganisationCode) -> list[Subscription]:
    """The running subscriptions of an organisation, oldest first."""
    running = (mine(Subscription, organisation), Subscription.ended_at.is_(None))
    return list(session.scalars(select(Subscription).where(*running).order_by(Subscription.made_at, Subscription.id)))


def subscription_of(session: Session, organisation: OrganisationCode, subscription_id: UUID) -> Subscription:
    """A running subscription of an organisation. Raises NotFound, also for one of another organisation."""
    wanted = (Subscription.id == subscription_id, mine(Subscription, organisation), Subscription.ended_at.is_(None))
    found = session.scalar(select(Subscription).where(*wanted))
    if found is None:
        raise NotFound("Your organisation has no such subscription.")
    return found


def deliveries_of(
    session: Session, subscription_id: UUID, *, before: int | None = None, limit: int = 100
) -> Sequence[Delivery]:
    """A page of a subscription's deliveries, newest first; the next page comes `before` the last position of this."""
    statement = select(Delivery).where(Delivery.subscription_id == subscription_id)
    if before is not None:
        statement = statement.where(Delivery.position < before)
    return session.scalars(statement.order_by(Delivery.position.desc()).limit(limit)).all()


class Told(NamedTuple):
    """A message about a case: to whom, of which event, and how it stands."""

    organisation: str
    position: int
    state: str
    finished_at: datetime | None


def deliveries_of_case(session: Session, case_id: UUID) -> list[Told]:
    """Every message that was planned about a case, oldest first."""
    columns = (Subscription.organisation, Delivery.position, Delivery.state, Delivery.finished_at)
    of_case = select(*columns).join(Subscription).where(Delivery.case_id == case_id)
    return [Told._make(row) for row in session.execute(of_case.order_by(Delivery.position, Subscription.organisation))]


def backlog(session: Session, *, now: datetime) -> Backlog:
    """What is due and has not been delivered. Counting stops at 10,000, so that it stays cheap when much is wrong."""
    due = (
        select(Delivery.next_attempt_at)
        .where(Delivery.state == WAITING, Delivery.next_attempt_at <= now)
        .limit(_COUNTED_AT_MOST)
        .subquery()
    )
    return Backlog._make(session.execute(select(func.count(), func.min(due.c.next_attempt_at))).one())
