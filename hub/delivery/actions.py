"""Writes of delivery: subscriptions begin and end, deliveries are planned and cancelled. Trying them is in `claims`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode, new_id
from hub.delivery import signing
from hub.delivery.addresses import receiver_url
from hub.delivery.queries import subscription_of
from hub.delivery.tables import CANCELLED, WAITING, Delivery, Subscription
from hub.errors import Conflict, InvalidInput, Problem
from hub.events.catalogue import PUBLISHED, WRITTEN_BY_HUB, WRITTEN_BY_RECEIVERS
from hub.events.log import Event, head
from hub.privacy.vault import Vault

MOST_SUBSCRIPTIONS = 20
"""How many webhooks an organisation may have at the same time."""

UNSUBSCRIBED, GONE = "unsubscribed", "gone"
"""Why a subscription ended: its organisation asked for it, or its receiver answered 410."""

DELIVERABLE = (
    frozenset(PUBLISHED)
    | frozenset(WRITTEN_BY_RECEIVERS)
    | frozenset(name for name in WRITTEN_BY_HUB if not name.startswith(("delivery.", "subscription.")))
)
"""Types a webhook can carry. News of failing webhooks is not among them: it would have to go where they fail."""

_PLAN = text(
    """
    INSERT INTO deliveries (subscription_id, position, case_id, state, attempts, next_attempt_at)
    SELECT s.id, e.position, e.case_id, 'waiting', 0,
           greatest(
               least(CAST(:now AS timestamptz), now()),
               (SELECT CASE WHEN first.claim IS NULL THEN first.next_attempt_at END
                FROM deliveries first
                WHERE first.subscription_id = s.id AND first.case_id = e.case_id AND first.state = 'waiting'
                ORDER BY first.position LIMIT 1))
    FROM unnest(CAST(:positions AS bigint[]), CAST(:case_ids AS uuid[]), CAST(:types AS text[]))
             AS e(position, case_id, type)
    JOIN event_audience a ON a.position = e.position
    JOIN subscriptions s ON s.organisation = a.organisation AND s.ended_at IS NULL
                        AND e.position > s.after_position AND (s.types IS NULL OR e.type = ANY (s.types))
    FOR SHARE OF s  -- a subscription that ends at this moment ends before or after, not in between
    ON CONFLICT DO NOTHING
    """
)

_CANCEL = text(
    """
    WITH cancelled AS (
        UPDATE deliveries d
        SET state = 'cancelled', claim = NULL, finished_at = coalesce(CAST(:now AS timestamptz), now())
        FROM events e
        JOIN event_audience a ON a.position = e.position
        JOIN subscriptions s ON s.organisation = a.organisation
        WHERE e.case_id = ANY (CAST(:case_ids AS uuid[])) AND e.position < :before
          AND (CAST(:organisations AS text[]) IS NULL OR s.organisation = ANY (CAST(:organisations AS text[])))
          AND d.subscription_id = s.id AND d.position = e.position AND d.state = 'waiting'
        RETURNING d.subscription_id, d.case_id
    ), freed AS (
        UPDATE deliveries d SET next_attempt_at = least(d.next_attempt_at, now())
        FROM (SELECT DISTINCT subscription_id, case_id FROM cancelled) c
        WHERE d.subscription_id = c.subscription_id AND d.case_id = c.case_id
          AND d.state = 'waiting' AND d.position >= :before AND d.claim IS NULL
    )
    SELECT count(*) FROM cancelled
    """
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an organisation asks for: events at `url`, of `types` (short names) only, or of all types for None."""

    organisation: OrganisationCode
    url: str
    types: Sequence[str] | None = None


class Subscribed(NamedTuple):
    """A new subscription and its secret, which can be read here and nowhere else."""

    subscription: Subscription
    secret: str


