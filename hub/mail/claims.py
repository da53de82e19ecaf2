"""Trying messages, seen from the database: claim what is due, and record how each try ended.

A claim counts the attempt before it is made, and holds the row for a lease under a random token. Whoever comes back
after the lease finds another token there and changes nothing. That a reader may get the same message twice after a
crash is the price.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from hub import clock
from hub.mail.actions import suspend
from hub.mail.answers import Answer, Verdict, verdict, wait_after
from hub.mail.tables import ABANDONED, CANCELLED, REFUSED, SENT, WAITING, Mail

logger = logging.getLogger(__name__)

_CLAIM = text(
    """
    UPDATE mail_queue
    SET attempts = attempts + 1, claim = :claim, next_attempt_at = coalesce(CAST(:now AS timestamptz), now()) + :lease
    WHERE id IN (
        SELECT id FROM mail_queue
        WHERE state = 'waiting' AND next_attempt_at <= coalesce(CAST(:now AS timestamptz), now())
        ORDER BY next_attempt_at LIMIT :limit
        FOR UPDATE SKIP LOCKED)
    RETURNING id, person_id, organisation, case_ids, attempts
    """
)


class Claimed(NamedTuple):
    """A message to try: the attempt (the first is 1) is counted already; `claim` is what proves it is ours."""

    mail_id: UUID
    person_id: UUID
    organisation: str
    case_ids: tuple[UUID, ...]
    attempt: int
    claim: UUID


def claim(session: Session, limit: int, *, lease: timedelta, now: datetime | None = None) -> list[Claimed]:
    """Claim messages that are due, for `lease`. `now`: None is the database's own time. Commit before sending."""
    token = uuid4()
    rows = session.execute(_CLAIM, {"claim": token, "lease": lease, "limit": limit, "now": now}).all()
    return [_claimed(row, token) for row in rows]


def _claimed(row: Row[Any], token: UUID) -> Claimed:
    return Claimed(row.id, row.person_id, row.organisation, tuple(row.case_ids), row.attempts, token)


def record(
    session: Session,
    claimed: Claimed,
    answer: Answer,
    *,
    now: datetime | None = None,
    chance: Callable[[], float] = random.random,
) -> None:
    """Record how a try ended, if its claim still holds. A receiver that is refused for good is suspended."""
    mail = _held(session, claimed)
    if mail is None:
        return
    at = now or clock.now()
    mail.last_code, mail.last_error = answer.code, answer.error
    meaning = verdict(answer)
    wait = wait_after(claimed.attempt, chance) if meaning is Verdict.AGAIN else None
    if wait is not None:
        logger.warning("mail put off: message %s, code %s, status %s", mail.id, answer.code, answer.status)
        _try_again(session, mail, at + wait, at)
        return
    _end(mail, _STATES[meaning], at)
    if meaning is Verdict.REFUSED:
        suspend(session, mail.person_id, f"refused {answer.status or answer.code}", now=at)
    elif meaning is Verdict.AGAIN:
        logger.error("mail given up: message %s, attempts %d, last code %s", mail.id, mail.attempts, mail.last_code)


def give_back(session: Session, claimed: Claimed) -> None:
    """It was not tried: whoever claims it next tries it as if this claim had not been."""
    mail = _held(session, claimed)
    if mail is not None:
        mail.attempts -= 1
        _try_again(session, mail, mail.next_attempt_at, clock.now())


def drop(session: Session, claimed: Claimed, *, now: datetime | None = None) -> None:
    """It need not be sent any more: the reader has no role there now, or does not want it."""
    mail = _held(session, claimed)
    if mail is not None:
        _end(mail, CANCELLED, now or clock.now())


_STATES = {
    Verdict.SENT: SENT,
    Verdict.AGAIN: ABANDONED,  # no wait is left
    Verdict.REFUSED: REFUSED,
}


def _held(session: Session, claimed: Claimed) -> Mail | None:
    still_ours = (Mail.id == claimed.mail_id, Mail.claim == claimed.claim, Mail.state == WAITING)
    return session.scalar(select(Mail).where(*still_ours).with_for_update())


def _try_again(session: Session, mail: Mail, at: datetime, now: datetime) -> None:
    """Let it wait; what has gathered meanwhile for the same reader goes out with it, as one message."""
    gathering = session.scalar(
        select(Mail)
        .where(
            Mail.person_id == mail.person_id,
            Mail.organisation == mail.organisation,
            Mail.state == WAITING,
            Mail.claim.is_(None),
        )
        .with_for_update()
    )
    if gathering is None:
        mail.claim, mail.next_attempt_at = None, at
        return
    gathering.case_ids = sorted({*gathering.case_ids, *mail.case_ids})
    gathering.attempts = max(gathering.attempts, mail.attempts)
    gathering.next_attempt_at = max(gathering.next_attempt_at, at)
    _end(mail, CANCELLED, now)


def _end(mail: Mail, state: str, now: datetime) -> None:
    mail.state, mail.claim, mail.case_ids, mail.finished_at = state, None, [], now
