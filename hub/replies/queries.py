"""Reads of standard replies."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode
from hub.errors import NotFound
from hub.replies.tables import StandardReply
from hub.store.row_security import mine


def replies_of(session: Session, organisation: OrganisationCode) -> list[StandardReply]:
    """The standard replies of an organisation, in order of their codes."""
    own = select(StandardReply).where(mine(StandardReply, organisation))
    return list(session.scalars(own.order_by(StandardReply.code)))


def reply_of(session: Session, organisation: OrganisationCode, reply_id: UUID) -> StandardReply:
    """A standard reply of an organisation, locked for change. Raises NotFound, also for another organisation's."""
    wanted = (StandardReply.id == reply_id, mine(StandardReply, organisation))
    found = session.scalar(select(StandardReply).where(*wanted).with_for_update())
    if found is None:
        raise NotFound("Your organisation has no such standard reply.")
    return found
