"""What routing asks a snapshot about schools, teams, corrections and agreements."""

from dataclasses import replace
from datetime import date

import pytest

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType, Sector, Theme
from hub.directory.entries import START, Agreement, AreaCorrection, Contents, Coverage, Doubt, Organisation, Site
from hub.directory.snapshot import OUTSIDE_BY_CLUSTER, OUTSIDE_BY_TYPE, Snapshot

TODAY = date(2026, 11, 21)
LAST_YEAR = date(2025, 11, 21)
TURN = date(2026, 8, 1)
ASSEN, TYNAARLO = OrganisationCode("GM0106"), OrganisationCode("GM1730")


def a_site(*types: SchoolType, pc4: str | None = "9401", code: str = "99AA00", **changes: object) -> Site:
    """A school site in Assen."""
    site = Site(
        code=OrganisationCode(code),
        name="De Zwerfkei",
        board=None,
        types=frozenset(types),
        pc4=Postcode4(pc4) if pc4 else None,
        municipality=ASSEN,
        cluster=None,
        swv_override=None,
        valid_from=START,
        valid_until=None,
    )
    return replace(site, **changes)  # type: ignore[arg-type]  # each test names real fields


def a_party(code: str, kind: OrganisationKind, municipality: OrganisationCode | None = ASSEN) -> Organisation:
    """A team or office."""
    return Organisation(OrganisationCode(code), kind, code, None, municipality, START, None)


def with_sites(*sites: Site) -> Snapshot:
    """The facts and these sites."""
    return Snapshot.from_facts(Contents(sites=sites))


def swv_of(site: Site, sector: Sector, on: date = TODAY) -> str | None:
    """The partnership of a site that stands alone in the directory."""
    area = with_sites(site).swv_of_site(site.code, sector, on)
    return area.swv if area else None


@pytest.mark.parametrize(
    ("kind", "pc4", "sector", "expected"),
    [
        (SchoolType.BAO, "9471", Sector.PO, "PO2201"),
        (SchoolType.VO, "9471", Sector.VO, "VO2001"),
        (SchoolType.SO, "8064", Sector.PO, "PO2203"),
        (SchoolType.VSO, "8064", Sector.VO, "VO2305"),
        (SchoolType.PRO, "7951", Sector.VO, "VO2305"),
        (SchoolType.SBO, "7951", Sector.PO, "PO2203"),
        (SchoolType.BAO, "9471", Sector.VO, None),
        (SchoolType.VO, "9471", Sector.PO, None),
    ],
)
def test_a_site_belongs_to_the_partnership_of_its_own_postcode(
    kind: SchoolType, pc4: str, sector: Sector, expected: str | None
) -> None:
    """Rule A1; a school without education in a sector has no partnership in it."""
    assert swv_of(a_site(kind, pc4=pc4), sector) == expected


def test_a_list_wins_over_the_postcode() -> None:
    """The nationwide partnership, or DUO's list, overrides what the postcode says, for its sector only."""
    listed = {Sector.PO: OrganisationCode("PO0001")}
    site = a_site(SchoolType.SO, SchoolType.VSO, swv_override=listed)
    assert swv_of(site, Sector.PO) == "PO0001"
    assert swv_of(site, Sector.VO) == "VO2201"


@pytest.mark.parametrize("cluster", ["1", "2", "1/2"])
def test_clusters_one_and_two_are_outside_every_partnership(cluster: str) -> None:
    """Rule A9, with the law it follows from."""
    snapshot = with_sites(a_site(SchoolType.SO, cluster=cluster))
    assert snapshot.swv_of_site("99AA00", Sector.PO, TODAY) is OUTSIDE_BY_CLUSTER


@pytest.mark.parametrize("kind", [SchoolType.MBO, SchoolType.PRIVATE])
def test_mbo_and_private_schools_are_outside_every_partnership(kind: SchoolType) -> None:
    """Rule A11."""
    assert with_sites(a_site(kind)).swv_of_site("99AA00", Sector.VO, TODAY) is OUTSIDE_BY_TYPE


