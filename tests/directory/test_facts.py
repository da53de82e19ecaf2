"""The facts that come with the package: whole, consistent with each other, small, and compiled from their sources."""

import csv
import subprocess
import sys
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from hub.codes import OrganisationCode, OrganisationKind, Sector
from hub.directory.facts import load_facts
from hub.directory.snapshot import Snapshot

TODAY = date(2026, 11, 21)
ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "data"
FACTS = Path(str(files("hub.directory.facts")))

needs_reference = pytest.mark.skipif(
    not REFERENCE.exists(), reason="the reference data does not lie beside this folder"
)


def in_force(kind: OrganisationKind) -> list[str]:
    """Codes of a kind today."""
    return [one.code for one in Snapshot.from_facts().organisations(kind, TODAY)]


def test_the_partnerships_of_today() -> None:
    """75 partnerships for primary and 74 for secondary education divide the country; two are nationwide."""
    codes = in_force(OrganisationKind.SWV)
    assert len([code for code in codes if code.startswith("PO")]) == 75 + 1
    assert len([code for code in codes if code.startswith("VO")]) == 74 + 1


@pytest.mark.parametrize(
    ("code", "last_day", "first_day_after"),
    [("PO2901", date(2022, 2, 8), date(2022, 2, 9)), ("VO2504", date(2020, 7, 31), date(2020, 8, 1))],
)
def test_a_partnership_that_merged_has_an_end(code: str, last_day: date, first_day_after: date) -> None:
    """It is in the directory on its last day, and not on the next."""
    facts = Snapshot.from_facts()
    assert facts.organisation(code, last_day) is not None
    assert facts.organisation(code, first_day_after) is None


def test_names_that_nobody_published_are_marked() -> None:
    """Six names are published; a made name never looks like one."""
    facts = load_facts()
    assert OrganisationCode("PO2201") not in facts.generated_names
    assert OrganisationCode("PO2305") in facts.generated_names
    partnerships = [code for code in facts.organisations if code[:2] in {"PO", "VO"}]
    assert len(partnerships) - len(facts.generated_names) == 6 + 2


def test_municipalities_and_transition_points_of_today() -> None:
    """342 municipalities, each with one of the 40 transition points and with a region for school holidays."""
    facts = load_facts()
    municipalities = in_force(OrganisationKind.MUNICIPALITY)
    assert len(municipalities) == 342
    assert len(in_force(OrganisationKind.TRANSITION_POINT)) == 40
    assert set(municipalities) == set(facts.transition_points) == set(facts.holiday_regions)
    assert set(facts.transition_points.values()) <= facts.organisations.keys()


def test_every_postcode_lies_in_a_municipality_that_existed() -> None:
    """The history of a postcode names no municipality before it began or after it ended."""
    facts = load_facts()
    for periods in facts.municipalities.values():
        for period in periods:
            for code in period.value:
                (municipality,) = facts.organisations[code]
                last = municipality.valid_until or date.max
                assert municipality.valid_from <= period.valid_from
                assert (period.valid_until or date.max) <= last


def test_the_history_of_a_postcode_has_no_gap_and_no_overlap() -> None:
    """Each period begins on the day the one before it ended; the last is open."""
    for periods in load_facts().municipalities.values():
        assert periods[0].valid_until is None
        for later, earlier in pairwise(periods):
            assert earlier.valid_until == later.valid_from


def test_successors_are_known() -> None:
    """A municipality that ended says who took it over, and one in force has nobody after it."""
    facts = load_facts()
    for code, (municipality, *_) in facts.organisations.items():
        if municipality.kind is OrganisationKind.MUNICIPALITY:
            assert (code in facts.successors) == (municipality.valid_until is not None)
            assert set(facts.successors.get(code, ())) <= facts.organisations.keys()


def test_the_facts_are_small_and_only_facts() -> None:
    """Under 600 kB together, each table saying where it comes from, and no coordinate or number of inhabitants."""
    tables = list(FACTS.rglob("*.csv"))
    assert sum(table.stat().st_size for table in tables) < 600_000
    for table in tables:
        first, header, *_ = table.read_text(encoding="utf-8").splitlines()
        assert "SOURCES.md" in first
        assert not {"lat", "lon", "inhabitants", "inhabitants_2024"} & set(header.split(","))


@needs_reference
def test_every_postcode_of_the_law_is_there_and_right() -> None:
    """All postcodes of the newest annex give its partnerships today; the three of Europoort give none."""
    facts = Snapshot.from_facts()
    with (REFERENCE / "derived" / "law_pc4_swv_2022-02-09.csv").open(encoding="utf-8") as table:
        law = list(csv.DictReader(table))
    assert len(law) == 4050
    for row in law:
        for sector in Sector:
            area = facts.area(row["pc4"], sector, TODAY)
            assert area is not None
            assert (area.swv or "") == row[f"swv_{sector}"]


@needs_reference
def test_every_postcode_of_today_has_an_answer_or_a_doubt() -> None:
    """Of the 4,074 postcodes of the country, 24 are newer than the law and 3 have none in it; all of them say so."""
    facts = Snapshot.from_facts()
    with (REFERENCE / "derived" / "pc4.csv").open(encoding="utf-8") as table:
        postcodes = [row["pc4"] for row in csv.DictReader(table)]
    areas = [facts.area(pc4, Sector.PO, TODAY) for pc4 in postcodes]
    assert len(areas) == 4074
    assert sum(area is not None and area.swv is None and area.doubt is not None for area in areas) == 24 + 3
    assert None not in areas


@needs_reference
def test_the_division_of_2015_is_the_text_of_the_law() -> None:
    """Read apart from the compiler: on 1 April 2015 every postcode gives what the text of that month prints."""
    facts = Snapshot.from_facts()
    text = (REFERENCE / "raw" / "wet" / "BWBR0032324_2015-04-23.md").read_text(encoding="utf-8")
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    rows = [row for row in cells if len(row) == 4 and row[0].isdecimal()]
    assert len(rows) == 4046
    for pc4, _, *codes in rows:
        for sector, code in zip(Sector, codes, strict=True):
            area = facts.area(pc4, sector, date(2015, 4, 1))
            assert area is not None
            assert area.swv == (None if code == "Europoort" else code)


@needs_reference
def test_the_tables_are_what_the_compiler_makes(tmp_path: Path) -> None:
    """Nobody edits a table by hand: compiling anew gives the same bytes."""
    compiler = ROOT / "tools" / "compile_facts.py"
    subprocess.run([sys.executable, str(compiler), str(REFERENCE), str(tmp_path)], check=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.csv")}
    assert made == {path.relative_to(FACTS): path.read_bytes() for path in FACTS.rglob("*.csv")}
