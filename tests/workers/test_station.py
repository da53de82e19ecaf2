"""What a worker process does with its parts: moving readers, sweeping, and crossing no fork."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.codes import new_id
from hub.events.readers import BATCH, lag
from hub.store.engine import Sessions
from hub.workers import station as station_module
from hub.workers.station import Station
from tests.support.events import an_event, append_all
from tests.support.hub import settings_in
from tests.support.waiting import wait_until

OPENED = "referral.opened"  # nothing comes of it, but every reader passes it


@contextmanager
def a_station(folder: Path, database_url: str, sent: list[str], **settings: object) -> Iterator[Station]:
    """A station that keeps in `sent` which hints it gave."""
    station = Station(settings_in(folder, database_url, **settings), database_url, sent.append)
    yield station
    station.close()


def behind(station: Station) -> set[str]:
    """The readers that still have something before them."""
    runtime = station.parts.runtime
    with runtime.sessions() as session:
        return {name for name, events in lag(session, runtime.readers).items() if events}


def test_a_sweep_moves_every_reader(sessions: Sessions, database_url: str, tmp_path: Path) -> None:
    """It says that it is worth to go on, until nothing is left."""
    append_all(sessions, an_event(type=OPENED))
    with a_station(tmp_path, database_url, []) as station:
        assert behind(station) == {"router", "dispatcher", "agenda", "clock", "postman"}
        assert station.sweep()
        assert behind(station) == set()
        assert not station.sweep()


def test_a_reader_that_fails_does_not_hold_up_the_others(sessions: Sessions, database_url: str, tmp_path: Path) -> None:
    """A locked table stops the router; the dispatcher, which does without it, moves on. The sweep ends its haste."""
    append_all(sessions, an_event(type="signal.withdrawn"))
    with a_station(tmp_path, database_url, [], lock_timeout_ms=100) as station, sessions() as other:
        other.execute(text("LOCK TABLE cases IN ACCESS EXCLUSIVE MODE"))
        assert not station.sweep()
        assert behind(station) == {"router", "agenda", "clock"}


def test_readers_take_turns(sessions: Sessions, database_url: str, tmp_path: Path) -> None:
    """A step is a batch: nobody waits until all is read that another has before it."""
    case = new_id()
    append_all(sessions, *(an_event(case, type=OPENED) for _ in range(BATCH + 1)))
    with a_station(tmp_path, database_url, []) as station:
        station.sweep()
        runtime = station.parts.runtime
        with runtime.sessions() as session:
            assert lag(session, runtime.readers) == {
                "router": 1,
                "dispatcher": 1,
                "agenda": 1,
                "clock": 1,
                "postman": 1,
            }


@pytest.mark.parametrize(
    ("reader", "moved", "hints"),
    [
        ("router", {"router", "dispatcher"}, {"advance.agenda", "advance.clock", "advance.postman"}),
        ("dispatcher", {"dispatcher"}, set()),
        ("agenda", {"agenda"}, set()),
    ],
)
def test_a_task_does_what_people_wait_for_and_hints_at_the_rest(
    sessions: Sessions, database_url: str, tmp_path: Path, reader: str, moved: set[str], hints: set[str]
) -> None:
    """What was routed is dispatched in the same task; whoever did not move has nothing to tell."""
    sent: list[str] = []
    with a_station(tmp_path, database_url, sent) as station:
        station.advance(reader)
        append_all(sessions, an_event(type=OPENED))
        assert sent == []
        station.advance(reader)
        assert behind(station) == {"router", "dispatcher", "agenda", "clock", "postman"} - moved
    assert set(sent) == hints


def test_a_router_that_finds_the_dispatcher_busy_hints_at_it(
    sessions: Sessions, database_url: str, tmp_path: Path
) -> None:
    """Whoever holds it may have looked a moment too early."""
    sent: list[str] = []
    with a_station(tmp_path, database_url, sent) as station, sessions() as other:
        append_all(sessions, an_event(type=OPENED))
        other.execute(text("SELECT 1 FROM checkpoints WHERE reader = 'dispatcher' FOR UPDATE"))
        station.advance("router")
    assert set(sent) == {"advance.agenda", "advance.clock", "advance.postman", "advance.dispatcher"}


def test_a_crowd_of_messages_is_told_to_other_processes(sessions: Sessions, database_url: str, tmp_path: Path) -> None:
    """One sender may be too few for many."""
    sent: list[str] = []
    with a_station(tmp_path, database_url, sent) as station:
        append_all(sessions, *(an_event(type=OPENED) for _ in range(50)))
        station.advance("dispatcher")
    assert set(sent) == {"deliver"}


def test_a_task_ends_where_news_keeps_coming_in(
    sessions: Sessions, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its share it makes room for others, and asks to be continued."""
    monkeypatch.setattr(station_module, "STEPS_PER_TASK", 1)
    case, sent = new_id(), list[str]()
    append_all(sessions, *(an_event(case, type=OPENED) for _ in range(BATCH + 1)))
    with a_station(tmp_path, database_url, sent) as station:
        station.advance("agenda")
        assert "agenda" in behind(station)
        wait_until(lambda: sent == ["advance.agenda"], what="the hint to go on")


def test_nothing_crosses_a_fork(database_url: str, tmp_path: Path) -> None:
    """A forked process has connections of its own; when it closes them its parent's still work."""
    with a_station(tmp_path, database_url, []) as station:
        own = _connection_of(station)
        here, there = multiprocessing.Pipe()

        def child() -> None:
            there.send(_connection_of(station))
            station.close()

        process = multiprocessing.get_context("fork").Process(target=child)
        process.start()
        assert here.poll(20)
        assert here.recv() != own
        process.join(20)
        assert process.exitcode == 0
        assert _connection_of(station) == own


def _connection_of(station: Station) -> int:
    """The process of the server that this process speaks with."""
    with station.parts.runtime.sessions() as session:
        return int(session.scalar(text("SELECT pg_backend_pid()")) or 0)
