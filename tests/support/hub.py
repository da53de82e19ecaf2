"""A hub that really runs: on a port, on a database of its own, with workers behind it.

There are two ways to run one, and what is told over HTTP must be the same for both: `hub_in_one_process`, as `hub up`
does it, and `hub_on_many_machines`, where API and workers are processes of their own with Redis between them.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import RECEIVER_RIGHTS, SCHOOL_RIGHTS, Right
from hub.access.tokens import make_token
from hub.codes import OrganisationCode
from hub.directory.actions import load_demo
from hub.hints import Hints
from hub.main import make_app
from hub.preparing import prepare
from hub.privacy.master_keys import make_master_keys
from hub.runtime import make_runtime
from hub.settings import Settings
from hub.store.engine import Sessions, make_engine, make_sessions
from hub.workers.app import hint_sender
from hub.workers.run import WorkerBeside
from tests.support.callers import SOURCE, Organisation
from tests.support.ports import free_port
from tests.support.postgres import DatabaseServer
from tests.support.redis import broker_beside
from tests.support.waiting import wait_until

_START_SECONDS = 60.0
_STOP_SECONDS = 5.0


@dataclass(frozen=True)
class RunningHub:
    """Where a hub is, and a way to speak to it as any organisation."""

    settings: Settings
    sessions: Sessions
    client: httpx.Client
    _callers: dict[str, Organisation] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Its address, without /v1."""
        return self.settings.public_url

    def organisation(self, code: str) -> Organisation:
        """An organisation of the demo region, with the rights of its kind."""
        if code not in self._callers:
            self._callers[code] = self.system(code)
        return self._callers[code]

    def system(
        self,
        code: str,
        *,
        rights: frozenset[Right] | None = None,
        valid_for: timedelta = timedelta(hours=1),
        source: str = SOURCE,
        label: str = "test",
    ) -> Organisation:
        """Another system of an organisation, with a token of its own."""
        is_board = code.startswith("B")
        usual = SCHOOL_RIGHTS if is_board else RECEIVER_RIGHTS
        caller = Caller(
            OrganisationCode(code), usual if rights is None else rights, frozenset({source} if is_board else ()), label
        )
        with self.sessions.begin() as session:
            token = make_token(session, caller, valid_for=valid_for, now=clock.now())
        return Organisation(self.client, code, token)

    def stranger(self, token: str = "") -> Organisation:
        """Somebody with a token of nobody's."""
        return Organisation(self.client, "", token)


def settings_in(folder: Path, database_url: str, **more: object) -> Settings:
    """Settings of a hub that keeps its things in `folder`, with a master key there."""
    port = free_port()
    made = {"data_dir": folder, "port": port, "public_url": f"http://127.0.0.1:{port}", "webhooks_to_loopback": True}
    settings = Settings.model_validate({**made, "database_url": database_url, **more})
    if not settings.master_key_path.exists():
        make_master_keys(settings.master_key_path)
    return settings


@contextmanager
def prepared(settings: Settings) -> Iterator[RunningHub]:
    """Lay the database out, with the demo region in it; what is yielded is where the hub will be."""
    url = str(settings.database_url)
    prepare(settings, url)
    engine = make_engine(settings, url, pool_size=2)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        load_demo(session, clock.now())
    try:
        with httpx.Client(base_url=settings.public_url, timeout=30, trust_env=False) as client:
            yield RunningHub(settings, sessions, client)
    finally:
        engine.dispose()


@contextmanager
def api_in_thread(
    settings: Settings, database_url: str | None = None, now: Callable[[], datetime] = clock.now
) -> Iterator[None]:
    """API and pages alone, in a thread of this process; `now` is the clock of the pages."""
    runtime = make_runtime(settings, database_url or str(settings.database_url))
    app = make_app(runtime, Hints(hint_sender(settings)), now)
    server = uvicorn.Server(
        uvicorn.Config(app, host=settings.host, port=settings.port, server_header=False, log_config=None)
    )
    thread = threading.Thread(target=server.run, name="api")
    thread.start()
    try:
        wait_until(lambda: server.started, seconds=_START_SECONDS, what="the start of the API")
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def worker_beside(settings: Settings) -> Iterator[None]:
    """A worker in this process, which finds its work by hints in memory and by sweeping."""
    worker = WorkerBeside(settings, str(settings.database_url))
    worker.start()
    try:
        yield
    finally:
        worker.stop()


@contextmanager
def process(settings: Settings, name: str, *arguments: str, more: Mapping[str, str] | None = None) -> Iterator[Path]:
    """Run Python with `arguments` under these settings; what is yielded is the file with all that it says."""
    log = settings.data_dir / f"{name}.log"
    with log.open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **_environment(settings), **(more or {})},
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        _stop(started)


def _stop(started: subprocess.Popen[bytes]) -> None:
    """In good order if that is quick; how well a worker stops is tested elsewhere."""
    started.terminate()
    try:
        started.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def _environment(settings: Settings) -> dict[str, str]:
    given = settings.model_dump(mode="json", exclude_unset=True)
    return {f"HUB_{name.upper()}": str(value) for name, value in given.items()}


@contextmanager
def spread(settings: Settings) -> Iterator[None]:
    """API and workers as processes of their own, started as one starts them on machines of their own."""
    with (
        process(settings, "serve", "-m", "hub", "serve", "--port", str(settings.port)),
        process(settings, "worker", "-m", "hub", "worker", "--concurrency", "2"),
    ):
        wait_until(lambda: answers(settings.public_url), seconds=_START_SECONDS, what="the start of hub serve")
        yield


def answers(url: str) -> bool:
    """Whether a hub at this address says that it is ready."""
    try:
        return httpx.get(f"{url}/v1/health/ready", timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False


@contextmanager
def _fresh_database(server: DatabaseServer) -> Iterator[str]:
    url = server.create()
    try:
        yield url
    finally:
        server.drop(url)


@pytest.fixture(scope="session")
def hub_in_one_process(
    database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningHub]:
    """API and worker in this process, hints in memory; one for the whole run, so tests choose ids of their own."""
    with ExitStack() as stack:
        url = stack.enter_context(_fresh_database(database_server))
        settings = settings_in(tmp_path_factory.mktemp("one-process"), url)
        running = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        stack.enter_context(worker_beside(settings))
        yield running


@pytest.fixture(scope="session")
def hub_on_many_machines(
    database_server: DatabaseServer, redis_server: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningHub]:
    """Two API processes and a prefork worker with Redis; one for the whole run."""
    with ExitStack() as stack:
        url = stack.enter_context(_fresh_database(database_server))
        broker = stack.enter_context(broker_beside(redis_server, worker_id))
        settings = settings_in(tmp_path_factory.mktemp("many-machines"), url, redis_url=broker)
        running = stack.enter_context(prepared(settings))
        stack.enter_context(spread(settings))
        yield running


@pytest.fixture(params=["in_one_process", "on_many_machines"])
def hub(request: pytest.FixtureRequest) -> RunningHub:
    """A running hub, in both ways: what is told with it holds for either."""
    running = request.getfixturevalue(f"hub_{request.param}")
    assert isinstance(running, RunningHub)
    return running
