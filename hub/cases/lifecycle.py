"""The life of a case, as a table: which move is possible in which state, and where it leads. Pure.

::

    routing ─offer→ offered ─accept→ accepted ─answer→ answered ─close→ closed
       ▲               │ decline, redirect       │ redirect
       └───────────────┴─────────────────────────┘
    routing ─nothing fits→ undecided          any open state ─consent gone→ blocked, ─school takes it back→ withdrawn
"""

from enum import StrEnum

from hub.errors import Conflict


class State(StrEnum):
    """Where a case stands."""

    ROUTING = "routing"  # between two holders: the hub looks for the next one
    OFFERED = "offered"
    ACCEPTED = "accepted"
    UNDECIDED = "undecided"  # no rule can place it: the holder must answer a question first
    ANSWERED = "answered"
    CLOSED = "closed"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What a holder can do; the names are those of the addresses under a case."""

    ACCEPT = "acceptance"
    DECLINE = "declination"
    CLARIFY = "clarification"
    REDIRECT = "redirection"
    ANSWER = "answer"
    CLOSE = "closure"


_AFTER: dict[tuple[State, Move], State] = {
    (State.OFFERED, Move.ACCEPT): State.ACCEPTED,
    (State.OFFERED, Move.DECLINE): State.ROUTING,
    (State.OFFERED, Move.REDIRECT): State.ROUTING,
    (State.OFFERED, Move.ANSWER): State.ANSWERED,
    (State.ACCEPTED, Move.REDIRECT): State.ROUTING,
    (State.ACCEPTED, Move.ANSWER): State.ANSWERED,
    (State.UNDECIDED, Move.CLARIFY): State.ROUTING,
    (State.UNDECIDED, Move.REDIRECT): State.ROUTING,
    (State.UNDECIDED, Move.ANSWER): State.ANSWERED,
    (State.ANSWERED, Move.ANSWER): State.ANSWERED,
    (State.ANSWERED, Move.CLOSE): State.CLOSED,
}

OVER = frozenset({State.CLOSED, State.BLOCKED, State.WITHDRAWN})
"""States in which nothing is waited for any more."""


def possible_moves(state: State) -> tuple[Move, ...]:
    """What the holder can do now, in the order of the table above."""
    return tuple(move for (before, move) in _AFTER if before is state)


def after(state: State, move: Move) -> State:
    """The state that `move` leads to. Raises Conflict, with the moves that are possible."""
    if (state, move) in _AFTER:
        return _AFTER[state, move]
    if move is Move.CLOSE and state in {State.OFFERED, State.ACCEPTED, State.UNDECIDED}:
        raise Conflict(
            "A case closes only after the school has its answer.",
            next_step="Send the answer first (answer), then close the case (closure).",
        )
    moves = ", ".join(possible_moves(state)) or "-"
    raise Conflict(
        "The case is in state %(state)s: %(move)s is not possible. Possible now: %(moves)s.",
        state=state.value,
        move=move.value,
        moves=moves,
    )
