"""The sweeper does what is there to do without any hint, one worker at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from hub.events.readers import lag
from hub.store.engine import Sessions
from hub.workers.station import Station
from hub.workers.sweeper import Sweeper
from tests.support.events import an_event, append_all
from tests.support.hub import settings_in
from tests.support.waiting import wait_until


@pytest.fixture
def station(database_url: str, tmp_path: Path) -> Station:
    """A station that nobody hints to; a sweeper that stops closes it."""
    return Station(settings_in(tmp_path, database_url), database_url, lambda _: None)


@pytest.fixture
def elsewhere(engine: Engine) -> Iterator[Connection]:
    """Another worker, which sweeps at this moment."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('samenspel sweeper'))"))
        yield connection


def _is_all_read(station: Station) -> bool:
    runtime = station.parts.runtime
    with runtime.sessions() as session:
        return not any(lag(session, runtime.readers).values())


def test_what_waited_is_done_at_the_start_and_what_comes_later_too(station: Station, sessions: Sessions) -> None:
    """Nobody hints; the sweeper looks by itself."""
    append_all(sessions, an_event(type="referral.opened"))
    sweeper = Sweeper(station, 0.05)
    sweeper.start()
    wait_until(lambda: _is_all_read(station), what="the first sweep")
    append_all(sessions, an_event(type="referral.opened"))
    wait_until(lambda: _is_all_read(station), what="a later sweep")
    sweeper.stop()


def test_one_worker_sweeps_at_a_time(station: Station, sessions: Sessions, elsewhere: Connection) -> None:
    """Who finds the lock taken leaves the work to the other, and takes it up when that one is gone."""
    append_all(sessions, an_event(type="referral.opened"))
    sweeper = Sweeper(station, 0.05)
    for _ in range(3):
        sweeper.sweep_if_free()
    assert not _is_all_read(station)
    sweeper.start()
    elsewhere.execute(text("SELECT pg_advisory_unlock(hashtext('samenspel sweeper'))"))
    wait_until(lambda: _is_all_read(station), what="a sweep after the other worker's")
    sweeper.stop()
