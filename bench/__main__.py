"""`make bench`: measure, print the table, write results.json. Names of parts as arguments measure only those."""

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench import (
    deadlines,
    delivering,
    figures,
    latency,
    lookups,
    memory,
    protecting,
    publishing,
    reading,
    replaying,
    routing,
    starting,
)
from bench.figures import Figure
from bench.ground import Ground, ground

_RESULTS = Path(__file__).parent / "results.json"

_PARTS: dict[str, Callable[[Ground], Iterator[Figure]]] = {
    "publishing": publishing.measure,
    "routing": routing.measure,
    "delivering": delivering.measure,
    "latency": latency.measure,
    "lookups": lookups.measure,
    "reading": reading.measure,
    "deadlines": deadlines.measure,
    "replay": replaying.measure,
    "protecting": protecting.measure,
    "memory": memory.measure,
    "starting": starting.measure,
}


def main(names: list[str], cases: int = replaying.CASES) -> None:
    """Measure the parts with these names, or all of them; only all of them are kept. `cases` is for the replay."""
    unknown = set(names) - _PARTS.keys()
    if unknown:
        sys.exit(f"There are no parts {', '.join(sorted(unknown))}. Choose from: {', '.join(_PARTS)}.")
    parts = _PARTS | {"replay": partial(replaying.measure, cases=cases)}
    print(figures.heading(), flush=True)
    found: list[Figure] = []
    with ground() as place:
        for name in names or _PARTS:
            for one in parts[name](place):
                found.append(one)
                print(one.line(), flush=True)
    if not names:
        figures.keep(found, _RESULTS)
    met = sum(one.met for one in found)
    print(f"\n{met} of {len(found)} goals met" + ("" if names else f"; written to {_RESULTS.name}"))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="bench")
    asked.add_argument("parts", nargs="*")
    asked.add_argument("--cases", type=int, default=replaying.CASES, help="cases in the log of the replay")
    given = asked.parse_args()
    main(given.parts, given.cases)
