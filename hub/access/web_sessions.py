"""Sessions of people in their browsers: kept here, so that they can be ended here, at once.

The browser holds a random secret and nothing else; the row holds its hash. The secret is another one after every
sign-in and after every change of organisation, so one that somebody planted or saw before opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from hub.access.hashes import hash_of, new_secret
from hub.access.tables import WebSession
from hub.codes import OrganisationCode, new_id
from hub.errors import HubError

_TOUCHED_EVERY = timedelta(seconds=30)
"""How far `seen_at` may lag behind: a page with many parts is not to write as many rows."""

_REMEMBERED = timedelta(days=1)
"""How long a session that is over is kept, to tell its browser that it is over."""


class NotSignedInHere(HubError):
    """This browser holds no session, or one that was ended."""

    status = 401
    code = "not-signed-in-here"
    title = "You are not signed in"
    next_step = "Sign in, and do this again."


_OVER_MESSAGES = {
    "idle": "Nothing has happened for a while, so you were signed out.",
    "absolute": "You have been signed in for as long as is allowed.",
}


class SessionOver(HubError):
    """The session lasted too long, or nothing happened in it for too long."""

    status = 401
    code = "session-over"
    title = "Your session has ended"
    next_step = (
        "What you typed is still where you typed it: go back one page, leave that page open, "
        "sign in again in a new tab, and then send it once more."
    )

    def __init__(self, why: Literal["idle", "absolute"]) -> None:
        super().__init__(_OVER_MESSAGES[why])
        self.why = why


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a session lasts: without a sign of life, and at most."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has just signed in, and how. `subject` and `provider_session` are indexes, not what is known there.

    Without a provider it is somebody of the demo.
    """

    person_id: UUID
    second_factor: bool
    provider: str | None = None
    subject: bytes | None = None
    provider_session: bytes | None = None


def open_session(session: Session, arrival: Arrival, *, now: datetime) -> str:
    """A new session; the secret that its browser is to hold."""
    secret = new_secret()
    made = WebSession(
        id=new_id(),
        hash=hash_of(secret),
        person_id=arrival.person_id,
        provider=arrival.provider,
        subject=arrival.subject,
        provider_session=arrival.provider_session,
        second_factor=arrival.second_factor,
        organisation=None,
        started_at=now,
        seen_at=now,
        ended_at=None,
    )
    session.add(made)
    session.flush()
    return secret


def find(session: Session, secret: str, patience: Patience, *, now: datetime) -> WebSession:
    """The session of a browser, which has now shown a sign of life. Raises NotSignedInHere and SessionOver."""
    found = session.scalar(select(WebSession).where(WebSession.hash == hash_of(secret), WebSession.ended_at.is_(None)))
    if found is None:
        raise NotSignedInHere("This browser is not signed in to Samenspel.")
    if now - found.started_at >= patience.absolute:
        raise SessionOver("absolute")
    if now - found.seen_at >= patience.idle:
        raise SessionOver("idle")
    if now - found.seen_at >= _TOUCHED_EVERY:
        found.seen_at = now
    return found


def act_for(found: WebSession, organisation: OrganisationCode) -> str:
    """Go on for another organisation; the new secret of the browser. The old one opens nothing any more."""
    secret = new_secret()
    found.hash = hash_of(secret)
    found.organisation = organisation
    return secret


def end(session: Session, secret: str, *, now: datetime) -> None:
    """Sign this browser out; nothing happens when it was not signed in."""
    _end(session, WebSession.hash == hash_of(secret), now=now)


def end_all(session: Session, person_id: UUID, *, now: datetime) -> int:
    """Sign a person out everywhere; in how many browsers that was."""
    return _end(session, WebSession.person_id == person_id, now=now)


def end_at_provider(
    session: Session, provider: str, *, subject: bytes | None, provider_session: bytes | None, now: datetime
) -> int:
    """End the sessions that a provider says are over: of one of its own sessions, or else all of a subject.

    How many there were. Without either, none.
    """
    if provider_session is not None:
        which = WebSession.provider_session == provider_session
    elif subject is not None:
        which = WebSession.subject == subject
    else:
        return 0
    return _end(session, WebSession.provider == provider, which, now=now)


def end_of_provider(session: Session, provider: str, *, now: datetime) -> int:
    """End every session that began at a provider; how many there were."""
    return _end(session, WebSession.provider == provider, now=now)


def forget_old(session: Session, patience: Patience, *, now: datetime) -> None:
    """Remove sessions that were over a day ago."""
    session.execute(delete(WebSession).where(WebSession.started_at < now - patience.absolute - _REMEMBERED))


def _end(session: Session, *which: ColumnElement[bool], now: datetime) -> int:
    ended = update(WebSession).where(*which, WebSession.ended_at.is_(None)).values(ended_at=now)
    return len(session.execute(ended.returning(WebSession.id)).all())
