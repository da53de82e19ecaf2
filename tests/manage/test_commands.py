"""Every command explains itself, answers programs in JSON, and tells a refusal in words."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from hub.manage.command_line import app, main
from tests.manage.conftest import Answer, Command

WITHOUT_JSON = {("up",), ("serve",), ("worker",), ("demo",)}  # they run, or print a story


def commands(group: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every command below a group, with the words that call it."""
    inner = getattr(group, "commands", None)
    if inner is None:
        yield path, group
        return
    for name, command in inner.items():
        yield from commands(command, (*path, name))


COMMANDS = dict(commands(get_command(app)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    """With a sentence on what it does, and a word on each argument and option."""
    result = CliRunner().invoke(app, [*path, "--help"])
    assert result.exit_code == 0
    command = COMMANDS[path]
    assert getattr(command, "help", None)
    assert [one.name for one in getattr(command, "params", ()) if not getattr(one, "help", None)] == []


@pytest.mark.parametrize("path", sorted(COMMANDS.keys() - WITHOUT_JSON), ids=" ".join)
def test_every_command_that_ends_answers_in_json(path: tuple[str, ...]) -> None:
    """Programs need not read sentences."""
    options = [option for one in getattr(COMMANDS[path], "params", ()) for option in one.opts]
    assert "--json" in options


def test_migrate_can_be_repeated(answer: Answer) -> None:
    """A database that is up to date stays as it is."""
    assert answer("migrate") == answer("migrate") == {"migrated": True}


def test_a_refusal_is_told_in_words(tmp_path: Path) -> None:
    """What is wrong and what to do, on the error stream, with exit code 1."""
    done = subprocess.run(
        [sys.executable, "-m", "hub", "directory", "who", "--postcode", "9403AB"],
        env={"HUB_DATA_DIR": str(tmp_path), "PATH": ""},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "zonder de letters" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_are_wrong_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them, by the name under which they were given."""
    monkeypatch.setenv("HUB_PORT", "many")
    monkeypatch.setenv("HUB_LOG_FORMAT", "xml")
    result = CliRunner().invoke(app, ["directory", "version"])
    assert result.exit_code == 2
    assert "HUB_PORT" in result.stderr
    assert "HUB_LOG_FORMAT" in result.stderr


@pytest.mark.parametrize("words", [["serve"], ["worker"]])
def test_a_hub_that_would_not_be_safe_does_not_start(words: list[str], tmp_path: Path) -> None:
    """Everything that is wrong is told at once, each by the name under which it was given."""
    unsafe = {
        "HUB_DATABASE_URL": "postgresql://hub@127.0.0.1:1/hub",
        "HUB_PUBLIC_URL": "http://hub.example.nl",
        "HUB_DEMO_SIGN_IN": "true",
        "HUB_WEBHOOKS_TO_LOOPBACK": "true",
    }
    done = subprocess.run(
        [sys.executable, "-m", "hub", *words],
        env={"HUB_DATA_DIR": str(tmp_path), "PATH": "", **unsafe},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    for name in unsafe.keys() - {"HUB_DATABASE_URL"}:
        assert f"  {name}: " in done.stderr
    assert "docs/operations.md" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_new_key_is_for_its_owner_only(tmp_path: Path, command: Command) -> None:
    """It is written where nobody else can read it, and its place is told."""
    file = tmp_path / "keys" / "master.key"
    file.parent.mkdir()
    result = command("key", "new", str(file), "--json")
    assert json.loads(result.stdout) == {"file": str(file)}
    assert file.stat().st_mode & 0o077 == 0


def test_a_new_key_never_takes_the_place_of_another(tmp_path: Path, command: Command) -> None:
    """Whatever is there stays as it was: a lost key is a lost vault."""
    file = tmp_path / "there.key"
    file.write_text("what is there")
    result = command("key", "new", str(file))
    assert result.exit_code == 1
    assert "schrijft nooit over sleutels heen" in result.stderr
    assert file.read_text() == "what is there"


@pytest.mark.parametrize(
    "words",
    [
        ("log", "verify"),
        ("log", "parked"),
        ("tokens", "list"),
        ("directory", "change", "end", "PO2201", "--on", "2027-01-01"),
    ],
)
def test_a_database_without_tables_is_told_in_words(
    words: tuple[str, ...], empty_database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not in a trace: what is missing, and the command that makes it."""
    said = _refusal_of(words, empty_database_url, monkeypatch, capsys)
    assert "hub migrate" in said


def test_a_database_that_is_away_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With where to look."""
    nowhere = "postgresql://hub:secret@127.0.0.1:1/hub"
    said = _refusal_of(("log", "verify"), nowhere, monkeypatch, capsys)
    assert "HUB_DATABASE_URL" in said
    assert "secret" not in said


def _refusal_of(
    words: tuple[str, ...], url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    monkeypatch.setenv("HUB_DATABASE_URL", url)
    monkeypatch.setattr(sys, "argv", ["hub", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return capsys.readouterr().err
