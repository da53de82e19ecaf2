"""The sender from database to receiver and back, with real receivers; time is moved, never waited for."""

import threading
from collections.abc import Callable

import pytest
from standardwebhooks import Webhook

from hub.clock import now as machine_now
from hub.codes import OrganisationCode, new_id
from hub.delivery import claims
from hub.delivery.backoff import MOST_ATTEMPTS
from hub.delivery.claims import Capacity
from hub.delivery.desk import LEASE
from hub.delivery.sender import Sender
from hub.privacy.vault import Vault
from hub.settings import Settings
from hub.store.engine import Sessions, make_engine, make_sessions
from tests.delivery.receivers import Receive, hangs, says, says_in_turn
from tests.delivery.world import SCHOOL, TEAM, MovableClock, World
from tests.support.ports import free_port
from tests.support.postgres import PrivatePostgres
from tests.support.schema import lay_schema
from tests.support.waiting import wait_until

A_DAY = 24 * 3_600


def test_an_event_arrives_thin_and_once(world: World, sender: Sender, receive: Receive) -> None:
    """A receiver gets who, what and where to ask, without data, and is not told again."""
    receiver = receive()
    subscription, _ = world.subscribe(receiver.url)
    case_id = new_id()
    [position] = world.publish(1, case_id=case_id)
    sender.drain()
    sender.drain()
    [arrival] = receiver.arrivals
    assert arrival.event["type"] == "nl.samenspel.referral.offered.v1"
    assert arrival.event["subject"] == str(case_id)
    assert arrival.event["sequence"] == f"{position:020}"
    assert arrival.event["dataref"] == f"https://hub.example.nl/v1/cases/{case_id}"
    assert "data" not in arrival.event
    assert world.states(subscription) == ["delivered"]


def test_a_signature_holds_at_every_try(
    world: World, sessions: Sessions, vault: Vault, settings: Settings, receive: Receive
) -> None:
    """A sender without a clock of its own signs with the machine's time, under the secret that was shown."""
    receiver = receive()
    _, secret = world.subscribe(receiver.url)
    world.publish(3)
    sender = Sender(sessions, vault, settings)
    sender.drain()
    sender.stop(1)
    for arrival in receiver.arrivals:
        Webhook(secret).verify(arrival.body, dict(arrival.headers))
        assert abs(int(arrival.headers["webhook-timestamp"]) - machine_now().timestamp()) < 60
    assert len({arrival.message for arrival in receiver.arrivals}) == 3


def test_a_retry_has_the_same_id_and_a_new_time(
    world: World, sender: Sender, receive: Receive, clock: MovableClock
) -> None:
    """A receiver can tell a message it had before, and the time is that of this try."""
    receiver = receive(says_in_turn([500, 204]))
    subscription, _ = world.subscribe(receiver.url)
    world.publish(1)
    sender.drain()
    clock.forward(seconds=4)
    sender.drain()
    assert len(receiver.arrivals) == 1
    clock.forward(seconds=2)
    sender.drain()
    first, second = receiver.arrivals
    assert first.message == second.message
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 6
    [delivery] = world.deliveries(subscription)
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 2, 204)


@pytest.mark.parametrize("status", [500, 301, 404])
def test_a_receiver_that_never_says_yes_is_given_up_loudly(
    world: World, sender: Sender, receive: Receive, clock: MovableClock, status: int
) -> None:
    """After ten tries over three days the delivery is abandoned and the organisation's feed says so."""
    receiver = receive(says(status))
    subscription, _ = world.subscribe(receiver.url)
    world.publish(1)
    for _ in range(MOST_ATTEMPTS + 2):
        sender.drain()
        clock.forward(seconds=A_DAY)
    assert len(receiver.arrivals) == MOST_ATTEMPTS
    assert len({arrival.message for arrival in receiver.arrivals}) == 1
    [delivery] = world.deliveries(subscription)
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("abandoned", MOST_ATTEMPTS, status)
    [(_, data)] = world.news("delivery.abandoned")
    assert data["attempts"] == MOST_ATTEMPTS


