"""How many decisions a second `hub routing replay` takes again: the whole command, on a database with decided cases."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from bench import backlog, samples
from bench.figures import Figure, at_least, figure
from bench.ground import Ground, Hub
from hub import clock
from hub.cases.acting import Acting
from hub.cases.actions import decline
from hub.cases.tables import Case
from hub.codes import DeclineCode, OrganisationCode
from hub.runtime import Runtime

CASES = 10_000
"""Of a full run of the benchmark; `--cases` measures another number."""
_ONE_IN = 20  # cases whose first receiver did not take them, so that the hub decided twice
_AT_ONCE = 500
_A_DAY = timedelta(days=1)
_DRAFT = """postcode;sector;organisation;validFrom;source
9403;;GM1731;2020-01-01;a merger
7902;po;PO2201;2020-01-01;a border that moves
"""


def measure(ground: Ground, cases: int = CASES) -> Iterator[Figure]:
    """Decisions taken again on a draft directory, from the start of the command to its answer."""
    hub = ground.hub()
    runtime = hub.runtime()
    backlog.put(hub, runtime, samples.of_every_type(cases))
    backlog.move(runtime, "router")
    _decline_some(runtime)
    backlog.move(runtime, "router")
    runtime.close()
    report, took = _replayed(hub, ground)
    decisions = report["judged"]
    assert decisions > cases
    assert report["changed"]
    goal = at_least(100_000 / 60)
    yield figure(f"replay of {decisions:,} decisions, by the clock", decisions / took.seconds, "per s", goal)
    yield figure("the same, by its processor time: one core for itself", decisions / took.processor, "per s", goal)


def _decline_some(runtime: Runtime) -> None:
    with runtime.sessions() as session:
        offered = session.execute(select(Case.id, Case.holder).where(Case.state == "offered").order_by(Case.id)).all()
    declined = offered[::_ONE_IN]
    for some in (declined[place : place + _AT_ONCE] for place in range(0, len(declined), _AT_ONCE)):
        with runtime.sessions.begin() as session:
            for case_id, holder in some:
                acting = Acting(session, runtime.vault, OrganisationCode(holder), clock.now())
                decline(acting, case_id, DeclineCode.NOT_OUR_TASK, None)


class _Took(NamedTuple):
    """What a command took, in seconds by the clock and of processor time."""

    seconds: float
    processor: float


def _replayed(hub: Hub, ground: Ground) -> tuple[dict[str, Any], _Took]:
    draft = ground.folder / "draft.csv"
    draft.write_text(_DRAFT)
    today = clock.now().date()
    period = ("--from", str(today - _A_DAY), "--to", str(today + _A_DAY))
    command = [sys.executable, "-m", "hub", "routing", "replay", *period, "--directory", str(draft), "--json"]
    begun, used = time.perf_counter(), _processor_seconds()
    said = subprocess.run(command, env=hub.environment, check=True, capture_output=True, text=True)
    return json.loads(said.stdout), _Took(time.perf_counter() - begun, _processor_seconds() - used)


def _processor_seconds() -> float:
    """Of the commands of this process that have ended."""
    used = os.times()
    return used.children_user + used.children_system
