"""The database goes away under a worker, and comes back: the sweeper goes on where it was."""

from pathlib import Path

from hub.events.readers import lag
from hub.preparing import prepare
from hub.store.engine import make_engine, make_sessions
from hub.workers.station import Station
from hub.workers.sweeper import Sweeper
from tests.support.events import an_event, append_all
from tests.support.hub import settings_in
from tests.support.postgres import PrivatePostgres
from tests.support.waiting import wait_until


def test_a_sweeper_outlives_its_database(private_postgres: PrivatePostgres, tmp_path: Path) -> None:
    """While it is away nothing breaks; what waits when it is back is read without a restart."""
    url = private_postgres.start()
    settings = settings_in(tmp_path, url)
    prepare(settings, url)
    engine = make_engine(settings, url, pool_size=1)
    sessions, station = make_sessions(engine), Station(settings, url, lambda _: None)
    sweeper = Sweeper(station, 0.05)

    def is_all_read() -> bool:
        with sessions() as session:
            return not any(lag(session, station.parts.runtime.readers).values())

    append_all(sessions, an_event(type="referral.opened"))
    sweeper.start()
    wait_until(is_all_read, seconds=30, what="the first sweep")
    private_postgres.kill()
    private_postgres.start()
    append_all(sessions, an_event(type="referral.opened"))
    wait_until(is_all_read, seconds=30, what="a sweep after the database came back")
    sweeper.stop()
    engine.dispose()
