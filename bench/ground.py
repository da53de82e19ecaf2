"""Where the benchmark takes place: a durable PostgreSQL, databases with the demo region, the hub's processes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
from sqlalchemy import Connection, make_url, text

from hub import clock
from hub.demo.cast import make_tokens
from hub.directory.actions import load_demo
from hub.directory.demo import MUNICIPALITIES
from hub.preparing import prepare
from hub.privacy.master_keys import make_master_keys
from hub.runtime import Runtime, make_runtime
from hub.settings import Settings
from hub.store.embedded import EmbeddedPostgres
from hub.store.engine import make_engine

BOARDS = tuple(f"B0000{number}" for number in range(1, 7))
SWEEP_SECONDS = 1
_TOKENS_VALID_FOR = timedelta(hours=1)
_PATIENCE_SECONDS = 60.0


class Stuck(Exception):
    """A process did not start, or did not get ready: nothing can be measured."""


@dataclass(frozen=True)
class Hub:
    """A prepared database with the demo region, tokens of its organisations, and the settings of its processes."""

    settings: Settings
    url: str
    tokens: dict[str, str]
    environment: dict[str, str]

    def runtime(self) -> Runtime:
        """The parts of a process, for what is measured inside this one."""
        return make_runtime(self.settings, self.url)

    def with_broker(self, redis_url: str) -> "Hub":
        """The same hub, whose processes tell each other through Redis."""
        return replace(self, environment=self.environment | {"HUB_REDIS_URL": redis_url})

    @contextmanager
    def serving(self, processes: int = 1) -> Iterator["Server"]:
        """`hub serve` with so many processes."""
        port = free_port()
        command = ("-m", "hub", "serve", "--port", str(port), "--workers", str(processes))
        with running(command, self.environment) as process:
            server = Server(port, process)
            wait_until(server.answers, "an answer of hub serve")
            yield server

    @contextmanager
    def working(self, processes: int = 1) -> Iterator[subprocess.Popen[bytes]]:
        """`hub worker` with so many processes."""
        command = ("-m", "hub", "worker", "--concurrency", str(processes))
        with running(command, self.environment) as process:
            yield process


@dataclass(frozen=True)
class Server:
    """A process that listens."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Whether it answers requests of any kind."""
        return self._status("/v1/health/live") is not None

    def is_ready(self) -> bool:
        """Whether this hub can do its work."""
        return self._status("/v1/health/ready") == httpx.codes.OK

    def _status(self, path: str) -> int | None:
        try:
            return httpx.get(self.url + path, timeout=1, trust_env=False).status_code
        except httpx.TransportError:
            return None


class Ground:
    """One database server for all measurements; every hub on it begins empty."""

    def __init__(self, folder: Path, server_url: str) -> None:
        self.folder = folder
        self._server_url = server_url

    def hub(self) -> Hub:
        """A new hub: migrated, with the demo region and tokens, nothing published yet."""
        name = f"bench_{uuid4().hex[:8]}"
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url = make_url(self._server_url).set(database=name).render_as_string(hide_password=False)
        settings = Settings(data_dir=self.folder, webhooks_to_loopback=True)
        prepare(settings, url)
        return Hub(settings, url, _tokens(settings, url), _environment(self.folder, url))


@contextmanager
def owning(hub: Hub) -> Iterator[Connection]:
    """A transaction as the owner of the database, who sees every row."""
    engine = make_engine(hub.settings, hub.url, pool_size=1)
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('hub.acting_for', '*', true)"))
        yield connection
    engine.dispose()


@contextmanager
def ground() -> Iterator[Ground]:
    """The place of one run, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="samenspel-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the server's account passes through when root measures
        make_master_keys(folder / "master.key")
        with EmbeddedPostgres(folder) as url:
            yield Ground(folder, url)


@contextmanager
def running(arguments: tuple[str, ...], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process with `arguments`, told to stop afterwards; what it says is only shown when something fails."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=said, stderr=said)
        try:
            yield process
        except BaseException:
            said.seek(0)
            sys.stderr.write(said.read().decode(errors="replace"))
            raise
        finally:
            process.send_signal(signal.SIGTERM)
            _await_end(process)


def _await_end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def up(data_dir: Path) -> Iterator[Server]:
    """`hub up` on `data_dir`, ready for use."""
    port = free_port()
    environment = _inherited() | {"HUB_DATA_DIR": str(data_dir)}
    with running(("-m", "hub", "up", "--no-demo", "--port", str(port)), environment) as process:
        server = Server(port, process)
        wait_until(server.is_ready, "a hub that is up")
        yield server


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], object], what: str, seconds: float = _PATIENCE_SECONDS) -> None:
    """Come back when `condition` is true. Raises Stuck."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise Stuck(f"waited {seconds:g} s for {what}")
        time.sleep(0.02)


def _tokens(settings: Settings, url: str) -> dict[str, str]:
    now = clock.now()
    runtime = make_runtime(settings, url)
    teams = [f"{municipality}-ST" for municipality in MUNICIPALITIES]
    with runtime.sessions.begin() as session:
        load_demo(session, now)
        made = make_tokens(session, [*BOARDS, *teams], label="bench", valid_for=_TOKENS_VALID_FOR, now=now)
    runtime.close()
    return made


def _environment(folder: Path, url: str) -> dict[str, str]:
    return _inherited() | {
        "HUB_DATABASE_URL": url,
        "HUB_DATA_DIR": str(folder),
        "HUB_WEBHOOKS_TO_LOOPBACK": "true",
        "HUB_SWEEP_SECONDS": str(SWEEP_SECONDS),
    }


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
