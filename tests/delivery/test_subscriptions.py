"""Subscriptions begin, are limited, stay with their organisation, and end."""

import base64

import pytest

from hub.codes import OrganisationCode
from hub.delivery import actions, queries
from hub.delivery.actions import MOST_SUBSCRIPTIONS, Wish
from hub.delivery.tables import Subscription
from hub.errors import Conflict, InvalidInput, NotFound
from tests.delivery.world import SCHOOL, TEAM, World

URL = "https://hooks.assen.example.nl/samenspel"


def subscribe(world: World, wish: Wish) -> Subscription:
    """A subscription as production takes it: to the public internet only."""
    with world.sessions.begin() as session:
        subscribed = actions.subscribe(session, world.vault, wish, to_loopback=False, now=world.clock.now())
        return subscribed.subscription


def test_the_secret_is_shown_once_and_kept_sealed(world: World) -> None:
    """What the organisation gets opens from its row with the vault, and is not in the row itself."""
    subscription, shown = world.subscribe("http://localhost:9/")
    secret = base64.b64decode(shown.removeprefix("whsec_"))
    assert secret not in subscription.secret
    assert world.vault.open_secret(subscription.id.bytes, subscription.secret) == secret


def test_an_address_that_will_not_do_is_refused(world: World) -> None:
    """The address is judged before anything is written."""
    with pytest.raises(InvalidInput):
        subscribe(world, Wish(TEAM, "http://127.0.0.1:9000/"))
    with world.sessions() as session:
        assert queries.subscriptions_of(session, TEAM) == []


def test_types_are_checked_all_at_once(world: World) -> None:
    """Each type that does not exist, or cannot be sent, is named by its place."""
    with pytest.raises(InvalidInput) as refusal:
        subscribe(world, Wish(TEAM, URL, ["referral.offered", "no.such", "delivery.abandoned"]))
    assert [problem.pointer for problem in refusal.value.problems] == ["/types/1", "/types/2"]


def test_no_types_at_all_are_refused(world: World) -> None:
    """An empty list would be a webhook that never says anything."""
    with pytest.raises(InvalidInput):
        subscribe(world, Wish(TEAM, URL, []))


def test_types_are_kept_once_and_in_order(world: World) -> None:
    """Naming a type twice changes nothing."""
    subscription = subscribe(world, Wish(TEAM, URL, ["referral.offered", "case.closed", "referral.offered"]))
    assert subscription.types == ["case.closed", "referral.offered"]


def test_there_is_a_most(world: World) -> None:
    """One organisation cannot have webhooks without end, and ending one makes room."""
    made = [subscribe(world, Wish(TEAM, URL)) for _ in range(MOST_SUBSCRIPTIONS)]
    with pytest.raises(Conflict):
        subscribe(world, Wish(TEAM, URL))
    subscribe(world, Wish(SCHOOL, URL))
    with world.sessions.begin() as session:
        actions.unsubscribe(session, TEAM, made[0].id, now=world.clock.now())
    subscribe(world, Wish(TEAM, URL))


def test_unsubscribing_cancels_what_waits(world: World) -> None:
    """Nothing is sent for a subscription that has ended, and it is not found any more."""
    subscription, _ = world.subscribe("http://localhost:9/")
    world.publish(3)
    with world.sessions.begin() as session:
        actions.unsubscribe(session, TEAM, subscription.id, now=world.clock.now())
    world.publish(1)
    assert world.states(subscription) == ["cancelled"] * 3
    with world.sessions() as session:
        assert queries.subscriptions_of(session, TEAM) == []
        with pytest.raises(NotFound):
            actions.unsubscribe(session, TEAM, subscription.id, now=world.clock.now())


def test_another_organisation_does_not_find_it(world: World) -> None:
    """A foreign subscription answers like one that does not exist."""
    subscription, _ = world.subscribe("http://localhost:9/")
    stranger = OrganisationCode("GM0118-ST")
    with world.sessions() as session:
        with pytest.raises(NotFound):
            queries.subscription_of(session, stranger, subscription.id)
        with pytest.raises(NotFound):
            actions.unsubscribe(session, stranger, subscription.id, now=world.clock.now())


def test_deliveries_come_newest_first_in_pages(world: World) -> None:
    """A page goes on before the last position of the one before."""
    subscription, _ = world.subscribe("http://localhost:9/")
    positions = world.publish(5)
    with world.sessions() as session:
        first = queries.deliveries_of(session, subscription.id, limit=3)
        second = queries.deliveries_of(session, subscription.id, before=first[-1].position, limit=3)
    assert [delivery.position for delivery in [*first, *second]] == positions[::-1]


def test_the_backlog_counts_what_is_due(world: World) -> None:
    """Health sees how much is due and since when; nothing is due when all is quiet."""
    with world.sessions() as session:
        assert queries.backlog(session, now=world.clock.now()) == (0, None)
    world.subscribe("http://localhost:9/")
    world.publish(2)
    since = world.clock.now()
    world.clock.forward(minutes=5)
    with world.sessions() as session:
        assert queries.backlog(session, now=world.clock.now()) == (2, since)
