"""What runs a hub on a real machine: processes that are started again when they end, whoever killed them."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_LOOK_EVERY_SECONDS = 0.05
_STOP_SECONDS = 30.0
_CHECKOUT = Path(__file__).parents[2]


class Kept:
    """A command that is to run all the time, as the leader of a process group of its own."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """Starts it."""
        self._arguments = [sys.executable, "-m", "hub", *arguments]
        self._environment = {**os.environ, **environment}
        self._log = log
        self._lock = threading.Lock()
        self._process = self._start()
        self.starts = 1

    def ensure(self) -> None:
        """Start it again if it ended, after what it left behind."""
        with self._lock:
            if self._process.poll() is not None:
                self._end_group()
                self._process = self._start()
                self.starts += 1

    def kill_parent(self) -> None:
        """Kill the process itself; its children find out."""
        with self._lock:
            self._process.kill()

    def kill_child(self, dice: random.Random) -> None:
        """Kill one of its children, or the process itself when it has none yet."""
        with self._lock:
            children = _children_of(self._process.pid)
            with suppress(ProcessLookupError):
                os.kill(dice.choice(children) if children else self._process.pid, signal.SIGKILL)

    def kill_group(self) -> None:
        """Kill it with all its children in one blow."""
        with self._lock:
            self._end_group()

    def stop(self) -> int:
        """Ask it to finish; its exit code."""
        with self._lock:
            self._process.terminate()
            try:
                return self._process.wait(_STOP_SECONDS)
            finally:
                self._end_group()
                self._process.wait()

    def _end_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):  # macOS says "not permitted" of a group of zombies
            os.killpg(self._process.pid, signal.SIGKILL)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(
                self._arguments,
                env=self._environment,
                cwd=_CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )


class Supervisor:
    """Keeps commands running until it is left."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self._kept: list[Kept] = []
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leaving.set()
        self._thread.join()
        for kept in self._kept:
            kept.stop()

    def keep(self, name: str, *arguments: str) -> Kept:
        """Run `hub` with these arguments from now on; what it says goes to a file of that name."""
        kept = Kept(arguments, self._environment, self._folder / f"{name}.log")
        self._kept.append(kept)
        return kept

    def _watch(self) -> None:
        while not self._leaving.wait(_LOOK_EVERY_SECONDS):
            for kept in list(self._kept):
                kept.ensure()


def _children_of(pid: int) -> list[int]:
    """The children of a process: as the kernel lists them, or as `ps` does where there is no /proc."""
    if Path("/proc/self/stat").exists():
        return [child for child, parent in _parents() if parent == pid]
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(child) for child, parent in map(str.split, listed.splitlines()) if int(parent) == pid]


def _parents() -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended while we looked
            after_the_name = stat.read_text().rpartition(")")[2].split()
            found.append((int(stat.parent.name), int(after_the_name[1])))
    return found
