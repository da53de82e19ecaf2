"""Waiting for something to become true, instead of for a time to pass."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

_PAUSE_SECONDS = 0.01


def wait_until(
    condition: Callable[[], Found], *, seconds: float = 10.0, what: str = "the condition", every: float = _PAUSE_SECONDS
) -> Found:
    """What `condition` returned as soon as that was true; fails with `what` when it is not within `seconds`.

    It is asked again `every` so many seconds: less often when asking costs much.
    """
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come about within {seconds:g} s")
        time.sleep(every)
    return found
