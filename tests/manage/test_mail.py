"""`hub mail`: how people want to be told, and to whom nothing is sent any more."""

from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from hub.errors import InvalidInput, NotFound
from hub.mail.actions import suspend
from hub.mail.tables import Mail, MailPreference
from hub.manage.command_line import app
from hub.privacy.master_keys import make_master_keys
from hub.store.engine import Sessions
from tests.mail.bounced import bounce_of
from tests.manage.conftest import NOW, Answer, Command

TEAM = "GM0106-ST"
NOBODY = "0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"


@pytest.fixture
def person(answer: Answer, tmp_path: Path) -> UUID:
    """Somebody of the team."""
    make_master_keys(tmp_path / "master.key")
    made = answer("person", "add", TEAM, "team_worker", "--name", "Noor Bakker", "--email", "n@team.example")
    return UUID(made["person"])


def comes_back(written: bytes) -> Result:
    """The mail server gives this to the command."""
    return CliRunner().invoke(app, ["mail", "bounce"], input=written, catch_exceptions=False)


def test_wishes_are_noted(answer: Answer, person: UUID, sessions: Sessions) -> None:
    """The last ones count."""
    answer("mail", "prefer", str(person), TEAM, "--pace", "none")
    told = answer("mail", "prefer", str(person), TEAM.lower(), "--pace", "digest", "--quiet", "none", "--english")
    assert (told["organisation"], told["pace"], told["language"]) == (TEAM, "digest", "en")
    with sessions() as session:
        wishes = session.get_one(MailPreference, (person, TEAM))
        assert (wishes.pace, wishes.quiet_from, wishes.quiet_until, wishes.language) == ("digest", None, None, "en")


@pytest.mark.parametrize("quiet", ["18:00", "18-25", "avond", "08:00-08:00", ""])
def test_hours_that_are_none_are_refused(command: Command, person: UUID, quiet: str) -> None:
    """With how they are written."""
    with pytest.raises(InvalidInput):
        command("mail", "prefer", str(person), TEAM, "--quiet", quiet)


def test_wishes_of_nobody_are_refused(command: Command) -> None:
    """An id that is wrong is no new person."""
    with pytest.raises(NotFound):
        command("mail", "prefer", NOBODY, TEAM)


def test_a_message_that_comes_back_is_read_from_standard_input(
    command: Command, answer: Answer, person: UUID, sessions: Sessions
) -> None:
    """The person is suspended; `suspended` fails as an alarm does, until somebody resumes it."""
    with sessions.begin() as session:
        session.add(
            Mail(
                id=UUID(int=9),
                person_id=person,
                organisation=TEAM,
                case_ids=[],
                state="sent",
                attempts=1,
                next_attempt_at=NOW,
                finished_at=NOW,
            )
        )
    assert command("mail", "suspended").exit_code == 0
    result = comes_back(b"Subject: vakantie\r\n\r\nTot maandag.")
    assert (result.exit_code, result.stdout) == (0, "Er verandert niets.\n")
    assert str(person) in comes_back(bounce_of(UUID(int=9))).stdout
    [row] = answer("mail", "suspended")
    assert (row["person"], row["reason"], row["organisations"]) == (str(person), "bounced 5.1.1", [TEAM])
    listed = command("mail", "suspended")
    assert listed.exit_code == 1
    assert str(person) in listed.stdout
    assert "n@team.example" not in listed.stdout
    answer("mail", "resume", str(person))
    assert answer("mail", "suspended") == []


def test_who_is_not_suspended_cannot_be_resumed(command: Command, person: UUID, sessions: Sessions) -> None:
    """Suspending twice is suspending once."""
    with pytest.raises(NotFound):
        command("mail", "resume", str(person))
    with sessions.begin() as session:
        suspend(session, person, "refused 550", now=NOW)
        suspend(session, person, "refused 551", now=NOW)
    assert command("mail", "resume", str(person)).exit_code == 0
