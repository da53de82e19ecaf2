"""How long it takes to find what is due among many deadlines, and to send the reminders of a Monday morning."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from sqlalchemy import text

from bench import backlog
from bench.figures import Figure, at_most, figure
from bench.ground import Ground, Hub, owning
from bench.reading import copy_rows
from hub import clock
from hub.cases.tables import Case, Party
from hub.deadlines.actions import READER, claim
from hub.deadlines.tables import DeadlineRow
from hub.events.tables import EventAudience, EventRow
from hub.reactions import take_due_steps
from hub.runtime import Runtime

_CASES = 5_000  # each with an event of its school, and one of the router for each receiver
_COPIES = 9
_DUE = 5_000
_LOOKS = 30
_MILLI = 1_000

_NEW_CASE = "md5(%s::text || n)::uuid"
_NEW_PLACE = f"position + n * {4 * _CASES}"
_CHANGED: list[tuple[Any, dict[str, str]]] = [
    (Case.__table__, {"id": _NEW_CASE % "id"}),
    (Party.__table__, {"case_id": _NEW_CASE % "case_id"}),
    (EventRow.__table__, {"case_id": _NEW_CASE % "case_id", "position": _NEW_PLACE, "id": "id || '-' || n"}),
    (EventAudience.__table__, {"position": _NEW_PLACE}),
    (DeadlineRow.__table__, {"case_id": _NEW_CASE % "case_id"}),
]
_A_MONTH_PASSES = """
UPDATE deadlines SET counts_from = counts_from - 30, due_on = due_on - 30, next_at = next_at - interval '30 days'
WHERE (case_id, organisation, kind) IN (
    SELECT case_id, organisation, kind FROM deadlines WHERE kind = 'answer' ORDER BY case_id LIMIT :number
)
"""


def measure(ground: Ground) -> Iterator[Figure]:
    """With 50,000 open cases; a tenth of their answers is due at once."""
    hub = ground.hub()
    _fill(hub)
    runtime = hub.runtime()
    runtime.warm_up()
    yield figure("what is due found among 50,000 open cases", _look(runtime), "ms", at_most(10))
    yield figure("5,000 reminders written and handed to the dispatcher", _remind(runtime), "s", at_most(10))
    runtime.close()


def _fill(hub: Hub) -> None:
    """Publish, route and hear, and lay copies under other ids beside it: for deadlines it is all the same."""
    runtime = hub.runtime()
    backlog.publish(hub, runtime, _CASES)
    for reader in ("router", "dispatcher", READER):
        backlog.move(runtime, reader)
    runtime.close()
    with owning(hub) as connection:
        connection.execute(text("SET LOCAL statement_timeout = '5min'"))
        for table, changed in _CHANGED:
            copy_rows(connection, table, changed, _COPIES)
        connection.execute(text("UPDATE log_head SET position = (SELECT max(position) FROM events)"))
        connection.execute(text("UPDATE checkpoints SET position = (SELECT max(position) FROM events)"))
        connection.execute(text(_A_MONTH_PASSES), {"number": _DUE})
        connection.execute(text("ANALYZE"))


def _look(runtime: Runtime) -> float:
    """Milliseconds to find and lock the next step that is due; the median of some looks, each undone again."""
    took = []
    for _ in range(_LOOKS):
        with runtime.sessions() as session:
            begun = time.perf_counter()
            found = claim(session, limit=1, now=clock.now())
            took.append((time.perf_counter() - begun) * _MILLI)
            session.rollback()
        assert len(found) == 1, "something is due"
    return median(took)


def _remind(runtime: Runtime) -> float:
    """Seconds until all that is due has been reminded of, and the dispatcher has passed it."""
    begun = time.perf_counter()
    number = 0
    while taken := _take(runtime):
        number += taken
    backlog.move(runtime, "dispatcher")
    assert number == _DUE, f"{number} were due"
    return time.perf_counter() - begun


def _take(runtime: Runtime) -> int:
    with runtime.sessions.begin() as session:
        return take_due_steps(session, runtime.snapshot(session), now=clock.now())
