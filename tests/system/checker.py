"""Compares the ledgers with what the hub made of it: nothing lost, no effect twice, every subscriber in order."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Row, text

from hub.delivery.lanes import WIDEST_WINDOW
from tests.system.ledgers import Acknowledged
from tests.system.stage import SUBSCRIBERS, Stage

_COUNTED = """
    SELECT measure, count(*) AS number FROM (
        SELECT 'raised' AS measure FROM events
        WHERE type IN ('referral.offered', 'case.undecided') AND (data->>'first')::boolean
        UNION ALL SELECT 'undecided' FROM events WHERE type = 'case.undecided'
        UNION ALL SELECT 'withdrawn' FROM events WHERE type = 'case.withdrawn'
    ) happened GROUP BY measure
"""
_AGENDA = "SELECT measure, sum(number) AS number FROM agenda_counts GROUP BY measure"
_DUE = """
    SELECT s.organisation, d.position, d.case_id::text AS case, d.state FROM deliveries d
    JOIN subscriptions s ON s.id = d.subscription_id
"""
_MEANT = """
    SELECT a.organisation, a.position FROM event_audience a
    JOIN subscriptions s ON s.organisation = a.organisation
"""


def check(stage: Stage, *, crashes: int = 0) -> None:
    """Everything that must hold after a trial, once all is drained; `crashes` is how often a sender was killed."""
    _each_acknowledged_event_is_one_case(stage)
    _each_effect_happened_once(stage)
    _each_delivery_arrived_in_order(stage)
    most = crashes * len(SUBSCRIBERS) * WIDEST_WINDOW
    assert stage.receiver.duplicates() <= most, f"more webhooks came twice than {crashes} crashes explain"
    _the_log_is_whole(stage)


def acknowledged(stage: Stage) -> list[Acknowledged]:
    """The publisher's ledger."""
    return [Acknowledged(*json.loads(line)) for line in stage.publisher.path.read_text().splitlines()]


def _rows(stage: Stage, query: str) -> list[Row[Any]]:
    with stage.hub.sessions() as session:
        return list(session.execute(text(query)).all())


def _each_acknowledged_event_is_one_case(stage: Stage) -> None:
    """What was promised is there, once, under the case that was named; and nothing else was opened."""
    ledger = acknowledged(stage)
    assert max(Counter(one.id for one in ledger).values()) == 1
    stored = _rows(stage, "SELECT id, case_id::text, type FROM events WHERE publisher = 'B00001'")
    assert sorted((row.id, row.case_id) for row in stored) == sorted(ledger)
    opened = sorted(row.case_id for row in stored if row.type != "signal.withdrawn")
    assert sorted(row.id for row in _rows(stage, "SELECT id::text FROM cases")) == opened
    placed = _rows(stage, "SELECT case_id::text FROM events WHERE publisher = 'HUB' AND (data->>'first')::boolean")
    assert sorted(row.case_id for row in placed) == opened


def _each_effect_happened_once(stage: Stage) -> None:
    """Every case has one holder, every withdrawal ended its case once, and the agenda counted as the log tells."""
    assert _rows(stage, "SELECT * FROM parked_events") == []
    one_holder = "SELECT count(*) FROM case_parties WHERE role = 'holder' GROUP BY case_id"
    assert {row.count for row in _rows(stage, one_holder)} <= {1}
    ended = "SELECT case_id FROM events WHERE type = '{}' ORDER BY case_id"
    assert _rows(stage, ended.format("case.withdrawn")) == _rows(stage, ended.format("signal.withdrawn"))
    counted = {row.measure: row.number for row in _rows(stage, _AGENDA)}
    assert counted == {row.measure: row.number for row in _rows(stage, _COUNTED)}


def _each_delivery_arrived_in_order(stage: Stage) -> None:
    """What was to be delivered was planned once and arrived, and no case was told against its order."""
    due = {(row.organisation, row.position): row for row in _rows(stage, _DUE)}
    assert sorted(due) == sorted((row.organisation, row.position) for row in _rows(stage, _MEANT))
    assert {row.state for row in due.values()} <= {"delivered", "cancelled"}
    arrivals = stage.receiver.arrivals()
    arrived = {(arrival.subscriber, arrival.position) for arrival in arrivals}
    assert arrived <= due.keys()
    assert {place for place, row in due.items() if row.state == "delivered"} <= arrived
    told: dict[tuple[str, str], list[int]] = defaultdict(list)
    for arrival in arrivals:
        if due[arrival.subscriber, arrival.position].state == "delivered":
            told[arrival.subscriber, arrival.case].append(arrival.position)
    assert all(one <= other for positions in told.values() for one, other in pairwise(positions))


def _the_log_is_whole(stage: Stage) -> None:
    """As `hub log verify` says, in a process of its own."""
    environment = {"HUB_DATABASE_URL": str(stage.hub.settings.database_url), "HUB_DATA_DIR": str(stage.folder)}
    command = [sys.executable, "-m", "hub", "log", "verify", "--json"]
    said = subprocess.run(
        command, env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=60
    )
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["whole"] is True
