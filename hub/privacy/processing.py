"""The records of Logboek Dataverwerkingen: one for each action with the data of one person, as spans of OpenTelemetry.

The standard wants each written in the transaction of the action itself, and nothing logged twice. Log and ledger are
written so already, and chained; so they are the records, and this is the form in which they leave the hub.
The data subject is the pupil, under the id of the case. Source: Logboek dataverwerkingen (draft), Logius.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hub import __version__
from hub.events.catalogue import OPENING, PUBLISHED, WRITTEN_BY_HUB, WRITTEN_BY_RECEIVERS
from hub.events.log import Event
from hub.privacy.tables import Disclosure

SUBJECT_TYPE = "urn:samenspel:dossier"
"""What kind of code `data_subject_id` is: the id of a case, which means nothing outside the hub."""

_MEANINGS = {name: entry.meaning for name, entry in PUBLISHED.items()} | WRITTEN_BY_HUB | WRITTEN_BY_RECEIVERS
_SECONDS_TO_NANOS = 1_000_000_000
_MILLIS_TO_NANOS = 1_000_000


class Activity(StrEnum):
    """What the hub does with data of pupils: each is a line of the article-30 register (docs/trust.md)."""

    SIGNAL = "signal"
    CONSENT = "consent"
    ROUTING = "routing"
    READING = "reading"
    ANSWER = "answer"
    BORDER = "border"
    DECLARATION = "declaration"
    TERMS = "terms"
    ERASURE = "erasure"
    ACCESS = "access"


NOT_ABOUT_A_PERSON = frozenset(
    {"delivery.abandoned", "subscription.ended", "directory.correction.proposed", "directory.doubted"}
)
"""Events that tell of machinery or of the directory; no data of a person is processed for them."""

_OF_EVENT: dict[str, Activity] = {
    **dict.fromkeys(OPENING, Activity.SIGNAL),
    **dict.fromkeys(WRITTEN_BY_RECEIVERS.keys() - NOT_ABOUT_A_PERSON, Activity.ANSWER),
    "milestone.recorded": Activity.TERMS,
    **{name: Activity.BORDER for name in WRITTEN_BY_RECEIVERS if name.startswith("border.")},
    "border.reminded": Activity.BORDER,
    **{name: Activity.DECLARATION for name in WRITTEN_BY_RECEIVERS if name.startswith("admission.")},
    "admission.ending": Activity.DECLARATION,
    "move.notified": Activity.SIGNAL,
    "move.weighed": Activity.ROUTING,
    "move.settled": Activity.ROUTING,
    "move.confirmed": Activity.ROUTING,
    "referral.offered": Activity.ROUTING,
    "case.undecided": Activity.ROUTING,
    "case.released": Activity.ROUTING,
    "joint_talk.called": Activity.ROUTING,
    "referral.reminded": Activity.ROUTING,
    "referral.escalated": Activity.ROUTING,
    "substitute.told": Activity.ROUTING,
    "transition.escalated": Activity.ROUTING,
    "consent.given": Activity.CONSENT,
    "consent.withdrawn": Activity.CONSENT,
    "consent.changed": Activity.CONSENT,
    "signal.withdrawn": Activity.SIGNAL,
    "case.blocked": Activity.SIGNAL,
    "case.withdrawn": Activity.SIGNAL,
    "case.erased": Activity.ERASURE,
}

_OF_ACTION = {
    "read": (Activity.READING, "A party opened the case."),
    "refused": (Activity.READING, "Somebody outside the case asked for it and was refused."),
    "statement": (Activity.ACCESS, "The statement for the parents was made."),
    "export": (Activity.ACCESS, "Everything that is kept was given out, for a request for access."),
}


@dataclass(frozen=True, slots=True)
class Record:
    """One action with the data of one person."""

    trace_id: bytes
    span_id: bytes
    parent_span_id: bytes | None
    name: str
    began_at: datetime
    ended_at: datetime
    activity: Activity
    subject: UUID
    processor: str | None  # the application that called, when it told its trace


def of_event(event: Event) -> Record | None:
    """The record that an event is; None for one that is not about a person."""
    activity = _OF_EVENT.get(event.type)
    if activity is None:
        return None
    key = f"event|{event.source}|{event.id}"
    trace_id, parent = _trace(event.traceparent, key)
    return Record(
        trace_id=trace_id,
        span_id=_digest(f"span|{key}", 8),
        parent_span_id=parent,
        name=_MEANINGS[event.type],
        began_at=event.recorded_at,
        ended_at=event.recorded_at,
        activity=activity,
        subject=event.case_id,
        processor=event.source if parent else None,
    )


def of_entry(entry: Disclosure) -> Record:
    """The record that an entry of the ledger is."""
    activity, name = _OF_ACTION[entry.action]
    key = f"entry|{entry.id}"
    trace_id, parent = _trace(entry.traceparent, key)
    return Record(
        trace_id=trace_id,
        span_id=_digest(f"span|{key}", 8),
        parent_span_id=parent,
        name=name,
        began_at=entry.began_at,
        ended_at=entry.read_at,
        activity=activity,
        subject=entry.case_id,
        processor=f"urn:samenspel:organisation:{entry.organisation}" if parent else None,
    )


def as_otlp(records: Iterable[Record], register_url: str) -> dict[str, Any]:
    """The records as one export request of OTLP in JSON. `register_url`: where the article-30 register can be read."""
    resource = {"service.name": "samenspel", "service.version": __version__}
    scope = {"name": "samenspel.processing", "version": __version__}
    spans = [_span(record, register_url) for record in records]
    return {
        "resourceSpans": [
            {"resource": {"attributes": _attributes(resource)}, "scopeSpans": [{"scope": scope, "spans": spans}]}
        ]
    }


def batches(records: Iterable[Record], size: int) -> Iterator[Sequence[Record]]:
    """The records in pieces."""
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _span(record: Record, register_url: str) -> dict[str, Any]:
    attributes = {
        "dpl.core.processing_activity_id": f"{register_url}#{record.activity}",
        "dpl.core.data_subject_id": str(record.subject),
        "dpl.core.data_subject_id_type": SUBJECT_TYPE,
    }
    if record.processor is not None:
        attributes["dpl.core.foreign_operation.processor"] = record.processor
    parent = {"parentSpanId": record.parent_span_id.hex()} if record.parent_span_id else {}
    return {
        "traceId": record.trace_id.hex(),
        "spanId": record.span_id.hex(),
        **parent,
        "name": record.name,
        "kind": 1,  # internal
        "startTimeUnixNano": _nanos(record.began_at),
        "endTimeUnixNano": _nanos(record.ended_at),
        "attributes": _attributes(attributes),
        "status": {"code": 0},  # unset: what failed was rolled back, its record with it
    }


def _attributes(values: dict[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]


def _trace(traceparent: str | None, key: str) -> tuple[bytes, bytes | None]:
    """The trace that the caller told, and its span; else a trace of its own, the same at every export."""
    if traceparent is None:
        return _digest(f"trace|{key}", 16), None
    _, trace, span, _ = traceparent.split("-")
    return bytes.fromhex(trace), bytes.fromhex(span)


def _digest(text: str, length: int) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:length]


def _nanos(moment: datetime) -> str:
    """Milliseconds since 1970, written in nanoseconds as OTLP wants; a text, because JSON numbers are too small."""
    since = moment.astimezone(UTC).timestamp()
    return str(round(since * _SECONDS_TO_NANOS / _MILLIS_TO_NANOS) * _MILLIS_TO_NANOS)
