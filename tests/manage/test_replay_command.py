"""`hub routing replay` on a real log: what a draft would change, told to a person and to a program."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.manage.command_line import app
from tests.journeys.words import referral
from tests.support.hub import RunningHub

PERIOD = ["--from", "2020-01-01", "--to", "2099-12-31"]


def replayed(hub: RunningHub, *options: str) -> tuple[int, str]:
    """The exit code and the output of the command on the database of a running hub."""
    database = {"HUB_DATABASE_URL": str(hub.settings.database_url)}
    result = CliRunner().invoke(app, ["routing", "replay", *PERIOD, *options], env=database)
    return result.exit_code, result.output


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """Hoogeveen's 7902 goes to Assen."""
    path = tmp_path / "draft.csv"
    path.write_text("postcode;sector;organisation;validFrom\n7902;;GM0106;2014-08-01\n", encoding="utf-8")
    return path


def test_the_command_counts_what_a_draft_changes(hub_in_one_process: RunningHub, draft: Path) -> None:
    """One case of Hoogeveen moves to the team of Assen; the log itself stays as it is."""
    board = hub_in_one_process.organisation("B00001")
    case = board.publish("referral.submitted", referral("99CA00", "7902"))
    board.sees(case, "offered", "GM0118-ST")
    code, output = replayed(hub_in_one_process, "--directory", str(draft), "--json")
    assert code == 0, output
    report = json.loads(output)
    assert case in report["cases"]
    assert report["gained"]["GM0106-ST"] == report["lost"]["GM0118-ST"] >= 1
    assert "GM0118-ST -> GM0106-ST" in replayed(hub_in_one_process, "--directory", str(draft))[1]
    assert board.case(case)["holder"] == "GM0118-ST"


def test_a_decision_after_a_decline_is_taken_again_too(hub_in_one_process: RunningHub, draft: Path) -> None:
    """Assen had not been asked: with the draft it is, also after the decline. The report tells the two apart."""
    board = hub_in_one_process.organisation("B00001")
    case = board.publish("referral.submitted", referral("99CA00", "7902"))
    board.sees(case, "offered", "GM0118-ST")
    before = json.loads(replayed(hub_in_one_process, "--directory", str(draft), "--json")[1])
    hub_in_one_process.organisation("GM0118-ST").declines(case, "not_our_area")
    board.sees(case, "undecided", "PO2201")
    after = json.loads(replayed(hub_in_one_process, "--directory", str(draft), "--json")[1])
    assert [after["later"][what] - before["later"][what] for what in ("judged", "changed")] == [1, 1]
    assert after["schools"]["99CA00"] == before["schools"]["99CA00"] + 1
    assert after["gained"]["GM0106-ST"] == before["gained"]["GM0106-ST"] + 1
    moved = {"request": "referral", "what": "holder", "before": "PO2201", "after": "GM0106-ST"}
    assert any(moved.items() <= shift.items() for shift in after["shifts"])


def test_a_period_that_ends_before_it_begins_is_refused(hub_in_one_process: RunningHub, draft: Path) -> None:
    """It is not taken for a period in which nothing happened."""
    code, _ = replayed(hub_in_one_process, "--directory", str(draft), "--to", "2019-12-31")
    assert code != 0


def test_without_a_draft_there_is_nothing_to_compare(hub_in_one_process: RunningHub) -> None:
    """The command says so, and does not report that nothing changes."""
    assert replayed(hub_in_one_process)[0] != 0
