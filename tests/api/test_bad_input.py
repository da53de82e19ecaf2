"""What is not a good event is refused with everything that is wrong with it, and leaves no trace."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.events import SIGNAL, a_signal, is_stored, pointers
from tests.support.callers import Json, Organisation, an_event, document
from tests.support.hub import RunningHub

MISSING = object()


def _without(name: str) -> Json:
    event = a_signal()
    del event[name]
    return event


@pytest.mark.parametrize(
    "type_",
    ["nl.samenspel.pizza.ordered.v1", "nl.samenspel.signal.raised.v2", "com.example.signal.raised", "signal.raised"],
)
def test_an_unknown_type_is_refused(board: Organisation, type_: str) -> None:
    """A type that the hub does not know, or knows in no such version."""
    refused = document(board.send(a_signal(type=type_)), 400)
    assert pointers(refused) == ["/type"]


@pytest.mark.parametrize("type_", ["referral.offered", "case.closed", "outcome.reported"])
def test_a_type_that_schools_do_not_publish_is_refused(board: Organisation, type_: str) -> None:
    """What the hub and receivers write cannot be sent in by a school."""
    assert pointers(document(board.send(an_event(type_, SIGNAL)), 400)) == ["/type"]


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time", "data"])
def test_an_attribute_that_is_missing_is_named(board: Organisation, name: str) -> None:
    """Each required attribute of the envelope."""
    assert pointers(document(board.send(_without(name)), 400)) == [f"/{name}"]


WRONG_ATTRIBUTES: list[tuple[str, Any]] = [
    ("specversion", "0.3"),
    ("id", ""),
    ("id", "with space"),
    ("id", "x" * 129),
    ("id", 7),
    ("source", "https://school.example/system"),
    ("source", "urn:nld:oin:123:systeem:kort"),
    ("time", "yesterday"),
    ("time", "2026-11-21"),
    ("time", "2026-11-21T09:30:00"),
    ("time", 1_795_250_000),
    ("time", "1795250000"),
    ("time", "0001-01-01T00:00:00+14:00"),
    ("subject", "not-a-case"),
    ("subject", "0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"),
    ("datacontenttype", "text/xml"),
    ("traceparent", "00-zz-zz-01"),
    ("data", "text"),
    ("data", []),
    ("data", 7),
]


@pytest.mark.parametrize(("name", "value"), WRONG_ATTRIBUTES)
def test_an_attribute_with_a_wrong_value_is_named(
    hub: RunningHub, board: Organisation, name: str, value: object
) -> None:
    """Each attribute of the envelope has its form."""
    event = {**a_signal(), name: value}
    assert pointers(document(board.send(event), 400)) == [f"/{name}"]
    assert not isinstance(event["id"], str) or not is_stored(hub, event)


@pytest.mark.parametrize(
    ("name", "value"), [("Upper", "x"), ("with_underscore", "x"), ("a" * 21, "x"), ("note", [1]), ("number", 2**31)]
)
def test_an_extension_attribute_follows_the_standard(board: Organisation, name: str, value: object) -> None:
    """CloudEvents 1.0: short lower-case names; strings, booleans and 32-bit integers."""
    document(board.send({**a_signal(), name: value}), 400)


def test_a_well_formed_extension_attribute_is_taken(board: Organisation) -> None:
    """What the hub does not know in the envelope is allowed there by the standard."""
    document(board.send(a_signal(partitionkey="klas", priority=3, test=True)), 202)


WRONG_DATA: list[tuple[str, Any]] = [
    ("school", MISSING),
    ("school", "99AA"),
    ("school", "99aa00"),
    ("homePostcode", "9403AB"),
    ("homePostcode", "0403"),
    ("homePostcode", 9403),
    ("theme", MISSING),
    ("theme", "boredom"),
    ("ask", "HELP"),
    ("about", "weather"),
    ("standing", "asleep"),
    ("ageGroup", "12"),
    ("question", MISSING),
    ("question", ""),
    ("question", "   "),
    ("question", "x" * 8_001),
    ("question", {"text": "x"}),
    ("acuteDanger", "nee"),
    ("acuteDanger", 0),
    ("consent", {"givenBy": "parents"}),
    ("consent", {"givenBy": "teacher", "on": "2026-11-01"}),
    ("consent", {"givenBy": "parents", "on": "2026-13-01"}),
    ("consent", {"givenBy": "parents", "on": 86_400}),
    ("pupil", {"name": ""}),
    ("pupil", {"name": "x" * 201}),
    ("pupil", "Sem"),
    ("contact", {"name": "J", "email": "no address"}),
    ("contact", {"name": "J", "phone": "call me"}),
]


@pytest.mark.parametrize(("name", "value"), WRONG_DATA)
def test_a_field_with_a_wrong_value_is_named(hub: RunningHub, board: Organisation, name: str, value: object) -> None:
    """Each field of the data has its form."""
    event = a_signal()
    if value is MISSING:
        del event["data"][name]
    else:
        event["data"][name] = value
    refused = document(board.send(event), 400)
    assert all(pointer.startswith(f"/data/{name}") for pointer in pointers(refused))
    assert not is_stored(hub, event)


@pytest.mark.parametrize("name", ["questoin", "bsn", "Question", "home postcode", "a/b~c"])
def test_an_unknown_field_is_refused(board: Organisation, name: str) -> None:
    """A misspelt field is never lost in silence; its place is told as a JSON pointer."""
    refused = document(board.send(a_signal({name: "x"})), 400)
    assert pointers(refused) == ["/data/" + name.replace("~", "~0").replace("/", "~1")]


def test_everything_that_is_wrong_is_told_at_once(board: Organisation) -> None:
    """Errors in the envelope and in the data come together."""
    event = {**a_signal({"theme": "boredom", "ask": "shout"}), "time": "yesterday", "id": ""}
    assert sorted(pointers(document(board.send(event), 400))) == ["/data/ask", "/data/theme", "/id", "/time"]


def test_a_pupil_is_not_named_without_consent(board: Organisation) -> None:
    """A signal about home that names the pupil asks for consent."""
    refused = document(board.send(a_signal({"pupil": {"name": "Sem Voorbeeld"}})), 400)
    assert pointers(refused) == ["/data"]
    assert "Sem" not in str(refused)


def test_an_event_from_the_future_is_refused(hub: RunningHub, board: Organisation) -> None:
    """Clocks may differ by a few minutes and no more."""
    early = a_signal(time=(datetime.now(UTC) + timedelta(minutes=10)).isoformat())
    assert pointers(document(board.send(early), 400)) == ["/time"]
    assert not is_stored(hub, early)
    document(board.send(a_signal(time=(datetime.now(UTC) + timedelta(minutes=2)).isoformat())), 202)


def test_a_moment_in_any_zone_is_taken(board: Organisation) -> None:
    """Every offset is read, and answered in UTC."""
    case = document(board.send(a_signal(time="2026-11-20T23:30:00+01:00")), 202)["case"]
    assert board.case(case)["timeline"][0]["at"] == "2026-11-20T22:30:00Z"


@pytest.mark.parametrize("school", ["99ZZ99", "00AA00"])
def test_a_school_that_does_not_exist_is_refused(hub: RunningHub, board: Organisation, school: str) -> None:
    """Well written, but in no register."""
    event = a_signal({"school": school})
    assert pointers(document(board.send(event), 400)) == ["/data/school"]
    assert not is_stored(hub, event)


def test_a_school_did_not_exist_before_passend_onderwijs(board: Organisation) -> None:
    """The directory is asked about the day of the event."""
    assert pointers(document(board.send(a_signal(time="2009-09-01T10:00:00Z")), 400)) == ["/data/school"]


@pytest.mark.parametrize("type_", ["consent.withdrawn", "signal.withdrawn"])
def test_what_takes_something_back_must_say_what(board: Organisation, type_: str) -> None:
    """Such an event names its case in subject, and the case must be the sender's own."""
    data = {"withdrawnBy": "parents"} if type_ == "consent.withdrawn" else {"reason": "solved"}
    assert pointers(document(board.send(an_event(type_, data)), 400)) == ["/subject"]
    nobodys = "0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
    assert pointers(document(board.send(an_event(type_, data, subject=nobodys)), 400)) == ["/subject"]


