"""Writes of standard replies: added, changed, removed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode, new_id
from hub.errors import Conflict, InvalidInput
from hub.privacy.identifiers import forbidden
from hub.replies.queries import replies_of, reply_of
from hub.replies.tables import StandardReply

MOST_REPLIES = 100
"""How many standard replies an organisation may have."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, and the code that people know it by."""

    code: str
    text: str


def add(session: Session, organisation: OrganisationCode, wording: Wording, *, now: datetime) -> StandardReply:
    """A new standard reply.

    Raises Conflict for a code in use and at MOST_REPLIES, InvalidInput where the number of a person stands in it.
    """
    _need_no_number(wording)
    existing = _alone(session, organisation)
    if len(existing) >= MOST_REPLIES:
        raise Conflict(
            "Your organisation has %(number)s standard replies, which is the most there can be.",
            next_step="Remove a standard reply that is no longer used.",
            number=MOST_REPLIES,
        )
    _need_free(existing, wording.code)
    made = StandardReply(id=new_id(), organisation=organisation, code=wording.code, text=wording.text, changed_at=now)
    session.add(made)
    session.flush()
    return made


def change(
    session: Session, organisation: OrganisationCode, reply_id: UUID, wording: Wording, *, now: datetime
) -> StandardReply:
    """Another wording for a standard reply. Raises NotFound, Conflict for a code in use, InvalidInput as `add` does."""
    _need_no_number(wording)
    others = [one for one in _alone(session, organisation) if one.id != reply_id]
    found = reply_of(session, organisation, reply_id)
    _need_free(others, wording.code)
    found.code, found.text, found.changed_at = wording.code, wording.text, now
    session.flush()
    return found


def remove(session: Session, organisation: OrganisationCode, reply_id: UUID) -> None:
    """A standard reply is no longer used. Raises NotFound."""
    session.delete(reply_of(session, organisation, reply_id))


def _alone(session: Session, organisation: OrganisationCode) -> list[StandardReply]:
    """What there is; one at a time per organisation, so that two at once take no code and no place together."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"replies {organisation}", 0))))
    return replies_of(session, organisation)


def _need_free(existing: list[StandardReply], code: str) -> None:
    if any(one.code == code for one in existing):
        raise Conflict(
            "Your organisation has a standard reply with this code.",
            next_step="Choose another code, or change the one that is there.",
        )


def _need_no_number(wording: Wording) -> None:
    if found := next(forbidden(wording.text, "/text"), None):
        raise InvalidInput(found.message, problems=(found,))
