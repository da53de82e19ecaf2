"""Writes of mail: messages planned and taken back, wishes noted, addresses suspended. Trying them is in `claims`."""

import logging
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.access.people import find_person
from hub.clock import dutch_date
from hub.codes import OrganisationCode, new_id
from hub.directory.calendar import days_off_from
from hub.directory.snapshot import Snapshot
from hub.errors import NotFound
from hub.events.log import Event
from hub.events.tables import EventAudience
from hub.mail import queries
from hub.mail.bounces import Bounce
from hub.mail.moments import PAUSE, Wishes, moment
from hub.mail.news import TYPES, organisations_to_tell
from hub.mail.queries import Reader
from hub.mail.tables import SENT, Mail, MailPreference, MailSuspension

KEPT = timedelta(days=30)
"""How long it stays known which message went to whom: until then one that comes back can be recognised."""

logger = logging.getLogger(__name__)

_GATHER = text(
    """
    INSERT INTO mail_queue AS m (id, person_id, organisation, case_ids, state, attempts, next_attempt_at)
    VALUES (:id, :person_id, :organisation, :case_ids, 'waiting', 0, :due)
    ON CONFLICT (person_id, organisation) WHERE state = 'waiting' AND claim IS NULL DO UPDATE
    SET case_ids = ARRAY(SELECT DISTINCT unnest(m.case_ids || excluded.case_ids)),
        next_attempt_at = CASE WHEN m.attempts = 0 THEN least(m.next_attempt_at, excluded.next_attempt_at)
                          ELSE m.next_attempt_at END
    """
)

_TAKE_BACK = text(
    """
    UPDATE mail_queue
    SET case_ids = ARRAY(SELECT c FROM unnest(case_ids) AS c WHERE c <> :case_id),
        state = CASE WHEN case_ids = ARRAY[CAST(:case_id AS uuid)] THEN 'cancelled' ELSE state END,
        finished_at = CASE WHEN case_ids = ARRAY[CAST(:case_id AS uuid)] THEN CAST(:now AS timestamptz) END
    WHERE state = 'waiting' AND claim IS NULL AND CAST(:case_id AS uuid) = ANY (case_ids)
      AND (CAST(:organisations AS text[]) IS NULL OR organisation = ANY (CAST(:organisations AS text[])))
    """
)


class _Place(NamedTuple):
    """Where a message gathers."""

    person_id: UUID
    organisation: str


def plan(session: Session, events: Sequence[Event], directory: Snapshot, *, now: datetime) -> int:
    """Plan the messages that follow from events: one for each person who can open the case, or more in one that waits.

    How many people will be told. Planning the same event again adds nothing to a message that still waits.
    """
    cases = _cases_by_organisation(session, [event for event in events if event.type in TYPES])
    readers = queries.readers_of(session, cases, directory, now=now)
    last = _last_sent(session, readers, now)
    closed = days_off_from(dutch_date(now))
    rows = [
        _row(reader, cases[reader.organisation], due)
        for reader in readers
        if (due := _due(reader, last.get(_Place(reader.person_id, reader.organisation)), closed, now)) is not None
    ]
    if rows:
        session.execute(_GATHER, rows)
    return len(rows)


def take_back(session: Session, case_id: UUID, organisations: Sequence[str] | None = None, *, now: datetime) -> None:
    """Tell nobody of a case any more, or nobody of these organisations. What is on its way at this moment arrives."""
    told = None if organisations is None else list(organisations)
    session.execute(_TAKE_BACK, {"case_id": case_id, "organisations": told, "now": now})


def prefer(session: Session, person_id: UUID, organisation: OrganisationCode, wishes: Wishes, *, now: datetime) -> None:
    """Note how a person wants to be told of what waits in an organisation. Raises NotFound for an unknown person."""
    find_person(session, person_id, for_change=True)
    quiet = wishes.quiet
    values: dict[str, Any] = {
        "pace": wishes.pace.value,
        "quiet_from": quiet.begin if quiet else None,
        "quiet_until": quiet.end if quiet else None,
        "language": wishes.language,
        "changed_at": now,
    }
    row = {"person_id": person_id, "organisation": organisation, **values}
    keys = ["person_id", "organisation"]
    session.execute(insert(MailPreference).values(row).on_conflict_do_update(index_elements=keys, set_=values))


def suspend(session: Session, person_id: UUID, reason: str, *, now: datetime) -> None:
    """Send a person nothing more, and say so aloud; `reason` is a code of the mail server, or a word."""
    row = {"person_id": person_id, "since": now, "reason": reason}
    session.execute(insert(MailSuspension).values(row).on_conflict_do_nothing())
    logger.error("mail suspended: nothing arrives at person %s, %s; see hub mail suspended", person_id, reason)


def resume(session: Session, person_id: UUID) -> None:
    """Send to a person again, whose address is good now. Raises NotFound when nothing was suspended."""
    suspended = session.get(MailSuspension, person_id)
    if suspended is None:
        raise NotFound("Mail to this person is not suspended.", next_step="hub mail suspended lists to whom it is.")
    session.delete(suspended)


def note_bounce(session: Session, bounce: Bounce, *, now: datetime) -> UUID | None:
    """Suspend the address that a message came back from; the person, or None when nothing has to be suspended."""
    person_id = session.scalar(select(Mail.person_id).where(Mail.id == bounce.mail_id))
    if person_id is None or not bounce.condemns_address:
        return None
    suspend(session, person_id, f"bounced {bounce.status}", now=now)
    return person_id


def forget(session: Session, *, now: datetime) -> int:
    """Remove what was sent or ended longer ago than KEPT; how many messages."""
    return session.connection().execute(delete(Mail).where(Mail.finished_at < now - KEPT)).rowcount


def _cases_by_organisation(session: Session, events: Sequence[Event]) -> dict[str, list[UUID]]:
    audiences: dict[int, set[str]] = defaultdict(set)
    meant = select(EventAudience).where(EventAudience.position.in_([event.position for event in events]))
    for row in session.scalars(meant) if events else ():
        audiences[row.position].add(row.organisation)
    found: dict[str, dict[UUID, None]] = defaultdict(dict)
    for event in events:
        for organisation in organisations_to_tell(event, audiences[event.position]):
            found[organisation][event.case_id] = None
    return {organisation: list(cases) for organisation, cases in found.items()}


def _last_sent(session: Session, readers: Iterable[Reader], now: datetime) -> dict[_Place, datetime]:
    """When each was last sent something, if that is less than a pause ago."""
    people = {reader.person_id for reader in readers}
    lately = (Mail.person_id.in_(people), Mail.finished_at > now - PAUSE, Mail.state == SENT)
    last = select(Mail.person_id, Mail.organisation, func.max(Mail.finished_at)).where(*lately)
    rows = session.execute(last.group_by(Mail.person_id, Mail.organisation)) if people else ()
    return {_Place(person_id, organisation): at for person_id, organisation, at in rows if at is not None}


def _due(reader: Reader, last: datetime | None, closed: Container[date], now: datetime) -> datetime | None:
    return moment(reader.wishes, now if last is None else max(now, last + PAUSE), closed)


def _row(reader: Reader, case_ids: list[UUID], due: datetime) -> dict[str, Any]:
    place = {"person_id": reader.person_id, "organisation": reader.organisation}
    return {"id": new_id(), **place, "case_ids": case_ids, "due": due}
