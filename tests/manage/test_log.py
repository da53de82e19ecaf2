"""`hub log`: a program learns from the exit code whether anything was changed."""

from pathlib import Path

from sqlalchemy import text

from hub.events.log import head
from hub.privacy.checkpoints import files_in
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command
from tests.support.events import an_event, append_all
from tests.support.postgres import as_owner


def test_a_whole_log_is_told(command: Command, answer: Answer, sessions: Sessions) -> None:
    """Exit code 0, and how much was looked at."""
    append_all(sessions, *(an_event() for _ in range(3)))
    assert answer("log", "verify") == {"whole": True, "events": 3, "disclosures": 0, "checkpoints": 0}
    result = command("log", "verify")
    assert result.exit_code == 0
    assert "heel: 3 gebeurtenissen" in result.stdout


def test_a_changed_log_is_told_with_its_place(command: Command, answer: Answer, sessions: Sessions) -> None:
    """Exit code 1, and the first place that is not what it was."""
    append_all(sessions, *(an_event() for _ in range(3)))
    with sessions.begin() as session:
        as_owner(session)
        session.execute(text("UPDATE events SET publisher = 'B00002' WHERE position = 2"))
    told = answer("log", "verify")
    assert told["whole"] is False
    assert told["wrong"] == [{"part": "log", "position": 2, "what": "changed"}]
    result = command("log", "verify")
    assert result.exit_code == 1
    assert "Het logboek klopt niet vanaf plaats 2" in result.stdout


def test_a_checkpoint_proves_what_a_chain_cannot(
    command: Command, answer: Answer, sessions: Sessions, tmp_path: Path
) -> None:
    """Cut off in good order, the chain is whole; what was signed says that there was more."""
    append_all(sessions, *(an_event() for _ in range(3)))
    assert answer("log", "checkpoint")["events"] == 3
    assert answer("log", "checkpoint") == {"sequence": None}
    public = tmp_path / "public.json"
    public.write_text(command("key", "public", "--json").stdout)
    with sessions.begin() as session:
        as_owner(session)
        for table in ("events", "event_audience"):
            session.execute(text(f"DELETE FROM {table} WHERE position = 3"))
        session.execute(text("UPDATE log_head SET position = 2, hash = (SELECT hash FROM events WHERE position = 2)"))
    assert answer("log", "verify")["wrong"] == [{"part": "log", "position": 3, "what": "cut off"}]
    assert answer("log", "verify", "--public-keys", str(public))["checkpoints"] == 1
    assert answer("log", "verify", "--public-keys", str(public))["wrong"][0]["part"] == "log"


def test_a_restored_backup_gets_another_epoch(answer: Answer, sessions: Sessions, tmp_path: Path) -> None:
    """Feeds begin anew; that it was meant so is signed."""
    append_all(sessions, an_event())
    answer("log", "checkpoint")
    with sessions() as session:
        before = head(session).epoch
    assert answer("log", "restored")["sequence"] == 2
    with sessions() as session:
        assert head(session).epoch != before
    assert answer("log", "verify")["whole"] is True
    assert len(files_in(tmp_path / "checkpoints")) == 2


def test_nothing_is_parked_and_an_unknown_reader_is_told(command: Command, answer: Answer) -> None:
    """An empty list is an answer; a name that does not exist gets the names that do."""
    assert answer("log", "parked") == []
    result = command("log", "parked")
    assert "niets geparkeerd" in result.stdout
