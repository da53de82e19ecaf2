"""What every command works with: the settings, and a way to the database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from hub.errors import HubError
from hub.settings import Settings
from hub.store.embedded import EmbeddedPostgres
from hub.store.engine import Sessions, make_engine, make_sessions


class NoDatabase(HubError):
    """A command for many machines was given no database."""

    code = "no-database"
    next_step = "Set HUB_DATABASE_URL, or use `hub up`, which brings a database of its own."


class Office:
    """The settings of a command, and the database they point at: the given one, or the embedded one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of the database; an embedded one is started, or joined when a hub is running."""
        if self.settings.database_url is not None:
            yield str(self.settings.database_url)
        else:
            with EmbeddedPostgres(self.settings.data_dir) as url:
                yield url

    @contextmanager
    def sessions(self) -> Iterator[Sessions]:
        """Sessions on that database."""
        with self.database() as url:
            engine = make_engine(self.settings, url, pool_size=2)
            try:
                yield make_sessions(engine)
            finally:
                engine.dispose()

    def need_database_url(self, command: str) -> str:
        """The given address of the database. Raises NoDatabase."""
        if self.settings.database_url is None:
            raise NoDatabase("%(command)s needs the address of a database.", command=command)
        return str(self.settings.database_url)


def show(answer: Any, text: str, *, as_json: bool) -> None:
    """Print an answer: as JSON for programs, or as text for people."""
    typer.echo(json.dumps(answer, ensure_ascii=False, default=str) if as_json else text)
