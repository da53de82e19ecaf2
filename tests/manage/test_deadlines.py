"""The operator sees which deadlines run out, and whether reminders still go out."""

import json
from datetime import timedelta

from hub import clock
from hub.directory.snapshot import Snapshot
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command
from tests.support.small_hub import A_REFERRAL, TEAM, SmallHub


def test_the_first_due_comes_first(command: Command, sessions: Sessions, demo_region: Snapshot) -> None:
    """With what comes next; a reminder that waits for days means that no worker runs, and exit code 1 says so."""
    hub = SmallHub(sessions, demo_region)
    old, new = (
        hub.routed("referral.submitted", A_REFERRAL, now=clock.now() - timedelta(days=days)) for days in (30, 0)
    )
    result = command("deadlines", "due", "--within", "30", "--json")
    listed = json.loads(result.stdout)
    assert [row["case"] for row in listed["deadlines"]] == [str(old), str(old), str(new), str(new)]
    assert {(row["organisation"], row["nextStep"]) for row in listed["deadlines"]} == {(TEAM, "remind")}
    assert [row["kind"] for row in listed["deadlines"]] == ["open", "answer", "open", "answer"]
    assert listed["oldestStep"] is not None
    assert result.exit_code == 1
    assert "herinneren" in command("deadlines", "due").stdout


def test_without_deadlines_the_list_says_so(command: Command, answer: Answer) -> None:
    """In words, and all is well."""
    assert "geen termijn" in command("deadlines", "due").stdout
    assert answer("deadlines", "due") == {"deadlines": [], "oldestStep": None}
    assert command("deadlines", "due").exit_code == 0
