"""The talk between two partnerships, as a table: which move is possible at which stage, by whom. Pure.

::

    invited ─propose→ proposed ─agree→ agreed
       │                │  ▲ └─counter→ proposed, by the other side
       └────refuse──────┴──┴─→ refused ─propose→ proposed
    invited, proposed, refused ─call→ with_arbiter ─decide→ arbitrated
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from hub.codes import OrganisationCode
from hub.errors import Conflict, NotAllowed

WORKING_DAYS = 10
"""How long a talk may last before either side may call the arbiter: an agreement of this hub, not a law."""

TURNED_DOWN = 2
"""After so many refusals and counter-proposals together either side may call the arbiter too."""


class Stage(StrEnum):
    """Where a talk stands."""

    INVITED = "invited"
    PROPOSED = "proposed"
    REFUSED = "refused"
    WITH_ARBITER = "with_arbiter"
    AGREED = "agreed"
    ARBITRATED = "arbitrated"


class Move(StrEnum):
    """What somebody at the table can do."""

    PROPOSE = "propose"
    COUNTER = "counter"
    REFUSE = "refuse"
    AGREE = "agree"
    CALL = "call"
    DECIDE = "decide"


class _Who(StrEnum):
    """Whose turn it is."""

    EITHER = "either"
    OTHER = "other"  # than the side that spoke last
    ARBITER = "arbiter"


class _Step(NamedTuple):
    stage: Stage
    by: _Who


_TABLE: dict[tuple[Stage, Move], _Step] = {
    (Stage.INVITED, Move.PROPOSE): _Step(Stage.PROPOSED, _Who.EITHER),
    (Stage.INVITED, Move.REFUSE): _Step(Stage.REFUSED, _Who.OTHER),
    (Stage.INVITED, Move.CALL): _Step(Stage.WITH_ARBITER, _Who.EITHER),
    (Stage.PROPOSED, Move.COUNTER): _Step(Stage.PROPOSED, _Who.OTHER),
    (Stage.PROPOSED, Move.REFUSE): _Step(Stage.REFUSED, _Who.OTHER),
    (Stage.PROPOSED, Move.AGREE): _Step(Stage.AGREED, _Who.OTHER),
    (Stage.PROPOSED, Move.CALL): _Step(Stage.WITH_ARBITER, _Who.EITHER),
    (Stage.REFUSED, Move.PROPOSE): _Step(Stage.PROPOSED, _Who.EITHER),
    (Stage.REFUSED, Move.CALL): _Step(Stage.WITH_ARBITER, _Who.EITHER),
    (Stage.WITH_ARBITER, Move.DECIDE): _Step(Stage.ARBITRATED, _Who.ARBITER),
}

SETTLED = frozenset({Stage.AGREED, Stage.ARBITRATED})
"""Stages from which no move leads on."""

BEFORE_ARBITER = frozenset({Stage.INVITED, Stage.PROPOSED, Stage.REFUSED})
"""Stages in which the two sides are still talking."""

_TURNS_DOWN = frozenset({Move.COUNTER, Move.REFUSE})


@dataclass(frozen=True, slots=True)
class Standing:
    """A talk at one moment. `turned_down` counts refusals and counter-proposals; `due_on` ends the time for talking."""

    stage: Stage
    inviter: OrganisationCode
    invited: OrganisationCode
    arbiter: OrganisationCode | None
    spoke_last: OrganisationCode
    turned_down: int
    due_on: date

    @property
    def sides(self) -> frozenset[OrganisationCode]:
        """The two that must agree."""
        return frozenset({self.inviter, self.invited})

    def may_call(self, today: date) -> bool:
        """Whether the arbiter can be called: there is one, and the talk has had its chance."""
        return self.arbiter is not None and (self.turned_down >= TURNED_DOWN or today > self.due_on)


def possible_moves(standing: Standing, who: OrganisationCode, today: date) -> tuple[Move, ...]:
    """What `who` can do now, in the order of the table; nothing for whoever is not at the table."""
    return tuple(
        move
        for (stage, move), step in _TABLE.items()
        if stage is standing.stage
        and _has_turn(standing, step, who)
        and (move is not Move.CALL or standing.may_call(today))
    )


def after(standing: Standing, move: Move, who: OrganisationCode, today: date) -> Stage:
    """The stage that a move leads to. Raises Conflict, or NotAllowed for whoever can never make this move."""
    if move is Move.DECIDE and who != standing.arbiter:
        raise NotAllowed("Only the arbiter decides.", next_step="Call the arbiter first, or agree with the other side.")
    if move is not Move.DECIDE and who not in standing.sides:
        raise NotAllowed("Only the two sides of the talk can do this.", next_step="Wait until they call you.")
    if move in possible_moves(standing, who, today):
        return _TABLE[standing.stage, move].stage
    if move is Move.CALL and standing.stage in BEFORE_ARBITER:
        raise _too_early(standing)
    moves = ", ".join(possible_moves(standing, who, today)) or "-"
    raise Conflict(
        "The talk is at %(stage)s: %(move)s is not possible for you. Possible now: %(moves)s.",
        next_step="Fetch the talk again, and choose one of the moves that are possible now.",
        stage=standing.stage.value,
        move=move.value,
        moves=moves,
    )


def is_turning_down(move: Move) -> bool:
    """Whether a move brings the arbiter nearer."""
    return move in _TURNS_DOWN


def _has_turn(standing: Standing, step: _Step, who: OrganisationCode) -> bool:
    match step.by:
        case _Who.ARBITER:
            return who == standing.arbiter
        case _Who.OTHER:
            return who in standing.sides and who != standing.spoke_last
        case _Who.EITHER:
            return who in standing.sides


def _too_early(standing: Standing) -> Conflict:
    if standing.arbiter is None:
        return Conflict("No arbiter was named for this talk.", next_step="Agree with the other side.")
    return Conflict(
        "The arbiter can be called after two refusals or counter-proposals, or after %(day)s.",
        next_step="Make a proposal, or answer the one that lies there.",
        day=standing.due_on.isoformat(),
    )
