"""Bearer tokens: made once, shown once, kept as a hash, valid for a limited time, and withdrawn at once."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.access.callers import Caller
from hub.access.rights import Right
from hub.access.tables import Token
from hub.access.token_refusals import Reason, TokenRefused
from hub.codes import OrganisationCode, new_id

PREFIX = "hub_"
_SECRET_BYTES = 32
_FORM = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Grant:
    """A caller and until when the token that proves it is valid."""

    caller: Caller
    expires_at: datetime


def make_token(session: Session, caller: Caller, *, valid_for: timedelta, now: datetime) -> str:
    """A new token that stands for `caller`. The text that comes back is not kept anywhere: show it once."""
    secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    session.add(
        Token(
            id=new_id(),
            hash=_hash(secret),
            organisation=caller.organisation,
            rights=sorted(right.value for right in caller.rights),
            sources=sorted(caller.sources),
            label=caller.label,
            made_at=now,
            expires_at=now + valid_for,
            withdrawn_at=None,
        )
    )
    return secret


def grant_of(session: Session, secret: str, *, now: datetime) -> Grant:
    """Whom the token stands for. Raises TokenRefused when it is unknown, expired or withdrawn: all answer alike."""
    if not _FORM.fullmatch(secret):
        raise TokenRefused(Reason.MALFORMED)
    token = session.scalar(select(Token).where(Token.hash == _hash(secret)))
    if token is None:
        raise TokenRefused(Reason.UNKNOWN)
    if token.withdrawn_at is not None:
        raise TokenRefused(Reason.WITHDRAWN, who=str(token.id))
    if token.expires_at <= now:
        raise TokenRefused(Reason.EXPIRED, who=str(token.id))
    caller = Caller(
        OrganisationCode(token.organisation),
        frozenset(map(Right, token.rights)),
        frozenset(token.sources),
        token.label,
    )
    return Grant(caller, token.expires_at)


def tokens_of(session: Session, organisation: OrganisationCode | None = None) -> list[Token]:
    """All tokens that were ever made, of one organisation or of all, the newest first within each."""
    of_whom = () if organisation is None else (Token.organisation == organisation,)
    found = select(Token).where(*of_whom).order_by(Token.organisation, Token.made_at.desc(), Token.id)
    return list(session.scalars(found))


def withdraw_one(session: Session, token_id: UUID, *, now: datetime) -> bool:
    """Withdraw a single token; False when there is none with this id, or none that was not withdrawn before."""
    mine = (Token.id == token_id, Token.withdrawn_at.is_(None))
    return session.scalar(update(Token).where(*mine).values(withdrawn_at=now).returning(Token.id)) is not None


def withdraw(session: Session, organisation: OrganisationCode, label: str, *, now: datetime) -> int:
    """Withdraw the tokens of an organisation with this label; how many there were."""
    mine = (Token.organisation == organisation, Token.label == label, Token.withdrawn_at.is_(None))
    withdrawn = session.execute(update(Token).where(*mine).values(withdrawn_at=now).returning(Token.id))
    return len(withdrawn.all())


def _hash(secret: str) -> bytes:
    """A plain hash is enough: the secret has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()
