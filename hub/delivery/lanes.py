"""How much one sender has under way for each subscription: a lane with a window that follows how its receiver fares.

A receiver that answers well may have many messages at once. One that fails or hangs falls back to a few, and then to
one, so that its waiting holds up no socket and no lease that another could use. Pure bookkeeping: no clock, no socket.
"""

from collections import deque
from collections.abc import Iterable
from typing import Generic, TypeVar
from uuid import UUID

from hub.delivery.claims import Capacity, Room

Item = TypeVar("Item")

FIRST_WINDOW = 8
WIDEST_WINDOW = 64
_AHEAD = 8  # what is claimed per place in the window, so that a lane need not wait for the database
_AHEAD_AT_FIRST = 2  # for a receiver that has not proved itself, or is in trouble
MOST_SENDING = 500
"""Messages of all lanes together that may be at their receivers at one time: each is an open socket."""

MOST_HELD = 1_500
"""Deliveries claimed by one sender and not yet recorded."""

_MANY_LANES = 500  # from here on, idle ones are not kept for the width of their window


class Lane(Generic[Item]):
    """The deliveries of one subscription that this sender has claimed."""

    __slots__ = ("held", "is_in_line", "may_have_more", "queue", "sending", "subscription_id", "window")

    def __init__(self, subscription_id: UUID) -> None:
        self.subscription_id = subscription_id
        self.queue: deque[Item] = deque()
        self.sending = 0
        self.held = 0  # waiting here, being sent, or sent and not yet recorded
        self.window = FIRST_WINDOW
        self.may_have_more = False
        self.is_in_line = False

    @property
    def room(self) -> int:
        """How many more it can take."""
        return max(0, _most_held(self.window) - self.held)

    @property
    def is_hungry(self) -> bool:
        """Whether the database may have more for it, and it will soon have nothing to send."""
        return self.may_have_more and len(self.queue) < self.window and self.room > 0

    def went_well(self) -> None:
        """A message arrived."""
        self.window = min(WIDEST_WINDOW, self.window + 1)

    def went_wrong(self) -> list[Item]:
        """A message did not arrive; what waits and is more than the smaller window asks for is taken out."""
        self.window = max(1, self.window // 2)
        excess = min(len(self.queue), self.held - _most_held(self.window))
        return [self.queue.pop() for _ in range(excess)]


def _most_held(window: int) -> int:
    return window * (_AHEAD if window > FIRST_WINDOW else _AHEAD_AT_FIRST)


Turn = tuple[Lane[Item], Item]


class Lanes(Generic[Item]):
    """All lanes of one sender."""

    def __init__(self) -> None:
        self._lanes: dict[UUID, Lane[Item]] = {}
        self._in_line: deque[Lane[Item]] = deque()
        self.sending = 0
        self.held = 0

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be claimed until something has been recorded."""
        return self.held >= MOST_HELD

    def capacity(self) -> Capacity:
        """What can be claimed now."""
        rooms = {lane.subscription_id: Room(lane.room, lane.held) for lane in self._lanes.values()}
        return Capacity(MOST_HELD - self.held, _most_held(FIRST_WINDOW), rooms)

    def take_in(self, capacity: Capacity, claimed: Iterable[tuple[UUID, Item]]) -> None:
        """Put what was claimed with `capacity` in its lanes."""
        taken: dict[UUID, int] = {}
        for subscription_id, item in claimed:
            lane = self._lanes.get(subscription_id) or self._open(subscription_id)
            lane.queue.append(item)
            lane.held += 1
            taken[subscription_id] = taken.get(subscription_id, 0) + 1
        total = sum(taken.values())
        self.held += total
        for lane in self._lanes.values():
            asked = capacity.rooms.get(lane.subscription_id, Room(capacity.room, 0)).room
            lane.may_have_more = taken.get(lane.subscription_id, 0) >= asked or total >= capacity.limit
            self._line_up(lane)
        if len(self._lanes) > _MANY_LANES:
            self.close_idle()

    def next_turn(self) -> Turn[Item] | None:
        """What is to be sent next, counted as being sent from now on; lanes take turns. None when nothing may go."""
        while self._in_line and self.sending < MOST_SENDING:
            lane = self._in_line.popleft()
            lane.is_in_line = False
            if lane.queue and lane.sending < lane.window:
                lane.sending += 1
                self.sending += 1
                item = lane.queue.popleft()
                self._line_up(lane)
                return lane, item
        return None

    def sent(self, lane: Lane[Item]) -> None:
        """A message of this lane has its answer."""
        lane.sending -= 1
        self.sending -= 1
        self._line_up(lane)

    def give_back(self) -> list[Item]:
        """Everything that waits in a lane, taken out of it; still held until that is recorded."""
        items = [item for lane in self._lanes.values() for item in lane.queue]
        for lane in self._lanes.values():
            lane.queue.clear()
        return items

    def recorded(self, subscription_ids: Iterable[UUID]) -> bool:
        """How these deliveries ended is recorded. Whether a lane is hungry: each may have had another one behind it."""
        is_hungry = False
        for subscription_id in subscription_ids:
            lane = self._lanes[subscription_id]
            lane.held -= 1
            self.held -= 1
            lane.may_have_more = True
            is_hungry = is_hungry or lane.is_hungry
        return is_hungry

    def close_idle(self) -> None:
        """Forget lanes with nothing under way, except that of a receiver in trouble: its window is remembered."""
        for lane in list(self._lanes.values()):
            if not lane.held and lane.window >= FIRST_WINDOW:
                del self._lanes[lane.subscription_id]

    def _open(self, subscription_id: UUID) -> Lane[Item]:
        lane = self._lanes[subscription_id] = Lane(subscription_id)
        return lane

    def _line_up(self, lane: Lane[Item]) -> None:
        if not lane.is_in_line and lane.queue and lane.sending < lane.window:
            lane.is_in_line = True
            self._in_line.append(lane)