@pytest.mark.parametrize(
    ("doubt", "probable"), [(Doubt.REFORMED_BY_DENOMINATION, "PO0001"), (Doubt.CLUSTER_UNCLEAR, "PO2201")]
)
def test_a_doubt_about_the_school_travels_with_the_answer(doubt: Doubt, probable: str) -> None:
    """The postcode's partnership is given, with the reason why a person must look."""
    area = with_sites(a_site(SchoolType.SO, doubt=doubt)).swv_of_site("99AA00", Sector.PO, TODAY)
    assert area is not None
    assert (area.swv, area.doubt, area.probable) == ("PO2201", doubt, probable)


@pytest.mark.parametrize("pc4", [None, "1000"])
def test_a_site_without_a_usable_postcode_has_no_partnership(pc4: str | None) -> None:
    """Nothing is guessed from its municipality."""
    assert with_sites(a_site(SchoolType.BAO, pc4=pc4)).swv_of_site("99AA00", Sector.PO, TODAY) is None


def test_a_school_that_moved_keeps_its_old_partnership_for_last_year() -> None:
    """A question about last year gets last year's answer."""
    before = a_site(SchoolType.BAO, pc4="8061", valid_until=TURN)
    after = a_site(SchoolType.BAO, pc4="8064", valid_from=TURN)
    snapshot = with_sites(after, before)
    areas = [snapshot.swv_of_site("99AA00", Sector.PO, on) for on in (LAST_YEAR, TODAY)]
    assert [area.swv for area in areas if area] == ["PO2305", "PO2203"]


def test_unknown_codes_have_no_answer() -> None:
    """What the directory does not hold is None, never a fault."""
    snapshot = Snapshot.from_facts()
    assert snapshot.site("99ZZ00", TODAY) is None
    assert snapshot.organisation("99ZZ00", TODAY) is None
    assert snapshot.swv_of_site("99ZZ00", Sector.PO, TODAY) is None
    assert snapshot.social_team("GM0106", TODAY) is None
    assert snapshot.attendance_office("GM9999", TODAY) is None


def test_the_team_of_a_municipality() -> None:
    """A team without coverage of its own works in the whole municipality it belongs to, an office beside it."""
    team = a_party("GM0106-ST", OrganisationKind.SOCIAL_TEAM)
    office = a_party("GM0106-LP", OrganisationKind.ATTENDANCE_OFFICE)
    snapshot = Snapshot.from_facts(Contents(organisations=[office, team]))
    assert snapshot.social_team("GM0106", TODAY, pc4="9401", theme=Theme.HOME) == team
    assert snapshot.attendance_office("GM0106", TODAY) == office
    assert snapshot.social_team("GM0106", date(2014, 1, 1)) is None


def test_the_team_for_just_this_village_and_theme_comes_first() -> None:
    """From special to general: village and theme, village, theme, everything."""
    names = ("general", "theme", "village", "village-theme")
    teams = [a_party(name, OrganisationKind.SOCIAL_TEAM) for name in names]
    village, theme = frozenset({Postcode4("9471")}), frozenset({Theme.POVERTY})
    reach = {"theme": (None, theme), "village": (village, None), "village-theme": (village, theme)}
    coverage = [Coverage(OrganisationCode(name), TYNAARLO, *what, START, None) for name, what in reach.items()]
    teams[0] = replace(teams[0], municipality=TYNAARLO)
    snapshot = Snapshot.from_facts(Contents(organisations=teams, coverage=coverage))
    asked = [("9471", Theme.POVERTY), ("9471", Theme.HOME), ("9481", Theme.POVERTY), ("9481", None), (None, None)]
    found = [snapshot.social_team(TYNAARLO, TODAY, pc4=pc4, theme=theme) for pc4, theme in asked]
    assert [team.code for team in found if team] == ["village-theme", "village", "theme", "general", "general"]


def test_a_team_with_coverage_of_its_own_does_not_work_elsewhere() -> None:
    """A village team of a municipality is not the team of the whole municipality."""
    team = a_party("village", OrganisationKind.SOCIAL_TEAM, TYNAARLO)
    only = Coverage(team.code, TYNAARLO, frozenset({Postcode4("9471")}), None, START, None)
    snapshot = Snapshot.from_facts(Contents(organisations=[team], coverage=[only]))
    assert snapshot.social_team(TYNAARLO, TODAY, pc4="9471") == team
    assert snapshot.social_team(TYNAARLO, TODAY, pc4="9481") is None


