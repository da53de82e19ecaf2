"""A private PostgreSQL as the tests of this folder handle it."""

import os
import signal
from pathlib import Path

import psycopg

from hub.store.embedded import EmbeddedPostgres, postmaster
from tests.support.waiting import wait_until

WRITE = ("CREATE TABLE kept (seven int)", "INSERT INTO kept VALUES (7)", "SELECT 1")

A_HUB_THAT_WAITS = """
import sys
from pathlib import Path
from hub.i18n import translate
from hub.store.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def server(data_dir: Path) -> EmbeddedPostgres:
    """The server of a data folder, faster than it is safe."""
    return EmbeddedPostgres(data_dir, durable=False)


def data(data_dir: Path) -> Path:
    """PostgreSQL's own folder in a hub's data folder."""
    return (data_dir / "postgres").resolve() / "data"


def ask(url: str, *statements: str) -> object:
    """The one value that the last of `statements` gives."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        row = cursor.fetchone()
    return row[0] if row else None


def pid_of(data_dir: Path) -> int | None:
    """The process id of the server that runs on a data folder."""
    found = postmaster.running(data(data_dir))
    return found.pid if found else None


def kill_server(data_dir: Path) -> None:
    """Let the server disappear in the middle of what it does."""
    pid = pid_of(data_dir)
    assert pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: pid_of(data_dir) is None, what="the end of the server")
