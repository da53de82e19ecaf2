"""Logboek Dataverwerkingen: one record for each action with the data of one person, in the form of OpenTelemetry."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.events.catalogue import PUBLISHED, WRITTEN_BY_HUB, WRITTEN_BY_RECEIVERS
from hub.events.log import Event, append
from hub.privacy.ledger import Action, Entry, Viewer, record
from hub.privacy.processing import NOT_ABOUT_A_PERSON, Activity, as_otlp, batches, of_event
from hub.privacy.purposes import Purpose
from hub.privacy.queries import openings, records
from hub.privacy.visibility import Ground, Visible
from hub.store.engine import Sessions
from tests.support.events import SOURCE, an_event, append_all
from tests.support.small_hub import A_REFERRAL, NOW, SmallHub, cloudevent

REGISTER = "https://hub.example/register"
TRACE, SPAN = "0123456789abcdef0123456789abcdef", "fedcba9876543210"
TRACEPARENT = f"00-{TRACE}-{SPAN}-01"
SHOWN = Visible(frozenset({"question"}), Ground.CONSENT)
DAY = timedelta(days=1)


def reads(
    sessions: Sessions, at: datetime, case: UUID | None = None, action: Action = Action.READ, trace: str | None = None
) -> None:
    """Somebody opens a case."""
    viewer = Viewer("GM0106-ST", "person:1", trace)
    with sessions.begin() as session:
        began_at = at - timedelta(milliseconds=7)
        entry = Entry(action, case or uuid4(), viewer, SHOWN, "holder", Purpose.HANDLE, began_at)
        record(session, entry, now=at)


def spans(sessions: Sessions, since: datetime = NOW - DAY, until: datetime = NOW + DAY) -> list[dict[str, Any]]:
    """Everything of a period, as it leaves the hub."""
    with sessions() as session:
        document = as_otlp(records(session, since=since, until=until), REGISTER)
    [resource] = json.loads(json.dumps(document))["resourceSpans"]
    [scope] = resource["scopeSpans"]
    return list(scope["spans"])


def attributes(span: dict[str, Any]) -> dict[str, str]:
    """The attributes of a span."""
    return {one["key"]: one["value"]["stringValue"] for one in span["attributes"]}


def test_every_action_with_a_case_has_one_record(small_hub: SmallHub) -> None:
    """What was published, what the hub decided, who read it: each once, under the id of the case."""
    case = small_hub.routed("referral.submitted", A_REFERRAL)
    reads(small_hub.sessions, NOW, case=case)
    reads(small_hub.sessions, NOW, case=case, action=Action.STATEMENT)
    found = [
        attributes(span)["dpl.core.processing_activity_id"].partition("#")[2] for span in spans(small_hub.sessions)
    ]
    assert Counter(found) == {"signal": 1, "routing": 1, "reading": 1, "access": 1}
    subjects = {attributes(span)["dpl.core.data_subject_id"] for span in spans(small_hub.sessions)}
    assert subjects == {str(case)}


def test_a_record_has_the_form_of_the_standard(sessions: Sessions) -> None:
    """Sixteen and eight bytes, milliseconds, a register, a subject with its type, and the status unset."""
    reads(sessions, NOW)
    [span] = spans(sessions)
    assert re.fullmatch(r"[0-9a-f]{32}", span["traceId"])
    assert re.fullmatch(r"[0-9a-f]{16}", span["spanId"])
    assert "parentSpanId" not in span
    assert span["name"]
    began, ended = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
    assert (began % 1_000_000, ended % 1_000_000, ended - began) == (0, 0, 7_000_000)
    assert ended == round(NOW.timestamp() * 1000) * 1_000_000
    assert span["status"] == {"code": 0}
    said = attributes(span)
    assert said["dpl.core.processing_activity_id"] == f"{REGISTER}#reading"
    assert said["dpl.core.data_subject_id_type"] == "urn:samenspel:dossier"
    assert UUID(said["dpl.core.data_subject_id"])


def test_the_trace_of_who_called_goes_on(sessions: Sessions) -> None:
    """Its trace and its span, with who it was; without one, a trace of its own that is the same at every export."""
    append_all(sessions, an_event(traceparent=TRACEPARENT), an_event())
    reads(sessions, NOW + timedelta(days=2), trace=TRACEPARENT)
    until = NOW + timedelta(days=5)
    with_trace, without, read = spans(sessions, NOW - DAY, until)
    for span in (with_trace, read):
        assert (span["traceId"], span["parentSpanId"]) == (TRACE, SPAN)
    assert attributes(with_trace)["dpl.core.foreign_operation.processor"] == SOURCE
    assert attributes(read)["dpl.core.foreign_operation.processor"] == "urn:samenspel:organisation:GM0106-ST"
    assert "dpl.core.foreign_operation.processor" not in attributes(without)
    assert spans(sessions, NOW - DAY, until) == [with_trace, without, read]
    assert len({span["spanId"] for span in (with_trace, without, read)}) == 3


def test_a_period_is_exact(sessions: Sessions) -> None:
    """From its first moment, up to but not including its last; also in a log of which it is a small part."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(40):
        at = start + timedelta(hours=n)
        with sessions.begin() as session:
            append(session.connection(), [an_event()], now=at)
        reads(sessions, at)
    found = spans(sessions, start + timedelta(hours=10), start + timedelta(hours=13))
    hours = [(int(span["endTimeUnixNano"]) // 10**9 - int(start.timestamp())) // 3600 for span in found]
    assert hours == [10, 11, 12, 10, 11, 12]
    assert spans(sessions, start - DAY, start) == []
    assert spans(sessions, start + timedelta(hours=40), start + timedelta(days=99)) == []
    with sessions() as session:
        found_openings = list(openings(session, since=start + timedelta(hours=38), until=start + timedelta(days=9)))
    assert [one.at for one in found_openings] == [start + timedelta(hours=n) for n in (38, 39)]


@pytest.mark.parametrize("type_", [*PUBLISHED, *WRITTEN_BY_HUB, *WRITTEN_BY_RECEIVERS])
def test_every_type_of_event_is_judged(sessions: Sessions, type_: str) -> None:
    """A new type must be given its activity, or be told to be about nobody."""
    append_all(sessions, an_event(type=type_))
    found = spans(sessions, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert len(found) == (0 if type_ in NOT_ABOUT_A_PERSON else 1)


def test_nothing_personal_is_in_it(small_hub: SmallHub) -> None:
    """Codes, ids and moments; not even who read it."""
    small_hub.publish(cloudevent("referral.submitted", A_REFERRAL))
    reads(small_hub.sessions, NOW)
    told = json.dumps(spans(small_hub.sessions))
    for word in ("Sem", "Voorbeeld", "9403", "wellbeing", "person:1", "Groot"):
        assert word not in told


def test_every_activity_has_its_line_in_the_register() -> None:
    """The address in a record leads to something that is there."""
    register = (Path(__file__).parents[2] / "docs" / "trust.md").read_text()
    lines = set(re.findall(r'^\| <a id="([a-z]+)"></a>`\1` \|', register, re.MULTILINE))
    assert {activity.value for activity in Activity} <= lines


def test_records_go_in_pieces() -> None:
    """So that a year of them needs no more memory than a day."""
    event: Any = of_event(Event(1, SOURCE, "1", "signal.raised", uuid4(), "B00001", NOW, NOW, {}, None, None))
    assert [len(piece) for piece in batches([event] * 7, 3)] == [3, 3, 1]
    assert list(batches([], 3)) == []
