"""What follows from a border talk in its case: who may know of it, and who holds it once that was agreed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from hub.cases.lifecycle import OVER, State
from hub.cases.opening import cases_by_id
from hub.cases.tables import Case, Party
from hub.codes import OUTSIDE
from hub.directory.snapshot import Snapshot
from hub.events.log import Event, NewEvent


def name(session: Session, events: Sequence[Event], _: Snapshot, now: datetime) -> list[NewEvent]:
    """Who had passed the case on and is at the table again, knows of it again."""
    for event in events:
        again = (Party.case_id == event.case_id, Party.organisation.in_(event.data["between"]), Party.role == "former")
        session.execute(update(Party).where(*again).values(role="named", state="named", since=now))
    return []


def hand_over(session: Session, events: Sequence[Event], _: Snapshot, now: datetime) -> list[NewEvent]:
    """The case goes to the side that leads from now on; who led until now still knows of it. The term stays as it was.

    Nothing changes where the case was taken back or passed on meanwhile, or where a party outside the network leads:
    somebody here goes on until the school has its answer.
    """
    cases = cases_by_id(session, (event.case_id for event in events), lock=True)
    for event in events:
        case, leads = cases[event.case_id], event.data["leads"]
        held_by_inviter = case.holder == event.data["between"][0]
        if State(case.state) not in OVER and held_by_inviter and leads not in {OUTSIDE, case.holder}:
            _give(session, case, leads, now)
    return []


def _give(session: Session, case: Case, leads: str, now: datetime) -> None:
    parties = update(Party).where(Party.case_id == case.id)
    until_now = {"role": "named", "state": "named", "due_on": None, "since": now}
    from_now = {"role": "holder", "state": State.ACCEPTED.value, "due_on": case.due_on, "since": now}
    session.execute(parties.where(Party.organisation == case.holder).values(until_now))
    session.execute(parties.where(Party.organisation == leads).values(from_now))
    case.holder = case.lead_swv = leads
    case.state = State.ACCEPTED
    case.changed_at = now
