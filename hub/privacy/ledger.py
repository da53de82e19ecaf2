"""The disclosure ledger: each time personal data of a case was shown, to whom, and on what ground."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.codes import new_id
from hub.privacy.tables import Disclosure
from hub.privacy.visibility import Visible


class Viewer(NamedTuple):
    """Who looked: an organisation, and the token or person that acted for it."""

    organisation: str
    label: str


def record(session: Session, case_id: UUID, viewer: Viewer, shown: Visible, *, now: datetime) -> None:
    """Write that `viewer` was shown these fields. Nothing shown: nothing written."""
    if shown.ground is None or not shown.fields:
        return
    session.add(
        Disclosure(
            id=new_id(),
            case_id=case_id,
            organisation=viewer.organisation,
            caller=viewer.label,
            fields=" ".join(sorted(shown.fields)),
            ground=shown.ground.value,
            read_at=now,
        )
    )


def disclosures_of(session: Session, case_id: UUID) -> list[Disclosure]:
    """What was shown of a case, oldest first."""
    return list(session.scalars(select(Disclosure).where(Disclosure.case_id == case_id).order_by(Disclosure.read_at)))
