"""The clock of border talks: when the time for talking is over, both sides hear it once; the arbiter can be called."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.borders.protocol import BEFORE_ARBITER
from hub.borders.tables import BorderTalk
from hub.clock import dutch_date
from hub.codes import HUB_ORGANISATION, HUB_SOURCE, OUTSIDE
from hub.events import log
from hub.events.log import NewEvent

AT_ONCE = 200


def remind(session: Session, *, now: datetime) -> int:
    """Remind the sides of the next AT_ONCE talks whose time is over; how many. Does not commit."""
    today = dutch_date(now)
    waiting = select(BorderTalk).where(
        BorderTalk.reminded_on.is_(None), BorderTalk.stage.in_(BEFORE_ARBITER), BorderTalk.due_on < today
    )
    talks = session.scalars(waiting.order_by(BorderTalk.due_on).limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    for talk in talks:
        talk.reminded_on = today
    session.flush()
    log.append(session.connection(), [_reminder(talk, now) for talk in talks], now=now)
    return len(talks)


def _reminder(talk: BorderTalk, now: datetime) -> NewEvent:
    return NewEvent(
        type="border.reminded",
        case_id=talk.case_id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data={"between": [talk.inviter, talk.invited], "dueOn": talk.due_on.isoformat(), "arbiter": talk.arbiter},
        audience=tuple({talk.inviter, talk.invited} - {OUTSIDE}),
    )
