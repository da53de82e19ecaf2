"""Events for tests of the API: a good one, and the same with something wrong in it."""

from typing import Any

from sqlalchemy import func, select

from hub.events.tables import EventRow
from tests.support.callers import Json, an_event
from tests.support.hub import RunningHub

SIGNAL: Json = {
    "school": "99AA00",
    "homePostcode": "9403",
    "theme": "wellbeing",
    "ask": "help",
    "question": "Wie denkt met ons mee?",
}
BATCH = "application/cloudevents-batch+json"


def a_signal(data: Json | None = None, **attributes: Any) -> Json:
    """A good signal with these differences in its data, and these attributes."""
    return an_event("signal.raised", {**SIGNAL, **(data or {})}, **attributes)


def is_stored(hub: RunningHub, *events: Json) -> bool:
    """Whether any of these events is in the log."""
    with hub.sessions() as session:
        ids = [event["id"] for event in events]
        return bool(session.scalar(select(func.count()).where(EventRow.id.in_(ids))))


def pointers(refused: Json) -> list[str]:
    """Where a problem document says that something is wrong."""
    return [problem["pointer"] for problem in refused["errors"]]
