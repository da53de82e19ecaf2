"""Opening a case: what is shown is written in the ledger before it leaves, and so is what was refused."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hub.cases.acting import Acting
from hub.cases.actions import mark_opened
from hub.cases.queries import CaseView
from hub.events.log import is_known
from hub.privacy.ledger import Action, Entry, Viewer, record
from hub.privacy.visibility import Visible


def note_reading(acting: Acting, view: CaseView, viewer: Viewer, *, began_at: datetime) -> None:
    """Write that `viewer` opened the case; the first time that a receiver does, everyone in it is told."""
    entry = Entry(Action.READ, view.case_id, viewer, view.disclosed, view.role, view.purpose, began_at)
    record(acting.session, entry, now=acting.now)
    if view.is_first_reading:
        mark_opened(acting, view.case_id)


def note_refusal(session: Session, case_id: UUID, viewer: Viewer, *, began_at: datetime, now: datetime) -> None:
    """Write that somebody asked for a case of others. An id that belongs to no case is nobody's concern."""
    if is_known(session, case_id):
        nothing = Visible(frozenset(), None)
        record(session, Entry(Action.REFUSED, case_id, viewer, nothing, None, None, began_at), now=now)
