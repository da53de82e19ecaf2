"""Waits between attempts: longer each time, a little apart from one another, and at the end of them one gives up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

_JITTER = 0.1  # of each wait, so that what failed together does not come back together


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait after the first failed attempt, after the second, and so on."""

    steps: tuple[timedelta, ...]

    @property
    def most_attempts(self) -> int:
        """How often something is tried at all."""
        return 1 + len(self.steps)

    def after(self, attempt: int, random: Callable[[], float]) -> timedelta | None:
        """The wait after the failure of an attempt (the first is 1); None to give up. `random`: from 0 up to 1."""
        if attempt >= self.most_attempts:
            return None
        return self.steps[attempt - 1] * (1 + _JITTER * (2 * random() - 1))
