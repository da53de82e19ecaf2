"""Hints: "there is something to read", and nothing else. Losing every one of them costs only time.

They are sent by a thread of their own, never on the path of a request: a broker that accepts a connection and then says
nothing would hold a request for many seconds. Hints that pile up are one hint.
"""

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

_PACE_SECONDS = 0.02  # the first hint goes at once; a busy process would give thousands that say no more than it
_REST_SECONDS = 2.0  # after a failure the broker is left alone this long; the sweepers do the work meanwhile

ADVANCE = "advance."
"""Followed by the name of a reader: move it forward."""

DELIVER = "deliver"
"""Send what is due."""

AFTER_PUBLISHING = (ADVANCE + "router",)
"""Hints after a school published something."""

NOBODY_WAITS = (ADVANCE + "agenda", ADVANCE + "clock", ADVANCE + "postman")
"""Hints at readers that may come a little later."""

AFTER_A_MOVE = (ADVANCE + "router", ADVANCE + "dispatcher", *NOBODY_WAITS)
"""Hints after a receiver did something: others are told at once, while the router looks for the next one."""

Send = Callable[[str], None]
"""Sends one hint to the workers: the name of what to do. Raises when the broker is away."""


class Hints:
    """Sends hints from a thread of its own, each at most once however often it is asked for meanwhile."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._wanted: set[str] = set()
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._resting_until = 0.0
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
        self._thread.start()

    def give(self, *names: str) -> None:
        """Ask for these hints to be sent; returns at once."""
        with self._changed:
            if not self._wanted.issuperset(names):
                self._wanted.update(names)
                self._changed.notify()

    def close(self) -> None:
        """Send what is waiting, then stop."""
        self._closing.set()
        with self._changed:
            self._changed.notify()
        self._thread.join(timeout=_REST_SECONDS)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closing.is_set())
                names, self._wanted = sorted(self._wanted), set()
            if not names:
                return
            for name in names:
                self._try(name)
            self._closing.wait(_PACE_SECONDS)

    def _try(self, name: str) -> None:
        if time.monotonic() < self._resting_until:
            return
        try:
            self._send(name)
        except Exception as error:  # noqa: BLE001  # whatever a broker's client raises: a hint may be lost
            self._resting_until = time.monotonic() + _REST_SECONDS
            logger.warning("the broker is away (%s): sweepers take over", type(error).__name__)