NOT_JSON = [
    b"",
    b"{",
    b"{'a': 1}",
    b'{"a": NaN}',
    b'{"a": 1} trailing',
    b'{"id": "\xff\xfe"}',
    b'{"id": "\xed\xa0\x80"}',
    rb'{"id": "\ud800"}',
    rb'{"id": "\udc00 alone"}',
    b"[" * 5_000 + b"]" * 5_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"id": ' + b"9" * 60_000 + b"}",
    b'{"id": 1e999999}',
    b'\xef\xbb\xbf{"id": "with a byte order mark"}',
    b"\x00",
]


@pytest.mark.parametrize("body", NOT_JSON, ids=[str(number) for number in range(len(NOT_JSON))])
def test_what_is_no_json_is_refused(board: Organisation, body: bytes) -> None:
    """Broken UTF-8, lone surrogates, deep nesting, numbers without end: all are a plain 400 in the hub's own words."""
    refused = document(board.send(body), 400)
    assert refused["code"] == "invalid-input"
    assert refused["errors"]
    assert "line" not in refused["detail"]


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"7", b"null", b"true"])
def test_json_that_is_no_object_is_no_event(board: Organisation, body: bytes) -> None:
    """A lone event is an object; a list asks for the media type of a batch."""
    assert document(board.send(body), 400)["errors"]


