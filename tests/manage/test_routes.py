"""`hub routes silent`: the same on the command line."""

from pathlib import Path
from uuid import UUID

from hub.mail.actions import suspend
from hub.privacy.master_keys import make_master_keys
from hub.store.engine import Sessions
from tests.manage.conftest import NOW, Answer, Command


def test_silent_routes_are_listed(command: Command, answer: Answer, sessions: Sessions, tmp_path: Path) -> None:
    """As an alarm: exit code 1 while there are any."""
    make_master_keys(tmp_path / "master.key")
    result = command("routes", "silent")
    assert (result.exit_code, result.stdout) == (0, "Overal antwoordt iemand.\n")
    person = answer("person", "add", "GM0106-ST", "team_worker", "--name", "Noor Bakker")["person"]
    with sessions.begin() as session:
        suspend(session, UUID(person), "refused 550", now=NOW)
    [row] = answer("routes", "silent")
    assert (row["kind"], row["subject"], row["count"]) == ("nothing_arrives", "GM0106-ST", 1)
    listed = command("routes", "silent")
    assert listed.exit_code == 1
    assert listed.stdout == "GM0106-ST    onbereikbaar: 1 adressen werken niet, sinds 21-11-2026\n"
