"""Fresh databases: on a private server for the whole run, or beside the one that HUB_DATABASE_URL names.

Every test that asks `database_url` has a database of its own with the hub's schema, cloned from one template.
"""

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from hub.settings import Settings
from hub.store.embedded import EmbeddedPostgres, postmaster
from hub.store.engine import Sessions, make_engine, make_sessions
from tests.support.schema import lay_schema
from tests.support.test_run import given, is_worker, run_folder
from tests.support.waiting import wait_until


@dataclass(frozen=True)
class DatabaseServer:
    """A server on which this run may make databases, all of them named after the run."""

    url: str
    template: str = field(default_factory=lambda: f"hub_{run_folder().name.replace('-', '_').lower()}")

    def url_of(self, database: str) -> str:
        """The URL of another database on this server."""
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)

    def create(self, *, template: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of `template`."""
        name = f"{self.template}_{uuid4().hex[:12]}"
        # Copied as files: half the time of copying through the write-ahead log, where nothing has to reach a disk.
        as_files = sql.SQL("TEMPLATE {} STRATEGY FILE_COPY")
        copied = as_files.format(sql.Identifier(template)) if template else sql.SQL("")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), copied))
        return self.url_of(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        wait_until(lambda: self._is_dropped(url), what="the end of the server's own work in this database")

    def _is_dropped(self, url: str) -> bool:
        """False while a process of the server itself, such as autovacuum, is in it: that cannot be sent away."""
        name = sql.Identifier(make_url(url).database or "")
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True

    def drop_all(self) -> None:
        """Remove every database of this run."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            mine = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            names = connection.execute(mine, [self.template]).fetchall()
        for (name,) in names:
            self.drop(self.url_of(name))

    def with_schema(self) -> str:
        """The name of the database that has the hub's schema and nothing else; laid once per run."""
        laid = run_folder() / "schema-laid"
        with (run_folder() / "template.lock").open("w") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            if not laid.exists():
                self.drop(self.url_of(self.template))
                with psycopg.connect(self.url, autocommit=True) as connection:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.template)))
                lay_schema(self.url_of(self.template))
                laid.touch()
        return self.template


class PrivatePostgres:
    """A server of one test alone, to be stopped, killed and started again."""

    def __init__(self, folder: Path) -> None:
        """Starts nothing yet."""
        self._folder = folder
        self._server = EmbeddedPostgres(folder, durable=False)

    def start(self) -> str:
        """Start it; the URL is the same every time."""
        return self._server.start()

    def stop(self) -> None:
        """Stop it in an orderly way; a stopped one stays stopped."""
        self._server.stop()

    def kill(self) -> None:
        """Make it disappear in the middle of what it does."""
        data = (self._folder / "postgres").resolve() / "data"
        server = postmaster.running(data)
        if server:
            os.kill(server.pid, signal.SIGKILL)
            wait_until(lambda: postmaster.running(data) is None, what="the end of PostgreSQL")
        self._server.stop()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind on a server that is not ours."""
    server = _given_server()
    if server and not is_worker(config):
        server.drop_all()


def _given_server() -> DatabaseServer | None:
    url = given("HUB_DATABASE_URL")
    return (
        DatabaseServer(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
        if url
        else None
    )


@pytest.fixture(scope="session")
def database_server() -> DatabaseServer:
    """The server that HUB_DATABASE_URL names, or else a private one, shared by all processes of this run."""
    # The private one is not stopped here, other processes may still use it: the run stops it when it ends.
    return _given_server() or DatabaseServer(EmbeddedPostgres(run_folder(), durable=False).start())


@pytest.fixture
def empty_database_url(database_server: DatabaseServer) -> Iterator[str]:
    """A database without any table."""
    with _fresh(database_server, None) as url:
        yield url


@pytest.fixture
def database_url(database_server: DatabaseServer) -> Iterator[str]:
    """A database of this test alone, with the hub's schema."""
    with _fresh(database_server, database_server.with_schema()) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(database_server: DatabaseServer) -> Iterator[str]:
    """A database with the hub's schema that the tests of one module share."""
    with _fresh(database_server, database_server.with_schema()) as url:
        yield url


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """Connections to the database of this test."""
    engine = make_engine(Settings(data_dir=tmp_path), database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """Sessions on the database of this test."""
    return make_sessions(engine)


@pytest.fixture
def hub_data_dir() -> Iterator[Path]:
    """A data folder for a hub with an embedded database, which every account can reach; it does not exist yet."""
    folder = run_folder() / uuid4().hex[:8]
    folder.mkdir(mode=0o711)
    yield folder / "hub"
    postmaster.stop((folder / "hub" / "postgres").resolve() / "data")
    shutil.rmtree(folder)


@pytest.fixture
def private_postgres() -> Iterator[PrivatePostgres]:
    """A server that the test may stop and kill; without the hub's schema, and not started."""
    server = PrivatePostgres(run_folder() / uuid4().hex[:8])
    yield server
    server.stop()


def as_owner(session: Session) -> None:
    """Go on as the owner of the database, who may change what the application cannot; until the transaction ends."""
    session.execute(text("SELECT set_config('role', 'none', true)"))


@contextmanager
def _fresh(server: DatabaseServer, template: str | None) -> Iterator[str]:
    url = server.create(template=template)
    yield url
    server.drop(url)
