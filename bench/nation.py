"""The whole country in memory: every postcode and municipality that the law knows, and invented schools in all of them.

Nothing is drawn by lot, so that each run measures the same.
"""

import gc
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from itertools import chain, cycle, islice
from typing import NamedTuple

from bench.memory import megabytes
from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType
from hub.directory.entries import START, Contents, Organisation, Site, at
from hub.directory.facts import load_facts
from hub.directory.snapshot import Snapshot

SITES = 8_600
ON = date(2026, 11, 20)
_PER_BOARD = 10
_APART = 479  # steps through all postcodes before it comes back
_TYPES = (
    *(SchoolType.BAO, SchoolType.BAO, SchoolType.BAO, SchoolType.VO, SchoolType.SBO, SchoolType.SO),
    *(SchoolType.BAO, SchoolType.VO, SchoolType.VSO, SchoolType.BAO, SchoolType.PRO),
)


class Pupil(NamedTuple):
    """Somebody to ask about: the school that writes, a primary school before it, the home, and another municipality."""

    site: str
    before: str
    home: Postcode4
    elsewhere: OrganisationCode


def snapshot() -> Snapshot:
    """The directory of a country. A school site is a party as well, as in the tables."""
    parties = chain(_boards(), _schools(), _desks())
    return Snapshot.from_facts(Contents(organisations=tuple(parties), sites=tuple(_sites())))


def pupils(number: int, school: SchoolType) -> Iterator[Pupil]:
    """So many pupils of schools of a kind, all over the country; every other one lives beside the school."""
    places = [place for place in range(SITES) if _TYPES[place % len(_TYPES)] is school]
    before = cycle(place for place in range(0, SITES, 7) if _TYPES[place % len(_TYPES)] is SchoolType.BAO)
    away, towns = cycle(_postcodes()[::7]), cycle(_municipalities()[::5])
    for turn, place in enumerate(islice(cycle(places[::3]), number)):
        home = next(away) if turn % 2 else _postcode_of(place)
        yield Pupil(_code(place), _code(next(before)), home, next(towns))


def megabytes_of_objects() -> float:
    """What the objects of the snapshot take that live on, in MB, without what the allocator keeps around them."""
    return _measured_apart("objects")


def megabytes_resident() -> float:
    """By how much the memory of a process grows when it builds the snapshot, in MB: what the machine must have."""
    return _measured_apart("resident")


def _measured_apart(what: str) -> float:
    told = subprocess.run([sys.executable, "-m", "bench.nation", what], check=True, capture_output=True, text=True)
    return float(json.loads(told.stdout))


def _traced() -> float:
    return tracemalloc.get_traced_memory()[0] / 1e6


def _resident() -> float:
    return megabytes(os.getpid())


def _growth(measured: Callable[[], float]) -> float:
    before = measured()
    kept = snapshot()
    gc.collect()
    grown = measured() - before
    assert kept.facts
    return grown


@lru_cache(maxsize=1)
def _postcodes() -> list[Postcode4]:
    """Those that lie in a municipality on the day of the questions."""
    return sorted(pc4 for pc4, periods in load_facts().municipalities.items() if at(periods, ON))


def _municipality(pc4: Postcode4) -> OrganisationCode:
    """The municipality in force; the first of them where four digits do not decide it."""
    period = at(load_facts().municipalities[pc4], ON)
    assert period is not None
    return period.value[0]


@lru_cache(maxsize=1)
def _municipalities() -> list[OrganisationCode]:
    return sorted({_municipality(pc4) for pc4 in _postcodes()})


def _code(place: int) -> str:
    return f"N{place // 100:03}{place % 100:02}"


def _postcode_of(place: int) -> Postcode4:
    postcodes = _postcodes()
    return postcodes[place * _APART % len(postcodes)]


def _board_of(place: int) -> OrganisationCode:
    return OrganisationCode(f"B{place // _PER_BOARD:05}")


def _sites() -> Iterator[Site]:
    for place, kind in zip(range(SITES), cycle(_TYPES), strict=False):
        pc4, code = _postcode_of(place), OrganisationCode(_code(place))
        name, types = _name(place, pc4), frozenset({kind})
        yield Site(code, name, _board_of(place), types, pc4, _municipality(pc4), None, None, START, None)


def _schools() -> Iterator[Organisation]:
    for place in range(SITES):
        pc4, code = _postcode_of(place), OrganisationCode(_code(place))
        kind, board = OrganisationKind.SCHOOL_SITE, _board_of(place)
        yield Organisation(code, kind, _name(place, pc4), board, _municipality(pc4), START, None)


def _boards() -> Iterator[Organisation]:
    for place in range(0, SITES, _PER_BOARD):
        kind = OrganisationKind.SCHOOL_BOARD
        yield Organisation(_board_of(place), kind, f"Bestuur {place // _PER_BOARD}", None, None, START, None)


def _desks() -> Iterator[Organisation]:
    offices = (("ST", OrganisationKind.SOCIAL_TEAM), ("LP", OrganisationKind.ATTENDANCE_OFFICE))
    for municipality in _municipalities():
        for short, kind in offices:
            code = OrganisationCode(f"{municipality}-{short}")
            yield Organisation(code, kind, f"{short} {municipality}", None, municipality, START, None)


def _name(place: int, pc4: Postcode4) -> str:
    return f"School {place} in {pc4}"


if __name__ == "__main__":
    if sys.argv[1] == "objects":
        tracemalloc.start()
        print(json.dumps(_growth(_traced)))
    else:
        print(json.dumps(_growth(_resident)))
