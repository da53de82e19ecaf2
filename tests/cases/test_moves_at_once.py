"""Colleagues who act at the same moment: the log tells one story."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from hub.errors import Conflict, HubError, NotFound
from tests.support.moves import MOVES, OTHER_TEAM, Do, accepts, declines, redirects
from tests.support.small_hub import TEAM, SmallHub


def at_once(*works: Callable[[], None]) -> list[HubError | None]:
    """Do all at the same moment; what each was refused with."""
    start = Barrier(len(works))

    def begin(work: Callable[[], None]) -> HubError | None:
        start.wait(10)
        try:
            work()
        except HubError as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


@pytest.mark.parametrize("does", MOVES.values(), ids=MOVES)
def test_the_same_move_many_times_at_once_happens_once(hub: SmallHub, case: UUID, does: Do) -> None:
    """Eight clicks at the same moment: all are told that it is done, and it is done once."""
    before = len(hub.events(case))
    assert at_once(*[lambda: does(hub, case, TEAM)] * 8) == [None] * 8
    assert len(hub.events(case)) == before + 1


@pytest.mark.parametrize("_try", range(5))
def test_moves_that_exclude_each_other_have_one_winner(hub: SmallHub, case: UUID, _try: int) -> None:
    """One colleague accepts while another declines: the log tells one story, and the other one hears of a conflict."""
    refusals = at_once(lambda: accepts(hub, case), lambda: declines(hub, case))
    assert [type(refusal) for refusal in refusals if refusal] == [Conflict]
    assert len([type_ for type_ in hub.types(case) if type_ in {"referral.accepted", "referral.declined"}]) == 1


def test_a_move_beside_the_router_finds_the_case_as_it_is(hub: SmallHub, case: UUID) -> None:
    """While the router hands a case over, its new holder waits, and is then the one that may act."""
    redirects(hub, case)

    def accept_when_offered() -> None:
        while True:
            try:
                return accepts(hub, case, OTHER_TEAM)
            except NotFound:
                continue

    assert at_once(hub.read, accept_when_offered) == [None, None]
    assert (hub.case(case).state, hub.case(case).holder) == ("accepted", OTHER_TEAM)
