"""The whole country in memory: every postcode and municipality that the law knows, and invented schools in all of them.

Nothing is drawn by lot, so that each run measures the same.
"""

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice

from hub.codes import About, OrganisationCode, OrganisationKind, Postcode4, SchoolType, Standing, Theme
from hub.directory.entries import START, Contents, Organisation, Site
from hub.directory.facts import load_facts
from hub.directory.snapshot import Snapshot
from hub.routing.facts import Facts, Request

SITES = 8_600
_PER_BOARD = 10
_ON = date(2026, 11, 20)
_APART = 479  # steps through all postcodes before it comes back
_TYPES = cycle((SchoolType.BAO, SchoolType.BAO, SchoolType.BAO, SchoolType.VO, SchoolType.SBO, SchoolType.SO))


def snapshot() -> Snapshot:
    """The directory of a country."""
    return Snapshot.from_facts(Contents(organisations=_organisations(), sites=_sites()))


def facts(number: int) -> list[Facts]:
    """Questions from all over the country: about home and about school, from near and from across a border."""
    homes = cycle(_postcodes()[::7])
    kinds = cycle(
        (
            {"request": Request.REFERRAL, "about": About.HOME, "theme": Theme.WELLBEING},
            {"request": Request.SIGNAL, "about": About.EDUCATION, "theme": Theme.DEVELOPMENT},
            {"request": Request.SUPPORT},
            {"request": Request.ADMISSION, "admission": SchoolType.SO, "standing": Standing.REGISTERED},
        )
    )
    sites = cycle(_code(place) for place in range(0, SITES, 3))
    return [
        Facts(on=_ON, site=site, home_postcode=home, **kind)  # type: ignore[arg-type]  # each kind names its own fields
        for site, home, kind in islice(zip(sites, homes, kinds, strict=False), number)
    ]


def megabytes() -> float:
    """What the snapshot takes, measured in a process of its own: everything that lives on, in MB."""
    told = subprocess.run([sys.executable, "-m", "bench.nation"], check=True, capture_output=True, text=True)
    return float(json.loads(told.stdout)["megabytes"])


def _postcodes() -> list[Postcode4]:
    return sorted(load_facts().municipalities)


def _code(place: int) -> str:
    return f"N{place // 100:03}{place % 100:02}"


def _sites() -> Iterator[Site]:
    postcodes, known = _postcodes(), load_facts().municipalities
    for place, kind in zip(range(SITES), _TYPES, strict=False):
        pc4 = postcodes[place * _APART % len(postcodes)]
        code, board = OrganisationCode(_code(place)), OrganisationCode(f"B{place // _PER_BOARD:05}")
        municipality = known[pc4][-1].value[0]
        name = f"School {place} in {pc4}"
        yield Site(code, name, board, frozenset({kind}), pc4, municipality, None, None, START, None)


def _organisations() -> Iterator[Organisation]:
    for number in range(SITES // _PER_BOARD):
        code = OrganisationCode(f"B{number:05}")
        yield Organisation(code, OrganisationKind.SCHOOL_BOARD, f"Bestuur {number}", None, None, START, None)
    offices = (("ST", OrganisationKind.SOCIAL_TEAM), ("LP", OrganisationKind.ATTENDANCE_OFFICE))
    for municipality in sorted({codes[-1].value[0] for codes in load_facts().municipalities.values()}):
        for short, kind in offices:
            code = OrganisationCode(f"{municipality}-{short}")
            yield Organisation(code, kind, f"{short} {municipality}", None, municipality, START, None)


if __name__ == "__main__":
    tracemalloc.start()
    kept = snapshot()
    print(json.dumps({"megabytes": tracemalloc.get_traced_memory()[0] / 1e6}))
