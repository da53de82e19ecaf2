"""Webhooks of an organisation: make one, see how its deliveries fare, end it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext, InSession
from hub.api.needs import needs
from hub.api.wire import Answer, RequestBody, read_cursor, reads, refusals, write_cursor
from hub.delivery import actions, queries
from hub.delivery.actions import Wish
from hub.delivery.tables import Delivery, Subscription
from hub.events.envelope import full_type, short_type

router = APIRouter(prefix="/subscriptions", tags=["subscriptions"])

Manager = Annotated[Caller, needs(Right.MANAGE_SUBSCRIPTIONS)]
SubscriptionId = Annotated[UUID, Path(alias="subscriptionId", description="id of the subscription")]


class NewSubscription(RequestBody):
    """Where you want to be told, and of what. Without types: of everything that is meant for you."""

    url: Annotated[str, Field(min_length=1, max_length=500)]
    types: Annotated[list[str], Field(min_length=1, max_length=50)] | None = None


class SubscriptionRead(Answer):
    """A webhook."""

    id: UUID
    url: str
    types: list[str] | None
    made_at: datetime


class SubscriptionMade(SubscriptionRead):
    """A new webhook with its secret (Standard Webhooks 1.0). The hub does not show it again."""

    secret: str


class Subscriptions(Answer):
    """The running webhooks of the caller."""

    subscriptions: list[SubscriptionRead]


class DeliveryRead(Answer):
    """An event on its way to a webhook."""

    sequence: str
    case: UUID
    state: str
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    finished_at: datetime | None


class Deliveries(Answer):
    """A page of deliveries, newest first."""

    deliveries: list[DeliveryRead]
    next: str | None = None


@router.post("", operation_id="subscribe", status_code=201, responses=refusals(400, 401, 403, 406, 409, 415, 503))
def subscribe(
    body: NewSubscription,
    caller: Manager,
    parts: InContext,
    session: InSession,
) -> SubscriptionMade:
    """Be told by webhook of what happens for your organisation, from now on."""
    types = None if body.types is None else [short_type(name) or name for name in body.types]
    made = actions.subscribe(
        session,
        parts.runtime.vault,
        Wish(caller.organisation, body.url, types),
        to_loopback=parts.runtime.settings.webhooks_to_loopback,
        now=clock.now(),
    )
    return SubscriptionMade(**_read(made.subscription).model_dump(), secret=made.secret)


@reads(router, "", operation_id="listSubscriptions", responses=refusals(401, 403, 406, 503))
def list_subscriptions(caller: Manager, session: InSession) -> Subscriptions:
    """Your running webhooks."""
    found = queries.subscriptions_of(session, caller.organisation)
    return Subscriptions(subscriptions=[_read(subscription) for subscription in found])


@router.delete(  # the parameter is read under its alias
    "/{subscriptionId}",  # noqa: FAST003
    operation_id="unsubscribe",
    status_code=204,
    response_class=Response,
    responses=refusals(400, 401, 403, 404, 406, 503),
)
def unsubscribe(subscription_id: SubscriptionId, caller: Manager, session: InSession) -> None:
    """End a webhook; what still waits for it is cancelled."""
    actions.unsubscribe(session, caller.organisation, subscription_id, now=clock.now())


@reads(
    router,
    "/{subscriptionId}/deliveries",
    operation_id="listDeliveries",
    responses=refusals(400, 401, 403, 404, 406, 503),
)
def list_deliveries(
    subscription_id: SubscriptionId,
    caller: Manager,
    session: InSession,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Deliveries:
    """How the deliveries of a webhook fare, newest first."""
    queries.subscription_of(session, caller.organisation, subscription_id)
    before = read_cursor(after, int, UUID)[0] if after is not None else None
    found = queries.deliveries_of(session, subscription_id, before=before, limit=limit)
    full = len(found) == limit
    return Deliveries(
        deliveries=[_delivery(delivery) for delivery in found],
        next=write_cursor(found[-1].position, subscription_id) if full else None,
    )


def _read(subscription: Subscription) -> SubscriptionRead:
    types = None if subscription.types is None else [full_type(name) for name in subscription.types]
    return SubscriptionRead(id=subscription.id, url=subscription.url, types=types, made_at=subscription.made_at)


def _delivery(delivery: Delivery) -> DeliveryRead:
    waiting = delivery.state == "waiting"
    return DeliveryRead(
        sequence=f"{delivery.position:020}",
        case=delivery.case_id,
        state=delivery.state,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at if waiting else None,
        last_status=delivery.last_status,
        last_error=delivery.last_error,
        finished_at=delivery.finished_at,
    )
