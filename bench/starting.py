"""How long `hub up` takes from the command to an answer of a hub that is ready, the first time and later."""

import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, at_most, figure
from bench.ground import Ground, up


def measure(ground: Ground) -> Iterator[Figure]:
    """The first start makes database, keys and demo region; the later ones find them."""
    folder = ground.folder / "starting"
    yield figure("hub up, first start", _seconds(folder), "s", at_most(10))
    yield figure("hub up, later start", min(_seconds(folder) for _ in range(3)), "s", at_most(3))


def _seconds(folder: Path) -> float:
    begun = time.perf_counter()
    with up(folder):
        return time.perf_counter() - begun
