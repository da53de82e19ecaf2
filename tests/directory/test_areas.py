"""The statutory division, by examples that a jurist knows: where municipalities are divided, and since when."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from hub.codes import Sector
from hub.directory.entries import START, Doubt
from hub.directory.facts import load_facts
from hub.directory.snapshot import Snapshot

PO, VO = Sector.PO, Sector.VO
TODAY = date(2026, 11, 21)

LAW = Snapshot.from_facts()


def swv(pc4: str, sector: Sector, on: date = TODAY) -> str | None:
    """The partnership that the snapshot gives."""
    area = LAW.area(pc4, sector, on)
    return area.swv if area else None


@pytest.mark.parametrize(
    ("pc4", "expected"),
    [
        ("9401", "PO2201"),  # Assen
        ("9411", "PO2201"),  # Beilen
        ("9471", "PO2201"),  # Zuidlaren
        ("7901", "PO2203"),  # Hoogeveen
        ("9301", "PO2001"),  # Roden, Noordenveld
        ("2771", "PO2814"),  # Alphen aan den Rijn
        ("5131", "PO3004"),  # Alphen-Chaam
        ("7233", "PO2501"),  # Bronckhorst
        ("7251", "PO2501"),
        ("4926", "PO3002"),  # Drimmelen
        ("4927", "PO3002"),
        ("5591", "PO3008"),  # Heeze-Leende
        ("2355", "PO2813"),  # Kaag en Braassem
        ("2481", "PO2813"),
        ("3155", "PO2803"),  # Midden-Delfland
        ("6941", "PO2504"),  # Montferland
        ("6942", "PO2504"),
        ("3151", "PO2803"),  # Rotterdam
        ("3181", "PO2808"),
        ("7951", "PO2203"),  # Staphorst
        ("7955", "PO2203"),
        ("7954", "PO2305"),
        ("7715", "PO2305"),
        ("2911", "PO2818"),  # Zuidplas
        ("8064", "PO2203"),  # Zwartsluis
        ("8061", "PO2305"),  # Hasselt
        ("8281", "PO2305"),  # Genemuiden
        ("4122", "PO2816"),  # Vianen
        ("4131", "PO2605"),
        ("1381", "PO2709"),  # Weesp, in Amsterdam
        ("1011", "PO2707"),
        ("5076", "PO3005"),  # Haaren, in Oisterwijk
        ("5074", "PO3005"),  # Biezenmortel, in Tilburg
        ("4331", "PO2902"),  # Middelburg
    ],
)
def test_primary_education(pc4: str, expected: str) -> None:
    """A postcode belongs to the partnership for primary education that the annex of the law says."""
    assert swv(pc4, PO) == expected


@pytest.mark.parametrize(
    ("pc4", "expected"),
    [
        ("9401", "VO2201"),
        *((pc4, "VO2001") for pc4 in ("9471", "9472", "9473", "9474", "9475")),  # Tynaarlo, round Zuidlaren
        ("9481", "VO2201"),  # Tynaarlo, Vries
        ("9766", "VO2201"),
        ("5131", "VO3004"),
        ("7234", "VO2501"),
        ("8493", "VO2101"),  # De Fryske Marren
        ("8501", "VO2102"),
        ("8508", "VO2402"),
        ("8556", "VO2103"),
        ("8491", "VO2101"),  # Heerenveen
        ("5591", "VO3008"),
        ("2931", "VO2810"),  # Krimpenerwaard
        ("3155", "VO2811"),
        ("6941", "VO2506"),
        ("6951", "VO2501"),  # Rheden
        ("6994", "VO2501"),
        ("3181", "VO2812"),
        ("8644", "VO2101"),  # Súdwest-Fryslân
        ("9014", "VO2101"),
        ("2911", "VO2810"),
        ("7951", "VO2305"),  # Staphorst: one partnership for secondary education
        ("7954", "VO2305"),
        ("8064", "VO2305"),
        ("8061", "VO2305"),
        ("9301", "VO2002"),
        ("1381", "VO2710"),
        ("3297", "VO2815"),  # Hoeksche Waard
    ],
)
def test_secondary_education(pc4: str, expected: str) -> None:
    """The borders for secondary education are others than those for primary education."""
    assert swv(pc4, VO) == expected


@pytest.mark.parametrize(
    ("pc4", "sector", "on", "expected"),
    [
        ("6941", VO, date(2020, 7, 31), "VO2504"),
        ("6941", VO, date(2020, 8, 1), "VO2506"),
        ("3297", VO, date(2018, 7, 31), "VO2810"),
        ("3297", VO, date(2018, 8, 1), "VO2815"),
        ("4331", PO, date(2015, 4, 22), "PO2901"),
        ("4331", PO, date(2022, 2, 9), "PO2902"),
        ("4331", VO, date(2016, 1, 1), "VO2901"),
        ("1364", PO, date(2022, 2, 8), None),
        ("1364", PO, date(2022, 2, 9), "PO2401"),
        ("9401", PO, date(2014, 7, 31), None),
        ("9401", PO, date(2014, 8, 1), "PO2201"),
    ],
)
def test_a_question_about_the_past_gets_the_answer_of_then(pc4: str, sector: Sector, on: date, expected: str) -> None:
    """Every change counts from its day, and nothing is known of before passend onderwijs."""
    assert swv(pc4, sector, on) == expected


@pytest.mark.parametrize(
    ("pc4", "sector", "on", "given", "doubt", "probable"),
    [
        ("3197", PO, TODAY, None, Doubt.NO_SWV_IN_LAW, None),
        ("3199", VO, TODAY, None, Doubt.NO_SWV_IN_LAW, None),
        ("2236", VO, TODAY, "VO2812", Doubt.PROBABLY_CLERICAL, "VO2803"),
        ("1384", PO, TODAY, None, Doubt.NEWER_THAN_LAW, None),
        ("7732", PO, TODAY, None, Doubt.NEWER_THAN_LAW, "PO2304"),
        ("4331", PO, date(2018, 1, 1), "PO2901", Doubt.CHANGE_DATE_UNKNOWN, "PO2902"),
        ("4122", PO, date(2015, 4, 23), "PO2605", Doubt.CHANGE_DATE_UNKNOWN, "PO2816"),
    ],
)
def test_what_is_not_plain_says_why(
    pc4: str, sector: Sector, on: date, given: str | None, doubt: Doubt, probable: str | None
) -> None:
    """A doubtful answer carries its reason, and the probable answer where something speaks for one."""
    area = LAW.area(pc4, sector, on)
    assert area is not None
    assert (area.swv, area.doubt, area.probable) == (given, doubt, probable)


def test_plain_answers_have_no_doubt() -> None:
    """2236 is doubtful for secondary education only; its primary partnership is that of its surroundings."""
    area = LAW.area("2236", PO, TODAY)
    assert area is not None
    assert (area.swv, area.doubt) == ("PO2812", None)


@pytest.mark.parametrize("pc4", ["0999", "1000", "4000", "12345", "", "94O1"])
def test_what_is_no_postcode_of_the_law_has_no_area(pc4: str) -> None:
    """An unknown postcode is never guessed from its neighbours."""
    assert LAW.area(pc4, PO, TODAY) is None
    assert LAW.municipalities(pc4, TODAY) == ()


def test_the_source_names_the_state_of_the_text() -> None:
    """An answer cites the regulation and the text it was read in."""
    changed, unchanged = LAW.area("4331", PO, TODAY), LAW.area("9401", PO, TODAY)
    assert changed is not None
    assert unchanged is not None
    assert "BWBR0032324" in changed.source
    assert changed.source.endswith("tekst van 2022-02-09")
    assert unchanged.source.endswith("gelijk in de teksten van 2015-04-23 en 2022-02-09")


def test_the_divided_municipalities_of_today() -> None:
    """The municipalities that lie in more than one partnership, by law or through a merger."""
    codes = [code for code in load_facts().organisations if code.startswith("GM")]
    names = {
        sector: {
            organisation.name
            for code in codes
            if LAW.is_split(code, sector, TODAY) and (organisation := LAW.organisation(code, TODAY))
        }
        for sector in Sector
    }
    in_both = {
        *("Alphen-Chaam", "Altena", "Amsterdam", "Beekdaelen", "Bronckhorst", "Haarlemmermeer", "Heeze-Leende"),
        *("Meierijstad", "Midden-Delfland", "Montferland", "Oisterwijk", "Rotterdam", "Tilburg"),
        *("Vijfheerenlanden", "West Betuwe", "Zuidplas"),
    }
    assert names[PO] - in_both == {
        "Alphen aan den Rijn",
        "Drimmelen",
        "Kaag en Braassem",
        "Staphorst",
        "Zwartewaterland",
    }
    assert names[VO] - in_both == {
        *("De Fryske Marren", "Groningen", "Heerenveen", "Katwijk", "Krimpenerwaard", "Leeuwarden", "Rheden"),
        *("Súdwest-Fryslân", "Tynaarlo", "Waadhoeke", "Westerwolde"),
    }
    assert in_both <= names[PO] & names[VO]


def test_the_parts_of_a_divided_municipality() -> None:
    """Tynaarlo's villages round Zuidlaren belong to Groningen for secondary education, the others to Drenthe."""
    parts = LAW.swvs_of_municipality("GM1730", VO, TODAY)
    assert parts["VO2001"] == ["9471", "9472", "9473", "9474", "9475"]  # type: ignore[index]  # plain text as code
    assert not LAW.is_split("GM1730", PO, TODAY)


def test_a_municipality_can_become_divided_by_a_merger() -> None:
    """Amsterdam was whole until Weesp joined it; Weesp kept its partnerships."""
    assert not LAW.is_split("GM0363", PO, date(2022, 3, 23))
    assert LAW.is_split("GM0363", PO, date(2022, 3, 24))
    assert swv("1381", PO, date(2022, 3, 23)) == swv("1381", PO, date(2022, 3, 24))


@given(
    pc4=st.sampled_from(sorted(load_facts().areas[PO])),
    sector=st.sampled_from(Sector),
    on=st.dates(START - timedelta(days=400), date(2030, 1, 1)),
)
def test_every_answer_stands_on_its_own(pc4: str, sector: Sector, on: date) -> None:
    """An area names a partnership that exists that day, or says why it cannot; before 2014 there is none."""
    area = LAW.area(pc4, sector, on)
    if on < START:
        assert area is None
    elif area is not None:
        assert area.source
        assert area.swv or area.doubt
        if area.swv:
            assert area.swv.startswith(sector.upper())
            assert LAW.organisation(area.swv, on) is not None
