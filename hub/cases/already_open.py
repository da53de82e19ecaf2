"""Whether a school already has a case open about the same pupil: among its own cases only.

There is no index of pupils. The school's open cases are opened with their own keys and compared here, so nothing is
kept for it, nothing outlives the case, and no school can ask about the pupils of another one.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.cases.lifecycle import OVER
from hub.cases.tables import Case
from hub.codes import OrganisationCode
from hub.events.catalogue import OPENING
from hub.events.tables import EventRow
from hub.privacy.tables import Sealed
from hub.privacy.vault import Vault, unseal

MOST_CASES = 500
"""So many of a school's open cases are looked at, those that changed last first."""


class Sought(NamedTuple):
    """A pupil, as the school names it."""

    name: str
    birth_date: date | None


class Found(NamedTuple):
    """An open case that is probably about the same pupil; `is_sure`: the birth date is the same too."""

    case: Case
    is_sure: bool


def already_open(session: Session, vault: Vault, sender: OrganisationCode, school: str, sought: Sought) -> list[Found]:
    """The open cases of one school of the sender about this pupil, what changed last first.

    The name may be written in another order, with or without accents. Another birth date is another pupil.
    """
    over = [state.value for state in OVER]
    open_ = select(Case).where(Case.sender == sender, Case.school == school, Case.state.not_in(over))
    cases = session.scalars(open_.order_by(Case.changed_at.desc(), Case.id.desc()).limit(MOST_CASES)).all()
    pupils = _pupils(session, vault, [case.id for case in cases])
    found = ((case, _likeness(sought, pupils.get(case.id))) for case in cases)
    return [Found(case, is_sure) for case, is_sure in found if is_sure is not None]


def _pupils(session: Session, vault: Vault, case_ids: list[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """The pupil in the opening of each case that names one and was not erased."""
    sealed = (
        select(EventRow.case_id, Sealed.id, Sealed.ciphertext)
        .join(Sealed, Sealed.id == EventRow.sealed_id)
        .where(EventRow.case_id.in_(case_ids), EventRow.type.in_(OPENING))
    )
    rows = session.execute(sealed).all()
    keys = vault.keys_of(session.connection(), {row.case_id for row in rows})
    letters = {
        row.case_id: unseal(keys[row.case_id], row.id, bytes(row.ciphertext)) for row in rows if row.case_id in keys
    }
    return {case_id: letter.fields["pupil"] for case_id, letter in letters.items() if "pupil" in letter.fields}


def _likeness(sought: Sought, pupil: Mapping[str, Any] | None) -> bool | None:
    """None for another pupil; otherwise whether it is surely the same."""
    if pupil is None or _plain(pupil["name"]) != _plain(sought.name):
        return None
    born = pupil.get("birthDate")
    if born is None or sought.birth_date is None:
        return False
    return True if born == sought.birth_date.isoformat() else None


def _plain(name: str) -> list[str]:
    """The parts of a name without accents, capitals and signs, in the order of the alphabet."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return sorted("".join(sign if sign.isalnum() else " " for sign in letters).split())
