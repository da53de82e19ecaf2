"""The life of a case, as a table: which move is possible in which state, and where it leads. Pure.

docs/lifecycle.md is drawn from it (`python -m hub.cases.document`).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from hub.errors import Conflict


class State(StrEnum):
    """Where a case stands, or the part of one party in it."""

    ROUTING = "routing"  # between two holders: the hub looks for the next one
    OFFERED = "offered"
    ACCEPTED = "accepted"
    UNDECIDED = "undecided"  # no rule can place it: the holder must answer a question first
    JOINT_TALK = "joint_talk"  # passed on too often: the parties agree in one talk who takes it
    ANSWERED = "answered"
    CONTESTED = "contested"  # the school does not agree with the answer
    CLOSED = "closed"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What a party can do; the names are those of the addresses under a case."""

    ACCEPT = "acceptance"
    RETRACT = "retraction"
    DECLINE = "declination"
    CLARIFY = "clarification"
    REDIRECT = "redirection"
    ASK = "question"
    PAUSE = "pause"
    RESUME = "resumption"
    ANSWER = "answer"
    CLOSE = "closure"
    REOPEN = "reopening"
    REPLY = "reply"
    CONTEST = "contestation"


AFTER: dict[tuple[State, Move], State] = {
    (State.OFFERED, Move.ACCEPT): State.ACCEPTED,
    (State.OFFERED, Move.DECLINE): State.ROUTING,
    (State.OFFERED, Move.REDIRECT): State.ROUTING,
    (State.OFFERED, Move.ASK): State.OFFERED,
    (State.OFFERED, Move.REPLY): State.OFFERED,
    (State.OFFERED, Move.ANSWER): State.ANSWERED,
    (State.ACCEPTED, Move.RETRACT): State.OFFERED,
    (State.ACCEPTED, Move.REDIRECT): State.ROUTING,
    (State.ACCEPTED, Move.ASK): State.ACCEPTED,
    (State.ACCEPTED, Move.REPLY): State.ACCEPTED,
    (State.ACCEPTED, Move.PAUSE): State.ACCEPTED,
    (State.ACCEPTED, Move.RESUME): State.ACCEPTED,
    (State.ACCEPTED, Move.ANSWER): State.ANSWERED,
    (State.UNDECIDED, Move.CLARIFY): State.ROUTING,
    (State.UNDECIDED, Move.REDIRECT): State.ROUTING,
    (State.UNDECIDED, Move.ASK): State.UNDECIDED,
    (State.UNDECIDED, Move.REPLY): State.UNDECIDED,
    (State.UNDECIDED, Move.ANSWER): State.ANSWERED,
    (State.JOINT_TALK, Move.REDIRECT): State.ROUTING,
    (State.JOINT_TALK, Move.ANSWER): State.ANSWERED,
    (State.ANSWERED, Move.ANSWER): State.ANSWERED,
    (State.ANSWERED, Move.CLOSE): State.CLOSED,
    (State.ANSWERED, Move.CONTEST): State.CONTESTED,
    (State.CONTESTED, Move.REOPEN): State.ACCEPTED,
    (State.CONTESTED, Move.REDIRECT): State.ROUTING,
    (State.CONTESTED, Move.ANSWER): State.ANSWERED,
    (State.CLOSED, Move.REOPEN): State.ACCEPTED,
    (State.CLOSED, Move.CONTEST): State.CONTESTED,
}
"""Every move that is possible, and where it leads."""

BY_HUB: dict[State, State] = {
    State.OFFERED: State.ROUTING,
    State.UNDECIDED: State.ROUTING,
    State.JOINT_TALK: State.ROUTING,
}
"""Where the router brings a case that lies between two holders, and from where."""

MOVES_OF_SCHOOL = frozenset({Move.REPLY, Move.CONTEST})
"""Moves of the party that sent the case; all others are of those that received it."""

ONLY_OF_HOLDER = frozenset({Move.REDIRECT, Move.CLOSE})
"""Moves that a party which was asked beside the holder does not have."""

OVER = frozenset({State.CLOSED, State.BLOCKED, State.WITHDRAWN})
"""States in which nothing is waited for any more."""

TAKEN_BACK = frozenset({State.BLOCKED, State.WITHDRAWN})
"""States that nobody leaves: there is no question any more, or no ground to share it."""

WHILE_ASKING = frozenset(state for state, move in AFTER if move is Move.REPLY)
"""States in which a question to the school can be open."""


class Stand(NamedTuple):
    """Where a party stands: its state, and what beside it decides which moves it has.

    `has_just_accepted`: less than a day ago, so that it can be taken back.
    """

    state: State
    is_holder: bool = True
    waits_for_school: bool = False
    is_paused: bool = False
    has_just_accepted: bool = False


