"""The tests' identity providers as processes: oidc-provider from npm, which keeps to the rules, and one that lies."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from hub.access.provider_metadata import WELL_KNOWN
from tests.support.identity.installing import identity_server, node_program
from tests.support.ports import free_port
from tests.support.waiting import wait_until

PASSWORD, SECOND_FACTOR = "een wachtwoord van de toets", "314159"
LEVELS = ("urn:test:password", "urn:test:two-factor")
_START_SECONDS = 30.0


@dataclass(frozen=True)
class IdentityProvider:
    """Where a provider is, and what it says."""

    issuer: str
    log: Path

    @property
    def metadata(self) -> dict[str, Any]:
        """Its discovery document."""
        document: dict[str, Any] = httpx.get(self.issuer + WELL_KNOWN, trust_env=False).json()
        return document


@dataclass(frozen=True)
class Crook(IdentityProvider):
    """A provider that says whatever it is told to say."""

    def will(self, **misdeed: Any) -> None:
        """What it does from now on; without anything it behaves. See `crook.py` for the words."""
        httpx.put(f"{self.issuer}/misdeed", json=misdeed, trust_env=False).raise_for_status()

    @property
    def saw(self) -> dict[str, dict[str, str]]:
        """The last question at each of its endpoints."""
        seen: dict[str, dict[str, str]] = httpx.get(f"{self.issuer}/seen", trust_env=False).json()
        return seen


@contextmanager
def real_provider(
    folder: Path, port: int, client: Mapping[str, Any], accounts: list[str]
) -> Iterator[IdentityProvider]:
    """oidc-provider, with one client and accounts that all have the same password and the same second factor."""
    known = {name: {"password": PASSWORD, "code": SECOND_FACTOR} for name in accounts}
    settings = {"port": port, "clients": [client], "accounts": known}
    command = [node_program(), str(identity_server()), json.dumps(settings)]
    issuer, log = f"http://127.0.0.1:{port}", folder / f"provider-{port}.log"
    with _running(command, issuer, log):
        yield IdentityProvider(issuer, log)


@contextmanager
def crooked_provider(folder: Path) -> Iterator[Crook]:
    """A provider of the tests' own making, for what a real one refuses to do."""
    port = free_port()
    issuer, log = f"http://127.0.0.1:{port}", folder / f"crook-{port}.log"
    with _running([sys.executable, "-m", "tests.support.identity.crook", str(port)], issuer, log):
        yield Crook(issuer, log)


@contextmanager
def _running(command: list[str], issuer: str, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=Path(__file__).parents[3], stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: _answers(process, issuer, log), seconds=_START_SECONDS, what=f"the start of {issuer}")
        yield
    finally:
        process.terminate()
        process.wait()


def _answers(process: subprocess.Popen[bytes], issuer: str, log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    try:
        return httpx.get(issuer + WELL_KNOWN, timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False
