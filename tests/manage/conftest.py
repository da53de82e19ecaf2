"""A machine with the demo region in its database, and a way to give it commands."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hub.directory.actions import load_demo
from hub.events.log import start_log
from hub.manage.command_line import app
from hub.store.engine import Sessions

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Command = Callable[..., Result]
Answer = Callable[..., Any]


@pytest.fixture
def command(database_url: str, sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Gives a command; a refusal is raised."""
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path))
    with sessions.begin() as session:
        start_log(session.connection())
        load_demo(session, NOW)
    return lambda *arguments: CliRunner().invoke(app, arguments, catch_exceptions=False)


@pytest.fixture
def answer(command: Command) -> Answer:
    """Gives a command with --json; what it answers."""

    def ask(*arguments: str) -> Any:
        result = command(*arguments, "--json")
        return json.loads(result.stdout)

    return ask
