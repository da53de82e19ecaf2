"""What a worker process works with. Made at first use in each process, so that nothing crosses a fork."""

import logging
import os
import threading
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from hub import clock
from hub.delivery.sender import Sender
from hub.events import readers
from hub.events.readers import Reader
from hub.hints import ADVANCE, DELIVER, NOBODY_WAITS, Hints, Send
from hub.mail.composing import Office
from hub.mail.postman import Bag, Postman
from hub.mail.server import MailServer
from hub.runtime import Runtime, make_runtime
from hub.settings import Settings
from hub.workers.upkeep import Upkeep

_GRACE_SECONDS = 5.0
STEPS_PER_TASK = 20
_CROWD = 50  # events in one step of the dispatcher

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one worker process."""

    runtime: Runtime
    hints: Hints
    sender: Sender
    postman: Postman
    upkeep: Upkeep


class Station:
    """Gives each process its own parts, and does the work that tasks and sweeper ask for."""

    def __init__(self, settings: Settings, database_url: str, send: Send) -> None:
        self._settings = settings
        self._database_url = database_url
        self._sends = send
        self._locks: dict[int, threading.Lock] = {}
        self._parts: dict[int, Parts] = {}

    @property
    def parts(self) -> Parts:
        """The parts of this process."""
        pid = os.getpid()
        # A lock that another thread held at the moment of a fork stays locked for ever in the new process.
        with self._locks.setdefault(pid, threading.Lock()):
            if pid not in self._parts:
                self._parts = {pid: self._make()}  # those inherited through a fork are another process's
            return self._parts[pid]

    def advance(self, name: str) -> None:
        """Move the reader `name` forward, and see to what follows from it.

        A task ends after a while, also where news keeps coming in: it hints at its own continuation.
        """
        for _ in range(STEPS_PER_TASK):
            passed = self._advance_a_step(name)
            if not passed:
                return
            self._follow(name, passed)
        self.parts.hints.give(ADVANCE + name)

    def deliver(self) -> None:
        """Let sender and postman of this process look for what is due.

        They work beside the tasks, so a slow receiver holds none.
        """
        self.parts.sender.wake()
        self.parts.postman.wake()

    def sweep(self) -> bool:
        """Move each reader a step, hinted at or not, and look for what is due; whether it is worth to go on at once.

        A reader that fails holds up neither the others nor the deliveries, but ends the haste.
        """
        passed = [self._step(reader) for reader in self.parts.runtime.readers]
        self.deliver()
        return any(passed) and None not in passed

    def keep_up(self) -> None:
        """Do what has to be done now and then, if it is time."""
        self.parts.upkeep.look()

    def close(self) -> None:
        """Finish what is in flight, and let go."""
        parts = self._parts.pop(os.getpid(), None)
        if parts is not None:
            parts.sender.stop(_GRACE_SECONDS)
            parts.postman.stop(_GRACE_SECONDS)
            parts.hints.close()
            parts.runtime.close()

    def _follow(self, name: str, passed: int) -> None:
        """What people wait for is done here and now: a hint would first have to find a process that is free.

        Where another process holds the dispatcher, or had just passed it, a hint sees that nothing stays behind.
        """
        if name == "router":
            dispatched = self._advance_a_step("dispatcher")
            self.parts.hints.give(*NOBODY_WAITS, *(() if dispatched else (ADVANCE + "dispatcher",)))
            self._send(dispatched)
        elif name == "dispatcher":
            self._send(passed)
        elif name == "postman":
            self.parts.postman.wake()

    def _send(self, events: int) -> None:
        """Let the sender of this process look; what may be too much for it, others are told of too."""
        if events:
            self.parts.sender.wake()
        if events >= _CROWD:
            self.parts.hints.give(DELIVER)

    def _advance_a_step(self, name: str) -> int:
        return readers.advance_a_step(self.parts.runtime.sessions, self._reader(name), clock.now)

    def _step(self, reader: Reader) -> int | None:
        """How many events the reader passed; None when it failed."""
        try:
            return readers.advance_a_step(self.parts.runtime.sessions, reader, clock.now)
        except SQLAlchemyError as error:
            logger.warning(
                "reader %s put off, the database is away or in the way: %s", reader.name, type(error).__name__
            )
        except Exception:
            logger.exception("reader %s failed; the next sweep tries again", reader.name)
        return None

    def _reader(self, name: str) -> Reader:
        return next(reader for reader in self.parts.runtime.readers if reader.name == name)

    def _make(self) -> Parts:
        runtime = make_runtime(self._settings, self._database_url)
        runtime.warm_up()
        sender = Sender(runtime.sessions, runtime.vault, self._settings)
        return Parts(runtime, Hints(self._sends), sender, _postman(runtime), Upkeep(runtime, clock.now))


def _postman(runtime: Runtime) -> Postman:
    settings = runtime.settings
    bag = Bag(runtime.sessions, runtime.vault, runtime.directory.current, None)
    server = None if settings.smtp_url is None else MailServer(settings.smtp_url)
    return Postman(bag, Office(settings.mail_from or "", settings.public_url), server)
