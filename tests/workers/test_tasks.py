"""Tasks are hints that arrive: each says in a line what a station does, and what follows from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.events.readers import lag
from hub.hints import ADVANCE, AFTER_A_MOVE, DELIVER, Hints
from hub.settings import Settings
from hub.workers.app import hint_sender, make_worker_app
from hub.workers.run import WorkerBeside
from hub.workers.station import Station
from tests.support.events import an_event, append_all
from tests.support.hub import RunningHub, prepared, settings_in
from tests.support.waiting import wait_until


@pytest.fixture
def hub(empty_database_url: str, tmp_path: Path) -> Iterator[RunningHub]:
    """A prepared hub of which nothing runs yet, and whose sweepers come by once a minute."""
    with prepared(settings_in(tmp_path, empty_database_url, sweep_seconds=60)) as made:
        yield made


@pytest.fixture
def worker(hub: RunningHub) -> Iterator[Station]:
    """A worker beside this process, after its first sweep; what comes is a station to look with."""
    beside = WorkerBeside(hub.settings, str(hub.settings.database_url))
    append_all(hub.sessions, an_event(type="referral.opened"))
    looking = Station(hub.settings, str(hub.settings.database_url), lambda _: None)
    beside.start()
    wait_until(lambda: not behind(looking), seconds=30, what="the first sweep")
    yield looking
    beside.stop()
    looking.close()


def behind(station: Station) -> set[str]:
    """The readers that still have something before them."""
    runtime = station.parts.runtime
    with runtime.sessions() as session:
        return {name for name, events in lag(session, runtime.readers).items() if events}


def test_hints_move_all_readers(hub: RunningHub, worker: Station) -> None:
    """No sweep is needed: what is hinted at is done."""
    append_all(hub.sessions, an_event(type="referral.opened"))
    hints = Hints(hint_sender(hub.settings))

    def is_done() -> bool:
        hints.give(*AFTER_A_MOVE)  # again and again: another worker in this process may take a hint of the memory
        return not behind(worker)

    wait_until(is_done, seconds=30, what="the end of what was hinted at", every=0.1)
    hints.close()


def test_the_tasks_of_a_worker(hub: RunningHub) -> None:
    """Two, named after the hints: nothing else can be asked of a worker."""
    app = make_worker_app(hub.settings, Station(hub.settings, "", lambda _: None))
    own = {name for name in app.tasks if not name.startswith("celery.")}
    assert own == {ADVANCE.rstrip("."), DELIVER}


def test_workers_of_one_process_do_not_share_their_tasks(hub: RunningHub) -> None:
    """Each works for its own hub."""
    first, second = (make_worker_app(hub.settings, Station(hub.settings, "", lambda _: None)) for _ in range(2))
    for name in (ADVANCE.rstrip("."), DELIVER):
        assert first.tasks[name].app is first
        assert second.tasks[name].app is second
        assert first.tasks[name].run is not second.tasks[name].run


@pytest.mark.parametrize("redis", [None, "redis://127.0.0.1:6379/0"])
def test_messages_are_never_kept_or_repeated_by_the_broker(
    empty_database_url: str, tmp_path: Path, redis: str | None
) -> None:
    """No results, no acknowledgement that waits, no remote control, JSON only: what matters is in the database."""
    settings = Settings.model_validate({"data_dir": tmp_path, "redis_url": redis})
    conf = make_worker_app(settings, Station(settings, empty_database_url, lambda _: None)).conf
    assert (conf.task_acks_late, conf.task_ignore_result, conf.result_backend) == (False, True, None)
    assert (conf.accept_content, conf.task_serializer) == (["json"], "json")
    assert (conf.worker_enable_remote_control, conf.worker_send_task_events) == (False, False)
    assert conf.worker_soft_shutdown_timeout > 0
    assert conf.worker_max_tasks_per_child > 0
