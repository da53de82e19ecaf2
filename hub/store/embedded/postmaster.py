"""The running server of one data folder: is there one, start it, stop it. Whoever calls holds the folder's lock."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hub.store.embedded.account import Account
from hub.store.embedded.refusals import EmbeddedDatabaseUnusable

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # nothing of the caller's, which may hold secrets

_START_SECONDS = 120.0  # replaying the write-ahead log after a crash counts as starting
_FAST_STOP_SECONDS = 30.0
_HARD_STOP_SECONDS = 10.0
_PAUSE_SECONDS = 0.005
_STATUS_LINE = 7  # of postmaster.pid, from 0
_OLD_BACKENDS_STILL_LEAVING = "pre-existing shared memory block"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The first process of a server, as its own pid file describes it."""

    pid: int
    status: str  # starting, ready, stopping


@dataclass(frozen=True, slots=True)
class Start:
    """All that is needed to start a server: its program, data, socket folder, settings, account and log."""

    program: Path
    data: Path
    socket_dir: Path
    settings: Mapping[str, str]
    account: Account
    log: Path


def running(data: Path) -> Postmaster | None:
    """The server that runs on `data`, or None, whatever an earlier crash left in the pid file."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None
    if f"-D {data}" not in _command_line(pid):
        return None
    return Postmaster(pid, lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else "starting")


def await_settled(data: Path) -> Postmaster | None:
    """The server on `data` once it is ready, or None once there is none: one that starts or stops is waited for."""
    deadline = time.monotonic() + _START_SECONDS
    while (server := running(data)) and server.status != "ready":
        if time.monotonic() > deadline:
            raise EmbeddedDatabaseUnusable(
                "The embedded database in %(folder)s has not become ready for %(seconds)s seconds.",
                folder=data,
                seconds=int(_START_SECONDS),
            )
        time.sleep(_PAUSE_SECONDS)
    return server


def start(what: Start) -> subprocess.Popen[bytes]:
    """Start the server and return when it is ready. Backends that outlive a killed server are waited for."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        # Only a pid file without its server is left here; its pid may by now be anyone's, which PostgreSQL refuses.
        (what.data / "postmaster.pid").unlink(missing_ok=True)
        process = _launch(what)
        if _became_ready(what.data, process):
            return process
        complaint = _last_complaint(what.log)
        if _OLD_BACKENDS_STILL_LEAVING not in complaint or time.monotonic() > deadline:
            raise EmbeddedDatabaseUnusable(
                "The embedded database does not start: %(complaint)s. See %(log)s.", complaint=complaint, log=what.log
            )


def stop(data: Path) -> None:
    """Stop the server on `data`: at once for its clients, with everything written; after 30 s without that."""
    for order, seconds in ((signal.SIGINT, _FAST_STOP_SECONDS), (signal.SIGQUIT, _HARD_STOP_SECONDS)):
        server = running(data)
        if server is None:
            return
        with suppress(ProcessLookupError):
            os.kill(server.pid, order)
        deadline = time.monotonic() + seconds
        while running(data) and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)


def _launch(what: Start) -> subprocess.Popen[bytes]:
    settings = [f"{name}={value}" for name, value in what.settings.items()]
    command = [str(what.program), "-D", str(what.data), "-k", str(what.socket_dir)]
    if what.log.exists():
        what.log.replace(what.log.with_suffix(".previous.log"))
    with what.log.open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - no shell; program and folders are ours
            command + [part for setting in settings for part in ("-c", setting)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=what.data.parent,
            env=ENVIRONMENT,
            start_new_session=True,  # Ctrl-C goes to the hub, which stops the server when it is done with it
            **what.account.started_as(),
        )


def _became_ready(data: Path, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        server = running(data)
        if server and server.status == "ready":
            return True
        time.sleep(_PAUSE_SECONDS)
    process.kill()
    process.wait()
    return False


def _last_complaint(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    complaints = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return complaints[-1] if complaints else (lines[-1] if lines else "no reason given")


def _command_line(pid: int) -> str:
    """The command line of a process, its parts one space apart; empty when it has ended."""
    listed = Path("/proc", str(pid), "cmdline")
    try:
        if Path("/proc/self/cmdline").exists():
            return listed.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        asked = ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - no shell
    except (FileNotFoundError, ProcessLookupError):
        return ""
