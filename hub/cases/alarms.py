"""What waits for the operator of the hub: cases held because rules failed, and cases that no partnership looks into.

The operator mends the cause, and lets the rules decide again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.cases.lifecycle import State
from hub.cases.tables import Case, Party
from hub.codes import HUB_ORGANISATION, HUB_SOURCE
from hub.errors import Conflict, NotFound
from hub.events import log
from hub.events.log import Event, NewEvent

_UNPLACED = frozenset({State.UNDECIDED, State.JOINT_TALK})
_FAILED = (Case.alarm.is_not(None), Case.state == State.UNDECIDED)


@dataclass(frozen=True, slots=True)
class Held:
    """A case that waits for the operator: since when, which rules failed (empty: none), and what is asked."""

    case_id: UUID
    since: datetime
    rules: str
    questions: tuple[str, ...]

    @property
    def has_alarm(self) -> bool:
        """Whether a defect holds it, and not a gap in the directory."""
        return bool(self.rules)


def count_alarms(session: Session) -> int:
    """How many cases are held because rules failed or contradict each other."""
    return session.scalar(select(func.count()).select_from(Case).where(*_FAILED)) or 0


def held_for_operator(session: Session) -> list[Held]:
    """The cases that wait for the operator, those with an alarm first, and of those the oldest first.

    What the school itself must do first, such as asking consent, is not among them.
    """
    waiting = select(Case).where(Case.state.in_(_UNPLACED), Case.holder == Case.sender)
    cases = {case.id: case for case in session.scalars(waiting)}
    histories = log.events_of_cases(session, cases) if cases else {}
    found = [_held(cases[case_id], _last_question(history)) for case_id, history in histories.items()]
    return sorted((one for one in found if one), key=lambda one: (not one.has_alarm, one.since, one.case_id))


def release(session: Session, case_id: UUID, *, now: datetime) -> None:
    """Let the rules decide again on a case that waits for the operator, after the cause was mended.

    Raises NotFound for an unknown case, Conflict for one that does not wait for the operator.
    """
    case = session.scalar(select(Case).where(Case.id == case_id).with_for_update())
    if case is None:
        raise NotFound("The hub has no case with this id.", next_step="hub cases held lists the ids.")
    waits = case.state in _UNPLACED and case.holder == case.sender
    if not waits or _held(case, _last_question(log.events_of_case(session, case_id))) is None:
        raise Conflict(
            "This case does not wait for the operator of the hub.", next_step="hub cases held lists the cases that do."
        )
    case.state, case.changed_at = State.ROUTING, now
    session.flush()
    log.append(session.connection(), [_released(case, _parties(session, case_id), now)], now=now)


def _last_question(history: Sequence[Event]) -> Event:
    return [event for event in history if event.type == "case.undecided"][-1]


def _held(case: Case, asked: Event) -> Held | None:
    """None for what the school must do first: a rule of the law holds that, and the school knows what."""
    data: dict[str, Any] = asked.data
    if data["heldBy"] is not None and not data["alarm"]:
        return None
    questions = tuple(question["question"] for question in data["missing"])
    return Held(case.id, asked.recorded_at, case.alarm or "", questions)


def _parties(session: Session, case_id: UUID) -> list[str]:
    inside = Party.role.in_(("sender", "holder", "asked"))
    return list(session.scalars(select(Party.organisation).where(Party.case_id == case_id, inside)))


def _released(case: Case, audience: Sequence[str], now: datetime) -> NewEvent:
    return NewEvent(
        type="case.released",
        case_id=case.id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data={},
        audience=tuple(audience),
    )
