"""The directory against the law itself: every postcode, both sectors, on three days, read from the text and no table.

Beside this file, in `law`, stand the statutory text as it was published on 23 April 2015 (BWBR0032324) and the annex as
it was on 9 February 2022. They are read here with a few lines of their own, not with the tools that made the facts.
"""

import csv
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from hub.codes import Sector
from hub.directory.entries import Doubt
from hub.directory.snapshot import Snapshot

LAW = Path(__file__).parent / "law"
LINE = re.compile(r"^\|\s*(\d{4})\s*\|\s*([^|]*?)\s*\|\s*([^|]*?)\s*\|\s*([^|]*?)\s*\|", re.MULTILINE)
CODE = re.compile(r"(PO|VO)\d{4}")
DAYS = (date(2015, 4, 23), date(2018, 12, 31), date(2026, 11, 21))
PO, VO = Sector.PO, Sector.VO

KNOWN_CHANGES = {
    # sector, before, after: the first day on which the new one may be found, how many postcodes, and why
    (VO, "VO2810", "VO2815"): (date(2018, 8, 1), 18, "Hoeksche Waard: announced by the partnerships, December 2017"),
    (VO, "VO2504", "VO2506"): (date(2020, 8, 1), 23, "two partnerships became one: announced by the partnerships"),
    (PO, "PO2901", "PO2902"): (date(2022, 2, 9), 32, "Walcheren: in the annex of 2022; the day itself is not known"),
    (PO, "PO2605", "PO2816"): (date(2022, 2, 9), 1, "4122: in the annex of 2022; the day itself is not known"),
}
ADDED = {"1364", "2236", "5722", "8323"}
"""Postcodes that the annex of 2022 has and the text of 2015 has not."""
WITHOUT_SWV = {"3197", "3198", "3199"}
"""Europoort: the law prints no code."""


@cache
def text_of_2015() -> dict[tuple[str, Sector], str | None]:
    """Per postcode and sector the code that the law prints, None where it prints none."""
    found: dict[tuple[str, Sector], str | None] = {}
    for pc4, _, po, vo in LINE.findall((LAW / "BWBR0032324_2015-04-23.md").read_text(encoding="utf-8")):
        found[pc4, PO] = po if CODE.fullmatch(po) else None
        found[pc4, VO] = vo if CODE.fullmatch(vo) else None
    return found


@cache
def annex_of_2022() -> dict[tuple[str, Sector], str | None]:
    """The same of the annex of 2022."""
    with (LAW / "annex_2022-02-09.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    return {(row["pc4"], sector): row[f"swv_{sector.value}"] or None for row in rows for sector in Sector}


@pytest.fixture(scope="module")
def directory() -> Snapshot:
    """The facts of the package alone."""
    return Snapshot.from_facts()


def found_in(directory: Snapshot, pc4: str, sector: Sector, on: date) -> str | None:
    """What the directory answers."""
    area = directory.area(pc4, sector, on)
    return area.swv if area else None


def test_the_text_names_every_postcode_once(directory: Snapshot) -> None:
    """4,046 postcodes in 2015, four added since, and 24 that no text has: 4,074, of which the last go to a person."""
    in_2015, in_2022 = {pc4 for pc4, _ in text_of_2015()}, {pc4 for pc4, _ in annex_of_2022()}
    assert (len(in_2015), in_2022 - in_2015, in_2015 - in_2022) == (4_046, ADDED, set())
    assert {pc4 for (pc4, _), code in text_of_2015().items() if code is None} == WITHOUT_SWV
    known = set(directory.facts.areas[PO]) & set(directory.facts.areas[VO])
    assert len(known) == 4_074
    for pc4 in known - in_2022:
        doubts = {directory.area(pc4, sector, DAYS[-1]).doubt for sector in Sector}  # type: ignore[union-attr]
        assert doubts == {Doubt.NEWER_THAN_LAW}


@pytest.mark.parametrize("on", DAYS)
def test_every_postcode_is_as_the_law_says_or_a_known_change(directory: Snapshot, on: date) -> None:
    """Equal to the text of 2015, or one of four changes of which the source stands above."""
    changes: Counter[tuple[Sector, str | None, str | None]] = Counter()
    for (pc4, sector), code in text_of_2015().items():
        answer = found_in(directory, pc4, sector, on)
        if answer != code:
            changes[sector, code, answer] += 1
    expected = {change: number for change, (since, number, _) in KNOWN_CHANGES.items() if since <= on}
    assert changes == expected


@pytest.mark.parametrize("on", DAYS)
def test_what_no_text_of_a_day_has_gets_no_partnership(directory: Snapshot, on: date) -> None:
    """The other 28 of the 4,074: what the annex of 2022 added counts from that annex on, and the newest never do."""
    published = annex_of_2022() if on >= date(2022, 2, 9) else {}
    known = set(directory.facts.areas[PO]) | set(directory.facts.areas[VO])
    beyond = [(pc4, sector) for pc4 in known - {pc4 for pc4, _ in text_of_2015()} for sector in Sector]
    assert len(beyond) == 2 * 28
    for place in beyond:
        assert found_in(directory, *place, on) == published.get(place), place


def test_every_postcode_is_as_the_annex_of_2022_says(directory: Snapshot) -> None:
    """Today, without any exception."""
    wrong = {
        (pc4, sector): (code, answer)
        for (pc4, sector), code in annex_of_2022().items()
        if (answer := found_in(directory, pc4, sector, DAYS[-1])) != code
    }
    assert wrong == {}


def test_what_the_law_leaves_open_is_never_plain(directory: Snapshot) -> None:
    """A postcode without a code, one that is probably a mistake, and one that the law does not have, go to a person."""
    for pc4, sector in [*((pc4, sector) for pc4 in sorted(WITHOUT_SWV) for sector in Sector), ("2236", VO)]:
        area = directory.area(pc4, sector, DAYS[-1])
        assert area is not None
        assert area.doubt is not None
    assert directory.area("1000", PO, DAYS[-1]) is None
