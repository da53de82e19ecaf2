"""Numbers that may never enter the hub: refused with the place where they stand, and said again nowhere."""

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.events import BATCH, a_signal, is_stored, pointers
from tests.support.callers import Json, Organisation, an_event, document
from tests.support.hub import RunningHub

BSN = "123456782"
IN_PARTS = "1234 56 782"
ECK_ID = "https://ketenid.nl/201703/a1b2c3"
CONSENT = {"givenBy": "parents", "on": "2026-11-01"}

PLACES: list[tuple[str, Json]] = [
    ("/data/question", {"question": f"Het nummer is {BSN}."}),
    ("/data/question", {"question": f"bsn:{BSN}"}),
    ("/data/question", {"question": f"Zie {IN_PARTS}, alstublieft."}),
    ("/data/question", {"question": f"Kijk op {ECK_ID}"}),
    ("/data/pupil/name", {"consent": CONSENT, "pupil": {"name": f"Sem {BSN}"}}),
    ("/data/pupil/group", {"consent": CONSENT, "pupil": {"name": "Sem", "group": BSN}}),
    ("/data/contact/phone", {"contact": {"name": "J. de Groot", "phone": BSN}}),
    ("/data/contact/email", {"contact": {"name": "J. de Groot", "email": f"{BSN}@school.example"}}),
    ("/data/homePostcode", {"homePostcode": BSN}),
    ("/data/unknown", {"unknown": BSN}),
    ("/data/unknown", {"unknown": int(BSN)}),
    ("/data/unknown/1/deep", {"unknown": ["x", {"deep": BSN}]}),
    ("/data", {BSN: "as a name of a field"}),
]


@pytest.mark.parametrize(("pointer", "data"), PLACES)
def test_in_the_data_it_is_refused_where_it_stands(
    hub: RunningHub, board: Organisation, caplog: pytest.LogCaptureFixture, pointer: str, data: Json
) -> None:
    """Whatever the field, as text, as number, or as the name of a field."""
    event = a_signal(data)
    with caplog.at_level(logging.DEBUG):
        answer = board.send(event)
    assert pointers(document(answer, 400)) == [pointer]
    _is_said_nowhere(answer, caplog)
    assert not is_stored(hub, event)


@pytest.mark.parametrize("name", ["id", "source", "type", "time", "subject", "dataschema", "note"])
def test_in_the_envelope_it_is_refused_where_it_stands(
    board: Organisation, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Attributes travel further than data does."""
    with caplog.at_level(logging.DEBUG):
        answer = board.send({**a_signal(), name: BSN})
    assert f"/{name}" in pointers(document(answer, 400))
    _is_said_nowhere(answer, caplog)


def test_in_a_batch_it_is_refused_with_its_index(board: Organisation, caplog: pytest.LogCaptureFixture) -> None:
    """The sender finds the event without being told the number."""
    with caplog.at_level(logging.DEBUG):
        answer = board.send([a_signal(), a_signal({"question": BSN})], BATCH)
    assert document(answer, 400)["errors"][0]["index"] == 1
    _is_said_nowhere(answer, caplog)


@pytest.mark.parametrize("type_", ["consent.withdrawn", "signal.withdrawn", "no.such.type"])
def test_in_every_type_of_event_it_is_refused(board: Organisation, offered: str, type_: str) -> None:
    """Also where the hub would not know the field, or the type."""
    answer = board.send(an_event(type_, {"reason": BSN}, subject=offered))
    assert "/data/reason" in pointers(document(answer, 400))
    assert BSN not in answer.text


Move = Callable[[Organisation, str], httpx.Response]
MOVES: dict[str, Move] = {
    "/text": lambda team, case: team.try_to("answer", case, outcome="help_started", text=f"Bel over {BSN}."),
    "/explanation": lambda team, case: team.try_to("declination", case, code="other", explanation=f"Zie {IN_PARTS}"),
    "/to": lambda team, case: team.try_to("redirection", case, to=BSN, code="other"),
}


@pytest.mark.parametrize("pointer", MOVES)
def test_in_what_a_receiver_writes_it_is_refused(
    team: Organisation, offered: str, caplog: pytest.LogCaptureFixture, pointer: str
) -> None:
    """An answer, an explanation and the code of a party are fields like any other."""
    with caplog.at_level(logging.DEBUG):
        answer = MOVES[pointer](team, offered)
    assert pointers(document(answer, 400)) == [pointer]
    _is_said_nowhere(answer, caplog)
    assert team.case(offered)["state"] == "offered"


def test_in_a_webhook_address_it_is_refused(team: Organisation) -> None:
    """An address would be kept and called."""
    answer = team.call("POST", "/subscriptions", json={"url": f"https://team.example/{BSN}"})
    assert pointers(document(answer, 400)) == ["/url"]
    assert BSN not in answer.text


@pytest.mark.parametrize("number", ["123456789", "12345678", "1234567820", "06-12345678", "+31 592 123456"])
def test_other_numbers_are_taken(board: Organisation, number: str) -> None:
    """Nine digits that fail the check, and numbers that are shorter or longer, mean something else."""
    document(board.send(a_signal({"question": f"Bel {number}."})), 202)


def _is_said_nowhere(answer: httpx.Response, caplog: pytest.LogCaptureFixture) -> None:
    said: list[Any] = [answer.text, answer.headers, caplog.text, [record.args for record in caplog.records]]
    for forbidden in (BSN, IN_PARTS, ECK_ID):
        assert forbidden not in str(said)
