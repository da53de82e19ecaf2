"""Knowing somebody again: the subject of a provider leads to a person, or an invitation ties the two together."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.access import invitations
from hub.access.id_tokens import Proven
from hub.access.memberships import roles_now
from hub.access.providers import Trusted, serves
from hub.access.refusals import Reason, SignInRefused
from hub.access.tables import Identity, Person, Provider
from hub.access.web_sessions import Arrival


def recognise(session: Session, there: Trusted, proven: Proven, invitation: bytes | None, *, now: datetime) -> Arrival:
    """Who this is. Raises SignInRefused for somebody unknown, withdrawn, or without a role that this provider serves.

    An invitation is used up only when the sign-in succeeds.
    """
    provider, index_of = there.provider, there.secrets.index_of
    subject = index_of("subject", proven.subject)
    known = session.get(Identity, (provider.code, subject))
    if invitation is not None:
        person_id = _link(session, provider, subject, invitation, now)
    elif known is not None:
        person_id = known.person_id
    else:
        raise SignInRefused(Reason.UNKNOWN_PERSON)
    _check(session, person_id, provider, now)
    sid = proven.provider_session
    return Arrival(
        person_id=person_id,
        second_factor=proven.second_factor,
        provider=provider.code,
        subject=subject,
        provider_session=None if sid is None else index_of("session", sid),
    )


def _link(session: Session, provider: Provider, subject: bytes, invitation: bytes, now: datetime) -> UUID:
    person_id = invitations.redeem(session, invitation, now=now)
    if not any(serves(provider, organisation) for organisation in roles_now(session, person_id, now=now)):
        raise SignInRefused(Reason.INVITATION_WORTHLESS, "no role that this provider serves")
    row = {"provider": provider.code, "subject": subject, "person_id": person_id, "linked_at": now}
    session.execute(insert(Identity).values(row).on_conflict_do_nothing())
    linked = session.get_one(Identity, (provider.code, subject), populate_existing=True)
    if linked.person_id != person_id:
        raise SignInRefused(Reason.ALREADY_LINKED)
    return person_id


def _check(session: Session, person_id: UUID, provider: Provider, now: datetime) -> None:
    person = session.get_one(Person, person_id)
    if person.withdrawn_at is not None:
        raise SignInRefused(Reason.PERSON_WITHDRAWN)
    if not any(serves(provider, organisation) for organisation in roles_now(session, person_id, now=now)):
        raise SignInRefused(Reason.NO_ROLE)
