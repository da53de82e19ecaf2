"""The envelope takes CloudEvents 1.0 in the NL GOV profile and nothing else, and the hub writes it the same way."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from hub.events.catalogue import PUBLISHED, WRITTEN_BY_HUB, WRITTEN_BY_RECEIVERS
from hub.events.envelope import Envelope, as_cloudevent, full_type, short_type
from hub.events.log import Event

SOURCE = "urn:nld:oin:00000001003214345000:systeem:lvs"
TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
CASE = UUID("0199c0de-0000-7000-8000-000000000001")
SENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "2026-0001",
    "source": SOURCE,
    "type": "nl.samenspel.signal.raised.v1",
    "time": "2026-11-21T10:00:00+01:00",
    "data": {"school": "18CW00"},
}
STORED = Event(
    position=42,
    source=SOURCE,
    id="2026-0001",
    type="signal.raised",
    case_id=CASE,
    publisher="18CW00",
    time=datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=1))),
    recorded_at=datetime(2026, 11, 21, 9, 0, 1, tzinfo=UTC),
    data={"theme": "home"},
    sealed_id=None,
    traceparent=None,
)


def sent(**changes: Any) -> Envelope:
    """An envelope with some attributes changed."""
    return Envelope.model_validate({**SENT, **changes})


def test_a_plain_envelope() -> None:
    """What CloudEvents asks for is enough; the time is kept in UTC."""
    envelope = sent()
    assert (envelope.id, envelope.source, envelope.subject) == ("2026-0001", SOURCE, None)
    assert envelope.time == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert envelope.time.utcoffset() == timedelta(0)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time", "data"])
def test_what_is_needed(name: str) -> None:
    """Each attribute the profile demands is missed."""
    with pytest.raises(ValidationError) as refusal:
        Envelope.model_validate({key: value for key, value in SENT.items() if key != name})
    assert [error["loc"] for error in refusal.value.errors()] == [(name,)]


def test_everything_is_told_at_once() -> None:
    """Several mistakes give several messages."""
    with pytest.raises(ValidationError) as refusal:
        sent(specversion="0.3", id="", source="school", subject="x")
    assert {error["loc"][0] for error in refusal.value.errors()} == {"specversion", "id", "source", "subject"}


@pytest.mark.parametrize(
    "source",
    [
        SOURCE,
        "urn:nld:oin:0000000400000000AB00:systeem:a",
        "urn:nld:kvknr:12345678:systeem:pupil-tracker-2",
    ],
)
def test_sources_of_the_profile(source: str) -> None:
    """A source names an organisation and one of its systems."""
    assert sent(source=source).source == source


@pytest.mark.parametrize(
    "source",
    [
        "",
        "https://school.example/lvs",
        "urn:nld:oin:123:systeem:lvs",
        "urn:nld:oin:00000001003214345000",
        "urn:nld:oin:00000001003214345000:systeem:LVS",
        "urn:nld:oin:00000001003214345000:systeem:-lvs",
        f"{SOURCE}\n",
        f" {SOURCE}",
        f"{SOURCE}{'s' * 63}",
    ],
)
def test_other_sources_are_refused(source: str) -> None:
    """An address, a wrong number or a name of another form is no source."""
    with pytest.raises(ValidationError):
        sent(source=source)


@pytest.mark.parametrize("id_", ["1", "a" * 128, "urn:uuid:0199c0de", "A.b_c-d:e"])
def test_ids(id_: str) -> None:
    """An id may have any usual form."""
    assert sent(id=id_).id == id_


@pytest.mark.parametrize("id_", ["", "a" * 129, "-1", "a b", "a\n", "é", "a\u0000", 1])
def test_other_ids_are_refused(id_: object) -> None:
    """An id is short, without white space, and a text."""
    with pytest.raises(ValidationError):
        sent(id=id_)


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-21T10:00:00",
        "2026-11-21",
        "gisteren",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        None,
    ],
)
def test_times_that_are_none(time: object) -> None:
    """A time without zone, a day, or a moment outside the calendar is refused in words."""
    with pytest.raises(ValidationError):
        sent(time=time)


def test_a_time_in_the_future_is_refused() -> None:
    """A clock may be some minutes fast; an event from next hour is refused."""
    now = datetime.now(UTC)
    assert sent(time=now + timedelta(minutes=4)).time > now
    with pytest.raises(ValidationError, match="future"):
        sent(time=now + timedelta(hours=1))


@pytest.mark.parametrize("value", ["lvs", "", True, 0, 2**31 - 1, -(2**31), None])
def test_extension_attributes(value: object) -> None:
    """Other attributes of CloudEvents may come along."""
    assert sent(comexampleother1=value).model_extra == {"comexampleother1": value}


@pytest.mark.parametrize(
    "extension",
    [{"Upper": "a"}, {"with_line": "a"}, {"a" * 21: "a"}, {"a": 1.5}, {"a": {}}, {"a": []}, {"a": 2**31}, {"": "a"}],
    ids=str,
)
def test_other_extension_attributes_are_refused(extension: dict[str, object]) -> None:
    """Names are lower-case letters and digits, values are simple."""
    with pytest.raises(ValidationError):
        sent(**extension)


@pytest.mark.parametrize(
    "change",
    [
        {"datacontenttype": "application/xml"},
        {"data": []},
        {"data": "e30="},
        {"subject": "Noor"},
        {"traceparent": "00-1-1-01"},
        {"dataschema": "a" * 501},
    ],
    ids=str,
)
def test_attributes_of_another_form_are_refused(change: dict[str, object]) -> None:
    """Data is a JSON object, the subject is a case, a trace has its own form."""
    with pytest.raises(ValidationError):
        sent(**change)


@pytest.mark.parametrize("name", [*PUBLISHED, *WRITTEN_BY_HUB, *WRITTEN_BY_RECEIVERS])
def test_types_are_written_in_full(name: str) -> None:
    """Every type has a full name from which the short one comes back."""
    assert full_type(name) == f"nl.samenspel.{name}.v1"
    assert short_type(full_type(name)) == name


@pytest.mark.parametrize("full", ["signal.raised", "nl.samenspel.signal.raised", "nl.other.signal.raised.v1", ""])
def test_types_of_others_have_no_short_name(full: str) -> None:
    """What is not the hub's has no name inside the hub."""
    assert short_type(full) is None


