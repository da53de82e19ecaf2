"""`hub directory` on the command line: questions with and without a database, imports, changes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub.directory.actions import load_demo
from hub.errors import InvalidInput
from hub.manage.directory import directory
from hub.manage.office import Office
from hub.settings import Settings
from hub.store.engine import Sessions

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADER = (
    "BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;POSTCODE;GEMEENTENUMMER;DENOMINATIE;"
    "TELEFOONNUMMER;INTERNETADRES"
)


@pytest.fixture
def alone(tmp_path: Path) -> Office:
    """A machine that never had a database."""
    return Office(Settings(data_dir=tmp_path))


@pytest.fixture
def office(database_url: str, sessions: Sessions, tmp_path: Path) -> Office:
    """A machine with the demo region in its database."""
    with sessions.begin() as session:
        load_demo(session, NOW)
    return Office(Settings.model_validate({"database_url": database_url, "data_dir": tmp_path}))


def run(office: Office, *arguments: str) -> Result:
    """Run `hub directory` with these arguments; a refusal is raised."""
    return CliRunner().invoke(directory, arguments, obj=office, catch_exceptions=False)


def a_file(folder: Path, *rows: str) -> Path:
    """A school file on disk."""
    path = folder / "scholen.csv"
    path.write_bytes("\r\n".join([HEADER, *rows, ""]).encode("cp1252"))
    return path


def test_who_answers_without_a_database(alone: Office) -> None:
    """From the law alone, in Dutch, and without making a database."""
    result = run(alone, "who", "--postcode", "8064", "--sector", "po", "--on", "2026-11-21")
    assert result.exit_code == 0
    assert "hoort postcode 8064 bij Samenwerkingsverband PO 22.03 (PO2203)" in result.stdout
    assert "geen sociaal team" in result.stdout
    assert not any(alone.settings.data_dir.iterdir())


def test_who_names_the_teams_of_the_directory(office: Office) -> None:
    """As JSON, with the codes of everybody who works for the postcode."""
    result = run(office, "who", "--postcode", "9471", "--on", "2026-11-21", "--json")
    answer = json.loads(result.stdout)
    assert answer["areas"]["vo"]["swv"] == "VO2001"
    (home,) = answer["municipalities"]
    assert home["social_team"]["code"] == "GM1730-ST"
    assert home["attendance_office"]["code"] == "GM1730-LP"


def test_who_goes_on_when_the_database_is_away(tmp_path: Path) -> None:
    """The law's part of the answer comes, with a word on what is missing."""
    settings = {"database_url": "postgresql://nobody@127.0.0.1:9/nothing", "data_dir": tmp_path}
    result = run(Office(Settings.model_validate(settings)), "who", "--postcode", "8064")
    assert "PO2203" in result.stdout
    assert "De database geeft geen antwoord" in result.stderr


@pytest.mark.parametrize("postcode", ["8064AB", "806", "0999", "8O64", "\u0668\u0660\u0666\u0664"])
def test_a_postcode_is_four_digits(alone: Office, postcode: str) -> None:
    """Letters are refused: they point at one street."""
    with pytest.raises(InvalidInput, match="four digits"):
        run(alone, "who", "--postcode", postcode)


def test_import_reports_what_it_did(office: Office, tmp_path: Path) -> None:
    """New, skipped with the reason in Dutch; as JSON with every line."""
    rows = ["41414;98AA;98AA00;De Zwerfkei;8061 AB;1896;Openbaar; ; ", "41414;x;x;x;8061 AB;1896;Openbaar; ; "]
    file = a_file(tmp_path, *rows)
    result = run(office, "import", "duo", str(file))
    assert "1 nieuw, 0 gewijzigd, 0 gelijk gebleven." in result.stdout
    assert (
        "1 overgeslagen in scholen.csv, het eerst in regel 3: Deze regel heeft geen geldige vestigingscode"
        in result.stdout
    )
    again = json.loads(run(office, "import", "duo", str(file), "--json").stdout)
    assert (again["taken"], again["unchanged"], again["skipped"][0]["line"]) == (0, 1, 3)


def test_version_counts_the_parties(office: Office) -> None:
    """The version rises with every change; the facts count as parties."""
    before = json.loads(run(office, "version", "--json").stdout)
    run(office, "change", "end", "99AA00", "--on", "2026-11-01", "--yes")
    after = json.loads(run(office, "version", "--on", "2026-11-21", "--json").stdout)
    assert after["version"] == before["version"] + 1
    assert after["counts"]["school_site"] == before["counts"]["school_site"] - 1
    assert after["counts"]["municipality"] == 342
    assert "342 gemeenten" in run(office, "version").stdout


def test_list_finds_codes(office: Office) -> None:
    """By part of a name, of one kind."""
    found = json.loads(run(office, "list", "--search", "zwartsluis", "--json").stdout)
    teams = json.loads(run(office, "list", "--kind", "social_team", "--json").stdout)
    assert found == []
    assert {"code": "GM0106-ST", "kind": "social_team", "name": "Sociaal team Assen"} in teams


def test_changes_show_in_the_next_answer(office: Office) -> None:
    """A corrected area, an assigned school and a merged municipality hold from their day."""
    day = ("--on", "2027-01-01", "--yes")
    run(office, "change", "area", "8064", "PO2305", *day, "--source", "Stcrt. 2026, 1")
    run(office, "change", "school", "99LB00", "PO0001", *day)
    run(office, "change", "merge", "GM1696", "GM0402", *day, "--source", "Wijdemeren naar Hilversum")

    def swv(on: str) -> str:
        answer = json.loads(run(office, "who", "--postcode", "8064", "--sector", "po", "--on", on, "--json").stdout)
        return str(answer["areas"]["po"]["swv"])

    assert [swv("2026-12-31"), swv("2027-01-01")] == ["PO2203", "PO2305"]
    assert "Hilversum (GM0402)" in run(office, "who", "--postcode", "1241", *day[:2]).stdout


def test_a_school_goes_only_to_a_partnership(office: Office) -> None:
    """A municipality's code in its place is refused."""
    with pytest.raises(InvalidInput, match="not the code of a partnership"):
        run(office, "change", "school", "99LB00", "GM0106", "--on", "2027-01-01")


def test_concerns_lists_what_a_person_must_look_at(office: Office, tmp_path: Path) -> None:
    """Nothing in the demo region, until a school stands on a postcode to which the law gives no partnership."""
    assert "duidelijk" in run(office, "concerns").stdout
    run(office, "import", "duo", str(a_file(tmp_path, "41414;98AA;98AA00;De Zwerfkei;3197 AB;0599;Openbaar; ; ")))
    (concern,) = json.loads(run(office, "concerns", "--json").stdout)
    assert (concern["code"], concern["sector"], concern["doubt"]) == ("98AA00", "po", "no_swv_in_law")
