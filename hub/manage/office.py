"""What every command works with: the settings, and a way to the database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from hub.errors import HubError
from hub.privacy.master_keys import read_master_keys
from hub.privacy.retention import Terms, read_terms
from hub.privacy.vault import Vault
from hub.runtime import Runtime, make_runtime
from hub.settings import Settings
from hub.store.embedded import EmbeddedPostgres
from hub.store.engine import Sessions, make_engine, make_sessions
from hub.store.migrate import is_fit


class NoDatabase(HubError):
    """A command for many machines was given no database."""

    code = "no-database"
    next_step = "Set HUB_DATABASE_URL, or use `hub up`, which brings a database of its own."


class NotPrepared(HubError):
    """The database has not the tables that this version works with."""

    code = "not-prepared"
    next_step = "Run `hub migrate` with this version, or start the hub once with `hub up`."


class DatabaseAway(HubError):
    """The database gives no answer."""

    code = "database-away"
    next_step = "Look whether it runs and whether HUB_DATABASE_URL is right, and give the command again."


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
        """Sessions on that database. Raises DatabaseAway, NotPrepared."""
        with self.database() as url:
            engine = make_engine(self.settings, url, pool_size=2)
            try:
                _need_tables(engine)
                yield make_sessions(engine)
            finally:
                engine.dispose()

    def vault(self) -> Vault:
        """The vault, which opens what is sealed. Raises MasterKeyUnusable."""
        return Vault(read_master_keys(self.settings.master_key_path))

    @contextmanager
    def runtime(self) -> Iterator[Runtime]:
        """All that a process of the hub works with, on that database. Raises MasterKeyUnusable, TermsUnusable."""
        with self.database() as url:
            made = make_runtime(self.settings, url)
            try:
                yield made
            finally:
                made.close()

    def terms(self) -> Terms:
        """The terms in force. Raises TermsUnusable."""
        return read_terms(self.settings.terms_file)

    def need_database_url(self, command: str) -> str:
        """The given address of the database. Raises NoDatabase."""
        if self.settings.database_url is None:
            raise NoDatabase("%(command)s needs the address of a database.", command=command)
        return str(self.settings.database_url)


def _need_tables(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            fits = is_fit(connection)
    except OperationalError as error:
        raise DatabaseAway("The database gives no answer.") from error
    if not fits:
        raise NotPrepared("This database is not at the level of this version.")


def show(answer: Any, text: str, *, as_json: bool) -> None:
    """Print an answer: as JSON for programs, or as text for people."""
    typer.echo(json.dumps(answer, ensure_ascii=False, default=str) if as_json else text)
