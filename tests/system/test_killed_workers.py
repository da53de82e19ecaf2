"""Workers are killed thirty times while five thousand events flow, and nobody notices but the clock."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.redis import PrivateRedis
from tests.support.waiting import wait_until
from tests.system.checker import check
from tests.system.stage import Stage, crowd, stage
from tests.system.supervisor import Kept

if TYPE_CHECKING:
    from tests.system.ledgers import Acknowledged

pytestmark = pytest.mark.slow

EVENTS, BATCH = 5_000, 42
KILLS = 30
SEED = 20_261_121


@pytest.fixture
def running(empty_database_url: str, tmp_path: Path, private_redis: PrivateRedis) -> Iterator[Stage]:
    """API, Redis and two prefork workers."""
    with stage(empty_database_url, tmp_path, redis_url=private_redis.url, sweep_seconds=1) as made:
        made.serve()
        made.subscribe_all()
        yield made


def test_no_killed_worker_loses_or_doubles_anything(running: Stage) -> None:
    """Parents, children and whole groups die at random moments; each event has its effects once, in order."""
    workers, dice = running.work(2), random.Random(SEED)
    with ThreadPoolExecutor(1) as threads:
        for number in range(KILLS):
            before = running.passed()
            publishing = threads.submit(publish_portion, running)
            wait_for_work(running, before, f"work before kill {number}")
            kill_one(dice.choice(workers), dice)
            publishing.result(timeout=60)
    assert sum(worker.starts for worker in workers) > len(workers) + KILLS / 3
    running.drain()
    check(running, crashes=KILLS)


def publish_portion(running: Stage) -> None:
    """Publish a thirtieth of the events, and take some of the last batch back."""
    sent: list[Acknowledged] = []
    for _ in range(EVENTS // KILLS // BATCH + 1):
        sent = running.publisher.publish(crowd(BATCH, sent[-5:]))


def wait_for_work(running: Stage, before: int, what: str) -> None:
    """Until some reader has moved on."""
    wait_until(lambda: running.passed() > before, seconds=60, what=what)


def kill_one(worker: Kept, dice: random.Random) -> None:
    """Kill -9, in one of three ways."""
    way = dice.choice(["parent", "child", "child", "group"])
    if way == "parent":
        worker.kill_parent()
    elif way == "child":
        worker.kill_child(dice)
    else:
        worker.kill_group()
