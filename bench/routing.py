"""How many events per second are routed: decided, with case, parties and offers written, by one process and by two."""

import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, text

from bench import backlog
from bench.figures import Figure, at_least, figure
from bench.ground import Ground, Hub, owning
from hub.cases.tables import Case, Party
from hub.codes import HUB_ORGANISATION
from hub.events.tables import EventAudience, EventRow
from hub.runtime import make_runtime
from hub.settings import Settings
from hub.store.bulk import Batch, insert_together

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

_EVENTS = 12_000
_BATCH = 500
_TABLES: tuple[Any, ...] = (Case.__table__, Party.__table__, EventRow.__table__, EventAudience.__table__)


def measure(ground: Ground) -> Iterator[Figure]:
    """Routed by one process and by two, beside the bare inserts of the rows that they write."""
    hubs = [ground.hub(), ground.hub()]
    for hub in hubs:
        _publish(hub)
    one, two = routed(hubs[0], 1), routed(hubs[1], 2)
    bare = bare_inserts(hubs[0])
    yield figure("routed by one process", one, "events/s", at_least(5_000), limit=bare)
    yield figure("routed by two processes", two, "events/s", at_least(1.7 * one), limit=bare)


def routed(hub: Hub, processes: int) -> float:
    """Events per second that the router passes in so many processes, which begin at the same moment."""
    spawn = multiprocessing.get_context("spawn")
    start, ends = spawn.Barrier(processes), spawn.Queue()
    workers = [spawn.Process(target=_route, args=(hub.settings, hub.url, start, ends)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    times: list[tuple[float, float]] = [ends.get() for _ in workers]
    for worker in workers:
        worker.join()
    return _EVENTS / (max(end for _, end in times) - min(begin for begin, _ in times))


def bare_inserts(hub: Hub) -> float:
    """Events per second if the rows that the router has written had only to be inserted, and nothing decided."""
    with owning(hub) as connection:
        transactions = list(_rows_of_the_router(connection))
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in _TABLES)}"))
    runtime = hub.runtime()
    begun = time.perf_counter()
    for batches in transactions:
        with runtime.sessions.begin() as session:
            insert_together(session.connection(), *batches)
    took = time.perf_counter() - begun
    runtime.close()
    return _EVENTS / took


def _rows_of_the_router(connection: Connection) -> Iterator[list[Batch]]:
    """What the router wrote for each batch of cases, table by table."""
    rows = [[dict(row) for row in connection.execute(select(table)).mappings()] for table in _TABLES]
    cases, parties, events, audience = rows
    events = [event for event in events if event["publisher"] == HUB_ORGANISATION]
    case_of = {event["position"]: event["case_id"] for event in events}
    share = {case["id"]: place // _BATCH for place, case in enumerate(cases)}
    for number in range(len(cases) // _BATCH):
        yield [
            Batch(_TABLES[0], [row for row in cases if share[row["id"]] == number]),
            Batch(_TABLES[1], [row for row in parties if share[row["case_id"]] == number]),
            Batch(_TABLES[2], [row for row in events if share[row["case_id"]] == number]),
            Batch(_TABLES[3], [row for row in audience if share.get(case_of.get(row["position"])) == number]),
        ]


def _publish(hub: Hub) -> None:
    runtime = hub.runtime()
    backlog.publish(hub, runtime, _EVENTS)
    runtime.close()


def _route(settings: Settings, url: str, start: Barrier, ends: "Queue[tuple[float, float]]") -> None:
    runtime = make_runtime(settings, url)
    runtime.warm_up()
    start.wait()
    begin = time.monotonic()
    backlog.move(runtime, "router")
    ends.put((begin, time.monotonic()))
    runtime.close()
