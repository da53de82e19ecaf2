"""Memberships: which roles a person has, in which organisations, from when until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from hub.access.people import find_person
from hub.access.roles import Role
from hub.access.tables import Membership
from hub.codes import OrganisationCode, new_id
from hub.errors import Conflict, InvalidInput

_EVER = or_(Membership.until.is_(None), Membership.until > Membership.since)
"""A role that was withdrawn before it began never was one."""

Roles = dict[OrganisationCode, frozenset[Role]]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A role in an organisation, from `since` until, and not including, `until`; without an end when that is None."""

    organisation: OrganisationCode
    role: Role
    since: datetime
    until: datetime | None = None


def give_role(session: Session, person_id: UUID, given: Appointment, *, now: datetime) -> UUID:
    """Give a person a role; the id of the membership.

    Raises NotFound for an unknown person, InvalidInput when it would end before it begins, and Conflict when the
    person has that role there already during a part of the time.
    """
    if given.until is not None and given.until <= given.since:
        raise InvalidInput("A role ends after it begins.")
    find_person(session, person_id, for_change=True)
    if session.scalar(select(exists().where(Membership.person_id == person_id, *_coincides(given)))):
        raise Conflict(
            "This person has that role in that organisation already.",
            next_step="Withdraw the role first if its dates must change.",
        )
    made = Membership(
        id=new_id(),
        person_id=person_id,
        organisation=given.organisation,
        role=given.role.value,
        since=given.since,
        until=given.until,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made.id


def withdraw_role(
    session: Session, person_id: UUID, organisation: OrganisationCode, role: Role | None = None, *, now: datetime
) -> int:
    """End a role, or all roles of a person in an organisation, at this moment; how many there were.

    One that was still to begin never does. Raises NotFound for an unknown person.
    """
    find_person(session, person_id, for_change=True)
    held = [Membership.person_id == person_id, Membership.organisation == organisation, _not_over(now), _EVER]
    if role is not None:
        held.append(Membership.role == role.value)
    ended = list(session.scalars(select(Membership).where(*held)))
    for membership in ended:
        membership.until = max(now, membership.since)
    return len(ended)


def roles_now(session: Session, person_id: UUID, *, now: datetime) -> Roles:
    """What a person is at this moment, per organisation; organisations in order of their code."""
    rows = session.scalars(
        select(Membership)
        .where(Membership.person_id == person_id, Membership.since <= now, _not_over(now))
        .order_by(Membership.organisation)
    )
    return _by_organisation(rows)


def memberships_of(session: Session, people: Iterable[UUID]) -> dict[UUID, list[Membership]]:
    """Every membership that these people have or had, the oldest first."""
    found: dict[UUID, list[Membership]] = {person: [] for person in people}
    rows = select(Membership).where(Membership.person_id.in_(list(found)))
    for row in session.scalars(rows.order_by(Membership.since, Membership.organisation, Membership.role)):
        found[row.person_id].append(row)
    return found


def _by_organisation(rows: Iterable[Membership]) -> Roles:
    found: Roles = {}
    for row in rows:
        organisation = OrganisationCode(row.organisation)
        found[organisation] = found.get(organisation, frozenset()) | {Role(row.role)}
    return found


def _coincides(given: Appointment) -> tuple[ColumnElement[bool], ...]:
    """The same role at the same time."""
    return (
        Membership.organisation == given.organisation,
        Membership.role == given.role.value,
        _EVER,
        _not_over(given.since),
        *(() if given.until is None else (Membership.since < given.until,)),
    )


def _not_over(now: datetime) -> ColumnElement[bool]:
    return or_(Membership.until.is_(None), Membership.until > now)
