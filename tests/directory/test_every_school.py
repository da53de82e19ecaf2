"""Every school of the country has a partnership, or a stated reason why not. Run with `-s` to read the counts."""

import csv
from datetime import date
from pathlib import Path

import pytest

from hub.codes import OrganisationCode, Postcode4, SchoolType
from hub.directory.entries import START, Contents, Doubt, Site
from hub.directory.queries import NOT_IN_THE_DIVISION, schools_per_swv
from hub.directory.snapshot import OUTSIDE_BY_CLUSTER, OUTSIDE_BY_TYPE, Snapshot

TODAY = date(2026, 11, 21)
STATED = {*Doubt, OUTSIDE_BY_CLUSTER.source, OUTSIDE_BY_TYPE.source, NOT_IN_THE_DIVISION}
"""Every reason why a school may have no partnership, or none that is plain."""
SITES = Path(__file__).parent / "duo" / "sites.csv"


def _site(row: dict[str, str]) -> Site:
    return Site(
        code=OrganisationCode(row["code"]),
        name=row["code"],
        board=None,
        types=frozenset(map(SchoolType, row["types"].split("|"))),
        pc4=Postcode4(row["pc4"]) if row["pc4"] else None,
        municipality=OrganisationCode(row["municipality"]),
        cluster=None,
        swv_override=None,
        valid_from=START,
        valid_until=None,
        doubt=Doubt.REFORMED_BY_DENOMINATION if row["reformed"] else None,
    )


@pytest.fixture(scope="module")
def country() -> Snapshot:
    """The facts of the package with every site that DUO lists."""
    lines = (line for line in SITES.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return Snapshot.from_facts(Contents(sites=tuple(_site(row) for row in csv.DictReader(lines))))


def test_every_school_has_a_partnership_or_a_reason(country: Snapshot) -> None:
    """Nothing is left over: each site counts for a partnership in force, or for a reason in words."""
    counted, reasons = schools_per_swv(country, TODAY)
    for swv, number in sorted(counted.items()):
        print(f"{swv} {number:>5}")  # noqa: T201 - the counts per partnership
    for reason, number in reasons.most_common():
        print(f"{number:>5} {reason}")  # noqa: T201 - the counts per partnership
    expected = sum(len({kind.sector for kind in site.types}) for site in country.sites(TODAY))
    assert counted.total() + reasons.total() == expected
    assert all(country.organisation(swv, TODAY) for swv in counted)
    assert reasons.keys() <= STATED


def test_no_line_of_duo_is_left_out(country: Snapshot) -> None:
    """As many sites in the directory as lines in the list."""
    lines = [line for line in SITES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(country.sites(TODAY)) == len(lines) - 1 > 8_000


def test_nearly_every_school_is_plain_and_every_partnership_has_schools(country: Snapshot) -> None:
    """A person must look at few: reformed schools, and sites on postcodes that the law leaves open."""
    counted, reasons = schools_per_swv(country, TODAY)
    assert reasons.total() < 0.05 * counted.total()
    assert len(counted) >= 149
