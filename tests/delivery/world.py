"""A small hub for tests of delivery: subscriptions, events in the log, their deliveries, and a clock to move."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.codes import OrganisationCode, new_id
from hub.delivery import actions
from hub.delivery.actions import Subscribed, Wish
from hub.delivery.tables import Delivery, Subscription
from hub.events import log
from hub.events.log import Event, NewEvent
from hub.events.tables import EventRow
from hub.privacy.vault import Vault
from hub.store.engine import Sessions

TEAM = OrganisationCode("GM0106-ST")
SCHOOL = OrganisationCode("18CW00")
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class MovableClock:
    """Time as the test wants it."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        """The present moment of the test."""
        return self._now

    def forward(self, **by: float) -> None:
        """Move time: `forward(minutes=5)`."""
        self._now += timedelta(**by)


class World:
    """Does what the hub does around delivery, and looks at what became of it."""

    def __init__(self, sessions: Sessions, vault: Vault, clock: MovableClock) -> None:
        self.sessions = sessions
        self.vault = vault
        self.clock = clock

    def start(self) -> None:
        """Begin an empty log."""
        with self.sessions.begin() as session:
            log.start_log(session.connection())

    def subscribe(
        self, url: str, organisation: OrganisationCode = TEAM, *, types: Sequence[str] | None = None
    ) -> Subscribed:
        """A subscription of the organisation at this address."""
        with self.sessions.begin() as session:
            wish = Wish(organisation, url, types)
            return actions.subscribe(session, self.vault, wish, to_loopback=True, now=self.clock.now())

    def publish(
        self,
        count: int = 1,
        *,
        case_id: UUID | None = None,
        to: Sequence[OrganisationCode] = (TEAM,),
        type_: str = "referral.offered",
    ) -> list[int]:
        """Append events for `to`, each of a case of its own unless one is given, and plan them; their positions."""
        now = self.clock.now()
        new = [
            NewEvent(
                type_,
                case_id or new_id(),
                "urn:nld:oin:00000099000000000001:systeem:leerling",
                SCHOOL,
                now,
                {},
                audience=tuple(to),
            )
            for _ in range(count)
        ]
        with self.sessions.begin() as session:
            positions = list(log.append(session.connection(), new, now=now))
        with self.sessions.begin() as session:
            actions.plan(session, log.events_at(session, positions), now=now)
        return positions

    def deliveries(self, subscription: Subscription) -> list[Delivery]:
        """The deliveries of a subscription, oldest event first."""
        with self.sessions() as session:
            mine = select(Delivery).where(Delivery.subscription_id == subscription.id)
            return list(session.scalars(mine.order_by(Delivery.position)))

    def states(self, subscription: Subscription) -> list[str]:
        """The states of its deliveries, oldest event first."""
        return [delivery.state for delivery in self.deliveries(subscription)]

    def news(self, type_: str) -> list[tuple[Event, dict[str, Any]]]:
        """Events of a type, each with its data."""
        with self.sessions() as session:
            positions = session.scalars(select(EventRow.position).where(EventRow.type == type_)).all()
            return [(event, event.data) for event in log.events_at(session, positions)]

    def feed(self, organisation: OrganisationCode) -> list[str]:
        """The types in the feed of an organisation."""
        with self.sessions() as session:
            return [event.type for event in log.events_for(session, organisation, after=0, limit=1_000)]