def subscribe(session: Session, vault: Vault, wish: Wish, *, to_loopback: bool, now: datetime) -> Subscribed:
    """Tell `wish.url` of every event for its organisation from now on.

    `to_loopback` is the setting `webhooks_to_loopback`. Raises InvalidInput for an address or a type that will not do,
    Conflict at MOST_SUBSCRIPTIONS.
    """
    address = receiver_url(wish.url, to_loopback=to_loopback)
    types = None if wish.types is None else _known(wish.types)
    _need_room(session, wish.organisation)
    secret, id_ = signing.new_secret(), new_id()
    subscription = Subscription(
        id=id_,
        organisation=wish.organisation,
        url=str(address),
        types=types,
        secret=vault.seal_secret(id_.bytes, secret),
        made_at=now,
        after_position=head(session).position,
        ended_at=None,
        end_reason=None,
    )
    session.add(subscription)
    session.flush()
    return Subscribed(subscription, signing.written(secret))


def unsubscribe(session: Session, organisation: OrganisationCode, subscription_id: UUID, *, now: datetime) -> None:
    """End a subscription of `organisation`; what still waits for it is cancelled. Raises NotFound."""
    subscription = subscription_of(session, organisation, subscription_id)
    end(session, [subscription.id], UNSUBSCRIBED, now=now)


def end(session: Session, subscription_ids: Sequence[UUID], reason: str, *, now: datetime) -> list[Subscription]:
    """End those of the subscriptions that run, and cancel what waits for them; the ones that ended now."""
    running = (Subscription.id.in_(subscription_ids), Subscription.ended_at.is_(None))
    ended = session.scalars(
        update(Subscription).where(*running).values(ended_at=now, end_reason=reason).returning(Subscription)
    ).all()
    session.execute(
        update(Delivery)
        .where(Delivery.subscription_id.in_(subscription_ids), Delivery.state == WAITING)
        .values(state=CANCELLED, claim=None, finished_at=now)
    )
    return list(ended)


def plan(session: Session, events: Sequence[Event], *, now: datetime) -> int:
    """Make the deliveries of `events`: one per running subscription of an organisation they are meant for. How many.

    Events of a case that has an older one waiting out a failure wait with it. Planning the same event again adds
    nothing. The deliveries are due at once, also by the database's own clock.
    """
    carried = [event for event in events if event.type in DELIVERABLE]
    if not carried:
        return 0
    planned = {
        "positions": [event.position for event in carried],
        "case_ids": [event.case_id for event in carried],
        "types": [event.type for event in carried],
        "now": now,
    }
    return session.connection().execute(_PLAN, planned).rowcount


def cancel(
    session: Session,
    case_ids: Sequence[UUID],
    *,
    before_position: int,
    organisations: Sequence[str] | None = None,
    now: datetime | None = None,
) -> int:
    """Take back what still waits of the cases' events before a position; how many deliveries.

    `organisations`: only what waits for these; None is everybody. Call it after `plan` when the batch holds such
    events. What is on its way at this moment arrives, or is not tried again. `now`: None is the database's own time.
    """
    told = None if organisations is None else list(organisations)
    scope = {"case_ids": list(case_ids), "before": before_position, "organisations": told, "now": now}
    return session.scalar(_CANCEL, scope) or 0


def _known(types: Sequence[str]) -> list[str]:
    unknown = "This type of event does not exist, or cannot be sent by webhook."
    problems = tuple(Problem(f"/types/{n}", unknown) for n, name in enumerate(types) if name not in DELIVERABLE)
    if problems:
        raise InvalidInput("The types of this subscription are not right.", problems=problems)
    if not types:
        raise InvalidInput("Name at least one type of event, or leave the types out to get all.")
    return sorted(set(types))


def _need_room(session: Session, organisation: OrganisationCode) -> None:
    """One at a time per organisation, so that two at once do not pass the limit together."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(organisation, 0))))
    running = (Subscription.organisation == organisation, Subscription.ended_at.is_(None))
    if (session.scalar(select(func.count()).where(*running)) or 0) >= MOST_SUBSCRIPTIONS:
        raise Conflict(
            "Your organisation has %(number)s webhooks, which is the most there can be.",
            next_step="End a subscription that is no longer used.",
            number=MOST_SUBSCRIPTIONS,
        )