def test_an_event_as_it_is_sent() -> None:
    """What the hub sends is a CloudEvent, in UTC, with a sequence that sorts as text and an address to fetch it."""
    assert as_cloudevent(STORED, "https://hub.example") == {
        "specversion": "1.0",
        "id": "2026-0001",
        "source": SOURCE,
        "type": "nl.samenspel.signal.raised.v1",
        "time": "2026-11-21T09:00:00.000000Z",
        "subject": str(CASE),
        "sequence": "00000000000000000042",
        "dataref": f"https://hub.example/v1/cases/{CASE}",
        "datacontenttype": "application/json",
        "data": {"theme": "home"},
    }


def test_a_thin_event_has_no_data() -> None:
    """A thin event has ids and an address only."""
    thin = as_cloudevent(STORED, "https://hub.example", with_data=False)
    assert not {"data", "datacontenttype"} & thin.keys()


def test_a_trace_travels_along() -> None:
    """The trace of the publisher goes on to the receiver."""
    assert as_cloudevent(STORED._replace(traceparent=TRACE), "https://hub.example")["traceparent"] == TRACE


def test_what_the_hub_sends_it_can_read() -> None:
    """An event of the hub is an envelope that the hub itself would take."""
    envelope = Envelope.model_validate(as_cloudevent(STORED, "https://hub.example"))
    assert (envelope.id, envelope.subject, envelope.time) == (STORED.id, CASE, STORED.time)
