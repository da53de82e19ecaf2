"""Events for tests of the log and its readers: what they say does not matter, only where they come to stand."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hub.codes import new_id
from hub.events.log import NewEvent, append, start_log
from hub.store.engine import Sessions

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SOURCE = "urn:nld:oin:00000099000000000001:systeem:toets"


def an_event(case_id: UUID | None = None, **changes: Any) -> NewEvent:
    """An event of a new case, or of the given one."""
    plain = NewEvent(
        type="signal.raised",
        case_id=case_id or new_id(),
        source=SOURCE,
        publisher="B00001",
        time=NOW,
        data={"school": "99AA00", "theme": "wellbeing"},
        audience=("GM0106-ST",),
    )
    return replace(plain, **changes)


def append_all(sessions: Sessions, *events: NewEvent) -> range:
    """Append events in a transaction of their own, to a log that is begun when it was not there."""
    with sessions.begin() as session:
        start_log(session.connection())
        return append(session.connection(), events, now=NOW)
