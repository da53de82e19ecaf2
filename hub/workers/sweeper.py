"""The sweeper: a thread in every worker that does whatever is there to do, hinted at or not.

So the hub works, slower, with no broker at all, and a lost hint costs a few seconds. A lock in the database lets one
worker sweep at a time.
"""

import logging
import threading
from typing import Any

from celery.bootsteps import StartStopStep
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hub.workers.station import Station

logger = logging.getLogger(__name__)

_TRY_LOCK = text("SELECT pg_try_advisory_lock(hashtext('samenspel sweeper'))")
_UNLOCK = text("SELECT pg_advisory_unlock(hashtext('samenspel sweeper'))")
_PATIENCE_SECONDS = 10.0


class Sweeper:
    """Sweeps at least every `every_seconds`, until it is stopped."""

    def __init__(self, station: Station, every_seconds: float) -> None:
        self._station = station
        self._every_seconds = every_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Begin, with a first sweep at once: work may have been waiting while no worker was there."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step that is under way, and let the station go."""
        self._stopping.set()
        self._thread.join(_PATIENCE_SECONDS)
        self._station.close()

    def sweep_if_free(self) -> None:
        """See to upkeep, and sweep until nothing is left to do; nothing happens while another worker does so."""
        engine = self._station.parts.runtime.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(_TRY_LOCK):
                return
            try:
                self._station.keep_up()
                while self._station.sweep() and not self._stopping.is_set():
                    pass
            finally:
                connection.scalar(_UNLOCK)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.sweep_if_free()
            except SQLAlchemyError as error:
                logger.warning("sweep put off, the database is away: %s", type(error).__name__)
            except Exception:
                logger.exception("sweep failed; the next one tries again")
            self._stopping.wait(self._every_seconds)


def sweeping(station: Station, every_seconds: float) -> type[StartStopStep]:
    """The step that starts and stops a sweeper with the worker that it lives in."""

    class Sweeping(StartStopStep):  # type: ignore[misc]  # Celery has no types
        """Runs beside the consumer, and does not wait for a broker; it begins after the processes have been forked."""

        requires = ("celery.worker.components:Pool",)

        def create(self, _worker: Any) -> Sweeper:
            return Sweeper(station, every_seconds)

    return Sweeping
