"""Who is responsible for a postcode, in sentences and for programs."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, Sector
from hub.directory import queries
from hub.directory.actions import load_demo
from hub.directory.current import build_snapshot
from hub.directory.entries import START, AreaCorrection, Contents, Organisation
from hub.directory.snapshot import Snapshot
from hub.store.engine import Sessions

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LAW = Snapshot.from_facts()


def told(postcode: str, sector: Sector | None = None, on: date = TODAY, snapshot: Snapshot = LAW) -> str:
    """The whole answer in English."""
    return "\n".join(one.text("en") for one in queries.who(snapshot, postcode, sector, on).sentences)


def test_a_plain_answer_names_partnership_municipality_and_source() -> None:
    """With one sector asked, only that one is answered."""
    answer = told("8064", Sector.PO)
    assert "For primary education, postcode 8064 belongs to Samenwerkingsverband PO 22.03 (PO2203)." in answer
    assert "Municipality: Zwartewaterland (GM1896)." in answer
    assert "BWBR0032324" in answer
    assert "secondary" not in answer
    assert queries.who(LAW, "8064", Sector.PO, TODAY).is_plain


def test_a_divided_municipality_is_shown_with_its_parts() -> None:
    """The warning that the website of the partnership leaves out: Zuidlaren's secondary education is Groningen's."""
    answer = told("9471", Sector.VO)
    assert "Tynaarlo is divided; the postcode decides. VO2001: 9471-9475; VO2201: 9481-9766." in answer
    assert "divided" not in told("9471", Sector.PO)


@pytest.mark.parametrize(
    ("postcode", "on", "words"),
    [
        ("3197", TODAY, ["has no partnership", "gives it no partnership", "A person must look"]),
        ("2236", TODAY, ["belongs to", "probably by mistake", "Probably it is VO2803"]),
        (
            "7732",
            TODAY,
            ["newer than the law's list", "Probably it is PO2304", "municipality of this postcode is not known"],
        ),
        ("1000", TODAY, ["does not have this postcode", "A person must look"]),
        ("9401", date(2014, 7, 31), ["begins on 2014-08-01"]),
        (
            "9613",
            date(2019, 6, 1),
            ["Four digits do not decide", "Municipality: Groningen", "Municipality: Midden-Groningen"],
        ),
    ],
)
def test_what_is_not_plain_says_what_is_missing(postcode: str, on: date, words: list[str]) -> None:
    """Every doubt is told with its reason, and the answer as a whole is not plain."""
    answer = told(postcode, on=on)
    for word in words:
        assert word in answer
    assert not queries.who(LAW, postcode, None, on).is_plain


def test_the_demo_region_names_its_teams(sessions: Sessions) -> None:
    """With a directory loaded, the answer ends with whom to call."""
    with sessions.begin() as session:
        load_demo(session, NOW)
        snapshot = build_snapshot(session)
    answer = told("9422", snapshot=snapshot)
    assert "Social team: Sociaal team Smilde, 000 000 " in answer
    assert "Attendance office: Leerplicht Midden-Drenthe, 000 000 " in answer
    assert "Transition point: Doorstroompunt Noord- en Midden Drenthe, 000 000 " in answer


def test_what_the_directory_lacks_is_said() -> None:
    """From the facts alone there is no team, and the answer says so."""
    assert "The directory has no social team of Assen." in told("9401")


@pytest.mark.parametrize("postcode", ["9471", "3197", "2236", "7732", "1000", "9613", "8064", "9401"])
@pytest.mark.parametrize("on", [TODAY, date(2019, 6, 1), date(2014, 1, 1)])
def test_every_sentence_exists_in_dutch(postcode: str, on: date) -> None:
    """No English is left in a Dutch answer."""
    for sentence in queries.who(LAW, postcode, None, on).sentences:
        assert sentence.text("nl") != sentence.text("en")


def test_the_answer_for_programs() -> None:
    """Codes, sources and doubts stand apart; the sentences are there in both languages."""
    answer = queries.as_json(queries.who(LAW, "2236", None, TODAY), LAW)
    assert answer["plain"] is False
    assert answer["areas"]["vo"]["doubt"] == "probably_clerical"
    assert answer["areas"]["vo"]["probable"] == "VO2803"
    assert answer["areas"]["po"]["doubt"] is None
    assert answer["municipalities"][0]["code"] == "GM0537"
    assert len(answer["reasons"]["nl"]) == len(answer["reasons"]["en"]) > 4
    assert queries.as_json(queries.who(LAW, "1000", None, TODAY), LAW)["areas"] == {"po": None, "vo": None}


def test_a_municipality_that_an_administrator_ended_is_still_named() -> None:
    """A postcode that the facts place in a municipality with an earlier end keeps its answer, by code."""
    ended = Organisation(
        OrganisationCode("GM0106"), OrganisationKind.MUNICIPALITY, "Assen", None, None, START, date(2026, 1, 1)
    )
    snapshot = Snapshot.from_facts(Contents(organisations=[ended]))
    assert "GM0106" in told("9401", snapshot=snapshot)


def test_sites_that_need_a_person_are_listed(sessions: Sessions) -> None:
    """A school on a postcode without partnership is a concern; plain schools are not."""
    with sessions.begin() as session:
        load_demo(session, NOW)
        snapshot = build_snapshot(session)
    assert queries.concerns(snapshot, TODAY) == ()
    lost = [replace(site, pc4=Postcode4("1000")) for site in snapshot.sites(TODAY) if site.code == "99AE00"]
    found = queries.concerns(Snapshot.from_facts(Contents(sites=lost)), TODAY)
    assert [(one.site.code, one.sector, one.doubt) for one in found] == [
        ("99AE00", Sector.PO, None),
        ("99AE00", Sector.VO, None),
    ]


def test_parties_are_found_by_part_of_a_name_or_code() -> None:
    """Capitals do not matter; a kind narrows the search."""
    found = queries.search(LAW, "assen", OrganisationKind.MUNICIPALITY, TODAY)
    assert {one.name for one in found} == {"Assen", "Wassenaar"}
    assert queries.search(LAW, "po2203", None, TODAY)[0].code == "PO2203"
    assert queries.search(LAW, "no such name", None, TODAY) == ()


def test_a_correction_shows_its_own_source() -> None:
    """Whoever reads the answer sees that an administrator wrote it, and on what ground."""
    moved = AreaCorrection(OrganisationCode("PO2305"), Sector.PO, Postcode4("8064"), START, None, "Stcrt. 2026, 1")
    assert "Source: Stcrt. 2026, 1." in told(
        "8064", Sector.PO, snapshot=Snapshot.from_facts(Contents(corrections=[moved]))
    )
