"""`hub log`: a program learns from the exit code whether the log is whole."""

from sqlalchemy import text

from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command
from tests.support.events import an_event, append_all


def test_a_whole_log_is_told(command: Command, answer: Answer, sessions: Sessions) -> None:
    """Exit code 0, and how many events were looked at."""
    append_all(sessions, *(an_event() for _ in range(3)))
    assert answer("log", "verify") == {"whole": True, "events": 3}
    result = command("log", "verify")
    assert result.exit_code == 0
    assert "heel: 3 gebeurtenissen" in result.stdout


def test_a_changed_log_is_told_with_its_place(command: Command, answer: Answer, sessions: Sessions) -> None:
    """Exit code 1, and the first place that is not what it was."""
    append_all(sessions, *(an_event() for _ in range(3)))
    with sessions.begin() as session:
        session.execute(text("UPDATE events SET publisher = 'B00002' WHERE position = 2"))
    told = answer("log", "verify")
    assert (told["whole"], told["position"]) == (False, 2)
    result = command("log", "verify")
    assert result.exit_code == 1
    assert "vanaf plaats 2" in result.stdout


def test_nothing_is_parked_and_an_unknown_reader_is_told(command: Command, answer: Answer) -> None:
    """An empty list is an answer; a name that does not exist gets the names that do."""
    assert answer("log", "parked") == []
    result = command("log", "parked")
    assert "niets geparkeerd" in result.stdout