def test_a_receiver_that_does_not_take_events_is_given_up_at_once(
    world: World, sender: Sender, receive: Receive
) -> None:
    """415 will be the answer tomorrow too."""
    receiver = receive(says(415))
    subscription, _ = world.subscribe(receiver.url)
    world.publish(1)
    sender.drain()
    assert world.states(subscription) == ["abandoned"]
    assert len(world.news("delivery.abandoned")) == 1


def test_gone_means_gone(world: World, sender: Sender, receive: Receive) -> None:
    """After 410 nothing more is sent, and what was still to come is cancelled."""
    receiver = receive(says(410))
    subscription, _ = world.subscribe(receiver.url)
    world.publish(1)
    sender.drain()
    world.publish(3)
    sender.drain()
    assert len(receiver.arrivals) == 1
    assert world.states(subscription) == ["cancelled"]
    assert len(world.news("subscription.ended")) == 1


def test_a_receiver_that_asks_for_time_gets_it(
    world: World, sender: Sender, receive: Receive, clock: MovableClock
) -> None:
    """429 with Retry-After is tried again then, and not before."""
    receiver = receive(says(429, {"Retry-After": "600"}))
    world.subscribe(receiver.url)
    world.publish(1)
    sender.drain()
    clock.forward(seconds=599)
    sender.drain()
    assert len(receiver.arrivals) == 1
    clock.forward(seconds=1)
    sender.drain()
    assert len(receiver.arrivals) == 2


def test_events_of_a_case_arrive_in_order(world: World, sender: Sender, receive: Receive) -> None:
    """Many cases side by side, and within each the order of the log."""
    receiver = receive()
    world.subscribe(receiver.url)
    cases = [new_id() for _ in range(20)]
    for _ in range(6):
        for case_id in cases:
            world.publish(1, case_id=case_id)
    sender.drain()
    by_case: dict[str, list[str]] = {}
    for arrival in receiver.arrivals:
        by_case.setdefault(arrival.event["subject"], []).append(arrival.event["sequence"])
    assert all(sequences == sorted(sequences) for sequences in by_case.values())
    assert sum(len(set(sequences)) for sequences in by_case.values()) == 120


def test_a_failing_event_holds_up_its_case_only(
    world: World, sender: Sender, receive: Receive, clock: MovableClock
) -> None:
    """The next event of the case comes after the failed one has arrived; other cases are not kept waiting."""
    receiver = receive(says_in_turn([500, 204]))
    world.subscribe(receiver.url)
    stuck = world.publish(2, case_id=new_id())
    sender.drain()
    others = world.publish(2)
    sender.drain()
    assert sorted(receiver.positions) == sorted([stuck[0], *others])
    clock.forward(seconds=6)
    sender.drain()
    assert receiver.positions[3:] == stuck


def test_a_hanging_receiver_delays_nobody_else(
    world: World, make_sender: Callable[[], Sender], receive: Receive
) -> None:
    """While one receiver sits on its messages, hundreds reach another, and the first has only a few under way."""
    sender = make_sender()
    hanging, good = receive(hangs), receive()
    stuck, _ = world.subscribe(hanging.url)
    fine, _ = world.subscribe(good.url, SCHOOL)
    world.publish(300, to=(TEAM, SCHOOL))
    sender.wake()
    wait_until(lambda: set(world.states(fine)) == {"delivered"}, seconds=30, what="delivery to the good receiver")
    assert len(good.arrivals) == 300
    assert len(hanging.arrivals) <= 10
    assert set(world.states(stuck)) == {"waiting"}


