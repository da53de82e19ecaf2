"""The calendar of declarations: school and partnership hear once, in time for a renewal, that one is about to end."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.clock import dutch_date
from hub.codes import HUB_ORGANISATION, HUB_SOURCE
from hub.declarations.tables import DeclarationRow
from hub.events import log
from hub.events.log import NewEvent

AT_ONCE = 200

WEEKS_BEFORE = 16
"""How long before its last day: eight weeks for a decision (F6), and as many to prepare. A working method, no law."""


def remind(session: Session, *, now: datetime) -> int:
    """Tell of the next AT_ONCE declarations that are about to end; how many. Does not commit."""
    today = dutch_date(now)
    ending = select(DeclarationRow).where(
        DeclarationRow.reminded_on.is_(None), DeclarationRow.ends_on <= today + timedelta(weeks=WEEKS_BEFORE)
    )
    rows = session.scalars(ending.order_by(DeclarationRow.ends_on).limit(AT_ONCE).with_for_update(skip_locked=True))
    found = rows.all()
    for row in found:
        row.reminded_on = today
    session.flush()
    log.append(session.connection(), [_reminder(row, now) for row in found], now=now)
    return len(found)


def _reminder(row: DeclarationRow, now: datetime) -> NewEvent:
    assert row.ends_on is not None, "one without an end is never about to end"
    return NewEvent(
        type="admission.ending",
        case_id=row.case_id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data={"endsOn": row.ends_on.isoformat()},
        audience=tuple({row.sender, row.issued_by}),
    )
