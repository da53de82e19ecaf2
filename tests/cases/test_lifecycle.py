"""The life of a case is a table, and no way through it closes a case without an answer."""

import random
from itertools import product

import pytest
from hypothesis import given, strategies as st

from hub.cases.lifecycle import (
    AFTER,
    BOTH_STATUSES,
    BY_HUB,
    MOVES_OF_SCHOOL,
    ONLY_OF_HOLDER,
    OVER,
    TAKEN_BACK,
    Move,
    Stand,
    State,
    Status,
    Technical,
    after,
    can,
    possible_for_school,
    possible_moves,
    status_of,
)
from hub.errors import Conflict

TABLE = {
    State.ROUTING: {},
    State.OFFERED: {
        Move.ACCEPT: State.ACCEPTED,
        Move.DECLINE: State.ROUTING,
        Move.REDIRECT: State.ROUTING,
        Move.ASK: State.OFFERED,
        Move.ANSWER: State.ANSWERED,
    },
    State.ACCEPTED: {
        Move.REDIRECT: State.ROUTING,
        Move.ASK: State.ACCEPTED,
        Move.PAUSE: State.ACCEPTED,
        Move.ANSWER: State.ANSWERED,
    },
    State.UNDECIDED: {
        Move.CLARIFY: State.ROUTING,
        Move.REDIRECT: State.ROUTING,
        Move.ASK: State.UNDECIDED,
        Move.ANSWER: State.ANSWERED,
    },
    State.JOINT_TALK: {Move.REDIRECT: State.ROUTING, Move.ANSWER: State.ANSWERED},
    State.ANSWERED: {Move.ANSWER: State.ANSWERED, Move.CLOSE: State.CLOSED, Move.CONTEST: State.CONTESTED},
    State.CONTESTED: {Move.REOPEN: State.ACCEPTED, Move.REDIRECT: State.ROUTING, Move.ANSWER: State.ANSWERED},
    State.CLOSED: {Move.REOPEN: State.ACCEPTED, Move.CONTEST: State.CONTESTED},
    State.BLOCKED: {},
    State.WITHDRAWN: {},
}
"""What may be done in each state by default, and where that leads."""

WAITING = {State.OFFERED, State.ACCEPTED, State.UNDECIDED, State.JOINT_TALK, State.CONTESTED}
"""States in which the school still waits for an answer."""


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_every_move_in_every_state(state: State, move: Move) -> None:
    """A move leads to the state in the table, or is a conflict; and it is listed as possible just where it works."""
    expected = TABLE[state].get(move)
    stand = Stand(state)
    listed = possible_for_school([stand]) if move in MOVES_OF_SCHOOL else possible_moves(stand)
    assert (move in listed) is (expected is not None)
    if expected is None:
        with pytest.raises(Conflict):
            after(stand, move)
    else:
        assert after(stand, move) is expected


@pytest.mark.parametrize("state", [State.OFFERED, State.ACCEPTED, State.UNDECIDED])
def test_one_question_is_open_at_a_time(state: State) -> None:
    """While it is, the school can answer it; nothing else changes for the receiver."""
    waiting = Stand(state, waits_for_school=True)
    assert set(possible_moves(waiting)) == TABLE[state].keys() - {Move.ASK}
    assert possible_for_school([Stand(state), waiting]) == (Move.REPLY,)
    assert after(waiting, Move.REPLY) is state
    assert status_of(waiting) is Status.WAITS_FOR_SCHOOL


def test_a_pause_ends_by_a_move() -> None:
    """And can be made longer."""
    resting = Stand(State.ACCEPTED, is_paused=True)
    assert set(possible_moves(resting)) == TABLE[State.ACCEPTED].keys() | {Move.RESUME}
    assert status_of(resting) is Status.PAUSED


def test_an_acceptance_is_taken_back_within_a_day() -> None:
    """Later the conflict says what to do instead."""
    assert after(Stand(State.ACCEPTED, has_just_accepted=True), Move.RETRACT) is State.OFFERED
    with pytest.raises(Conflict) as refusal:
        after(Stand(State.ACCEPTED), Move.RETRACT)
    assert "redirection" in refusal.value.next_step


