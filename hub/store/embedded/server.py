"""Starting, joining and leaving the embedded server: the first hub on a data folder starts it, the last one stops it.

Two locks in the folder keep that true through any crash, because the kernel releases them with the process: `lock` is
held while somebody starts or stops, `in-use` is shared by everybody who uses the server.
"""

import atexit
import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from hub.store.embedded import postmaster
from hub.store.embedded.cluster import (
    HUB,
    Cluster,
    cluster_in,
    create_data,
    make_socket_dir,
    prepare,
    programs_for,
    remove_socket_dir,
    save_data,
)
from hub.store.embedded.programs import Programs

_SETTINGS = {
    "listen_addresses": "",  # the Unix socket only
    "port": "5432",  # no more than a part of the socket's name
    "cluster_name": "samenspel",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # without the values of a row that was refused
    "log_min_error_statement": "panic",  # without the statement
}
_FOR_THROW_AWAY_DATA = {
    # Only a machine that fails loses data with these; whoever kills the server still finds every commit.
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "400",  # tests run side by side
    "max_wal_size": "256MB",  # often in memory
}


class EmbeddedPostgres:
    """The private server of one data folder: `with EmbeddedPostgres(data_dir) as url` starts or joins it and leaves."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        """Touches nothing until `start`; `durable=False` is only for data that is thrown away with the process."""
        self._data_dir = data_dir
        self._durable = durable
        self._settings = _SETTINGS if durable else _SETTINGS | _FOR_THROW_AWAY_DATA
        self._use: _Use | None = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> str:
        """Start the server or join the one that runs; the URL of the hub's database, for role `hub`.

        Raises `EmbeddedDatabaseUnusable` with the reason and the next step.
        """
        cluster = cluster_in(self._data_dir)
        with _alone(cluster):
            if cluster.being_made.exists():
                postmaster.stop(cluster.data)
            server = postmaster.await_settled(cluster.data)
            process = None if server else self._start(cluster)
            self._use = _Use(cluster, _lock(cluster.home / "in-use", fcntl.LOCK_SH), process)
        return f"postgresql://{HUB}:{cluster.password}@localhost/{HUB}?host={quote(str(cluster.socket_dir))}"

    def stop(self) -> None:
        """Leave the server, and stop it when nobody else uses it. A second call does nothing."""
        if self._use is None:
            return
        use, self._use = self._use, None
        with _alone(use.cluster):
            if _is_last(use):
                _stop(use)
            os.close(use.lock)

    def _start(self, cluster: Cluster) -> subprocess.Popen[bytes]:
        programs = programs_for(cluster)
        new = cluster.being_made.exists() or not cluster.data.exists()
        if new:
            create_data(cluster, programs)
        make_socket_dir(cluster)
        saving = save_data(cluster, programs) if new and self._durable else None
        process = _start_server(cluster, programs, self._settings)
        _STARTED.add(process)
        if saving:
            saving.communicate()
        if new:
            prepare(cluster)
        return process


@dataclass(frozen=True, slots=True)
class _Use:
    cluster: Cluster
    lock: int  # descriptor of `in-use`
    process: subprocess.Popen[bytes] | None  # the server, when it was started here


_STARTED: set[subprocess.Popen[bytes]] = set()  # servers may outlive the one that started them, if others use them


@atexit.register
def _let_them_run() -> None:
    """Tell `subprocess` that a server which still runs when this process ends is meant to: others use it."""
    for process in _STARTED:
        if process.poll() is None:
            process.returncode = 0


@contextmanager
def _alone(cluster: Cluster) -> Iterator[None]:
    descriptor = _lock(cluster.home / "lock", fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(place: Path, kind: int) -> int:
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, kind)
    return descriptor


def _is_last(use: _Use) -> bool:
    try:
        fcntl.flock(use.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start_server(cluster: Cluster, programs: Programs, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    program = programs.folder / "postgres"
    return postmaster.start(
        postmaster.Start(program, cluster.data, cluster.socket_dir, settings, cluster.account, cluster.log)
    )


def _stop(use: _Use) -> None:
    postmaster.stop(use.cluster.data)
    remove_socket_dir(use.cluster)
    if use.process:
        use.process.wait()
        _STARTED.discard(use.process)
