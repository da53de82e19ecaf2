"""Invitations: a code, good for one time and a few days, with which a person's first sign-in is recognised."""

import os
from base64 import b32encode
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hub.access.hashes import hash_of
from hub.access.people import find_person
from hub.access.refusals import Reason, SignInRefused
from hub.access.tables import Invitation

VALID_FOR = timedelta(days=7)
_RANDOM_BYTES = 20
_GROUP = 4


def invite(session: Session, person_id: UUID, *, now: datetime, valid_for: timedelta = VALID_FOR) -> str:
    """A new code for a person, in groups of four characters; it makes earlier ones worthless. Show it once.

    Raises NotFound for a person who is unknown or withdrawn.
    """
    find_person(session, person_id, for_change=True)
    session.execute(delete(Invitation).where(Invitation.person_id == person_id, Invitation.redeemed_at.is_(None)))
    code = b32encode(os.urandom(_RANDOM_BYTES)).decode()
    session.add(
        Invitation(hash=hash_of(code), person_id=person_id, made_at=now, expires_at=now + valid_for, redeemed_at=None)
    )
    session.flush()
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def index_of(typed: str) -> bytes:
    """Under which a typed code is looked up: small letters, spaces and hyphens make no difference."""
    return hash_of("".join(filter(str.isalnum, typed)).upper())


def invited(session: Session, index: bytes, *, now: datetime) -> UUID:
    """Whom a code is for, while it is valid. Raises SignInRefused."""
    valid = (Invitation.hash == index, Invitation.redeemed_at.is_(None), Invitation.expires_at > now)
    person_id = session.scalar(select(Invitation.person_id).where(*valid))
    if person_id is None:
        raise SignInRefused(Reason.INVITATION_WORTHLESS)
    return person_id


def redeem(session: Session, index: bytes, *, now: datetime) -> UUID:
    """Use a code up; whom it is for. Of two who try at once, one succeeds. Raises SignInRefused."""
    valid = (Invitation.hash == index, Invitation.redeemed_at.is_(None), Invitation.expires_at > now)
    used = update(Invitation).where(*valid).values(redeemed_at=now).returning(Invitation.person_id)
    person_id = session.scalar(used)
    if person_id is None:
        raise SignInRefused(Reason.INVITATION_WORTHLESS)
    return person_id
