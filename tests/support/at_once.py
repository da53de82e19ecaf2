"""Several who act at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from hub.errors import HubError


def at_once(*works: Callable[[], None]) -> list[HubError | None]:
    """Do all at the same moment; what each was refused with."""
    start = Barrier(len(works))

    def begin(work: Callable[[], None]) -> HubError | None:
        start.wait(10)
        try:
            work()
        except HubError as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))
