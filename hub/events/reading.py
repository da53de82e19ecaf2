"""From the JSON of one event to its envelope and payload, or to everything that is wrong with it at once.

The messages never repeat a value: it may be personal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hub.errors import Problem, pointer_part
from hub.events.catalogue import PUBLISHED
from hub.events.envelope import Envelope, short_type
from hub.events.payloads import Payload

_MESSAGES: dict[str, str] = {
    "missing": "This field is missing.",
    "extra_forbidden": "This field is not known. Check the spelling, or leave it out.",
    "string_type": "This must be a text.",
    "string_pattern_mismatch": "This does not have the right form.",
    "string_too_short": "This text is empty.",
    "string_too_long": "This text is too long: at most %(max_length)s characters.",
    "enum": "Choose one of: %(expected)s.",
    "literal_error": "Choose one of: %(expected)s.",
    "uuid_parsing": "This must be the id of a case.",
    "uuid_type": "This must be the id of a case.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "date_type": "This must be a date, such as 2026-11-21.",
    "date_parsing": "This must be a date, such as 2026-11-21.",
    "date_from_datetime_parsing": "This must be a date, such as 2026-11-21.",
    "datetime_type": "This must be a moment with its time zone, such as 2026-11-21T09:30:00Z.",
    "datetime_parsing": "This must be a moment with its time zone, such as 2026-11-21T09:30:00Z.",
    "datetime_from_date_parsing": "This must be a moment with its time zone, such as 2026-11-21T09:30:00Z.",
    "timezone_aware": "This must be a moment with its time zone, such as 2026-11-21T09:30:00Z.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
}
_OWN_FORMS: dict[str, str] = {
    "/data/homePostcode": "Give only the four digits of the postcode: the letters point at a single street.",
    "/data/school": "Give the code of the school site: four characters of the BRIN and two of the site.",
    "/source": "Give a URN of your organisation and system, such as urn:nld:oin:00000099000000000001:systeem:naam.",
}
UNKNOWN_TYPE = "The hub does not know this type of event, or it is not one that a school publishes."
SUBJECT_NEEDED = "Give the id of the running case in subject."
SUBJECT_NOT_WANTED = "Leave out subject: the hub gives a new case its id."


@dataclass(frozen=True, slots=True)
class Incoming:
    """A well-formed event of a known type, with the JSON it came from."""

    type: str
    envelope: Envelope
    payload: Payload
    body: dict[str, Any]


def read(body: object) -> Incoming | tuple[Problem, ...]:
    """The event in `body`, or all its problems with envelope and payload together."""
    if not isinstance(body, dict):
        return (Problem("", _MESSAGES["dict_type"]),)
    envelope, problems = _envelope(body)
    name, payload, more = _payload(body)
    problems += more
    if envelope is None or payload is None or name is None or problems:
        return tuple(problems)
    if wrong := _subject_problem(envelope, opens_case=PUBLISHED[name].opens_case):
        return (wrong,)
    return Incoming(name, envelope, payload, body)


def as_problems(errors: Iterable[ErrorDetails], prefix: str = "") -> list[Problem]:
    """Errors of pydantic as problems in the hub's own words."""
    return [_problem(error, prefix) for error in errors]


def _envelope(body: dict[str, Any]) -> tuple[Envelope | None, list[Problem]]:
    try:
        return Envelope.model_validate(body), []
    except ValidationError as error:
        return None, as_problems(error.errors(include_url=False, include_input=False))


def _payload(body: dict[str, Any]) -> tuple[str | None, Payload | None, list[Problem]]:
    full, data = body.get("type"), body.get("data")
    if not isinstance(full, str) or not isinstance(data, dict):
        return None, None, []  # the envelope has told so
    name = short_type(full)
    if name is None or name not in PUBLISHED:
        return None, None, [Problem("/type", UNKNOWN_TYPE)]
    try:
        return name, PUBLISHED[name].payload.model_validate(data), []
    except ValidationError as error:
        return name, None, as_problems(error.errors(include_url=False, include_input=False), "/data")


def _subject_problem(envelope: Envelope, *, opens_case: bool) -> Problem | None:
    if opens_case and envelope.subject is not None:
        return Problem("/subject", SUBJECT_NOT_WANTED)
    if not opens_case and envelope.subject is None:
        return Problem("/subject", SUBJECT_NEEDED)
    return None


def _problem(error: ErrorDetails, prefix: str) -> Problem:
    pointer = prefix + "".join(f"/{pointer_part(part)}" for part in error["loc"])
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return Problem(pointer, str(context.get("error", error["msg"])))
    if error["type"] == "string_pattern_mismatch":
        return Problem(pointer, _OWN_FORMS.get(pointer, _MESSAGES["string_pattern_mismatch"]))
    message = _MESSAGES.get(error["type"], "This value is not valid.")
    wanted: dict[str, object] = {name: context[name] for name in ("expected", "max_length") if name in context}
    return Problem(pointer, message, wanted)
