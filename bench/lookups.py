"""What a question to the directory and a decision cost, from the snapshot in memory; no database, no network."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import cycle, islice
from statistics import fmean, median
from typing import TypeVar

from bench import backlog, nation, questions
from bench.figures import Figure, at_most, figure
from bench.ground import Ground
from hub.cases.known import facts_of
from hub.codes import Sector
from hub.directory.snapshot import Snapshot
from hub.events import log
from hub.routing.decide import decide

_ROUNDS = 20
_IN_A_ROUND = 1_000
_OF_A_KIND = 200
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
    country, kinds = nation.snapshot(), questions.of_every_kind(_OF_A_KIND)
    places = list(islice(cycle(_places(country)), _IN_A_ROUND))
    asked = _each(places, lambda place: country.area(*place))
    yield figure("directory of the country: postcode, sector and date", asked, "µs", at_most(50))
    took = {kind: _each(some, lambda one: decide(one, country)) for kind, some in kinds.items()}
    slowest = max(took, key=took.__getitem__)
    yield figure(f"decision, whole country: mean of {len(took)} kinds", fmean(took.values()), "µs", at_most(200))
    yield figure(f"slowest kind: {slowest}", took[slowest], "µs", at_most(200))
    resident, objects = nation.megabytes_resident(), nation.megabytes_of_objects()
    yield figure("whole country in memory, resident (limit: its objects)", resident, "MB", at_most(60), limit=objects)


def _places(snapshot: Snapshot) -> list[tuple[str, Sector, date]]:
    """Postcodes all over the country, on days of the last ten years."""
    postcodes = sorted(snapshot.facts.municipalities)[::7]
    days = cycle(_NEWEST - timedelta(days=100 * number) for number in range(36))
    return [(pc4, sector, day) for pc4, day in zip(postcodes, days, strict=False) for sector in Sector]


def _each(questions: Sequence[Question], answer: Callable[[Question], object]) -> float:
    """Microseconds for one question: the median of many rounds, so that a pause of the machine does not count."""
    return median(_round(questions, answer) for _ in range(_ROUNDS)) * _MICRO / len(questions)


def _round(questions: Sequence[Question], answer: Callable[[Question], object]) -> float:
    """In processor time: nothing here waits, so that is all it takes, and other work on the machine does not count."""
    begun = time.process_time()
    for question in questions:
        answer(question)
    return time.process_time() - begun
