"""The keys that the hub signs access tokens with: made at first need, published before they sign, and after.

Which key signs follows from the rows and the time alone, so there is no state to get wrong and no job that must run: it
is the one whose `signs_from` passed last. A key stays published until the last token under it has expired.
"""

from datetime import datetime, timedelta
from typing import Protocol

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hub.access import jose
from hub.access.tables import SigningKey
from hub.errors import Conflict

LONGEST_TOKEN_LIFE = timedelta(hours=1)
"""No setting makes access tokens live longer (NL GOV profile for OAuth)."""

PUBLISHED_BEFORE = timedelta(minutes=10)
"""How long others have to fetch a new key before tokens come that need it."""

_PUBLISHED_AFTER = LONGEST_TOKEN_LIFE + timedelta(minutes=5)  # machines of one hub may differ a little in time
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('samenspel signing keys'))")


class Sealing(Protocol):
    """What keeps private parts: the vault, which lies beside this package and is handed in."""

    def seal_secret(self, purpose: bytes, secret: bytes) -> bytes:
        """`secret`, sealed for one purpose."""

    def open_secret(self, purpose: bytes, sealed: bytes) -> bytes:
        """What was sealed for that purpose."""


def key_that_signs(session: Session, sealing: Sealing, *, now: datetime) -> SigningKey:
    """The key to sign with now; the first one is made here."""
    found = signing_at(session, now)
    if found is None:
        session.execute(_LOCK)
        found = signing_at(session, now) or _make(session, sealing, signs_from=now, now=now)
    return found


def published_keys(session: Session, *, now: datetime) -> list[SigningKey]:
    """Every key under which a valid token may exist, or soon will, the one that signs last first."""
    rows = _in_use(session)
    ends = [None, *(row.signs_from + _PUBLISHED_AFTER for row in rows)]  # each ends after the next one has begun
    return [row for row, ends_at in zip(rows, ends, strict=False) if ends_at is None or ends_at > now]


def rotate(session: Session, sealing: Sealing, *, after: timedelta = PUBLISHED_BEFORE, now: datetime) -> SigningKey:
    """A new key that is published now and signs `after` that. Raises Conflict while another one waits for its turn.

    The private parts of keys that will never sign again are destroyed.
    """
    session.execute(_LOCK)
    rows = _in_use(session)
    if rows and rows[0].signs_from > now:
        raise Conflict(
            "A new key is waiting already: it signs from %(moment)s on.",
            next_step="Wait until then, or withdraw it first: hub signing-key withdraw.",
            moment=f"{rows[0].signs_from:%Y-%m-%d %H:%M:%S} UTC",
        )
    for row in rows[1:]:
        row.sealed = None
    return _make(session, sealing, signs_from=now + after, now=now)


def withdraw_signing_key(session: Session, kid: str, *, now: datetime) -> bool:
    """Stop a key that others may know: tokens under it are worth nothing from now on. False: no such key in use."""
    row = session.get(SigningKey, kid, with_for_update=True)
    if row is None or row.withdrawn_at is not None:
        return False
    row.withdrawn_at, row.sealed = now, None
    return True


def signing_keys(session: Session) -> list[SigningKey]:
    """All keys there ever were, the newest first."""
    return list(session.scalars(select(SigningKey).order_by(SigningKey.signs_from.desc(), SigningKey.kid)))


def opened(row: SigningKey, sealing: Sealing) -> jose.Key:
    """The private key of a row that has one."""
    assert row.sealed is not None, "only keys that will never sign again lose their private part"
    return jose.key_of(orjson.loads(sealing.open_secret(purpose(row.kid), row.sealed)))


def purpose(kid: str) -> bytes:
    """What the private part of a key is sealed for: it opens in its own row only."""
    return b"signing_keys|sealed|" + kid.encode()


def _make(session: Session, sealing: Sealing, *, signs_from: datetime, now: datetime) -> SigningKey:
    key = jose.new_key()
    kid = str(key.kid)
    row = SigningKey(
        kid=kid,
        jwk=jose.public_jwk(key),
        sealed=sealing.seal_secret(purpose(kid), jose.private_jwk(key)),
        made_at=now,
        signs_from=signs_from,
        withdrawn_at=None,
    )
    session.add(row)
    session.flush()
    return row


def signing_at(session: Session, now: datetime) -> SigningKey | None:
    """The key that signs at `now`, if there is one yet."""
    can_sign = (row for row in _in_use(session) if row.signs_from <= now and row.sealed is not None)
    return next(can_sign, None)


def _in_use(session: Session) -> list[SigningKey]:
    rows = session.scalars(select(SigningKey).where(SigningKey.withdrawn_at.is_(None)))
    return sorted(rows, key=lambda row: (row.signs_from, row.kid), reverse=True)
