"""The windows of lanes, without a receiver."""

from uuid import UUID

from hub.codes import new_id
from hub.delivery.lanes import FIRST_WINDOW, MOST_HELD, MOST_SENDING, WIDEST_WINDOW, Lane, Lanes


def filled(lanes: Lanes[int], subscription_id: UUID, count: int) -> None:
    """Take in this many of a subscription."""
    lanes.take_in(lanes.capacity(), [(subscription_id, number) for number in range(count)])


def everything_startable(lanes: Lanes[int]) -> list[Lane[int]]:
    """The lanes of all that may be sent now."""
    turns = []
    while turn := lanes.next_turn():
        turns.append(turn[0])
    return turns


def test_a_new_receiver_gets_a_few_at_a_time() -> None:
    """No more than the first window is under way until something has arrived."""
    lanes: Lanes[int] = Lanes()
    filled(lanes, new_id(), 50)
    assert len(everything_startable(lanes)) == FIRST_WINDOW


def test_a_good_receiver_gets_more_and_a_bad_one_less() -> None:
    """The window widens by one for each arrival, and halves with each failure, down to one."""
    lane: Lane[int] = Lane(new_id())
    for _ in range(100):
        lane.went_well()
    assert lane.window == WIDEST_WINDOW
    for _ in range(10):
        lane.went_wrong()
    assert lane.window == 1
    assert lane.room > 0


def test_a_failure_gives_back_what_is_too_much() -> None:
    """A receiver in trouble keeps no long queue here: the newest of what waits goes back to the database."""
    lanes: Lanes[int] = Lanes()
    filled(lanes, new_id(), 16)
    [lane, *_] = everything_startable(lanes)
    assert list(lane.queue) == list(range(8, 16))
    assert lane.went_wrong() == [15, 14, 13, 12, 11, 10, 9, 8]
    assert lane.room == 0


def test_lanes_take_turns() -> None:
    """A lane with much to send does not go before one with little."""
    lanes: Lanes[int] = Lanes()
    busy, quiet = new_id(), new_id()
    lanes.take_in(lanes.capacity(), [*((busy, n) for n in range(40)), (quiet, 0)])
    assert quiet in [lane.subscription_id for lane in everything_startable(lanes)[:2]]


def test_sockets_are_limited_over_all_lanes() -> None:
    """However many receivers hang, no more than so many messages are under way, and each that ends makes room."""
    lanes: Lanes[int] = Lanes()
    lanes.take_in(lanes.capacity(), [(id_, n) for id_ in [new_id() for _ in range(100)] for n in range(FIRST_WINDOW)])
    started = everything_startable(lanes)
    assert len(started) == MOST_SENDING
    lanes.sent(started[0])
    assert len(everything_startable(lanes)) == 1


def test_room_counts_what_is_not_recorded_yet() -> None:
    """What has been sent still takes room until its result is in the database."""
    lanes: Lanes[int] = Lanes()
    subscription = new_id()
    filled(lanes, subscription, 3)
    before = lanes.capacity()
    for lane in everything_startable(lanes):
        lanes.sent(lane)
    assert lanes.capacity() == before
    assert before.limit == MOST_HELD - 3
    lanes.recorded([subscription] * 3)
    assert lanes.capacity().rooms[subscription].held == 0


def test_a_recorded_delivery_may_have_another_behind_it() -> None:
    """A lane that had nothing more is looked at again after a result: the next of the same case is free now."""
    lanes: Lanes[int] = Lanes()
    subscription = new_id()
    filled(lanes, subscription, 1)
    [lane] = everything_startable(lanes)
    assert not lane.is_hungry
    lanes.sent(lane)
    assert lanes.recorded([subscription])


def test_trouble_is_remembered_and_rest_forgotten() -> None:
    """An idle lane costs nothing, unless its receiver failed: then its small window is kept."""
    lanes: Lanes[int] = Lanes()
    good, bad = new_id(), new_id()
    lanes.take_in(lanes.capacity(), [(good, 0), (bad, 0)])
    for lane in everything_startable(lanes):
        lanes.sent(lane)
        if lane.subscription_id == bad:
            lane.went_wrong()
    lanes.recorded([good, bad])
    lanes.close_idle()
    assert list(lanes.capacity().rooms) == [bad]


def test_what_waits_can_be_given_back() -> None:
    """Nothing of what was given back is sent, and it is held until that is recorded."""
    lanes: Lanes[int] = Lanes()
    filled(lanes, new_id(), 20)
    started = everything_startable(lanes)
    assert lanes.give_back() == list(range(len(started), 20))
    assert everything_startable(lanes) == []
    assert lanes.held == 20
