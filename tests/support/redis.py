"""A broker for the tests: a private redis-server on a free port, or the one that HUB_REDIS_URL names."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NotReachable

from tests.support.ports import free_port
from tests.support.test_run import given, run_folder
from tests.support.waiting import wait_until

_DATABASES = range(1, 16)  # 0 is what people use themselves
_PLACES = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
_ADVICE = (
    "These tests need the program redis-server. Install it and run them again:\n"
    "    sudo apt install redis-server        (Debian, Ubuntu)\n"
    "    brew install redis                   (macOS)\n"
    "or name a running Redis 7 or newer: HUB_REDIS_URL=redis://host:6379"
)


class PrivateRedis:
    """A redis-server of the tests' own, which can be stopped and killed, and comes back on the same port, empty."""

    def __init__(self, folder: Path) -> None:
        """Chooses port and password; starts nothing yet."""
        self._folder = folder
        self._port = free_port()
        self._password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, the same before and after every stop."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it, and return when it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = {"port": self._port, "bind": "127.0.0.1", "requirepass": self._password, "dir": self._folder}
        arguments = [text for name, value in settings.items() for text in (f"--{name}", str(value))]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [redis_server_program(), *arguments, "--save", "", "--appendonly", "no"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self._answers, what="an answer of redis-server")

    def stop(self) -> None:
        """Stop it in an orderly way."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Make it disappear."""
        self._end(signal.SIGKILL)

    def _end(self, order: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(order)
            self._process.wait(timeout=10)
            self._process = None

    def _answers(self) -> bool:
        with Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except NotReachable:
                return False


def redis_server_program() -> str:
    """The path of redis-server, installed first when that is possible; fails saying what to install otherwise."""
    with (run_folder() / "redis-install.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        found = _find_program() or _install_program()
    if found is None:
        pytest.fail(_ADVICE, pytrace=False)
    return found


def _find_program() -> str | None:
    places = os.pathsep.join([os.environ.get("PATH", ""), *_PLACES])
    return shutil.which("redis-server", path=places) or shutil.which("valkey-server", path=places)


def _install_program() -> str | None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        # Run level 1: Debian then leaves its own Redis service alone instead of starting it.
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "redis-server"]):
            subprocess.run(["apt-get", *command], env=environment, check=False, capture_output=True)
    return _find_program()


@pytest.fixture(scope="session")
def redis_server(worker_id: str) -> Iterator[str]:
    """The URL of a broker for this process of the run."""
    elsewhere = given("HUB_REDIS_URL")
    if elsewhere:
        yield _unused_database(elsewhere, worker_id)
        return
    server = PrivateRedis(run_folder() / f"redis-{worker_id}")
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def redis_url(redis_server: str) -> Iterator[str]:
    """An empty broker."""
    yield redis_server
    with Redis.from_url(redis_server) as client:
        client.flushdb()


@pytest.fixture
def private_redis() -> Iterator[PrivateRedis]:
    """A started broker that the test may stop, kill and start again."""
    server = PrivateRedis(run_folder() / f"redis-{secrets.token_hex(4)}")
    server.start()
    yield server
    server.stop()


@contextmanager
def broker_beside(other: str, worker_id: str) -> Iterator[str]:
    """A broker whose messages do not mix with those of `other`, which this process uses too."""
    elsewhere = given("HUB_REDIS_URL")
    if elsewhere:
        url = _unused_database(elsewhere, worker_id, taken=other)
        yield url
        with Redis.from_url(url) as client:
            client.flushdb()
        return
    server = PrivateRedis(run_folder() / f"redis-{secrets.token_hex(4)}")
    server.start()
    yield server.url
    server.stop()


def _unused_database(url: str, worker_id: str, taken: str = "") -> str:
    parts = urlsplit(url)
    own = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    for number in (*_DATABASES[own::workers], *_DATABASES):
        candidate = parts._replace(path=f"/{number}").geturl()
        with Redis.from_url(candidate) as client:
            if candidate != taken and client.dbsize() == 0:
                return candidate
    pytest.fail("The Redis of HUB_REDIS_URL has no empty database left for these tests.", pytrace=False)