def test_an_office_can_work_for_several_municipalities() -> None:
    """A regional attendance office covers each of them from its own day."""
    office = a_party("RBL", OrganisationKind.ATTENDANCE_OFFICE, None)
    coverage = [
        Coverage(office.code, code, None, None, since, None) for code, since in ((ASSEN, START), (TYNAARLO, TURN))
    ]
    snapshot = Snapshot.from_facts(Contents(organisations=[office], coverage=coverage))
    assert snapshot.attendance_office(ASSEN, LAST_YEAR) == office
    assert snapshot.attendance_office(TYNAARLO, LAST_YEAR) is None
    assert snapshot.attendance_office(TYNAARLO, TODAY) == office


def test_a_correction_overrides_the_law_on_its_days() -> None:
    """A newer regulation can be written in before the package knows it; before its day nothing changes."""
    moved = AreaCorrection(OrganisationCode("PO2305"), Sector.PO, Postcode4("8064"), TURN, None, "Stcrt. 2026, 1")
    snapshot = Snapshot.from_facts(Contents(corrections=[moved]))
    area, before = snapshot.area("8064", Sector.PO, TODAY), snapshot.area("8064", Sector.PO, LAST_YEAR)
    assert area is not None
    assert before is not None
    assert (area.swv, area.source, area.doubt) == ("PO2305", "Stcrt. 2026, 1", None)
    assert before.swv == "PO2203"
    assert snapshot.is_split("GM1896", Sector.PO, LAST_YEAR)
    assert not snapshot.is_split("GM1896", Sector.PO, TODAY)


def test_a_correction_can_place_a_postcode_in_a_municipality() -> None:
    """An administrator answers for a postcode that four digits or the facts leave open."""
    placed = AreaCorrection(OrganisationCode("GM0175"), None, Postcode4("7732"), START, None, "gemeente Ommen")
    snapshot = Snapshot.from_facts(Contents(corrections=[placed]))
    assert snapshot.municipalities("7732", TODAY) == ("GM0175",)


def test_a_row_of_the_directory_replaces_the_fact() -> None:
    """A name or an end that an administrator wrote holds, and the fact does not come back after it."""
    named = Organisation(
        OrganisationCode("GM1696"), OrganisationKind.MUNICIPALITY, "Wijdemeren", None, None, START, TURN
    )
    snapshot = Snapshot.from_facts(Contents(organisations=[named]))
    assert snapshot.organisation("GM1696", LAST_YEAR) == named
    assert snapshot.organisation("GM1696", TODAY) is None


def test_agreements_hold_on_their_days() -> None:
    """In order of their id, of the asked kind only."""

    def agreement(name: str, kind: str, since: date, until: date | None) -> Agreement:
        return Agreement(name, kind, frozenset(), {}, since, until, "OOGO")

    entries = [
        agreement("b", "border", START, None),
        agreement("a", "border", TURN, None),
        agreement("c", "border", START, TURN),
        agreement("d", "other", START, None),
    ]
    snapshot = Snapshot.from_facts(Contents(agreements=entries))
    assert [one.id for one in snapshot.agreements("border", TODAY)] == ["a", "b"]
    assert [one.id for one in snapshot.agreements("border", LAST_YEAR)] == ["b", "c"]
    assert snapshot.agreements("unknown", TODAY) == ()


def test_the_nationwide_partnerships() -> None:
    """Each sector has one, outside every area."""
    national = [Snapshot.from_facts().national_swv(sector, TODAY) for sector in Sector]
    assert [one.code for one in national if one] == ["PO0001", "VO0001"]


def test_successors_come_from_the_facts_or_from_what_was_written_in() -> None:
    """Littenseradiel went to three municipalities by the facts; a merger that was written in moves every postcode."""
    assert Snapshot.from_facts().successors("GM0457", TODAY) == ("GM0363",)
    assert len(Snapshot.from_facts().successors("GM0140", TODAY)) == 3
    ground = Snapshot.from_facts().postcodes_of("GM1696", TODAY)
    moved = [AreaCorrection(OrganisationCode("GM0402"), None, pc4, TURN, None, "merger") for pc4 in ground]
    snapshot = Snapshot.from_facts(Contents(corrections=moved))
    assert snapshot.successors("GM1696", TODAY) == ("GM0402",)
    assert snapshot.successors("GM9999", TODAY) == ()
