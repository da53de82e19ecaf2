"""Whom a change of the directory affects: two snapshots side by side, on one day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType, Sector, Theme
from hub.directory.effect import Balance, Difference, effect_on
from hub.directory.entries import START, Agreement, AreaCorrection, Contents, Coverage, Organisation, Site
from hub.directory.snapshot import Snapshot

BEFORE, DAY = date(2026, 12, 31), date(2027, 1, 1)
ASSEN = OrganisationCode("GM0106")


def a_team(code: str, name: str = "Sociaal team", until: date | None = None) -> Organisation:
    """A social team of Assen."""
    return Organisation(OrganisationCode(code), OrganisationKind.SOCIAL_TEAM, name, None, ASSEN, START, until)


def a_site(code: str, pc4: str, *kinds: SchoolType) -> Site:
    """A school site on a postcode, of a board."""
    types = frozenset(kinds or (SchoolType.BAO,))
    board = OrganisationCode("B00001")
    return Site(OrganisationCode(code), f"School {code}", board, types, Postcode4(pc4), ASSEN, None, None, START, None)


TEAM, SITE, SPECIAL = a_team("GM0106-ST"), a_site("99AA00", "9401"), a_site("99AB00", "9407", SchoolType.SO)
CONTENTS = Contents(organisations=(TEAM,), sites=(SITE, SPECIAL))
NOW = Snapshot.from_facts(CONTENTS)


def changed(**more: Any) -> Snapshot:
    """The directory with something written in."""
    return Snapshot.from_facts(replace(CONTENTS, **more))


def corrected(pc4: str, organisation: str, sector: Sector | None) -> AreaCorrection:
    """What a postcode has from the day on."""
    return AreaCorrection(OrganisationCode(organisation), sector, Postcode4(pc4), DAY, None, "test")


def test_the_same_directory_affects_nobody() -> None:
    """Not even one built anew."""
    effect = effect_on(NOW, changed(), DAY)
    assert not effect
    assert effect.balances == ()


def test_a_boundary_affects_the_postcode_and_the_schools_on_it() -> None:
    """From its day, in its sector; the other sector and the team stay."""
    after = changed(corrections=[corrected("9407", "PO2305", Sector.PO)])
    assert not effect_on(NOW, after, BEFORE)
    effect = effect_on(NOW, after, DAY)
    assert effect.postcodes == (Difference("9407", "po", "PO2201", "PO2305"),)
    assert effect.sites == (Difference("99AB00", "po", "PO2201", "PO2305"),)
    assert effect.balances == (Balance("PO2201", 0, 1, 0, 1), Balance("PO2305", 1, 0, 1, 0))
    assert effect.names["99AB00"] == "School 99AB00"
    assert set(effect.names) == {"99AB00", "PO2201", "PO2305"}


def test_another_municipality_is_another_team_and_office() -> None:
    """Where the new one has none, the answer is nobody."""
    effect = effect_on(NOW, changed(corrections=[corrected("9401", "GM1680", None)]), DAY)
    assert {(one.what, one.before, one.after) for one in effect.postcodes} == {
        ("municipality", "GM0106", "GM1680"),
        ("social_team", "GM0106-ST", "-"),
    }
    assert {one.subject for one in effect.sites} == {"99AA00"}
    assert effect.balances == (
        Balance("GM0106", 0, 1, 0, 1),
        Balance("GM0106-ST", 0, 1, 0, 1),
        Balance("GM1680", 1, 0, 1, 0),
    )


def test_a_team_for_one_theme_shows_for_that_theme_only() -> None:
    """The general team stays, and keeps its postcodes."""
    poverty = Coverage(OrganisationCode("GM0106-P"), ASSEN, None, frozenset({Theme.POVERTY}), DAY, None)
    teams = [TEAM, a_team("GM0106-P")]
    without = Snapshot.from_facts(replace(CONTENTS, organisations=teams, coverage=[replace(poverty, themes=None)]))
    effect = effect_on(NOW, changed(organisations=teams, coverage=[poverty]), DAY)
    assert {(one.what, one.before, one.after) for one in effect.postcodes} == {
        ("social_team:poverty", "GM0106-ST", "GM0106-P")
    }
    assert {one.what for one in effect.parties} == {"name", "municipality"}
    assert effect_on(without, without, DAY).postcodes == ()


@pytest.mark.parametrize(
    ("organisations", "told"),
    [
        ((a_team("GM0106-ST", "Wijkteam"),), {("name", "Sociaal team", "Wijkteam")}),
        ((replace(a_team("GM0106-ST"), phone="000 000 0001"),), {("phone", "-", "000 000 0001")}),
        ((a_team("GM0106-ST", until=DAY),), {("name", "Sociaal team", "-"), ("municipality", "GM0106", "-")}),
    ],
)
def test_what_is_said_of_a_party_shows(
    organisations: tuple[Organisation, ...], told: set[tuple[str, str, str]]
) -> None:
    """A name, a telephone number, its end."""
    effect = effect_on(NOW, changed(organisations=organisations), DAY)
    assert {(one.what, one.before, one.after) for one in effect.parties} == told
    assert {one.subject for one in effect.parties} == {"GM0106-ST"}


def test_a_school_that_ends_has_no_answers_any_more() -> None:
    """It is told with all that it had."""
    ended = replace(SITE, valid_until=DAY)
    effect = effect_on(NOW, changed(sites=[ended, SPECIAL]), DAY)
    assert {one.subject for one in effect.sites} == {"99AA00"}
    assert ("po", "PO2201", "-") in {(one.what, one.before, one.after) for one in effect.sites}


def test_an_agreement_is_told_as_it_was_and_as_it_will_be() -> None:
    """A new one, one that changes its scope, one that ends."""

    def agreement(name: str, desk: str, since: date = START, until: date | None = None) -> Agreement:
        return Agreement(name, "desk", frozenset({ASSEN}), {"name": desk}, since, until, "test")

    old = changed(agreements=[agreement("a", "Noord"), agreement("b", "Oost")])
    new = changed(agreements=[agreement("a", "Zuid"), agreement("b", "Oost", until=DAY), agreement("c", "West", DAY)])
    effect = effect_on(old, new, DAY)
    assert [(one.subject, one.what) for one in effect.agreements] == [
        ("a", "scope"),
        *(("b", what) for what in ("kind", "parties", "scope")),
        *(("c", what) for what in ("kind", "parties", "scope")),
    ]


def test_a_doubtful_answer_carries_a_question_mark() -> None:
    """It counts for nobody until a person has looked; 3197 has no partnership in law."""
    effect = effect_on(NOW, changed(corrections=[corrected("3197", "PO2808", Sector.PO)]), DAY)
    assert [(one.before, one.after) for one in effect.postcodes] == [("-", "PO2808")]
    assert effect.balances == (Balance("PO2808", 1, 0, 0, 0),)
    assert effect.to_data()["balances"][0]["postcodes_gained"] == 1
