"""How much memory the processes of the hub take once they have worked: their proportional share (PSS) of it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench.broker import broker
from bench.figures import Figure, at_most, figure
from bench.ground import Ground, Server, up, wait_until
from bench.load import Load, apply
from bench.publishing import ONE_BOARD
from bench.samples import of_board

_SECONDS = 2.0


def measure(ground: Ground) -> Iterator[Figure]:
    """One API process, one worker process, and all in one as `hub up` runs it."""
    with broker() as redis_url:
        hub = ground.hub().with_broker(redis_url)
        with hub.serving() as server, hub.working(1) as worker:
            _work(server, hub.tokens[ONE_BOARD])
            wait_until(lambda: _is_routed(server), "the readers")
            api, child = megabytes(server.process.pid), megabytes(_children(worker.pid)[0])
    yield figure("memory of one API process", api, "MB", at_most(130))
    yield figure("memory of one worker process", child, "MB", at_most(130))
    yield figure("memory of all in one, without PostgreSQL", _all_in_one(ground), "MB", at_most(200))


def megabytes(pid: int) -> float:
    """The memory of a process in MB: its PSS, which shares what is shared; its RSS where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except FileNotFoundError:
        return _ps("rss", "-p", pid)[0] * 1024 / 1e6
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes * 1024 / 1e6


def _work(server: Server, token: str) -> None:
    apply(Load(server.port, of_board(ONE_BOARD), {ONE_BOARD: token}, connections=8, seconds=_SECONDS))


def _is_routed(server: Server) -> bool:
    health = httpx.get(f"{server.url}/v1/health/ready", trust_env=False).json()
    return not any(health["lag"].values())


def _children(pid: int) -> list[int]:
    return _ps("pid", "--ppid", pid)


def _ps(column: str, selector: str, pid: int) -> list[int]:
    said = subprocess.run(["ps", "-o", f"{column}=", selector, str(pid)], check=True, capture_output=True, text=True)
    return [int(word) for word in said.stdout.split()]


def _all_in_one(ground: Ground) -> float:
    with up(ground.folder / "one-machine") as server:
        tokens = json.loads((ground.folder / "one-machine" / "demo-tokens.json").read_text())
        _work(server, tokens[ONE_BOARD])
        wait_until(lambda: _is_routed(server), "the readers")
        return megabytes(server.process.pid)
