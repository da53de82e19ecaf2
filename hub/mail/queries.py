"""Reads of mail: who is told in an organisation and how, what waits, and to whom nothing is sent."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hub.access.rights import Right, rights_of
from hub.access.roles import Role
from hub.access.tables import Membership, Person
from hub.clock import dutch_date
from hub.directory.snapshot import Snapshot
from hub.mail.moments import Pace, QuietHours, Wishes
from hub.mail.tables import WAITING, Mail, MailPreference, MailSuspension

_COUNTED_AT_MOST = 10_000


class Reader(NamedTuple):
    """Somebody who can open the cases of an organisation, and how that person wants to be told."""

    person_id: UUID
    organisation: str
    wishes: Wishes


def readers_of(session: Session, organisations: Collection[str], directory: Snapshot, *, now: datetime) -> list[Reader]:
    """Who is told: everybody with a role now that opens cases, in order of organisation and person.

    Not whose mail is suspended, and not the invented people of the demo.
    """
    if not organisations:
        return []
    current = (Membership.since <= now, or_(Membership.until.is_(None), Membership.until > now))
    statement = (
        select(Membership, MailPreference)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(
            MailPreference,
            (MailPreference.person_id == Membership.person_id)
            & (MailPreference.organisation == Membership.organisation),
        )
        .where(
            Membership.organisation.in_(organisations),
            *current,
            Person.withdrawn_at.is_(None),
            Person.invented.is_(False),
            Membership.person_id.not_in(select(MailSuspension.person_id)),
        )
        .order_by(Membership.organisation, Membership.person_id)
    )
    rows = session.execute(statement).all()
    found = {
        (role.person_id, role.organisation): _wishes(preference)
        for role, preference in rows
        if _opens_cases(role, directory, now)
    }
    return [Reader(*place, wishes) for place, wishes in found.items()]


def suspensions(session: Session) -> list[MailSuspension]:
    """To whom nothing is sent, the oldest first."""
    return list(session.scalars(select(MailSuspension).order_by(MailSuspension.since, MailSuspension.person_id)))


def count_suspended(session: Session) -> int:
    """To how many people nothing is sent."""
    return session.scalar(select(func.count()).select_from(MailSuspension)) or 0


def count_due(session: Session, *, now: datetime) -> int:
    """How many messages are due and have not gone, counted to 10,000."""
    due = select(Mail.id).where(Mail.state == WAITING, Mail.next_attempt_at <= now).limit(_COUNTED_AT_MOST)
    return session.scalar(select(func.count()).select_from(due.subquery())) or 0


def _opens_cases(role: Membership, directory: Snapshot, now: datetime) -> bool:
    organisation = directory.organisation(role.organisation, dutch_date(now))
    return organisation is not None and Right.READ_CASES in rights_of([Role(role.role)], organisation.kind)


def _wishes(preference: MailPreference | None) -> Wishes:
    if preference is None:
        return Wishes()
    begin, end = preference.quiet_from, preference.quiet_until
    quiet = None if begin is None or end is None else QuietHours(begin, end)
    return Wishes(Pace(preference.pace), quiet, "en" if preference.language == "en" else "nl")
