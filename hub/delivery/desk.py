"""The sender's side of the database: parcels come from here, ready to send, and their results go back.

Everything here is synchronous and runs in threads beside the sender's event loop.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.delivery import claims
from hub.delivery.addresses import receiver_url
from hub.delivery.backoff import Answer, Verdict, verdict, wait_after
from hub.delivery.claims import Capacity, Claimed, Result
from hub.delivery.post import DEADLINE, Target
from hub.delivery.signing import message_id
from hub.delivery.tables import ABANDONED, CANCELLED, DELIVERED, WAITING, Subscription
from hub.errors import HubError
from hub.events.envelope import as_cloudevent
from hub.privacy.vault import Unreadable, Vault
from hub.settings import Settings
from hub.store.engine import Sessions

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long a claim holds. A sender that dies delays what it held by this."""

_TIME_TO_RECORD = timedelta(seconds=5)
_FIT = LEASE - DEADLINE - _TIME_TO_RECORD  # a parcel is only sent when its result can still be recorded


class Parcel(NamedTuple):
    """A claimed delivery, ready to send; without a target when its subscription cannot be used."""

    claimed: Claimed
    message: str
    body: bytes
    target: Target | None
    claimed_at: float  # in time.monotonic()

    @property
    def is_fit(self) -> bool:
        """Whether its lease leaves time to send it."""
        return time.monotonic() < self.claimed_at + _FIT.total_seconds()

    @property
    def is_held(self) -> bool:
        """Whether its lease still runs."""
        return time.monotonic() < self.claimed_at + LEASE.total_seconds()

    def result(self, answer: Answer, random: Callable[[], float]) -> Result:
        """What becomes of the delivery after this answer."""
        meaning = verdict(answer)
        wait = wait_after(self.claimed.attempt, answer, random) if meaning is Verdict.AGAIN else None
        state = WAITING if wait is not None else _STATES[meaning]
        seconds = wait.total_seconds() if wait else 0
        return self._ended(state, wait_seconds=seconds, status=answer.status, error=answer.error)

    def unsent(self) -> Result:
        """It was not tried: whoever claims it next tries it as if this claim had not been."""
        return self._ended(WAITING, untried=1)

    def interrupted(self) -> Result:
        """It was being tried when the sender had to stop: nobody knows whether it arrived, so it is sent again now."""
        return self._ended(WAITING, error="interrupted")

    def _ended(
        self,
        state: str,
        *,
        wait_seconds: float = 0,
        status: int | None = None,
        error: str | None = None,
        untried: int = 0,
    ) -> Result:
        claimed = self.claimed
        place = (claimed.subscription_id, claimed.event.position, claimed.claim)
        return Result(*place, state, wait_seconds, status, error, untried)


_STATES = {
    Verdict.DELIVERED: DELIVERED,
    Verdict.AGAIN: ABANDONED,  # no wait is left
    Verdict.REFUSED: ABANDONED,
    Verdict.GONE: CANCELLED,
}


class Desk:
    """Claims and records for one sender. `clock`: None is the database's own time."""

    def __init__(
        self, sessions: Sessions, vault: Vault, settings: Settings, clock: Callable[[], datetime] | None
    ) -> None:
        self._sessions = sessions
        self._vault = vault
        self._settings = settings
        self._clock = clock
        self._targets: dict[UUID, Target | None] = {}

    def claim(self, capacity: Capacity) -> list[Parcel]:
        """What is due and can be taken, in order of position."""
        claimed_at = time.monotonic()
        with self._sessions.begin() as session:
            claimed = claims.claim(session, capacity, lease=LEASE, now=self._now())
            self._learn_targets(session, {one.subscription_id for one in claimed})
        bodies = self._bodies(claimed)
        return [
            Parcel(
                one,
                message_id(one.subscription_id, one.event.position),
                bodies[one.event.position],
                self._targets[one.subscription_id],
                claimed_at,
            )
            for one in claimed
        ]

    def record(self, results: Sequence[Result]) -> int:
        """Record how parcels ended; how many there were."""
        with self._sessions.begin() as session:
            claims.record(session, results, now=self._now())
        return len(results)

    def _now(self) -> datetime | None:
        return self._clock() if self._clock else None

    def _bodies(self, claimed: Iterable[Claimed]) -> dict[int, bytes]:
        """Each event written once, however many subscriptions get it."""
        events = {one.event.position: one.event for one in claimed}
        url = self._settings.public_url
        return {place: orjson.dumps(as_cloudevent(event, url, with_data=False)) for place, event in events.items()}

    def _learn_targets(self, session: Session, subscription_ids: set[UUID]) -> None:
        unknown = subscription_ids - self._targets.keys()
        if not unknown:
            return
        for subscription in session.scalars(select(Subscription).where(Subscription.id.in_(unknown))):
            self._targets[subscription.id] = self._target(subscription)

    def _target(self, subscription: Subscription) -> Target | None:
        try:
            url = receiver_url(subscription.url, to_loopback=self._settings.webhooks_to_loopback)
            return Target(url, self._vault.open_secret(subscription.id.bytes, subscription.secret))
        except (HubError, Unreadable, KeyError) as error:
            logger.error("subscription %s cannot be used: %s", subscription.id, type(error).__name__)  # noqa: TRY400
            return None
