"""What an administrator enters holds from its day, and not before."""

from datetime import date
from typing import Any

import pytest

from hub import clock
from hub.directory.actions import RealDirectory, load_demo
from hub.directory.current import build_snapshot
from hub.errors import InvalidInput
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command

TEAM = ("GM0363-ST", "--kind", "social_team", "--municipality", "GM0363")
DAY = ("--on", "2027-01-01")
WRITE = "--yes"
GROUND = ("--source", "gemeente Amsterdam")


def team_of(answer: Answer, postcode: str, on: str) -> Any:
    """The code of the social team that works for a postcode on a day, if there is one."""
    [home] = answer("directory", "who", "--postcode", postcode, "--on", on)["municipalities"]
    return (home["social_team"] or {}).get("code")


def test_a_team_works_from_its_first_day(answer: Answer) -> None:
    """In the whole of its municipality, with its name."""
    entered = answer("directory", "change", "organisation", *TEAM, "--name", "Buurtteam", *DAY, *GROUND, WRITE)
    assert (entered["code"], entered["municipality"]) == ("GM0363-ST", "GM0363")
    assert [team_of(answer, "1011", on) for on in ("2026-12-31", "2027-01-01")] == [None, "GM0363-ST"]


def test_a_new_name_begins_a_new_period(answer: Answer) -> None:
    """On its day; until then the old one holds."""
    for name, day in (("Buurtteam", "2027-01-01"), ("Wijkteam", "2027-06-01")):
        answer("directory", "change", "organisation", *TEAM, "--name", name, "--on", day, *GROUND, WRITE)
    names = [answer("directory", "list", "--search", "GM0363-ST", "--on", on) for on in ("2027-05-31", "2027-06-01")]
    assert [found[0]["name"] for found in names] == ["Buurtteam", "Wijkteam"]


def test_coverage_holds_from_its_day_and_ends_what_was_said_before(answer: Answer) -> None:
    """First the whole municipality, then some postcodes, then others."""
    answer("directory", "change", "organisation", *TEAM, "--name", "Buurtteam", *DAY, *GROUND, WRITE)
    cover = ("directory", "change", "coverage", "gm0363-st", "gm0363", WRITE)
    answer(*cover, "--postcode", "1011", "--on", "2027-03-01")
    answer(*cover, "--postcode", "1012", "--on", "2027-05-01", "--until", "2027-07-01")
    days = ("2027-02-28", "2027-03-01", "2027-05-01", "2027-07-01")
    assert [bool(team_of(answer, "1011", on)) for on in days] == [True, True, False, False]
    assert [bool(team_of(answer, "1012", on)) for on in days] == [True, False, True, False]


def test_an_agreement_is_in_the_directory_from_its_day(answer: Answer, sessions: Sessions) -> None:
    """With its parties and what it is about."""
    scope = '{"swv": "PO2203", "name": "Loket Zwartsluis", "postcodes": ["8064"]}'
    what = ("zwartsluis", "desk", "po2203", "PO2305", "--scope", scope)
    answer("directory", "change", "agreement", *what, *DAY, "--source", "OOGO 2026", WRITE)
    with sessions() as session:
        snapshot = build_snapshot(session)
    day = date(2027, 1, 1)
    [found] = snapshot.agreements("desk", day)
    assert (found.id, sorted(found.parties)) == ("zwartsluis", ["PO2203", "PO2305"])
    assert found.scope == {"swv": "PO2203", "name": "Loket Zwartsluis", "postcodes": ["8064"]}
    assert snapshot.agreements("desk", date(2026, 12, 31)) == ()


ORGANISATION = ("change", "organisation")
REFUSED = [
    (*ORGANISATION, "GM0363-ST", "--kind", "social_team", "--name", "x", *DAY, *GROUND),
    (*ORGANISATION, *TEAM[:4], "GM9999", "--name", "x", *DAY, *GROUND),
    (*ORGANISATION, "99AA00", "--kind", "school_site", "--name", "x", *DAY, *GROUND),
    (*ORGANISATION, "GM0106-ST", "--kind", "school_board", "--name", "x", *DAY, *GROUND),
    (*ORGANISATION, "PO2201", "--kind", "school_board", "--name", "x", *DAY, *GROUND),
    (*ORGANISATION, "a code", "--kind", "swv", "--name", "x", *DAY, *GROUND),
    ("change", "coverage", "GM0106-ST", "GM0106", *DAY, "--until", "2027-01-01"),
    ("change", "coverage", "GM0106-ST", "GM0106", *DAY, "--postcode", "9403AB"),
    ("change", "coverage", "GM0363-ST", "GM0363", *DAY),
    ("change", "agreement", "a", "shared_office", "PO2203", "VO2203", *DAY, *GROUND, "--scope", "[]"),
    ("change", "agreement", "a", "shared_office", "PO2203", "XX0000", *DAY, *GROUND),
    ("change", "agreement", "a", "border", "PO2203", "PO2305", *DAY, *GROUND),
]


@pytest.mark.parametrize("arguments", REFUSED, ids=lambda arguments: " ".join(arguments[1:5]))
def test_what_cannot_be_is_refused(command: Command, answer: Answer, arguments: tuple[str, ...]) -> None:
    """Nothing is written of it."""
    before = answer("directory", "version")["version"]
    with pytest.raises(InvalidInput):
        command("directory", *arguments)
    assert answer("directory", "version")["version"] == before


def test_the_demo_leaves_a_real_directory_alone(command: Command, answer: Answer, sessions: Sessions) -> None:
    """A team that somebody entered is not made into an invented one, by no command."""
    real = ("GM0106-ST", "--kind", "social_team", "--municipality", "GM0106", "--name", "Wijkteam Assen")
    answer("directory", "change", "organisation", *real, "--on", "2026-11-01", "--source", "gemeente Assen", WRITE)
    with pytest.raises(RealDirectory), sessions.begin() as session:
        load_demo(session, clock.now())
    with pytest.raises(RealDirectory):
        command("demo")
    assert answer("directory", "list", "--search", "GM0106-ST")[0]["name"] == "Wijkteam Assen"
    assert answer("tokens", "list") == []
