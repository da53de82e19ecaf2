"""The table of the talk: every move at every stage, for everyone who could be there."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from hub.borders.protocol import Move, Stage, Standing, after, is_turning_down, possible_moves
from hub.codes import OrganisationCode
from hub.errors import HubError

ONE, OTHER = OrganisationCode("PO2201"), OrganisationCode("PO2203")
ARBITER, STRANGER = OrganisationCode("PO2305"), OrganisationCode("PO2001")
DUE = date(2026, 12, 3)
TODAY = DUE - timedelta(days=3)
INVITED = Standing(Stage.INVITED, ONE, OTHER, ARBITER, ONE, 0, DUE)

POSSIBLE = {
    (Stage.INVITED, ONE): {Move.PROPOSE},
    (Stage.INVITED, OTHER): {Move.PROPOSE, Move.REFUSE},
    (Stage.PROPOSED, ONE): set(),
    (Stage.PROPOSED, OTHER): {Move.COUNTER, Move.REFUSE, Move.AGREE},
    (Stage.REFUSED, ONE): {Move.PROPOSE},
    (Stage.REFUSED, OTHER): {Move.PROPOSE},
    (Stage.WITH_ARBITER, ARBITER): {Move.DECIDE},
}
"""With ONE the last who spoke, before anybody can call the arbiter; who is not here can do nothing."""


@pytest.mark.parametrize(("stage", "who"), list(product(Stage, (ONE, OTHER, ARBITER, STRANGER))))
def test_what_each_can_do(stage: Stage, who: OrganisationCode) -> None:
    """At every stage, and nothing else: whatever is not possible is refused."""
    standing = replace(INVITED, stage=stage)
    expected = POSSIBLE.get((stage, who), set())
    assert set(possible_moves(standing, who, TODAY)) == expected
    for move in set(Move) - expected:
        with pytest.raises(HubError):
            after(standing, move, who, TODAY)


@pytest.mark.parametrize(
    ("turned_down", "today", "possible"),
    [(0, DUE, False), (1, DUE, False), (2, TODAY, True), (0, DUE + timedelta(days=1), True)],
)
@pytest.mark.parametrize("stage", [Stage.INVITED, Stage.PROPOSED, Stage.REFUSED])
def test_when_the_arbiter_can_be_called(stage: Stage, turned_down: int, today: date, *, possible: bool) -> None:
    """After two refusals or counter-proposals, or when the time is over: by either side, also who spoke last."""
    standing = replace(INVITED, stage=stage, turned_down=turned_down)
    for side in (ONE, OTHER):
        assert (Move.CALL in possible_moves(standing, side, today)) is possible
    assert Move.CALL not in possible_moves(standing, ARBITER, today)
    assert Move.CALL not in possible_moves(replace(standing, arbiter=None), ONE, today)


def test_refusals_and_counter_proposals_count_alike() -> None:
    """Each brings the arbiter nearer; a first proposal does not."""
    assert {move for move in Move if is_turning_down(move)} == {Move.COUNTER, Move.REFUSE}


def test_every_talk_can_be_settled() -> None:
    """From every stage some way leads to an agreement or a decision, once the arbiter can be called."""
    late = DUE + timedelta(days=1)
    for stage in Stage:
        seen, open_ = {stage}, [replace(INVITED, stage=stage)]
        while open_:
            standing = open_.pop()
            for who in (ONE, OTHER, ARBITER):
                for move in possible_moves(standing, who, late):
                    reached = replace(standing, stage=after(standing, move, who, late), spoke_last=who)
                    if reached.stage not in seen:
                        seen.add(reached.stage)
                        open_.append(reached)
        assert seen & {Stage.AGREED, Stage.ARBITRATED}, stage
