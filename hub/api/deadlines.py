"""The deadlines of a case as the API gives them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from hub.api.wire import Answer
from hub.deadlines.queries import deadlines_of_case
from hub.deadlines.running import Kind, State


class DeadlineRead(Answer):
    """Until when an organisation opens the case, or answers the school, in its own working days.

    `due_date` is the last day; null while the deadline stands still (`paused`), because the school must say something
    first. `met_date` is the day on which it was done.
    """

    organisation: str
    kind: Kind
    state: State
    working_days: int
    due_date: date | None
    met_date: date | None


def deadlines_read(session: Session, case_id: UUID, organisations: Iterable[str]) -> list[DeadlineRead]:
    """The deadlines of some organisations in a case."""
    told = set(organisations)
    return [
        DeadlineRead(
            organisation=row.organisation,
            kind=Kind(row.kind),
            state=State(row.state),
            working_days=row.days,
            due_date=row.due_on,
            met_date=row.met_on,
        )
        for row in deadlines_of_case(session, case_id)
        if row.organisation in told
    ]
