"""The life of a case is a table, and no way through it closes a case without an answer."""

import random
from itertools import product

import pytest
from hypothesis import given, strategies as st

from hub.cases.lifecycle import OVER, Move, State, after, possible_moves
from hub.errors import Conflict

TABLE = {
    State.ROUTING: {},
    State.OFFERED: {
        Move.ACCEPT: State.ACCEPTED,
        Move.DECLINE: State.ROUTING,
        Move.REDIRECT: State.ROUTING,
        Move.ANSWER: State.ANSWERED,
    },
    State.ACCEPTED: {Move.REDIRECT: State.ROUTING, Move.ANSWER: State.ANSWERED},
    State.UNDECIDED: {Move.CLARIFY: State.ROUTING, Move.REDIRECT: State.ROUTING, Move.ANSWER: State.ANSWERED},
    State.ANSWERED: {Move.ANSWER: State.ANSWERED, Move.CLOSE: State.CLOSED},
    State.CLOSED: {},
    State.BLOCKED: {},
    State.WITHDRAWN: {},
}
"""What a receiver may do in each state, and where that leads."""

BY_THE_HUB = {State.ROUTING: (State.OFFERED, State.UNDECIDED)}
"""Where the router takes a case that lies between two holders."""


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_every_move_in_every_state(state: State, move: Move) -> None:
    """A move leads to the state in the table, or is a conflict; and it is listed as possible just where it works."""
    expected = TABLE[state].get(move)
    assert (move in possible_moves(state)) is (expected is not None)
    if expected is None:
        with pytest.raises(Conflict):
            after(state, move)
    else:
        assert after(state, move) is expected


@pytest.mark.parametrize("state", [State.OFFERED, State.ACCEPTED, State.UNDECIDED])
def test_closing_too_early_says_what_comes_first(state: State) -> None:
    """Whoever tries to close without an answer reads that the school must have its answer first."""
    with pytest.raises(Conflict) as refusal:
        after(state, Move.CLOSE)
    assert "answer" in refusal.value.next_step.lower()


def test_another_conflict_names_what_is_possible() -> None:
    """The state, the move and the moves that would work, for a person and for a program."""
    with pytest.raises(Conflict) as refusal:
        after(State.ACCEPTED, Move.DECLINE)
    assert refusal.value.parameters == {"state": "accepted", "move": "declination", "moves": "redirection, answer"}


def reachable(*, without: Move | None = None) -> set[State]:
    """Every state that a new case can come to, if nobody makes the move `without`."""
    found, waiting = set(), [State.ROUTING]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += [after(state, move) for move in possible_moves(state) if move is not without]
            waiting += BY_THE_HUB.get(state, ())
    return found


def test_no_way_closes_a_case_without_an_answer() -> None:
    """If nobody ever answers, no sequence of moves leads to closed."""
    assert State.CLOSED not in reachable(without=Move.ANSWER)
    assert State.CLOSED in reachable()


def test_every_open_state_leads_to_an_end() -> None:
    """There is no state from which a case could never be answered and closed."""
    assert reachable() == set(State) - {State.BLOCKED, State.WITHDRAWN}
    for state in reachable() - OVER - {State.ROUTING}:
        assert Move.ANSWER in possible_moves(state)
    assert all(not possible_moves(state) for state in OVER)


@given(seed=st.integers(), length=st.integers(0, 60))
def test_a_random_life_ends_only_after_an_answer(seed: int, length: int) -> None:
    """Whatever people try, in whatever order: a closed case has had an answer, and stays closed."""
    dice, state, answered = random.Random(seed), State.ROUTING, False
    for _ in range(length):
        if state is State.ROUTING:
            state = dice.choice(BY_THE_HUB[state])
        move = dice.choice(list(Move))
        if move in possible_moves(state):
            state = after(state, move)
            answered = answered or move is Move.ANSWER
        assert answered or state not in {State.ANSWERED, State.CLOSED}
