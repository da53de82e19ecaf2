"""Workers and Redis are both away while days pass: afterwards each reminder goes out once, and none too many."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.settings import Settings
from tests.journeys.test_silence import a_month_passes, hears
from tests.journeys.words import referral
from tests.support.hub import RunningHub, api_in_thread, prepared, process, settings_in
from tests.support.redis import PrivateRedis

pytestmark = pytest.mark.slow


@contextmanager
def a_worker(settings: Settings) -> Iterator[None]:
    """A worker as a process of its own."""
    with process(settings, "worker", "-m", "hub", "worker", "--concurrency", "1"):
        yield


@pytest.fixture
def away(empty_database_url: str, tmp_path: Path, private_redis: PrivateRedis) -> Iterator[RunningHub]:
    """A hub with its API and a Redis, of which the workers are still to come."""
    settings = settings_in(tmp_path, empty_database_url, redis_url=private_redis.url, sweep_seconds=1)
    with prepared(settings) as hub, api_in_thread(settings):
        yield hub


def test_the_team_that_was_away_when_redis_was(away: RunningHub, private_redis: PrivateRedis) -> None:
    """One team acted meanwhile and is left in peace; of the other case everybody is told once, after a month."""
    board, team = away.organisation("B00001"), away.organisation("GM0106-ST")
    with a_worker(away.settings):
        silent, answered = (board.publish("referral.submitted", referral("99AA00", "9403")) for _ in range(2))
        for case in (silent, answered):
            board.sees(case, "offered", "GM0106-ST")
    private_redis.stop()
    team.accepts(answered)
    team.answers(answered, "Wij zijn erbij.")
    for case in (silent, answered):
        a_month_passes(away, case)
    with a_worker(away.settings):
        hears(team, silent, "referral.reminded", 2)
        assert "referral.reminded" not in team.was_told(answered)
        private_redis.start()
        again = board.publish("referral.submitted", referral("99AA00", "9403"))
        board.sees(again, "offered", "GM0106-ST")
        hears(team, silent, "referral.reminded", 2)
        assert "referral.reminded" not in team.was_told(answered)