class Technical(StrEnum):
    """What the hub is doing with a case. It says nothing of what people agree on: that is `Status`."""

    RECEIVED = "received"
    ROUTING = "routing"
    PLACED = "placed"
    ENDED = "ended"
    ERASED = "erased"


class Status(StrEnum):
    """For what or whom a case waits, in the words of those who work with it."""

    SEARCHING = "searching"
    WAITS_FOR_RECEIVER = "waits_for_receiver"
    IN_HAND = "in_hand"
    WAITS_FOR_SCHOOL = "waits_for_school"
    PAUSED = "paused"
    WAITS_FOR_TRIAGE = "waits_for_triage"
    JOINT_TALK = "joint_talk"
    ANSWERED = "answered"
    CONTESTED = "contested"
    CLOSED = "closed"
    CONSENT_GONE = "consent_gone"
    WITHDRAWN = "withdrawn"


BOTH_STATUSES: dict[State, tuple[Technical, Status]] = {
    State.ROUTING: (Technical.ROUTING, Status.SEARCHING),
    State.OFFERED: (Technical.PLACED, Status.WAITS_FOR_RECEIVER),
    State.ACCEPTED: (Technical.PLACED, Status.IN_HAND),
    State.UNDECIDED: (Technical.PLACED, Status.WAITS_FOR_TRIAGE),
    State.JOINT_TALK: (Technical.PLACED, Status.JOINT_TALK),
    State.ANSWERED: (Technical.PLACED, Status.ANSWERED),
    State.CONTESTED: (Technical.PLACED, Status.CONTESTED),
    State.CLOSED: (Technical.ENDED, Status.CLOSED),
    State.BLOCKED: (Technical.ENDED, Status.CONSENT_GONE),
    State.WITHDRAWN: (Technical.ENDED, Status.WITHDRAWN),
}


def status_of(stand: Stand) -> Status:
    """For what a party's part of a case waits; a question to the school goes before the rest."""
    if stand.waits_for_school:
        return Status.WAITS_FOR_SCHOOL
    return Status.PAUSED if stand.is_paused else BOTH_STATUSES[stand.state][1]


def possible_moves(stand: Stand) -> tuple[Move, ...]:
    """What a receiver can do now, in the order of the table."""
    moves = (move for before, move in AFTER if before is stand.state and move not in MOVES_OF_SCHOOL)
    return tuple(move for move in moves if _is_open_to(stand, move))


def possible_for_school(stands: Iterable[Stand]) -> tuple[Move, ...]:
    """What the school can do now, by where the receivers stand."""
    open_ = {move for stand in stands for move in MOVES_OF_SCHOOL if can(stand, move)}
    return tuple(move for move in Move if move in open_)


def can(stand: Stand, move: Move) -> bool:
    """Whether the move is possible now."""
    return (stand.state, move) in AFTER and _is_open_to(stand, move)


def after(stand: Stand, move: Move) -> State:
    """The state that `move` leads to. Raises Conflict, with the moves that are possible."""
    if can(stand, move):
        return AFTER[stand.state, move]
    if move is Move.CLOSE and stand.is_holder and (stand.state, Move.ANSWER) in AFTER:
        raise Conflict(
            "A case closes only after the school has its answer.",
            next_step="Send the answer first (answer), then close the case (closure).",
        )
    if move is Move.RETRACT and stand.state is State.ACCEPTED:
        raise Conflict(
            "An acceptance can be taken back within a day. That day has passed.",
            next_step="Hand the case to another party (redirection), or answer the school.",
        )
    if move in MOVES_OF_SCHOOL:
        raise _not_for_school(move)
    raise Conflict(
        "The case is in state %(state)s: %(move)s is not possible. Possible now: %(moves)s.",
        state=stand.state.value,
        move=move.value,
        moves=", ".join(possible_moves(stand)) or "-",
    )


def _is_open_to(stand: Stand, move: Move) -> bool:
    """What beside the state decides on a move."""
    match move:
        case Move.REDIRECT | Move.CLOSE:
            return stand.is_holder
        case Move.ASK:
            return not stand.waits_for_school
        case Move.REPLY:
            return stand.waits_for_school
        case Move.RESUME:
            return stand.is_paused
        case Move.RETRACT:
            return stand.has_just_accepted
        case _:
            return True


def _not_for_school(move: Move) -> Conflict:
    if move is Move.REPLY:
        return Conflict(
            "This party waits for no answer from you.",
            next_step="Send it a message instead (message), if you have something to tell.",
        )
    return Conflict(
        "There is no answer of this party that you can contest now.",
        next_step="Wait for its answer, or send it a message (message).",
    )