@pytest.mark.parametrize("state", State)
def test_who_is_asked_beside_the_holder_does_not_pass_the_case_on_or_close_it(state: State) -> None:
    """All the rest it does as a holder does."""
    assert set(possible_moves(Stand(state))) - set(possible_moves(Stand(state, is_holder=False))) <= ONLY_OF_HOLDER
    assert not set(possible_moves(Stand(state, is_holder=False))) & ONLY_OF_HOLDER


@pytest.mark.parametrize("state", sorted(WAITING))
def test_closing_too_early_says_what_comes_first(state: State) -> None:
    """Whoever tries to close without an answer reads that the school must have its answer first."""
    with pytest.raises(Conflict) as refusal:
        after(Stand(state), Move.CLOSE)
    assert "answer" in refusal.value.next_step.lower()


def test_another_conflict_names_what_is_possible() -> None:
    """The state, the move and the moves that would work, for a person and for a program."""
    with pytest.raises(Conflict) as refusal:
        after(Stand(State.ACCEPTED), Move.DECLINE)
    moves = "redirection, question, pause, answer"
    assert refusal.value.parameters == {"state": "accepted", "move": "declination", "moves": moves}


@pytest.mark.parametrize("state", State)
def test_what_the_hub_does_and_what_people_wait_for_are_two_things(state: State) -> None:
    """Every state has one of each, and a case has ended for both or for neither."""
    technical, status = BOTH_STATUSES[state]
    assert status_of(Stand(state)) is status
    assert (technical is Technical.ENDED) is (state in OVER)


def test_every_status_is_there_for_something() -> None:
    """No state shares the word of another one."""
    words = [status for _, status in BOTH_STATUSES.values()]
    assert len(words) == len(set(words))
    assert set(Status) - set(words) == {Status.WAITS_FOR_SCHOOL, Status.PAUSED}


def stands(state: State) -> list[Stand]:
    """Every way to stand in a state."""
    return [Stand(state, *rest) for rest in product([True, False], repeat=4)]


def reachable(*, without: Move | None = None) -> set[State]:
    """Every state that a new case can come to, if nobody makes the move `without`."""
    found, waiting = set(), [State.ROUTING]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            moves = [(stand, move) for stand in stands(state) for move in Move if move is not without]
            waiting += [after(stand, move) for stand, move in moves if can(stand, move)]
            waiting += [after_ for after_, before in BY_HUB.items() if before is state]
    return found


def test_no_way_closes_a_case_without_an_answer() -> None:
    """If nobody ever answers, no sequence of moves leads to closed."""
    assert State.CLOSED not in reachable(without=Move.ANSWER)
    assert State.CLOSED in reachable()


def test_every_open_state_leads_to_an_end() -> None:
    """There is no state from which a case could never be answered and closed; what is taken back stays so."""
    assert reachable() == set(State) - TAKEN_BACK
    for state in reachable() - OVER - {State.ROUTING}:
        assert Move.ANSWER in possible_moves(Stand(state))
    assert not any(before in TAKEN_BACK for before, _ in AFTER)


def test_after_a_contest_another_answer_comes_before_the_close() -> None:
    """A case that is opened again does not close on the answer of before."""
    for state in (State.CONTESTED, after(Stand(State.CLOSED), Move.REOPEN)):
        assert not any(can(stand, Move.CLOSE) for stand in stands(state))


@given(seed=st.integers(), length=st.integers(0, 60))
def test_a_random_life_ends_only_after_an_answer(seed: int, length: int) -> None:
    """Whatever people try, in whatever order: a closed case has had an answer since it was last opened."""
    dice, state, answered = random.Random(seed), State.ROUTING, False
    for _ in range(length):
        if state is State.ROUTING:
            state = dice.choice(list(BY_HUB))
        stand, move = dice.choice(stands(state)), dice.choice(list(Move))
        if can(stand, move):
            state = after(stand, move)
            answered = (answered or move is Move.ANSWER) and move not in {Move.CONTEST, Move.REOPEN}
        assert answered or state not in {State.ANSWERED, State.CLOSED}
