"""The envelope of an event: CloudEvents 1.0 in the NL GOV profile 1.1, as the hub reads it and writes it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticKnownError

from hub import clock
from hub.events.log import Event

MEDIA_TYPE = "application/cloudevents+json"
BATCH_MEDIA_TYPE = "application/cloudevents-batch+json"

TYPE_PREFIX = "nl.samenspel."
TYPE_SUFFIX = ".v1"

_CLOCK_DIFFERENCE = timedelta(minutes=5)  # clocks of honest machines differ this much at most
_INT32 = (-(2**31), 2**31 - 1)
_EXTENSION_NAME = re.compile(r"[a-z0-9]{1,20}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)  # RFC 3339
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Source = Annotated[
    str, StringConstraints(pattern=r"^urn:nld:(oin:[0-9A-Z]{20}|kvknr:[0-9]{8}):systeem:[a-z0-9][a-z0-9-]{0,62}$")
]
"""NL GOV profile: a URN that names an organisation and one of its systems, never where data can be found."""

_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
_Traceparent = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]


class Envelope(BaseModel):
    """An event as a publisher sends it; `data` is judged by the payload model of its type."""

    model_config = ConfigDict(extra="allow", frozen=True)

    specversion: Literal["1.0"]
    id: _Id
    source: Source
    type: str
    time: AwareDatetime
    subject: UUID | None = None
    datacontenttype: Literal["application/json"] | None = None
    dataschema: Annotated[str, Field(max_length=500)] | None = None
    traceparent: _Traceparent | None = None
    data: dict[str, Any]

    @field_validator("time", mode="before")
    @classmethod
    def _written_as_a_moment(cls, value: object) -> object:
        """A number is no moment, although it could be read as one."""
        if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
            return value
        raise PydanticKnownError("datetime_type")

    @field_validator("time")
    @classmethod
    def _not_in_the_future(cls, value: datetime) -> datetime:
        if value > clock.now() + _CLOCK_DIFFERENCE:
            raise ValueError("This moment lies in the future: check the clock of the sending system.")
        try:
            return value.astimezone(UTC)
        except OverflowError as error:
            raise ValueError("This moment lies outside the calendar: check the clock of the sending system.") from error

    @model_validator(mode="after")
    def _extensions_are_well_formed(self) -> Self:
        for name, value in (self.model_extra or {}).items():
            if not _EXTENSION_NAME.fullmatch(name):
                raise ValueError("Names of extension attributes are 1 to 20 lower-case letters or digits.")
            if value is not None and not isinstance(value, str | bool | int):
                raise ValueError("An extension attribute is a text, a whole number, or true or false.")
            if isinstance(value, str) and _CONTROL.search(value):
                raise ValueError("An extension attribute holds no control characters.")
            if isinstance(value, int) and not _INT32[0] <= value <= _INT32[1]:
                raise ValueError("A number in an extension attribute has at most 32 bits.")
        return self


def full_type(name: str) -> str:
    """`signal.raised` as it stands in an envelope: `nl.samenspel.signal.raised.v1`."""
    return f"{TYPE_PREFIX}{name}{TYPE_SUFFIX}"


def short_type(full: str) -> str | None:
    """The name the hub uses inside, or None for a type that is not the hub's."""
    if full.startswith(TYPE_PREFIX) and full.endswith(TYPE_SUFFIX):
        return full[len(TYPE_PREFIX) : -len(TYPE_SUFFIX)]
    return None


def as_cloudevent(event: Event, public_url: str, *, with_data: bool = True) -> dict[str, Any]:
    """The event as the hub sends it. Thin (`with_data=False`): ids, and a `dataref` that asks for the reader's right.

    `sequence` is the position, padded to 20 digits so that it sorts as text.
    """
    sent: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": full_type(event.type),
        "time": event.time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "subject": str(event.case_id),
        "sequence": f"{event.position:020}",
        "dataref": f"{public_url}/v1/cases/{event.case_id}",
    }
    if event.traceparent:
        sent["traceparent"] = event.traceparent
    if with_data:
        sent |= {"datacontenttype": "application/json", "data": event.data}
    return sent
