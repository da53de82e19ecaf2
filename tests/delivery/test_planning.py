"""Which deliveries an event has, and which are taken back."""

from datetime import UTC, datetime

from hub.codes import OrganisationCode, new_id
from hub.delivery import actions, claims
from hub.delivery.actions import DELIVERABLE
from hub.delivery.claims import Capacity, Result
from hub.delivery.desk import LEASE
from hub.events import log
from tests.delivery.world import SCHOOL, TEAM, World

OTHER = OrganisationCode("GM0118-ST")
PLENTY = Capacity(1_000, 1_000)


def test_each_subscription_of_the_audience_gets_the_event(world: World) -> None:
    """Two webhooks of one organisation and one of another get one delivery each; an outsider gets none."""
    mine, mine_too = world.subscribe("http://localhost:9/a"), world.subscribe("http://localhost:9/b")
    school, outsider = world.subscribe("http://localhost:9/", SCHOOL), world.subscribe("http://localhost:9/", OTHER)
    world.publish(1, to=(TEAM, SCHOOL))
    assert [len(world.deliveries(s)) for s in (mine[0], mine_too[0], school[0], outsider[0])] == [1, 1, 1, 0]


def test_types_choose(world: World) -> None:
    """A subscription to some types gets those, one without types gets all."""
    some, _ = world.subscribe("http://localhost:9/a", types=["case.closed"])
    all_, _ = world.subscribe("http://localhost:9/b")
    world.publish(1, type_="referral.offered")
    closed = world.publish(1, type_="case.closed")
    assert [delivery.position for delivery in world.deliveries(some)] == closed
    assert len(world.deliveries(all_)) == 2


def test_news_of_failing_webhooks_is_not_sent_by_webhook(world: World) -> None:
    """It would have to go where it fails, and fail, and be news again."""
    subscription, _ = world.subscribe("http://localhost:9/")
    world.publish(1, type_="delivery.abandoned")
    world.publish(1, type_="subscription.ended")
    assert world.deliveries(subscription) == []
    assert {"delivery.abandoned", "subscription.ended"}.isdisjoint(DELIVERABLE)


def test_a_subscription_is_not_told_of_what_was_before_it(world: World) -> None:
    """Also when the reader that plans deliveries is behind: who subscribes hears what happens from then on."""
    positions = world.publish(1)
    late, _ = world.subscribe("http://localhost:9/")
    with world.sessions.begin() as session:
        actions.plan(session, log.events_at(session, positions), now=world.clock.now())
    assert world.deliveries(late) == []


def test_planning_twice_plans_once(world: World) -> None:
    """An event that is applied again, as after an unpark, adds nothing."""
    subscription, _ = world.subscribe("http://localhost:9/")
    positions = world.publish(2)
    with world.sessions.begin() as session:
        assert actions.plan(session, log.events_at(session, positions), now=world.clock.now()) == 0
    assert len(world.deliveries(subscription)) == 2


def test_planning_nothing_is_nothing(world: World) -> None:
    """A batch without anything to tell is no statement at all."""
    with world.sessions.begin() as session:
        assert actions.plan(session, [], now=world.clock.now()) == 0


def test_a_plan_of_a_fast_clock_is_due_at_once(world: World) -> None:
    """A machine whose clock runs ahead does not hold up deliveries: they are due by the database's clock too."""
    subscription, _ = world.subscribe("http://localhost:9/")
    world.clock.forward(days=36_500)
    world.publish(1)
    assert world.deliveries(subscription)[0].next_attempt_at <= datetime.now(UTC)


def test_later_events_of_a_case_wait_out_a_failure_with_the_first(world: World) -> None:
    """What is planned while an older event of its case waits for its next try is due with that one, not before."""
    subscription, _ = world.subscribe("http://localhost:9/")
    case_id = new_id()
    world.publish(1, case_id=case_id)
    with world.sessions.begin() as session:
        [claimed] = claims.claim(session, PLENTY, lease=LEASE, now=world.clock.now())
    failed = Result(subscription.id, claimed.event.position, claimed.claim, "waiting", wait_seconds=300, status=500)
    with world.sessions.begin() as session:
        claims.record(session, [failed], now=world.clock.now())
    world.publish(1, case_id=case_id)
    first, second = world.deliveries(subscription)
    assert second.next_attempt_at == first.next_attempt_at


def test_cancelling_takes_back_what_waits_of_a_case(world: World) -> None:
    """Events of the case before the position are not sent any more; that event itself and other cases are."""
    subscription, _ = world.subscribe("http://localhost:9/")
    case_id = new_id()
    world.publish(2, case_id=case_id)
    world.publish(1)
    [withdrawn] = world.publish(1, case_id=case_id, type_="case.blocked")
    with world.sessions.begin() as session:
        assert actions.cancel(session, [case_id], before_position=withdrawn, now=world.clock.now()) == 2
        assert actions.cancel(session, [case_id], before_position=withdrawn, now=world.clock.now()) == 0
    assert world.states(subscription) == ["cancelled", "cancelled", "waiting", "waiting"]


def test_what_waited_behind_a_cancelled_failure_is_due_at_once(world: World) -> None:
    """News that consent is gone does not wait for the next try of what may not be sent any more."""
    subscription, _ = world.subscribe("http://localhost:9/")
    case_id = new_id()
    world.publish(1, case_id=case_id)
    with world.sessions.begin() as session:
        [claimed] = claims.claim(session, PLENTY, lease=LEASE, now=world.clock.now())
    failed = Result(
        subscription.id, claimed.event.position, claimed.claim, "waiting", wait_seconds=9_000_000, status=500
    )
    with world.sessions.begin() as session:
        claims.record(session, [failed], now=world.clock.now())
    [withdrawn] = world.publish(1, case_id=case_id, type_="case.blocked")
    with world.sessions.begin() as session:
        actions.cancel(session, [case_id], before_position=withdrawn)
    assert world.deliveries(subscription)[1].next_attempt_at <= datetime.now(UTC)


def test_a_cancelled_delivery_cannot_be_recorded(world: World) -> None:
    """A try that was under way when its delivery was cancelled is not followed by another."""
    subscription, _ = world.subscribe("http://localhost:9/")
    case_id = new_id()
    [position] = world.publish(1, case_id=case_id)
    with world.sessions.begin() as session:
        [claimed] = claims.claim(session, PLENTY, lease=LEASE, now=world.clock.now())
    with world.sessions.begin() as session:
        actions.cancel(session, [case_id], before_position=position + 1, now=world.clock.now())
    with world.sessions.begin() as session:
        failed = Result(subscription.id, position, claimed.claim, "waiting", wait_seconds=5, status=500)
        claims.record(session, [failed], now=world.clock.now())
    assert world.states(subscription) == ["cancelled"]
