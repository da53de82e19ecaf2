"""Everything that is kept about one case, for a request for access (AVG art. 15), as plain data.

It holds all that is personal, of every party. Who makes it must write it in the ledger: `note_export`.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from hub.cases.erasing import lasting_of
from hub.cases.statement import Making
from hub.cases.tables import Case, Party
from hub.codes import HUB_ORGANISATION
from hub.errors import NotFound
from hub.events.envelope import full_type
from hub.events.log import Event, events_of_case
from hub.privacy.consent import consents_of
from hub.privacy.erasure import erased_at
from hub.privacy.ledger import Action, Entry, Viewer, disclosures_of, record
from hub.privacy.purposes import Purpose
from hub.privacy.tables import Disclosure
from hub.privacy.vault import Erased, Letter, Vault, letters_of
from hub.privacy.visibility import ALL_FIELDS, Ground, Visible
from hub.store.base import Base

_NOT_ABOUT_ANYONE = frozenset({"hash"})


def export_case(making: Making, vault: Vault, case_id: UUID) -> dict[str, Any]:
    """The case, its parties, everything that happened with all texts, and who read it. Raises NotFound."""
    session = making.session
    events = events_of_case(session, case_id)
    if not events:
        raise NotFound("There is no case with this id.", next_step="Check the id: it stands in the case's address.")
    case, letters = session.get(Case, case_id), _letters(session, vault, case_id)
    lasting = lasting_of(session, [case], making.terms, making.snapshot)[0] if case else None
    parties = session.scalars(select(Party).where(Party.case_id == case_id).order_by(Party.since))
    return {
        "case": _columns(case) if case else {"id": case_id},
        "parties": [_columns(party) for party in parties],
        "consents": [asdict(consent) for consent in consents_of(events)],
        "events": [_event(event, letters) for event in events],
        "readings": [_columns(entry) for entry in disclosures_of(session, case_id)],
        "kept_until": None if lasting is None else {"case": lasting.until, **lasting.parties},
        "erased_at": erased_at(session, case_id),
        "made_at": making.now,
    }


def note_export(session: Session, case_id: UUID, label: str, *, began_at: datetime, now: datetime) -> None:
    """Write that everything of a case was given out. Call it before the answer leaves."""
    shown = Visible(ALL_FIELDS, Ground.RIGHT_OF_ACCESS)
    viewer = Viewer(HUB_ORGANISATION, label)
    record(session, Entry(Action.EXPORT, case_id, viewer, shown, None, Purpose.ACCESS_REQUEST, began_at), now=now)


def _letters(session: Session, vault: Vault, case_id: UUID) -> Mapping[UUID, Letter]:
    try:
        return letters_of(session, vault, case_id)
    except Erased:
        return {}


def _event(event: Event, letters: Mapping[UUID, Letter]) -> dict[str, Any]:
    letter = letters.get(event.sealed_id) if event.sealed_id else None
    return {
        "position": event.position,
        "type": full_type(event.type),
        "source": event.source,
        "id": event.id,
        "by": event.publisher,
        "time": event.time,
        "recorded_at": event.recorded_at,
        "data": event.data,
        "personal": letter.fields if letter else {},
    }


def _columns(row: Base | Disclosure) -> dict[str, Any]:
    names = (column.key for column in inspect(type(row)).columns)
    return {name: getattr(row, name) for name in names if name not in _NOT_ABOUT_ANYONE}
