"""Trying deliveries, seen from the database: claim what is due, and record how each try ended.

A claim counts the attempt before it is made, and holds the row for a lease under a random token. Whoever comes back
after the lease finds another token there and changes nothing. So no try is forgotten and none is recorded twice,
whenever a sender dies; that a receiver can get the same message again is the price, and `webhook-id` is its cure.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import orjson
from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from hub import clock
from hub.codes import HUB_ORGANISATION, HUB_SOURCE
from hub.delivery import actions
from hub.delivery.tables import ABANDONED, CANCELLED, Subscription
from hub.events.log import Event, NewEvent, append

logger = logging.getLogger(__name__)

_CLAIM = text(
    """
    WITH RECURSIVE pending (id) AS (  -- each subscription with something waiting: one step in the index for each
        (SELECT subscription_id FROM deliveries WHERE state = 'waiting' ORDER BY subscription_id LIMIT 1)
        UNION ALL
        SELECT (SELECT d.subscription_id FROM deliveries d WHERE d.state = 'waiting' AND d.subscription_id > p.id
                ORDER BY d.subscription_id LIMIT 1)
        FROM pending p WHERE p.id IS NOT NULL
    ), turns AS (  -- who has least under way comes first
        SELECT s.id, coalesce(r.room, :room) AS room
        FROM pending p
        JOIN subscriptions s ON s.id = p.id AND s.ended_at IS NULL
        LEFT JOIN json_to_recordset(CAST(:rooms AS json)) AS r (id uuid, room integer, held integer) ON r.id = p.id
        WHERE coalesce(r.room, :room) > 0
        ORDER BY coalesce(r.held, 0), random()
    ), due AS (
        SELECT d.tid
        FROM turns t
        CROSS JOIN LATERAL (
            SELECT w.ctid AS tid
            FROM deliveries w
            WHERE w.subscription_id = t.id AND w.state = 'waiting'
              AND w.next_attempt_at <= coalesce(CAST(:now AS timestamptz), now())
              AND w.position = (
                  SELECT first.position FROM deliveries first
                  WHERE first.subscription_id = w.subscription_id AND first.case_id = w.case_id
                    AND first.state = 'waiting'
                  ORDER BY first.position LIMIT 1)
            ORDER BY w.next_attempt_at, w.position
            LIMIT t.room
            FOR UPDATE SKIP LOCKED
        ) d
        LIMIT :limit
    ), claimed AS (
        UPDATE deliveries
        SET attempts = attempts + 1, claim = :claim,
            next_attempt_at = coalesce(CAST(:now AS timestamptz), now()) + :lease
        WHERE ctid = ANY (ARRAY(SELECT tid FROM due))
        RETURNING subscription_id, position, attempts
    )
    SELECT coalesce(json_agg(json_build_array(
        c.subscription_id, c.attempts, e.position, e.source, e.id, e.type, e.case_id, e.publisher, e.time,
        e.recorded_at, e.traceparent) ORDER BY e.position), '[]')::text
    FROM claimed c JOIN events e ON e.position = c.position
    """
)

_RECORD = text(
    """
    WITH recorded AS (
        UPDATE deliveries d
        SET state = r.state, claim = NULL, last_status = r.status, last_error = r.error,
            attempts = d.attempts - r.untried,
            next_attempt_at = CASE WHEN r.state = 'waiting'
                THEN coalesce(CAST(:now AS timestamptz), now()) + r.wait_seconds * interval '1 second'
                ELSE d.next_attempt_at END,
            finished_at = CASE WHEN r.state <> 'waiting' THEN coalesce(CAST(:now AS timestamptz), now()) END
        FROM json_to_recordset(CAST(:results AS json)) AS r (
            subscription_id uuid, position bigint, claim uuid, state text, wait_seconds double precision,
            status integer, error text, untried integer)
        WHERE d.subscription_id = r.subscription_id AND d.position = r.position
          AND d.claim = r.claim AND d.state = 'waiting'
        RETURNING d.subscription_id, d.position, d.case_id, d.state, d.attempts, d.last_status, d.last_error,
                  d.next_attempt_at
    ), held_up AS (  -- what waits behind a failure of its case is not looked at until that is tried again
        UPDATE deliveries d SET next_attempt_at = r.next_attempt_at
        FROM recorded r
        WHERE r.state = 'waiting' AND d.subscription_id = r.subscription_id AND d.case_id = r.case_id
          AND d.state = 'waiting' AND d.position > r.position AND d.next_attempt_at < r.next_attempt_at
    )
    SELECT * FROM recorded WHERE state IN ('abandoned', 'cancelled') ORDER BY subscription_id, position
    """
)


class Room(NamedTuple):
    """How much more a sender can take for a subscription, and how much it has of it already."""

    room: int
    held: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a sender can take: `limit` in all, and `room` for each subscription unless `rooms` says else."""

    limit: int
    room: int
    rooms: Mapping[UUID, Room] = field(default_factory=dict)


