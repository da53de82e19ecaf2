"""Transitions that nobody has acknowledged: once, and before the summer, a partnership is asked to step in.

Between two schools nobody is responsible for a pupil who is no longer at one and not yet at the other. So silence does
not end the matter: it makes it that of the partnership where the pupil lives.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from hub.cases.lifecycle import State
from hub.cases.parts import Part
from hub.cases.tables import Case, Party
from hub.codes import HUB_ORGANISATION, HUB_SOURCE
from hub.directory.calendar import days_off_from
from hub.events import log
from hub.events.log import Event, NewEvent
from hub.events.tables import EventRow
from hub.workdays import add_working_days

ANNOUNCED, ACKNOWLEDGED, ESCALATED = "transition.announced", "transition.acknowledged", "transition.escalated"

STEP_IN_WITHIN_WORKING_DAYS = 5
"""The time that the partnership has: the schools are about to close."""

_SUMMER = (7, 1)
_NOT_ACKNOWLEDGED = (State.OFFERED, State.UNDECIDED)
_RECEIVING = frozenset({Part.HOLDER, Part.ASKED})


def acknowledge_by(starts_on: date, due_on: date | None) -> date:
    """The day on which a transition that nobody acknowledged is escalated.

    The first of July before the pupil begins at the next place; the end of the usual term where that is later, because
    the transition was announced late or happens during the year.
    """
    year = starts_on.year if (starts_on.month, starts_on.day) >= _SUMMER else starts_on.year - 1
    summer = date(year, *_SUMMER)
    return summer if due_on is None else max(summer, due_on)


def escalate(session: Session, on: date, *, now: datetime) -> int:
    """Ask the partnership of the home to step in wherever a transition has not been acknowledged in time; how many.

    Each is escalated once, however often and by whomever this is called.
    """
    late = [case_id for case_id, day in _open(session).items() if day <= on]
    cases = session.scalars(
        select(Case).where(Case.id.in_(late), Case.state.in_(_NOT_ACKNOWLEDGED)).order_by(Case.id).with_for_update()
    ).all()
    histories = log.events_of_cases(session, [case.id for case in cases]) if cases else {}
    news = [
        _escalated(session, case, histories[case.id], on, now)
        for case in cases
        if all(event.type != ESCALATED for event in histories[case.id])  # nobody came before, while this one waited
    ]
    session.flush()
    log.append(session.connection(), news, now=now)
    return len(news)


def _open(session: Session) -> Mapping[UUID, date]:
    """Every transition that nobody acknowledged and that was not escalated, with the day on which it is."""
    said = aliased(EventRow)
    waiting = (
        select(Case.id, EventRow.data["startsOn"].astext, Case.due_on)
        .join(EventRow, EventRow.case_id == Case.id)
        .where(
            Case.type == ANNOUNCED,
            Case.state.in_(_NOT_ACKNOWLEDGED),
            EventRow.type == ANNOUNCED,
            ~exists().where(said.case_id == Case.id, said.type == ESCALATED),
        )
    )
    return {
        case_id: acknowledge_by(date.fromisoformat(starts_on), due_on)
        for case_id, starts_on, due_on in session.execute(waiting)
    }


def _escalated(session: Session, case: Case, history: Sequence[Event], on: date, now: datetime) -> NewEvent:
    swv = _partnership(case, history)
    if swv is not None and swv != case.holder:
        _ask(session, case, swv, on, now)
    case.changed_at = now
    return NewEvent(
        type=ESCALATED,
        case_id=case.id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data={"to": swv},
        audience=tuple({case.sender, case.holder, *(() if swv is None else (swv,))}),
    )


def _partnership(case: Case, history: Sequence[Event]) -> str | None:
    """The one that the rules named when they offered the case; else the one that leads. None where there is none."""
    offers = [event.data for event in history if event.type == "referral.offered" and event.data["named"]]
    named: str | None = offers[-1]["named"][0] if offers else None
    return named or case.lead_swv


def _ask(session: Session, case: Case, swv: str, on: date, now: datetime) -> None:
    """Who was only named is asked from now on, beside the holder; who is asked already stays as it is."""
    due_on = add_working_days(on, STEP_IN_WITHIN_WORKING_DAYS, days_off_from(on))
    values: dict[str, Any] = {"role": Part.ASKED, "state": State.OFFERED, "due_on": due_on, "since": now}
    row = {"case_id": case.id, "organisation": swv, **values}
    session.execute(
        insert(Party)
        .values(row)
        .on_conflict_do_update(
            index_elements=["case_id", "organisation"], set_=values, where=Party.role.not_in(_RECEIVING)
        )
    )
