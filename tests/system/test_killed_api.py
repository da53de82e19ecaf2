"""The API is killed while schools publish: who got no answer repeats, and nothing is stored twice."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal

import pytest

from tests.support.waiting import wait_until
from tests.system.checker import acknowledged, check
from tests.system.stage import Stage, crowd, stage

pytestmark = pytest.mark.slow

KILLS = 4
PUBLISHERS = 4
ACKNOWLEDGED_BETWEEN_KILLS = 60
SEED = 20_261_122


@pytest.fixture
def running(empty_database_url: str, tmp_path: Path) -> Iterator[Stage]:
    """API and a prefork worker."""
    with stage(empty_database_url, tmp_path, sweep_seconds=0.5) as made:
        yield made


def test_who_repeats_what_was_not_acknowledged_is_stored_once(running: Stage) -> None:
    """Every event that any publisher ever sent is one case at the end, whether its first answer got lost or not."""
    api = running.serve()
    running.subscribe_all()
    running.work(1)
    enough, dice = Signal(), random.Random(SEED)
    with ThreadPoolExecutor(PUBLISHERS) as threads:
        publishers = [threads.submit(publish_until, running, enough, size) for size in (1, 1, 3, 20)]
        for number in range(KILLS):
            wait_for_answers(running, dice.randint(1, ACKNOWLEDGED_BETWEEN_KILLS), f"answers before kill {number}")
            api.kill_group()
        running.wait_for_api()
        enough.set()
        sent = sum(publisher.result(timeout=90) for publisher in publishers)
    assert api.starts >= KILLS
    assert running.publisher.repeats > 0
    assert len(acknowledged(running)) == sent
    running.drain()
    check(running)


def wait_for_answers(running: Stage, number: int, what: str) -> None:
    """Until this many more events have been acknowledged."""
    enough = len(acknowledged(running)) + number
    wait_until(lambda: len(acknowledged(running)) >= enough, seconds=60, what=what)


def publish_until(running: Stage, enough: Signal, size: int) -> int:
    """Publish batches, repeating each until it is acknowledged; how many events they were."""
    sent = 0
    while not enough.is_set():
        sent += len(running.publisher.publish(crowd(size)))
    return sent
