"""How long pages of inbox and feed take on a database that has been used for a while."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
from sqlalchemy import Connection, Table, text

from bench import backlog
from bench.figures import Figure, at_most, figure
from bench.ground import Ground, Hub, Server, owning
from hub.cases.tables import Case, Party
from hub.events.tables import EventAudience, EventRow

_EVENTS = 10_000  # as many again are written by the router
_COPIES = 9
_REQUESTS = 200
_TEAM = "GM0106-ST"
_MILLI = 1_000

_NEW_CASE = "md5(%s::text || n)::uuid"
_NEW_PLACE = f"position + n * {2 * _EVENTS}"
_CHANGED: list[tuple[Any, dict[str, str]]] = [
    (Case.__table__, {"id": _NEW_CASE % "id"}),
    (Party.__table__, {"case_id": _NEW_CASE % "case_id"}),
    (EventRow.__table__, {"case_id": _NEW_CASE % "case_id", "position": _NEW_PLACE, "id": "id || '-' || n"}),
    (EventAudience.__table__, {"position": _NEW_PLACE}),
]


def measure(ground: Ground) -> Iterator[Figure]:
    """One page after the other, as a social team reads them."""
    hub = ground.hub()
    _fill(hub)
    with hub.serving() as server:
        for name, path in (("inbox", "/v1/inbox?limit=50"), ("feed", "/v1/feed?limit=100")):
            yield figure(f"{name} page at 200,000 events: p95", _p95(server, hub, path), "ms", at_most(25))


def _fill(hub: Hub) -> None:
    """Publish and route, and lay copies under other ids beside it: for reading it is all the same."""
    runtime = hub.runtime()
    backlog.publish(hub, runtime, _EVENTS)
    backlog.move(runtime, "router")
    runtime.close()
    with owning(hub) as connection:
        connection.execute(text("SET LOCAL statement_timeout = '5min'"))
        for table, changed in _CHANGED:
            copy_rows(connection, table, changed, _COPIES)
        connection.execute(text("UPDATE log_head SET position = (SELECT max(position) FROM events)"))
        connection.execute(text("ANALYZE"))


def copy_rows(connection: Connection, table: Table, changed: dict[str, str], copies: int) -> None:
    """Lay copies of all rows of a table beside them, with what makes them other rows: SQL in which `n` counts them."""
    names = [column.name for column in table.columns]
    values = ", ".join(changed.get(name, name) for name in names)
    copied = f"SELECT {values} FROM {table.name}, generate_series(1, {copies}) AS n"
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) {copied}")


def _p95(server: Server, hub: Hub, path: str) -> float:
    headers = {"Authorization": f"Bearer {hub.tokens[_TEAM]}"}
    took: list[float] = []
    after: str | None = None
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        for _ in range(_REQUESTS):
            begun = time.perf_counter()
            answer = client.get(path + (f"&after={after}" if after else ""))
            took.append((time.perf_counter() - begun) * _MILLI)
            after = answer.raise_for_status().json().get("next")
    return sorted(took)[int(_REQUESTS * 0.95)]
