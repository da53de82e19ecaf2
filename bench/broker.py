"""A Redis of the benchmark's own, on a free port; the one that HUB_REDIS_URL names when there is no redis-server."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.exceptions import ConnectionError as NotReachable

from bench.ground import Stuck, free_port, wait_until


@contextmanager
def broker() -> Iterator[str]:
    """The URL of an empty Redis. Raises Stuck where there is none to be had."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    elsewhere = os.environ.get("HUB_REDIS_URL")
    if program is None and elsewhere is None:
        raise Stuck("a redis-server; install it, or name a running one with HUB_REDIS_URL")
    if program is None:
        yield str(elsewhere)
        return
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        url = f"redis://127.0.0.1:{port}/0"
        wait_until(lambda: _answers(url), "an answer of redis-server")
        yield url
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    with Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except NotReachable:
            return False