def test_nesting_that_can_be_read_is_judged_like_any_unknown_field(board: Organisation) -> None:
    """A hundred levels are no reason to stumble."""
    deep: Any = "x"
    for _ in range(100):
        deep = {"a": deep}
    assert pointers(document(board.send(a_signal({"deep": deep})), 400)) == ["/data/deep"]


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f"])
def test_control_characters_are_refused(board: Organisation, character: str) -> None:
    """In no text that people will read, nor in the envelope."""
    for event in (
        a_signal({"question": f"Hallo{character}wereld"}),
        a_signal({"consent": {"givenBy": "parents", "on": "2026-11-01"}, "pupil": {"name": f"Sem{character}"}}),
        a_signal(id=f"a{character}b"),
        a_signal(note=f"a{character}b"),
    ):
        document(board.send(event), 400)


def test_lines_and_other_scripts_are_welcome_in_a_text(board: Organisation) -> None:
    """A question may have paragraphs, and names come from everywhere."""
    question = "Eerste regel\n\ttweede — Łukasz, 李, عمر, 👩‍👧"
    case = document(board.send(a_signal({"question": question})), 202)["case"]
    assert board.case(case)["timeline"][0]["texts"]["question"] == question


def test_an_event_of_64_kib_fits_and_more_does_not(hub: RunningHub, board: Organisation) -> None:
    """The limit of the standard, to the byte; also for who does not say beforehand how long it will be."""
    room = 64 * 1024 - len(json.dumps(a_signal(fill="")).encode())
    fits, larger = a_signal(fill="x" * room), a_signal(fill="x" * (room + 1))
    assert document(board.send(json.dumps(fits).encode()), 202)
    refused = document(board.send(json.dumps(larger).encode()), 413)
    assert refused["code"] == "too-large"
    assert not is_stored(hub, larger)

    def in_pieces() -> Iterator[bytes]:
        body = json.dumps(a_signal(fill="x" * 200_000)).encode()
        yield from (body[at : at + 10_000] for at in range(0, len(body), 10_000))

    headers = {"Content-Type": "application/cloudevents+json"}
    assert board.call("POST", "/events", content=in_pieces(), headers=headers).status_code == 413


@pytest.mark.parametrize(
    "media_type",
    [
        *("application/json", "text/plain", "application/xml", "application/cloudevents", "", None),
        *("application/cloudevents+json; charset=latin-1", "application/x-www-form-urlencoded"),
    ],
)
def test_another_media_type_is_refused(hub: RunningHub, board: Organisation, media_type: str | None) -> None:
    """Only CloudEvents, one or a batch, and only in UTF-8."""
    event = a_signal()
    refused = document(board.send(json.dumps(event).encode(), media_type), 415)
    assert refused["code"] == "wrong-media-type"
    assert not is_stored(hub, event)


@pytest.mark.parametrize(
    "media_type", ["application/cloudevents+json; charset=UTF-8", 'APPLICATION/CloudEvents+JSON;charset="utf-8"']
)
def test_a_media_type_may_be_written_in_its_other_ways(board: Organisation, media_type: str) -> None:
    """Case and quotes do not matter, nor does the character set when it is UTF-8."""
    document(board.send(a_signal(), media_type), 202)
