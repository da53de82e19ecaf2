"""Running a worker: as processes of their own under Celery, or as a thread beside the API in one process."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import Celery
from celery.concurrency.thread import TaskPool
from celery.signals import worker_process_shutdown
from celery.worker import WorkController

from hub.settings import Settings
from hub.workers.app import hint_sender, make_worker_app
from hub.workers.station import Station

_THREADS = 3
_PATIENCE_SECONDS = 10.0


def run_worker(settings: Settings, database_url: str, concurrency: int) -> None:
    """Run a prefork worker until it is told to stop (SIGTERM: finish what runs, then go)."""
    station = Station(settings, database_url, hint_sender(settings))
    _close_with_each_process(station)
    make_worker_app(settings, station).Worker(
        pool="prefork",
        concurrency=concurrency,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
        loglevel="INFO",
    ).start()


def _close_with_each_process(station: Station) -> None:
    """A process that ends, told to or after many tasks, first finishes and records the deliveries on their way."""
    worker_process_shutdown.connect(lambda **_: station.close(), weak=False)


class WorkerBeside:
    """A worker in a thread of this process, on the memory transport."""

    def __init__(self, settings: Settings, database_url: str) -> None:
        app = make_worker_app(settings, Station(settings, database_url, hint_sender(settings)))
        self._controller = _controller(app)
        self._thread = threading.Thread(target=self._controller.start, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what runs, then stop."""
        self._controller.stop()
        self._thread.join(_PATIENCE_SECONDS)


class _OwnThreads(TaskPool):  # type: ignore[misc]  # Celery has no types
    """Threads that run the tasks of their own application: without this, Celery takes those of any in the process."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.executor = ThreadPoolExecutor(self.limit, "tasks", initializer=self.app.set_current)


def _controller(app: Celery) -> WorkController:
    return WorkController(
        app=app,
        pool_cls=_OwnThreads,
        concurrency=_THREADS,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="WARNING",
        logfile=None,
    )
