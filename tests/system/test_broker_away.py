"""The broker is away for a while, or was never there: everything happens, a little later."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.support.redis import PrivateRedis
from tests.support.waiting import wait_until
from tests.system.checker import check
from tests.system.stage import Stage, crowd, stage

if TYPE_CHECKING:
    from tests.system.ledgers import Acknowledged

pytestmark = pytest.mark.slow

BATCH = 50
OUTAGE_SECONDS = 12.0
QUICK_SECONDS = 5.0


@pytest.fixture
def with_redis(empty_database_url: str, tmp_path: Path, private_redis: PrivateRedis) -> Iterator[Stage]:
    """API, Redis and two prefork workers."""
    with stage(empty_database_url, tmp_path, redis_url=private_redis.url, sweep_seconds=1) as made:
        yield begun(made)


@pytest.fixture
def without_redis(empty_database_url: str, tmp_path: Path) -> Iterator[Stage]:
    """API and two prefork workers that nobody gives hints."""
    with stage(empty_database_url, tmp_path, sweep_seconds=0.2) as made:
        yield begun(made)


def begun(made: Stage) -> Stage:
    """Everything runs, and everybody wants to be told."""
    made.serve()
    made.subscribe_all()
    made.work(2)
    return made


def publish(running: Stage, batches: int) -> None:
    """Publish batches, each of which takes some of the one before it back."""
    sent: list[Acknowledged] = []
    for _ in range(batches):
        sent = running.publisher.publish(crowd(BATCH, sent[-5:]))


def readiness(running: Stage) -> str:
    """What the hub says of itself."""
    said: str = httpx.get(f"{running.hub.url}/v1/health/ready", timeout=10, trust_env=False).json()["status"]
    return said


def test_without_its_broker_the_hub_is_slower_and_loses_nothing(with_redis: Stage, private_redis: PrivateRedis) -> None:
    """Redis stops for twenty seconds and comes back empty: publishing stays quick, and cases go on meanwhile."""
    publish(with_redis, 10)
    with_redis.drain()
    private_redis.stop()
    back_at = time.monotonic() + OUTAGE_SECONDS
    wait_until(lambda: readiness(with_redis) == "degraded", what="word that the broker is away")
    before = with_redis.cases()
    while time.monotonic() < back_at:
        publish(with_redis, 1)
        with_redis.drain()
    assert with_redis.cases() > before
    assert with_redis.publisher.slowest_seconds < QUICK_SECONDS
    private_redis.start()
    publish(with_redis, 10)
    with_redis.drain()
    assert readiness(with_redis) == "ready"
    check(with_redis)


def test_without_any_broker_the_sweepers_do_the_work(without_redis: Stage) -> None:
    """Two workers that get no hints share the work by looking themselves."""
    publish(without_redis, 20)
    without_redis.drain()
    check(without_redis)
