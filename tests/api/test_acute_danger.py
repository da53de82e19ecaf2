"""A child may be in danger now: the hub says whom to call, and keeps nothing."""

from typing import Any

import pytest

from tests.api.events import BATCH, a_signal, is_stored
from tests.support.callers import Organisation, document
from tests.support.hub import RunningHub


def test_the_numbers_to_call_are_told_in_dutch_and_nothing_is_stored(hub: RunningHub, board: Organisation) -> None:
    """112 when a life is in danger, Veilig Thuis otherwise; the message is in no queue."""
    event = a_signal({"acuteDanger": True})
    refused = document(board.send(event), 422)
    assert refused["code"] == "acute-danger"
    assert refused["title"].startswith("Bel nu")
    assert "112" in refused["nextStep"]
    assert "0800-2000" in refused["nextStep"]
    assert "Veilig Thuis" in refused["nextStep"]
    assert not is_stored(hub, event)


@pytest.mark.parametrize("value", [1, "true", "TRUE", "ja", "yes"])
@pytest.mark.parametrize("name", ["acuteDanger", "acute_danger"])
def test_danger_is_understood_however_it_is_written(
    hub: RunningHub, board: Organisation, name: str, value: object
) -> None:
    """A mistake of the sending system must not turn danger into a question that waits."""
    event = a_signal({name: value})
    assert document(board.send(event), 422)["code"] == "acute-danger"
    assert not is_stored(hub, event)


def test_other_mistakes_do_not_hide_the_numbers(board: Organisation) -> None:
    """What is wrong with the event can wait."""
    wrong: dict[str, Any] = a_signal({"acuteDanger": True, "theme": "boredom", "question": "BSN 123456782"})
    del wrong["time"]
    assert document(board.send(wrong), 422)["code"] == "acute-danger"


def test_one_such_event_stops_a_batch(hub: RunningHub, board: Organisation) -> None:
    """Nothing of the batch is stored, so that nobody takes the danger for handled."""
    batch = [a_signal(), a_signal({"acuteDanger": True}), a_signal()]
    assert document(board.send(batch, BATCH), 422)["code"] == "acute-danger"
    assert not is_stored(hub, *batch)


def test_it_is_told_in_english_to_who_asks(board: Organisation) -> None:
    """The second language has the same numbers."""
    refused = document(board.send(a_signal({"acuteDanger": True}), headers={"Accept-Language": "en"}), 422)
    assert refused["title"].startswith("Call now")
    assert "0800-2000" in refused["nextStep"]
