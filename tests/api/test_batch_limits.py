"""The limits of a batch hold for each of its events too."""

import json

import pytest

from tests.api.events import BATCH, a_signal, is_stored
from tests.support.callers import Json, Organisation, document
from tests.support.hub import RunningHub

LIMIT = 64 * 1024


def _of_size(size: int) -> Json:
    """A signal that takes this many bytes without white space."""
    empty = a_signal(fill="")
    room = size - len(json.dumps(empty, separators=(",", ":")).encode())
    return {**empty, "fill": "x" * room}


def test_each_event_of_a_batch_has_the_limit_of_an_event(hub: RunningHub, board: Organisation) -> None:
    """One that is larger refuses its batch, and its place is told."""
    events = [a_signal(), _of_size(LIMIT + 1), a_signal()]
    refused = document(board.send(events, BATCH), 413)
    assert refused["code"] == "too-large"
    assert [problem["index"] for problem in refused["errors"]] == [1]
    assert not is_stored(hub, *events)


def test_a_batch_of_large_events_is_taken(board: Organisation) -> None:
    """What is too much for an event is not too much for a batch of them."""
    assert len(document(board.send([_of_size(LIMIT) for _ in range(3)], BATCH), 202)["events"]) == 3


@pytest.mark.parametrize(
    "fill", [10**400, [[["x"]]], {"a": 1.5}, "x" * LIMIT * 3], ids=["digits", "lists", "object", "text"]
)
def test_a_large_body_may_hold_anything_and_gets_a_refusal(board: Organisation, fill: object) -> None:
    """Measuring an event does not depend on what is in it."""
    answer = board.send([a_signal(), {**a_signal(), "fill": fill}, _of_size(LIMIT + 1)], BATCH)
    assert document(answer, 413)["errors"]
