"""Fixtures of delivery: a hub with a log and subscriptions, real receivers, a clock that the test moves, senders."""

import secrets
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub.delivery.sender import Sender
from hub.privacy.master_keys import MasterKeys
from hub.privacy.vault import Vault
from hub.settings import Settings
from hub.store.engine import Sessions
from tests.delivery.receivers import YES, Answer, Receive, Receiver, receiving
from tests.delivery.world import MovableClock, World


@pytest.fixture
def vault() -> Vault:
    """A vault with a key of its own."""
    return Vault(MasterKeys("test", {"test": secrets.token_bytes(32)}))


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands still until the test moves it."""
    return MovableClock()


@pytest.fixture
def world(sessions: Sessions, vault: Vault, clock: MovableClock) -> World:
    """A hub with an empty log."""
    world = World(sessions, vault, clock)
    world.start()
    return world


@pytest.fixture
def receive() -> Iterator[Receive]:
    """Starts receivers; they stop with the test."""
    with ExitStack() as stack:

        def start(answer: Answer = YES, *, tls: ssl.SSLContext | None = None) -> Receiver:
            return stack.enter_context(receiving(answer, tls=tls))

        yield start


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings under which webhooks may go to this machine."""
    return Settings(data_dir=tmp_path, public_url="https://hub.example.nl", webhooks_to_loopback=True)


@pytest.fixture
def make_sender(
    sessions: Sessions, vault: Vault, settings: Settings, clock: MovableClock
) -> Iterator[Callable[[], Sender]]:
    """Makes senders that go by the test's clock; they stop with the test."""
    with ExitStack() as stack:

        def make() -> Sender:
            sender = Sender(sessions, vault, settings, clock.now)
            stack.callback(sender.stop, 0)
            return sender

        yield make


@pytest.fixture
def sender(make_sender: Callable[[], Sender]) -> Sender:
    """One sender that goes by the test's clock."""
    return make_sender()
