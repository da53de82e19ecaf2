"""The demo region: invented people on real ground."""

import re
from datetime import date

import pytest

from hub.codes import OrganisationKind, Postcode4, Sector
from hub.directory import demo
from hub.directory.entries import Registration
from hub.directory.snapshot import Snapshot

TODAY = date(2026, 11, 21)
LAW = Snapshot.from_facts()
SCHOOLS = [one for one in demo.registrations() if one.kind is OrganisationKind.SCHOOL_SITE]


def test_nothing_in_it_can_be_taken_for_real() -> None:
    """Codes that DUO does not give out, numbers that no exchange connects, addresses reserved for examples."""
    for one in demo.registrations():
        assert one.source == demo.SOURCE
        assert one.phone is not None
        assert one.phone.startswith("000 ")
        assert one.web is not None
        assert one.web.endswith(".example")
    assert all(re.fullmatch(r"99[A-Z]{2}0[01]", one.code) for one in SCHOOLS)


def test_every_code_is_there_once() -> None:
    """No party overwrites another."""
    codes = [one.code for one in demo.registrations()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("school", SCHOOLS, ids=lambda school: school.code)
def test_a_school_stands_where_it_says(school: Registration) -> None:
    """Its postcode lies in its municipality, and has a partnership for each of its sectors."""
    assert school.pc4 is not None
    assert LAW.municipalities(school.pc4, TODAY) == (school.municipality,)
    for sector in {kind.sector for kind in school.types if kind.sector}:
        area = LAW.area(school.pc4, sector, TODAY)
        assert area is not None
        assert area.swv is not None


def test_every_municipality_has_schools_a_team_and_an_office() -> None:
    """At least two schools of both sectors together, a social team and an attendance office each."""
    kinds = {(one.kind, one.municipality) for one in demo.registrations()}
    for municipality in demo.MUNICIPALITIES:
        assert (OrganisationKind.SOCIAL_TEAM, municipality) in kinds
        assert (OrganisationKind.ATTENDANCE_OFFICE, municipality) in kinds
        assert sum(school.municipality == municipality for school in SCHOOLS) >= 3
        assert len(LAW.municipalities(next(s.pc4 for s in SCHOOLS if s.municipality == municipality) or "", TODAY)) == 1


def test_the_places_of_the_stories_are_there() -> None:
    """Schools in Beilen, Zuidlaren, Zwartsluis and Hasselt, of the partnerships that make their stories."""
    primary = {school.pc4: LAW.area(school.pc4 or "", Sector.PO, TODAY) for school in SCHOOLS}
    expected = {"9411": "PO2201", "9471": "PO2201", "8064": "PO2203", "8061": "PO2305"}
    for pc4, swv in expected.items():
        area = primary[Postcode4(pc4)]
        assert area is not None
        assert area.swv == swv
