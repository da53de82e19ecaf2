"""The last day of each party as its clock counts it, so that the inbox lists by it; and who is told when it passes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.cases.opening import cases_by_id
from hub.cases.parts import TOLD, Part
from hub.cases.tables import Party

_ANSWERING = frozenset({"offered", "accepted", "undecided", "joint_talk", "contested"})


class DueDay(NamedTuple):
    """The last day on which a party answers the school; None while it waits for the school."""

    case_id: UUID
    organisation: str
    due_on: date | None


def keep_due_days(session: Session, days: Sequence[DueDay]) -> None:
    """Write the last days of parties that still have to answer. Nothing is locked where nothing differs."""
    said = {(day.case_id, day.organisation): day.due_on for day in days}
    differing = {
        case_id for case_id, organisation, due_on in _kept(session, said) if said[case_id, organisation] != due_on
    }
    if not differing:
        return
    cases = cases_by_id(session, differing, lock=True)  # before its parties, as everywhere
    of_these = (Party.case_id.in_(differing), tuple_(Party.case_id, Party.organisation).in_(said))
    for party in session.scalars(select(Party).where(*of_these).execution_options(populate_existing=True)):
        if party.role in {Part.HOLDER, Part.ASKED} and party.state in _ANSWERING:
            party.due_on = said[party.case_id, party.organisation]
            if party.role == Part.HOLDER:
                cases[party.case_id].due_on = party.due_on
    session.flush()


def name_parties(session: Session, told: Iterable[tuple[UUID, str]], now: datetime) -> None:
    """Let organisations know of cases, as parties that are only named; one that is in a case keeps its part."""
    rows = [
        {"case_id": case_id, "organisation": organisation, "role": Part.NAMED, "state": TOLD, "since": now}
        for case_id, organisation in sorted(set(told))
    ]
    if rows:
        session.execute(insert(Party).on_conflict_do_nothing(), rows)


def _kept(session: Session, said: Mapping[tuple[UUID, str], date | None]) -> list[DueDay]:
    columns = (Party.case_id, Party.organisation, Party.due_on)
    answering = (tuple_(Party.case_id, Party.organisation).in_(said), Party.state.in_(_ANSWERING))
    return [DueDay._make(row) for row in session.execute(select(*columns).where(*answering))]
