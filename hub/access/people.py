"""Persons: who may sign in at all. Name and e-mail address are sealed; everything else knows a person by an id."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import orjson
from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from hub.access import web_sessions
from hub.access.tables import Identity, Invitation, Membership, Person, WebSession
from hub.codes import OrganisationCode, new_id
from hub.errors import InvalidInput, NotFound

_LONGEST = 200

KEPT_AFTER_THE_END = timedelta(days=365)
"""How long an account is kept after it ended, as the processing register says (docs/trust.md)."""


class Sealing(Protocol):
    """What seals a secret, so that it opens for the same purpose only; the vault does."""

    def seal_secret(self, purpose: bytes, secret: bytes) -> bytes:
        """The secret, sealed."""

    def open_secret(self, purpose: bytes, sealed: bytes) -> bytes:
        """The secret again."""


@dataclass(frozen=True, slots=True, repr=False)
class Particulars:
    """What tells who a person is. There is no repr: it is never to stand in a log."""

    name: str
    email: str | None = None


def add_person(
    session: Session, sealing: Sealing, particulars: Particulars, *, now: datetime, invented: bool = False
) -> UUID:
    """A new person, still without a role or an account. Raises InvalidInput for a name or address that is none."""
    person_id = new_id()
    sealed = _seal(sealing, person_id, particulars)
    session.add(Person(id=person_id, sealed=sealed, invented=invented, made_at=now, withdrawn_at=None))
    session.flush()
    return person_id


def particulars_of(sealing: Sealing, person: Person) -> Particulars:
    """Who a person is."""
    told = orjson.loads(sealing.open_secret(purpose(person.id), person.sealed))
    return Particulars(told["name"], told["email"])


def find_person(session: Session, person_id: UUID, *, for_change: bool = False) -> Person:
    """A person who was not withdrawn; `for_change` makes others who change something wait. Raises NotFound."""
    person = session.get(Person, person_id, with_for_update=for_change)
    if person is None or person.withdrawn_at is not None:
        raise NotFound("There is no such person.", next_step="Look the id up with: hub person list.")
    return person


def people_of(session: Session, organisation: OrganisationCode | None = None) -> list[Person]:
    """All persons, or those who ever had a role in an organisation; the oldest first."""
    wanted = select(Person).order_by(Person.made_at, Person.id)
    if organisation is not None:
        wanted = wanted.where(
            Person.id.in_(select(Membership.person_id).where(Membership.organisation == organisation))
        )
    return list(session.scalars(wanted))


def invented_people(session: Session) -> list[Person]:
    """The people of the demo, in a fixed order."""
    mine = (Person.invented, Person.withdrawn_at.is_(None))
    return list(session.scalars(select(Person).where(*mine).order_by(Person.id)))


def withdraw_person(session: Session, person_id: UUID, *, now: datetime) -> int:
    """Let a person in no more, from this moment; how many sessions ended by it. Raises NotFound."""
    find_person(session, person_id, for_change=True).withdrawn_at = now
    return web_sessions.end_all(session, person_id, now=now)


def forget_people(session: Session, *, now: datetime, limit: int) -> int:
    """Forget those whose time was over a year ago: withdrawn, or without a role since then; how many.

    Name, accounts, roles and sessions go. The ledger keeps the opaque label of who read, which then names nobody.
    """
    ended_before = now - KEPT_AFTER_THE_END
    has_role = exists().where(
        Membership.person_id == Person.id, or_(Membership.until.is_(None), Membership.until >= ended_before)
    )
    is_over = or_(Person.withdrawn_at < ended_before, and_(Person.made_at < ended_before, ~has_role))
    gone = list(session.scalars(select(Person.id).where(is_over, Person.invented.is_(False)).limit(limit)))
    for model in (WebSession, Identity, Invitation, Membership):
        session.execute(delete(model).where(model.person_id.in_(gone)))
    session.execute(delete(Person).where(Person.id.in_(gone)))
    return len(gone)


def _seal(sealing: Sealing, person_id: UUID, particulars: Particulars) -> bytes:
    name, email = particulars.name.strip(), (particulars.email or "").strip() or None
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise InvalidInput("A person has a name of at most 200 characters.")
    if email and (email.count("@") != 1 or len(email) > _LONGEST or not email.isprintable() or " " in email):
        raise InvalidInput("This is not an e-mail address.")
    return sealing.seal_secret(purpose(person_id), orjson.dumps({"name": name, "email": email}))


def purpose(person_id: UUID) -> bytes:
    """What the particulars of a person are sealed for: they open in their own row only."""
    return b"person:" + person_id.bytes
