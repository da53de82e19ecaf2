"""A change of the directory shows whom it affects before it is written, and is written only when somebody says so."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode, Postcode4, Sector
from hub.directory import actions
from hub.directory.current import build_snapshot, version_of
from hub.directory.entries import AreaCorrection
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput, NotFound
from hub.manage.confirming import NotConfirmed
from hub.manage.foreseeing import DirectoryMoved, Proposal, foresee, write
from hub.store.engine import Sessions
from tests.manage.conftest import Command
from tests.support.small_hub import A_REFERRAL, SmallHub, cloudevent

TODAY = datetime.now(UTC)
DAY = (TODAY.date() + timedelta(days=400)).isoformat()
ON = ("--on", DAY, "--source", "test")
CHANGE = ("directory", "change")
BORDER = (*CHANGE, "area", "9403", "PO2305", *ON)
Row = dict[str, Any]


def version(sessions: Sessions) -> int:
    """The version of the directory."""
    with sessions() as session:
        return version_of(session)


def shown(command: Command, *arguments: str) -> Any:
    """What a command tells a program that asks it to write nothing."""
    return json.loads(command(*arguments, "--preview", "--json").stdout)


def told(rows: list[Row]) -> set[tuple[str, str, str, str]]:
    """The differences of a group."""
    return {(row["subject"], row["what"], row["before"], row["after"]) for row in rows}


@pytest.fixture
def referral_in_assen(sessions: Sessions, demo_region: Snapshot) -> str:
    """A case of this week, decided for the team of Assen: a pupil of 9403 at a school of 9401."""
    hub = SmallHub(sessions, demo_region)
    consent = {"givenBy": "parents", "on": (TODAY - timedelta(days=2)).date().isoformat()}
    event = cloudevent("referral.submitted", {**A_REFERRAL, "consent": consent}, time=TODAY.isoformat())
    [receipt] = hub.publish(event, now=TODAY)
    hub.read(TODAY)
    return str(receipt.case_id)


def test_a_boundary_shows_postcode_and_schools_from_its_day(command: Command) -> None:
    """The partnership that gets them and the one that loses them, with names; the day is that of the change."""
    effect = shown(command, *BORDER)["effect"]
    [day] = effect["days"]
    assert day["on"] == DAY
    assert told(day["postcodes"]) == {("9403", "po", "PO2201", "PO2305")}
    assert told(day["sites"]) == {("99AB00", "po", "PO2201", "PO2305")}
    balances = {row["code"]: row for row in day["balances"]}
    assert (balances["PO2201"]["sites_lost"], balances["PO2305"]["sites_gained"]) == (1, 1)
    assert day["names"]["99AB00"] == "Basisschool Het Vennetje"


def test_a_preview_writes_nothing(command: Command, sessions: Sessions) -> None:
    """Not even a version; and it says so to a person."""
    before = version(sessions)
    result = command(*BORDER, "--preview")
    assert result.exit_code == 0
    assert "99AB00 Basisschool Het Vennetje: po PO2201 -> PO2305" in result.stdout
    assert "Er is niets geschreven." in result.stdout
    assert shown(command, *BORDER)["written"] is False
    assert version(sessions) == before


def test_a_confirmed_change_is_written_as_it_was_shown(command: Command, sessions: Sessions) -> None:
    """And given again it says that it stands there already, and asks for nothing."""
    answer = json.loads(command(*BORDER, "--yes", "--json").stdout)
    assert (answer["written"], answer["effect"]["isNews"]) == (True, True)
    with sessions() as session:
        area = build_snapshot(session).area("9403", Sector.PO, date.fromisoformat(DAY))
    assert area is not None
    assert area.swv == "PO2305"
    before = version(sessions)
    again = command(*BORDER)
    assert "Zo staat het al in de Wegwijzer" in again.stdout
    assert version(sessions) == before


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_where_nobody_can_be_asked_nothing_is_written(
    command: Command, sessions: Sessions, options: tuple[str, ...]
) -> None:
    """The refusal names the two ways on."""
    before = version(sessions)
    with pytest.raises(NotConfirmed) as refused:
        command(*BORDER, *options)
    assert "--yes" in refused.value.next_step
    assert version(sessions) == before


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("area", "9403", "PO9999", *ON), InvalidInput),
        (("merge", "GM1696", "GM9999", *ON), NotFound),
        (("end", "99ZZ00", "--on", DAY), NotFound),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_shown(
    command: Command, arguments: tuple[str, ...], refusal: type[Exception]
) -> None:
    """As it would be without a preview."""
    with pytest.raises(refusal):
        command(*CHANGE, *arguments, "--preview")


def test_a_change_that_affects_nobody_says_so(command: Command) -> None:
    """An agreement that no rule reads, and a postcode that lies there already."""
    assert (
        "Geen school, postcode of partij krijgt hierdoor een ander antwoord."
        in command(*CHANGE, "area", "9403", "PO2201", *ON, "--preview").stdout
    )
    effect = shown(command, *CHANGE, "area", "9403", "PO2201", *ON)["effect"]
    assert (effect["isNews"], effect["days"], effect["decisions"]["changed"]) == (True, [], 0)


def test_a_merger_shows_the_team_and_the_decisions_that_move(command: Command, referral_in_assen: str) -> None:
    """Assen into Aa en Hunze: its help moves there, its partnerships stay, and the case of this week is one of them."""
    effect = shown(command, *CHANGE, "merge", "GM0106", "GM1680", *ON)["effect"]
    [day] = effect["days"]
    assert ("9403", "social_team", "GM0106-ST", "GM1680-ST") in told(day["postcodes"])
    assert not {"po", "vo"} & {row["what"] for row in (*day["postcodes"], *day["sites"])}
    assert ("99AA00", "municipality", "GM0106", "GM1680") in told(day["sites"])
    assert ("GM0106", "name", "Assen", "-") in told(day["parties"])
    decisions = effect["decisions"]
    assert (decisions["judged"], decisions["changed"], decisions["cases"]) == (1, 1, [referral_in_assen])
    assert {"request": "referral", "what": "holder", "before": "GM0106-ST", "after": "GM1680-ST", "decisions": 1} in (
        decisions["shifts"]
    )
    assert (decisions["gained"], decisions["lost"]) == ({"GM1680-ST": 1}, {"GM0106-ST": 1})


def test_decisions_count_from_the_day_that_is_asked(command: Command, referral_in_assen: str) -> None:
    """A year back if nothing is asked; from tomorrow on there are none yet."""
    assert referral_in_assen
    tomorrow = ("--since", (TODAY.date() + timedelta(days=1)).isoformat())
    assert shown(command, *BORDER)["effect"]["decisions"]["judged"] == 1
    assert shown(command, *BORDER, *tomorrow)["effect"]["decisions"]["judged"] == 0


def test_a_change_of_long_ago_judges_later_cases_on_their_own_day(command: Command, referral_in_assen: str) -> None:
    """Written for 2020 and overtaken since, it changes nothing for a case of this week; else it does."""
    long_ago = ("--on", "2020-01-01", "--source", "test")
    moved = (*CHANGE, "area", "9403", "GM1680", *long_ago)
    assert shown(command, *moved)["effect"]["decisions"]["cases"] == [referral_in_assen]
    command(*CHANGE, "area", "9403", "GM0106", "--on", "2021-01-01", "--source", "test", "--yes")
    effect = shown(command, *moved)["effect"]
    assert effect["decisions"]["changed"] == 0
    assert [day["on"] for day in effect["days"]] == ["2020-01-01"]


def test_an_agreement_shows_what_its_schools_will_read(command: Command) -> None:
    """A second desk of the partnership, for one school, until a day: from its day the one, after it the other."""
    scope = json.dumps({"swv": "PO2201", "name": "Loket Noord", "sites": ["99AA00"]})
    until = (date.fromisoformat(DAY) + timedelta(days=30)).isoformat()
    what = ("agreement", "noord", "desk", "PO2201", "--scope", scope, *ON, "--until", until)
    [day] = shown(command, *CHANGE, *what)["effect"]["days"]
    assert ("99AA00", "support.desk", "-", "Loket Noord") in told(day["sites"])
    assert {row["subject"] for row in day["sites"]} == {"99AA00"}
    assert ("noord", "kind", "-", "desk") in told(day["agreements"])
    assert "vraag aan loket (loket) - -> Loket Noord" in command(*CHANGE, *what, "--preview").stdout


def test_the_end_of_coverage_shows_on_its_own_day(command: Command) -> None:
    """A team that works for one postcode until a day works nowhere after it: nobody may find that out later."""
    until = (date.fromisoformat(DAY) + timedelta(days=30)).isoformat()
    days = shown(
        command, *CHANGE, "coverage", "GM0106-ST", "GM0106", "--postcode", "9403", "--on", DAY, "--until", until
    )["effect"]["days"]
    assert [day["on"] for day in days] == [DAY, until]
    lost = [{row["subject"] for row in day["postcodes"] if row["after"] == "-"} for day in days]
    assert ["9403" in subjects for subjects in lost] == [False, True]


def test_the_other_commands_show_their_effect_too(command: Command) -> None:
    """A school assigned, a school ended, a team entered."""
    assigned = shown(command, *CHANGE, "school", "99AA00", "PO0001", "--on", DAY)["effect"]["days"]
    ended = shown(command, *CHANGE, "end", "99AA00", "--on", DAY)["effect"]["days"]
    team = ("GM0363-ST", "--kind", "social_team", "--municipality", "GM0363", "--name", "Buurtteam")
    entered = shown(command, *CHANGE, "organisation", *team, *ON)["effect"]["days"]
    assert told(assigned[0]["sites"]) == {("99AA00", "po", "PO2201", "PO0001")}
    assert ("99AA00", "name", "Basisschool De Zwerfkei", "-") in told(ended[0]["sites"])
    assert ("1011", "social_team", "-", "GM0363-ST") in told(entered[0]["postcodes"])


def _moved(pc4: str, to: str) -> Callable[[Session], None]:
    correction = AreaCorrection(
        OrganisationCode(to), Sector.PO, Postcode4(pc4), date.fromisoformat(DAY), None, "somebody else"
    )
    return lambda session: actions.correct_area(session, correction)


def test_what_was_shown_for_another_directory_is_not_written(sessions: Sessions) -> None:
    """Somebody else changed it between the showing and the yes."""
    proposal = Proposal(_moved("9403", "PO2305"), date.fromisoformat(DAY))
    _, foreseen = foresee(sessions, proposal)
    with sessions.begin() as session:
        _moved("9404", "PO2305")(session)
    with pytest.raises(DirectoryMoved):
        write(sessions, proposal, foreseen)
    with sessions() as session:
        area = build_snapshot(session).area("9403", Sector.PO, date.fromisoformat(DAY))
    assert area is not None
    assert area.swv == "PO2201"


@pytest.mark.slow
@pytest.mark.usefixtures("command")
@pytest.mark.parametrize(("said", "code", "written"), [(b"nee\n", 1, False), (b"\n", 1, False), (b"ja\n", 0, True)])
def test_on_a_terminal_a_person_is_asked(
    sessions: Sessions, database_url: str, tmp_path: Path, said: bytes, code: int, written: bool
) -> None:
    """After the effect was shown; no is no."""
    before = version(sessions)
    us, them = pty.openpty()
    os.write(us, said)
    environment = {**os.environ, "HUB_DATABASE_URL": database_url, "HUB_DATA_DIR": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-m", "hub", *BORDER],
        stdin=them,
        capture_output=True,
        env=environment,
        check=False,
        timeout=60,
    )
    os.close(us)
    os.close(them)
    assert result.returncode == code, result.stderr
    shown_first, _, _ = result.stdout.decode().partition("Schrijven?")
    assert "po PO2201 -> PO2305" in shown_first
    assert (version(sessions) > before) is written
