"""In which municipality a postcode lay, and when."""

from datetime import date

import pytest

from hub.directory.snapshot import Snapshot

FACTS = Snapshot.from_facts()
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("pc4", "on", "expected"),
    [
        ("9401", TODAY, {"GM0106"}),
        ("8064", TODAY, {"GM1896"}),
        ("9471", TODAY, {"GM1730"}),
        ("1381", date(2022, 3, 23), {"GM0457"}),  # Weesp
        ("1381", date(2022, 3, 24), {"GM0363"}),  # joins Amsterdam
        ("9751", date(2018, 12, 31), {"GM0017"}),  # Haren
        ("9751", date(2019, 1, 1), {"GM0014"}),  # joins Groningen
        ("8493", date(2015, 6, 30), {"GM1921"}),  # De Friese Meren
        ("8493", date(2015, 7, 1), {"GM1940"}),  # takes its Frisian name
        ("8831", date(2017, 12, 31), {"GM0140"}),  # Littenseradiel
        ("8831", date(2018, 1, 1), {"GM1949"}),  # is divided: this part to Waadhoeke
        ("8834", date(2018, 1, 1), {"GM0080"}),  # that part to Leeuwarden
        ("8731", date(2018, 1, 1), {"GM1900"}),  # and this to Súdwest-Fryslân
        ("5074", date(2021, 1, 1), {"GM0855"}),  # Haaren is divided: Biezenmortel to Tilburg
        ("5831", date(2021, 12, 31), {"GM0756"}),
        ("5831", date(2022, 1, 1), {"GM1982"}),  # Boxmeer becomes Land van Cuijk
        ("4331", TODAY, {"GM0687"}),  # Middelburg, which table 33 calls Middelburg (Z.)
        ("9401", date(2014, 7, 31), set()),
    ],
)
def test_a_merger_counts_from_its_day(pc4: str, on: date, expected: set[str]) -> None:
    """The municipality of a postcode is the one that was in force on the day of the question."""
    assert set(FACTS.municipalities(pc4, on)) == expected


@pytest.mark.parametrize(
    ("pc4", "on", "expected"),
    [
        ("9613", date(2016, 6, 1), {"GM0014", "GM0040"}),  # Meerstad, between Slochteren and Groningen
        ("9613", date(2019, 6, 1), {"GM0014", "GM1952"}),
        ("9613", TODAY, {"GM0014"}),
        ("3227", date(2019, 6, 1), {"GM0530", "GM1930"}),  # Oudenhoorn
        ("3227", TODAY, {"GM1992"}),
        ("1841", date(2014, 12, 31), {"GM0361", "GM0365", "GM0458"}),  # what became Alkmaar in 2015
        ("1841", date(2015, 1, 1), {"GM0361"}),
    ],
)
def test_what_four_digits_and_a_date_do_not_decide_has_several_answers(pc4: str, on: date, expected: set[str]) -> None:
    """Where the day of a border correction or the part of a merger is not known, all candidates are given."""
    assert set(FACTS.municipalities(pc4, on)) == expected


@pytest.mark.parametrize("pc4", ["7732", "9614", "9622", "5257"])
def test_a_guess_by_the_nearest_number_is_no_answer(pc4: str) -> None:
    """A postcode that neither the law nor a school places has no municipality."""
    assert FACTS.municipalities(pc4, TODAY) == ()


def test_a_municipality_that_ended_is_not_in_force_any_more() -> None:
    """Weesp is there for a question about 2020 and not for one about today."""
    weesp = FACTS.organisation("GM0457", date(2020, 1, 1))
    assert weesp is not None
    assert weesp.name == "Weesp"
    assert FACTS.organisation("GM0457", TODAY) is None


def test_the_transition_point_of_a_municipality() -> None:
    """Assen and Hoogeveen have different ones; a municipality that no longer exists has none on record."""
    north, south = FACTS.transition_point("GM0106", TODAY), FACTS.transition_point("GM0118", TODAY)
    assert north is not None
    assert south is not None
    assert (north.code, south.code) == ("RMC07", "RMC09")
    assert FACTS.transition_point("GM0457", date(2020, 1, 1)) is None
