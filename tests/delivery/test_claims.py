"""Claims on a real database: whose turn it is, in what order, for how long, and what a late result may do."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from hub.codes import OrganisationCode, new_id
from hub.delivery import claims
from hub.delivery.claims import Capacity, Claimed, Result, Room
from hub.delivery.desk import LEASE
from hub.events import log
from tests.delivery.world import SCHOOL, TEAM, World

PLENTY = Capacity(1_000, 1_000)


def claim(world: World, capacity: Capacity = PLENTY) -> list[Claimed]:
    """Claim at the test's time, and commit."""
    with world.sessions.begin() as session:
        return claims.claim(session, capacity, lease=LEASE, now=world.clock.now())


def record(world: World, claimed: Sequence[Claimed], state: str = "delivered", *, wait_seconds: float = 0) -> None:
    """Record all of these alike."""
    results = [Result(c.subscription_id, c.event.position, c.claim, state, wait_seconds) for c in claimed]
    with world.sessions.begin() as session:
        claims.record(session, results, now=world.clock.now())


def positions(claimed: Sequence[Claimed]) -> list[int]:
    """The positions of what was claimed."""
    return [one.event.position for one in claimed]


def owners(claimed: Sequence[Claimed]) -> set[UUID]:
    """The subscriptions of what was claimed."""
    return {one.subscription_id for one in claimed}


def test_a_claim_counts_the_attempt_and_holds_the_row(world: World) -> None:
    """What is claimed is not claimed again while the lease runs, and its attempt is counted before it is made."""
    subscription, _ = world.subscribe("http://localhost:9/")
    world.publish(2)
    claimed = claim(world)
    assert [one.attempt for one in claimed] == [1, 1]
    assert [delivery.attempts for delivery in world.deliveries(subscription)] == [1, 1]
    assert claim(world) == []


def test_an_event_comes_as_the_log_has_it_without_its_data(world: World) -> None:
    """The envelope of a claimed delivery is that of the log."""
    world.subscribe("http://localhost:9/")
    world.publish(1)
    [claimed] = claim(world)
    with world.sessions() as session:
        [event] = log.events_at(session, [claimed.event.position])
    assert claimed.event == event._replace(data={}, sealed_id=None)


def test_another_takes_over_after_the_lease(world: World) -> None:
    """A sender that died delays its deliveries by the lease; its late result changes nothing."""
    subscription, _ = world.subscribe("http://localhost:9/")
    world.publish(1)
    dead = claim(world)
    world.clock.forward(seconds=LEASE.total_seconds() - 1)
    assert claim(world) == []
    world.clock.forward(seconds=1)
    heir = claim(world)
    assert [one.attempt for one in heir] == [2]
    record(world, dead)
    assert world.states(subscription) == ["waiting"]
    record(world, heir)
    assert world.states(subscription) == ["delivered"]
    record(world, dead, "waiting", wait_seconds=1)
    assert world.states(subscription) == ["delivered"]


def test_a_late_result_that_says_gone_ends_nothing(world: World) -> None:
    """Only the holder of a claim can end a subscription with it."""
    subscription, _ = world.subscribe("http://localhost:9/")
    world.publish(1)
    dead = claim(world)
    world.clock.forward(seconds=LEASE.total_seconds())
    claim(world)
    record(world, dead, "cancelled")
    assert world.states(subscription) == ["waiting"]
    assert world.news("subscription.ended") == []


def test_of_a_case_only_the_oldest_is_claimed(world: World) -> None:
    """The next event of a case waits until the one before it has ended; other cases do not wait for it."""
    world.subscribe("http://localhost:9/")
    case_id = new_id()
    of_case = world.publish(3, case_id=case_id)
    [other] = world.publish(1)
    first = claim(world)
    assert positions(first) == [of_case[0], other]
    assert claim(world) == []
    record(world, first)
    assert positions(claim(world)) == [of_case[1]]


def test_order_per_case_is_per_subscription(world: World) -> None:
    """One receiver that fails does not keep the next event of the case from another."""
    bad, _ = world.subscribe("http://localhost:9/a")
    good, _ = world.subscribe("http://localhost:9/b", SCHOOL)
    case_id = new_id()
    world.publish(2, case_id=case_id, to=(TEAM, SCHOOL))
    first = claim(world)
    record(world, [one for one in first if one.subscription_id == bad.id], "waiting", wait_seconds=300)
    record(world, [one for one in first if one.subscription_id == good.id])
    assert owners(claim(world)) == {good.id}


@pytest.mark.parametrize("end", ["delivered", "abandoned"])
def test_the_next_of_a_case_follows_any_end(world: World, end: str) -> None:
    """A delivery that was given up does not block its case for ever."""
    world.subscribe("http://localhost:9/")
    case_id = new_id()
    first, second = world.publish(2, case_id=case_id)
    held = claim(world)
    assert positions(held) == [first]
    record(world, held, end)
    assert positions(claim(world)) == [second]


def test_a_failure_holds_up_its_case_until_its_next_try(world: World) -> None:
    """All that waits behind a failure comes back with it, the failure first."""
    world.subscribe("http://localhost:9/")
    of_case = world.publish(3, case_id=new_id())
    record(world, claim(world), "waiting", wait_seconds=300)
    world.clock.forward(seconds=299)
    assert claim(world) == []
    world.clock.forward(seconds=1)
    again = claim(world)
    assert positions(again) == of_case[:1]
    record(world, again)
    assert positions(claim(world)) == of_case[1:2]