class Claimed(NamedTuple):
    """A delivery to try: the attempt (the first is 1) is counted already; `claim` is what proves it is ours.

    The event comes without its data, which no webhook carries.
    """

    subscription_id: UUID
    event: Event
    attempt: int
    claim: UUID


class Result(NamedTuple):
    """How a try ended: the delivery's new state, and the wait if that is WAITING. CANCELLED ends the subscription.

    `untried` is 1 when the attempt that the claim counted did not take place.
    """

    subscription_id: UUID
    position: int
    claim: UUID
    state: str
    wait_seconds: float = 0
    status: int | None = None
    error: str | None = None
    untried: int = 0


def claim(session: Session, capacity: Capacity, *, lease: timedelta, now: datetime | None = None) -> list[Claimed]:
    """Claim deliveries that are due for `lease`; what comes back is in order of position.

    Subscriptions take turns. Of each case a subscription gets the oldest that waits, so they arrive in order. `now`:
    None is the database's own time, the one clock that all senders share. Commit before sending.
    """
    token = uuid4()
    rooms = [{"id": id_, "room": of.room, "held": of.held} for id_, of in capacity.rooms.items()]
    parameters = {"limit": capacity.limit, "room": capacity.room, "rooms": orjson.dumps(rooms).decode()}
    document = session.execute(_CLAIM, parameters | {"claim": token, "lease": lease, "now": now}).scalar_one()
    return [_claimed(row, token) for row in orjson.loads(document)]


def _claimed(row: list[Any], token: UUID) -> Claimed:
    """One row of the document that a claim comes back as: unfolding it here costs a tenth of what columns would."""
    subscription_id, attempt, position, source, id_, type_, case_id, publisher, time, recorded_at, traceparent = row
    moments = datetime.fromisoformat(time), datetime.fromisoformat(recorded_at)
    event = Event(position, source, id_, type_, UUID(case_id), publisher, *moments, {}, None, traceparent)
    return Claimed(UUID(subscription_id), event, attempt, token)


def record(session: Session, results: Sequence[Result], *, now: datetime | None = None) -> None:
    """Record how tries ended, where their claims still hold. `now`: None is the database's own time.

    What is given up, and a subscription that ends, is logged as an error and appended to the log for its organisation:
    call this last in a transaction.
    """
    parameters = {"results": orjson.dumps([result._asdict() for result in results]).decode(), "now": now}
    stopped = session.execute(_RECORD, parameters).all()
    if stopped:
        _tell(session, stopped, now or clock.now())


def _tell(session: Session, stopped: Sequence[Row[Any]], now: datetime) -> None:
    owners = _owners(session, {row.subscription_id for row in stopped})
    news = [_abandoned(row, owners[row.subscription_id], now) for row in stopped if row.state == ABANDONED]
    gone = {row.subscription_id: row for row in stopped if row.state == CANCELLED}
    ended = actions.end(session, list(gone), actions.GONE, now=now)
    news += [_ended(gone[subscription.id], subscription.organisation, now) for subscription in ended]
    append(session.connection(), news, now=now)


def _owners(session: Session, subscription_ids: set[UUID]) -> dict[UUID, str]:
    mine = select(Subscription.id, Subscription.organisation).where(Subscription.id.in_(subscription_ids))
    return {row.id: row.organisation for row in session.execute(mine)}


def _abandoned(row: Row[Any], organisation: str, now: datetime) -> NewEvent:
    logger.error(
        "webhook given up: subscription %s of %s, position %d, attempts %d, last status %s, last error %s",
        *(row.subscription_id, organisation, row.position, row.attempts, row.last_status, row.last_error),
    )
    data = {"subscription": str(row.subscription_id), "position": row.position, "attempts": row.attempts}
    return _news("delivery.abandoned", row.case_id, organisation, data | {"lastStatus": row.last_status}, now)


def _ended(row: Row[Any], organisation: str, now: datetime) -> NewEvent:
    logger.error("webhook ended: the receiver of subscription %s of %s is gone", row.subscription_id, organisation)
    data = {"subscription": str(row.subscription_id), "position": row.position, "reason": actions.GONE}
    return _news("subscription.ended", row.case_id, organisation, data, now)


def _news(type_: str, case_id: UUID, organisation: str, data: dict[str, object], now: datetime) -> NewEvent:
    return NewEvent(
        type=type_,
        case_id=case_id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data=data,
        audience=(organisation,),
    )
