"""Hints never hold up whoever gives them, and pile up to one; a broker in trouble is left alone for a while."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.hints import Hints
from hub.settings import Settings
from hub.workers.app import hint_sender
from tests.support.waiting import wait_until

_PATIENCE_SECONDS = 10.0
_AT_ONCE_SECONDS = 0.2


class Broker:
    """Keeps what it is sent, waits at a gate when it has one, and fails while it is away."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.is_away = False

    def __call__(self, hint: str) -> None:
        """Take a hint."""
        self.asked.append(hint)
        assert self.gate.wait(_PATIENCE_SECONDS)
        if self.is_away:
            raise ConnectionError


def test_hints_that_pile_up_are_one_hint() -> None:
    """What is asked for a hundred times while one is on its way is sent once."""
    broker = Broker()
    broker.gate.clear()
    hints = Hints(broker)
    hints.give("first")
    wait_until(lambda: broker.asked == ["first"], what="the first hint")
    for _ in range(100):
        hints.give("router", "agenda")
    broker.gate.set()
    hints.close()
    assert broker.asked == ["first", "agenda", "router"]


def test_a_broker_that_is_away_is_left_alone_for_a_while() -> None:
    """After a failure hints are dropped, which costs time only; then the broker is tried again."""
    broker = Broker()
    broker.is_away = True
    hints = Hints(broker)
    hints.give("router", "agenda", "deliver")
    wait_until(lambda: broker.asked == ["agenda"], what="the failure")
    broker.is_away = False

    def comes_through() -> bool:
        hints.give("router")
        return "router" in broker.asked

    assert not comes_through()
    wait_until(comes_through, what="a hint after the rest")
    assert "deliver" not in broker.asked
    hints.close()


@pytest.fixture
def black_hole() -> Iterator[str]:
    """The address of a broker that takes connections and then says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


def test_a_broker_that_says_nothing_holds_nobody_up(black_hole: str, tmp_path: Path) -> None:
    """Giving a hint returns at once, and so does ending, within the patience for a broker."""
    settings = Settings.model_validate({"data_dir": tmp_path, "redis_url": black_hole})
    hints = Hints(hint_sender(settings))
    begun = time.monotonic()
    for _ in range(100):
        hints.give("advance.router", "deliver")
    assert time.monotonic() - begun < _AT_ONCE_SECONDS
    hints.close()
    assert time.monotonic() - begun < _PATIENCE_SECONDS