def test_a_flood_leaves_room_for_others(world: World) -> None:
    """A subscription with thousands due takes no more than its room, and one with a single event has its turn."""
    flooded, _ = world.subscribe("http://localhost:9/a")
    quiet, _ = world.subscribe("http://localhost:9/b", SCHOOL)
    world.publish(300)
    world.publish(1, to=(SCHOOL,))
    claimed = claim(world, Capacity(limit=50, room=40))
    assert owners(claimed) == {flooded.id, quiet.id}
    assert len(claimed) == 41


def test_who_has_least_under_way_goes_first(world: World) -> None:
    """When there is less room than work, a subscription of which the sender holds much comes last."""
    busy, _ = world.subscribe("http://localhost:9/a")
    quiet, _ = world.subscribe("http://localhost:9/b", SCHOOL)
    world.publish(10, to=(TEAM, SCHOOL))
    rooms = {busy.id: Room(room=10, held=40)}
    assert owners(claim(world, Capacity(limit=10, room=10, rooms=rooms))) == {quiet.id}


def test_a_full_lane_gets_nothing_more(world: World) -> None:
    """A receiver that hangs fills its own lane only."""
    hanging, _ = world.subscribe("http://localhost:9/a")
    good, _ = world.subscribe("http://localhost:9/b", SCHOOL)
    world.publish(5, to=(TEAM, SCHOOL))
    rooms = {hanging.id: Room(room=0, held=8)}
    assert owners(claim(world, Capacity(100, 100, rooms))) == {good.id}


def test_two_senders_never_claim_the_same(world: World) -> None:
    """While one has claimed and not yet committed, another passes over its rows instead of waiting for them."""
    world.subscribe("http://localhost:9/")
    first_of_case, _ = world.publish(2, case_id=new_id())
    others = world.publish(10)
    with world.sessions() as slow:
        mine = claims.claim(slow, Capacity(5, 5), lease=LEASE, now=world.clock.now())
        yours = claim(world)
        slow.commit()
    assert sorted(positions(mine) + positions(yours)) == [first_of_case, *others]


def test_an_untried_attempt_is_not_counted(world: World) -> None:
    """What a sender gives back can be taken at once, as if it had never been claimed."""
    subscription, _ = world.subscribe("http://localhost:9/")
    world.publish(1)
    [held] = claim(world)
    with world.sessions.begin() as session:
        back = Result(subscription.id, held.event.position, held.claim, "waiting", untried=1)
        claims.record(session, [back], now=world.clock.now())
    assert [one.attempt for one in claim(world)] == [1]


def test_giving_up_is_news_for_the_organisation(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A delivery that is given up is an event in the organisation's feed and an error in the log of the process."""
    subscription, _ = world.subscribe("http://localhost:9/private-path?key=value")
    case_id = new_id()
    [position] = world.publish(1, case_id=case_id)
    record(world, claim(world), "abandoned")
    [(event, data)] = world.news("delivery.abandoned")
    assert event.case_id == case_id
    assert data == {"subscription": str(subscription.id), "position": position, "attempts": 1, "lastStatus": None}
    assert world.feed(TEAM)[-1] == "delivery.abandoned"
    assert [entry.levelname for entry in caplog.records] == ["ERROR"]
    assert "private-path" not in caplog.text


def test_gone_ends_the_subscription(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Everything that waited is cancelled, the organisation is told, and other subscriptions go on."""
    gone, _ = world.subscribe("http://localhost:9/a")
    other, _ = world.subscribe("http://localhost:9/b", SCHOOL)
    world.publish(3, to=(TEAM, SCHOOL))
    held = [one for one in claim(world, Capacity(10, 1)) if one.subscription_id == gone.id]
    record(world, held, "cancelled")
    assert world.states(gone) == ["cancelled"] * 3
    assert world.states(other) == ["waiting"] * 3
    [(_, data)] = world.news("subscription.ended")
    assert data == {"subscription": str(gone.id), "position": held[0].event.position, "reason": "gone"}
    assert world.feed(TEAM)[-1] == "subscription.ended"
    assert "gone" in caplog.text


def test_the_database_keeps_the_time(world: World) -> None:
    """Without a time of its own, a sender goes by the database's clock for what is due and for leases."""
    subscription, _ = world.subscribe("http://localhost:9/")
    world.publish(1)
    with world.sessions.begin() as session:
        held = claims.claim(session, PLENTY, lease=timedelta(hours=1))
        database_time = session.connection().exec_driver_sql("SELECT now()").scalar_one()
    [delivery] = world.deliveries(subscription)
    assert delivery.next_attempt_at == database_time + timedelta(hours=1)
    with world.sessions.begin() as session:
        claims.record(session, [Result(subscription.id, held[0].event.position, held[0].claim, "delivered")])
    [delivery] = world.deliveries(subscription)
    assert delivery.finished_at is not None
    assert abs(delivery.finished_at - database_time) < timedelta(minutes=1)


def test_an_ended_subscription_is_not_claimed(world: World) -> None:
    """Even a delivery that was left waiting is not sent once its subscription has ended."""
    subscription, _ = world.subscribe("http://localhost:9/", OrganisationCode("GM0118-ST"))
    world.publish(1, to=(OrganisationCode("GM0118-ST"),))
    with world.sessions.begin() as session:
        row = session.merge(subscription)
        row.ended_at = world.clock.now()
    assert claim(world) == []