def test_many_hanging_receivers_delay_nobody_else(
    world: World, make_sender: Callable[[], Sender], receive: Receive
) -> None:
    """Forty receivers that hang, each with a backlog, leave sockets and leases for one that answers."""
    sender = make_sender()
    hanging, good = receive(hangs), receive()
    for number in range(40):
        world.subscribe(hanging.url, OrganisationCode(f"GM{number // 20:04}"))
    fine, _ = world.subscribe(good.url, SCHOOL)
    world.publish(30, to=(OrganisationCode("GM0000"), OrganisationCode("GM0001")))
    sender.wake()
    wait_until(lambda: len(hanging.arrivals) >= 40, what="the first messages to those that hang")
    world.publish(100, to=(SCHOOL,))
    sender.wake()
    wait_until(lambda: set(world.states(fine)) == {"delivered"}, seconds=30, what="delivery to the good receiver")
    assert len(good.arrivals) == 100


def test_nobody_there_is_a_failure_like_any_other(
    world: World, sender: Sender, receive: Receive, clock: MovableClock
) -> None:
    """A port where nothing listens is tried again, and others get their messages meanwhile."""
    good = receive()
    absent, _ = world.subscribe(f"http://127.0.0.1:{free_port()}/")
    world.subscribe(good.url, SCHOOL)
    world.publish(2, to=(TEAM, SCHOOL))
    sender.drain()
    assert len(good.arrivals) == 2
    [first, _] = world.deliveries(absent)
    assert (first.state, first.attempts, first.last_error) == ("waiting", 1, "connection")
    assert first.next_attempt_at > clock.now()


def test_a_dead_senders_deliveries_are_taken_over(
    world: World, sender: Sender, receive: Receive, clock: MovableClock
) -> None:
    """What a sender claimed before it died is sent by another when the lease is over."""
    receiver = receive()
    subscription, _ = world.subscribe(receiver.url)
    world.publish(5)
    with world.sessions.begin() as session:
        claims.claim(session, Capacity(100, 100), lease=LEASE, now=clock.now())
    sender.drain()
    assert receiver.arrivals == []
    clock.forward(seconds=LEASE.total_seconds())
    sender.drain()
    assert len(receiver.arrivals) == 5
    assert [delivery.attempts for delivery in world.deliveries(subscription)] == [2] * 5


def test_a_sender_that_died_in_the_last_try_is_not_tried_again(
    world: World, sender: Sender, receive: Receive, clock: MovableClock
) -> None:
    """Attempts are counted before they are made, so there is no eleventh however senders die."""
    receiver = receive()
    subscription, _ = world.subscribe(receiver.url)
    world.publish(1)
    for _ in range(MOST_ATTEMPTS):
        with world.sessions.begin() as session:
            assert claims.claim(session, Capacity(1, 1), lease=LEASE, now=clock.now())
        clock.forward(seconds=LEASE.total_seconds())
    sender.drain()
    assert receiver.arrivals == []
    assert world.states(subscription) == ["abandoned"]


def test_two_senders_share_the_work(world: World, make_sender: Callable[[], Sender], receive: Receive) -> None:
    """Senders of several processes do not send the same message twice."""
    receivers = [receive(), receive()]
    subscriptions = [world.subscribe(receiver.url)[0] for receiver in receivers]
    world.publish(200)
    senders = [make_sender(), make_sender()]
    drains = [threading.Thread(target=sender.drain) for sender in senders]
    for drain in drains:
        drain.start()
    for drain in drains:
        drain.join()
    for receiver, subscription in zip(receivers, subscriptions, strict=True):
        assert len({arrival.message for arrival in receiver.arrivals}) == len(receiver.arrivals) == 200
        assert world.states(subscription) == ["delivered"] * 200


def test_waking_often_is_waking_once(world: World, sender: Sender, receive: Receive) -> None:
    """A storm of hints neither repeats nor loses a message."""
    receiver = receive()
    world.subscribe(receiver.url)
    for _ in range(10):
        world.publish(1)
        for _ in range(100):
            sender.wake()
    wait_until(lambda: len(receiver.arrivals) >= 10, what="ten messages")
    sender.drain()
    assert len(receiver.arrivals) == 10


