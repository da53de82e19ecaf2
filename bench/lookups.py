"""What a question to the directory and a decision cost, from the snapshot in memory; no database, no network."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import cycle, islice
from statistics import median
from typing import TypeVar

from bench import backlog, nation
from bench.figures import Figure, at_least, at_most, figure
from bench.ground import Ground
from hub.cases.known import facts_of
from hub.codes import Sector
from hub.directory.snapshot import Snapshot
from hub.events import log
from hub.routing.decide import decide
from hub.routing.replay import Occasion, World, compare

_ROUNDS = 20
_IN_A_ROUND = 1_000
_MICRO = 1e6
_NEWEST = date(2026, 11, 21)

Question = TypeVar("Question")


def measure(ground: Ground) -> Iterator[Figure]:
    """Directory and decision, per question."""
    hub = ground.hub()
    runtime = hub.runtime()
    backlog.publish(hub, runtime, _IN_A_ROUND)
    with runtime.sessions() as session:
        snapshot = runtime.snapshot(session)
        events = [log.events_of_partition(session, partition, after=0, limit=_IN_A_ROUND) for partition in range(8)]
    runtime.close()
    facts = [facts_of(event) for some in events for event in some]
    places = list(islice(cycle(_places(snapshot)), _IN_A_ROUND))
    bare = _each(places, {place: place for place in places}.get)
    found = _each(places, lambda place: snapshot.area(*place))
    yield figure("directory: postcode, sector and date", found, "µs", at_most(50), limit=bare)
    yield figure("decision on a published event", _each(facts, lambda one: decide(one, snapshot)), "µs", at_most(200))
    yield from _of_the_whole_country()


def _of_the_whole_country() -> Iterator[Figure]:
    country, questions = nation.snapshot(), nation.facts(_IN_A_ROUND)
    decided = _each(questions, lambda one: decide(one, country))
    yield figure("decision, the whole country in memory", decided, "µs", at_most(200))
    yield figure("directory of the whole country in memory", nation.megabytes(), "MB", at_most(60))
    occasions = [Occasion(str(number), one) for number, one in enumerate(questions)]
    replayed = _IN_A_ROUND * _MICRO / _each([occasions], lambda some: compare(some, World(country), World(country)))
    yield figure("decisions replayed on two directories", replayed, "per s", at_least(100_000 / 60))


def _places(snapshot: Snapshot) -> list[tuple[str, Sector, date]]:
    """Postcodes all over the country, on days of the last ten years."""
    postcodes = sorted(snapshot.facts.municipalities)[::7]
    days = cycle(_NEWEST - timedelta(days=100 * number) for number in range(36))
    return [(pc4, sector, day) for pc4, day in zip(postcodes, days, strict=False) for sector in Sector]


def _each(questions: Sequence[Question], answer: Callable[[Question], object]) -> float:
    """Microseconds for one question: the median of many rounds, so that a pause of the machine does not count."""
    return median(_round(questions, answer) for _ in range(_ROUNDS)) * _MICRO / len(questions)


def _round(questions: Sequence[Question], answer: Callable[[Question], object]) -> float:
    begun = time.perf_counter()
    for question in questions:
        answer(question)
    return time.perf_counter() - begun
