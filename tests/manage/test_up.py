"""`hub up` from the outside: a program that is started, spoken to and stopped."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from hub.store.embedded import postmaster
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

_START_SECONDS, _STOP_SECONDS = 120.0, 60.0
LAST_LINE = "Zien wat er bij het sociaal team van Assen wacht"


class Started:
    """A `hub up` that somebody has started in a terminal, and all that it printed."""

    def __init__(self, process: subprocess.Popen[bytes], screen: Path) -> None:
        self.process = process
        self._screen = screen

    @property
    def printed(self) -> str:
        """Everything on the screen until now."""
        return self._screen.read_text()

    @property
    def tokens(self) -> dict[str, str]:
        """The tokens that are shown."""
        return dict(re.findall(r"^  (\S+) +(hub_\S+)$", self.printed, re.MULTILINE))

    @property
    def curl(self) -> list[str]:
        """The commands that are shown."""
        return re.findall(r"^  (curl .*)$", self.printed, re.MULTILINE)

    def is_ready(self) -> bool:
        """Whether it has said all; fails when it has ended instead."""
        assert self.process.poll() is None, self.printed
        return LAST_LINE in self.printed and len(self.curl) == 2

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Stop it as a terminal or a supervisor does; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(_STOP_SECONDS)


@contextmanager
def up(data_dir: Path, *options: str, more: Mapping[str, str] | None = None) -> Iterator[Started]:
    """Start `hub up` on a data folder."""
    screen = data_dir.parent / "screen.txt"
    with screen.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hub", "up", *options],
            env={**os.environ, "HUB_DATA_DIR": str(data_dir), **(more or {})},
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Started(process, screen)
    finally:
        process.kill()
        process.wait()


def ready(started: Started) -> Started:
    """Wait until it has said all."""
    wait_until(started.is_ready, seconds=_START_SECONDS, what="the start of hub up")
    return started


def answer_of(command: str) -> dict[str, object]:
    """What the hub answers to a command that it prints, given to a shell as it stands."""
    # The shell fills in the id and the time; `curl` itself is replaced, so that the test needs no such program.
    arguments = subprocess.run(
        ["bash", "-c", f'curl() {{ printf "%s\\0" "$@"; }}; {command}'], check=True, capture_output=True
    ).stdout.decode()
    _, url, *rest = arguments.rstrip("\0").split("\0")
    headers = dict(value.split(": ", 1) for name, value in pairwise(rest) if name == "-H")
    body = rest[rest.index("-d") + 1] if "-d" in rest else None
    answer = httpx.request("POST" if body else "GET", url, headers=headers, content=body, timeout=30, trust_env=False)
    assert answer.is_success, answer.text
    document: dict[str, object] = answer.json()
    return document


def test_up_from_the_first_start_to_the_second(hub_data_dir: Path) -> None:
    """It plays seven stories, shows calls that work, stops cleanly, and comes back with the same tokens and data."""
    with up(hub_data_dir, "--port", "0") as started:
        first = ready(started)
        assert re.findall(r"■ (\d)\.", first.printed) == list("1234567")
        assert ":0 " not in first.printed
        tokens, (publish, look) = first.tokens, first.curl
        assert tokens.keys() >= {"B00001", "GM0106-ST", "PO2201"}
        case = answer_of(publish)["case"]
        wait_until(lambda: str(case) in json.dumps(answer_of(look)), seconds=30, what="the case in the inbox")
        assert first.stop() == 0
        assert "Traceback" not in first.printed
        assert "/sign-in in uw browser" in first.printed
    assert postmaster.running((hub_data_dir / "postgres").resolve() / "data") is None
    assert (hub_data_dir / "demo-tokens.json").stat().st_mode & 0o077 == 0
    with up(hub_data_dir, "--port", "0", more={"HUB_PUBLIC_URL": "https://hub.example"}) as started:
        second = ready(started)
        assert second.tokens == tokens
        assert "■" not in second.printed
        assert "Samenspel draait op https://hub.example " in second.printed
        assert "/sign-in" not in second.printed
        assert str(case) in json.dumps(answer_of(second.curl[1]))
        assert second.stop(signal.SIGTERM) == 0
    assert postmaster.running((hub_data_dir / "postgres").resolve() / "data") is None


def test_a_port_that_is_taken_is_told_before_anything_is_started(hub_data_dir: Path) -> None:
    """With what to do, without a trace, and without a database that stays behind."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with up(hub_data_dir, "--port", port) as started:
            assert started.process.wait(_START_SECONDS) == 1
            assert f"Poort {port} van 127.0.0.1 is in gebruik" in started.printed
            assert "hub up --port 8010" in started.printed
            assert "Traceback" not in started.printed
    assert not (hub_data_dir / "postgres").exists()