def test_stopping_ends_what_is_under_way_and_gives_back_the_rest(
    world: World, make_sender: Callable[[], Sender], receive: Receive
) -> None:
    """After a stop every delivery can be claimed at once, and only what was being tried counts an attempt."""
    hanging = receive(hangs)
    subscription, _ = world.subscribe(hanging.url)
    world.publish(40)
    sender = make_sender()
    sender.wake()
    wait_until(lambda: hanging.arrivals, what="the first message")
    sender.stop(grace_seconds=0.1)
    deliveries = world.deliveries(subscription)
    assert {(delivery.state, delivery.claim) for delivery in deliveries} == {("waiting", None)}
    assert all(delivery.next_attempt_at <= world.clock.now() for delivery in deliveries)
    tried = [delivery for delivery in deliveries if delivery.attempts]
    assert {(delivery.attempts, delivery.last_error) for delivery in tried} == {(1, "interrupted")}
    assert 1 <= len(tried) <= 8
    sender.wake()
    sender.stop(0)


def test_a_graceful_stop_lets_answers_come_in(
    world: World, make_sender: Callable[[], Sender], receive: Receive
) -> None:
    """What has been sent is recorded as delivered, not sent a second time by the next process."""
    receiver = receive()
    subscription, _ = world.subscribe(receiver.url)
    world.publish(100)
    sender = make_sender()
    sender.wake()
    wait_until(lambda: receiver.arrivals, what="the first message")
    sender.stop(grace_seconds=10)
    delivered = world.states(subscription).count("delivered")
    assert delivered == len(receiver.arrivals) > 0
    make_sender().drain()
    assert len({arrival.message for arrival in receiver.arrivals}) == len(receiver.arrivals) == 100


def test_an_address_that_is_no_longer_allowed_is_not_called(
    world: World, sessions: Sessions, vault: Vault, settings: Settings, receive: Receive
) -> None:
    """A subscription to this machine, made under the test setting, is dead in production."""
    receiver = receive()
    subscription, _ = world.subscribe(receiver.url)
    world.publish(1)
    strict = settings.model_copy(update={"webhooks_to_loopback": False})
    sender = Sender(sessions, vault, strict, world.clock.now)
    sender.drain()
    sender.stop(0)
    assert receiver.arrivals == []
    [delivery] = world.deliveries(subscription)
    assert (delivery.state, delivery.last_error) == ("waiting", "unusable")


def test_nothing_personal_or_secret_is_logged(
    world: World, sender: Sender, receive: Receive, caplog: pytest.LogCaptureFixture
) -> None:
    """Not the address with its query, not the secret: a log line names a subscription and a position."""
    caplog.set_level("DEBUG")
    receiver = receive(says(415))
    _, secret = world.subscribe(receiver.url + "?token=zwaluw")
    world.publish(1)
    sender.drain()
    assert "webhook given up" in caplog.text
    assert "zwaluw" not in caplog.text
    assert secret not in caplog.text


@pytest.mark.slow
def test_the_sender_outlives_its_database(
    private_postgres: PrivatePostgres, vault: Vault, settings: Settings, clock: MovableClock, receive: Receive
) -> None:
    """When the database disappears in the middle of the work and comes back, everything arrives all the same."""
    url = private_postgres.start()
    lay_schema(url)
    engine = make_engine(settings, url)
    world = World(make_sessions(engine), vault, clock)
    world.start()
    receiver = receive()
    subscription, _ = world.subscribe(receiver.url)
    world.publish(400)
    sender = Sender(world.sessions, vault, settings, clock.now)
    sender.wake()
    wait_until(lambda: len(receiver.arrivals) > 20, what="the first messages")
    private_postgres.kill()
    private_postgres.start()
    clock.forward(seconds=LEASE.total_seconds())
    sender.drain()
    assert set(world.states(subscription)) == {"delivered"}
    assert len({arrival.message for arrival in receiver.arrivals}) == 400
    sender.stop(5)
    engine.dispose()
