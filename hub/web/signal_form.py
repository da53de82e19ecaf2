"""The form with which a school gives a signal: its fields, what is wrong with them, and the event they become.

What is filled in travels in the form itself from step to step; nothing is stored before it is sent. The model of the
event judges every step, so that the form takes exactly what the API takes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

from hub import clock
from hub.errors import Problem
from hub.events.envelope import full_type
from hub.events.reading import Incoming, read
from hub.privacy.identifiers import forbidden

TYPE = "signal.raised"
STEPS = ("Pupil", "What do you see?", "Who takes part?", "Check")
LAST_STEP = len(STEPS)
LONGEST_TEXT = 8_000
NO_CONSENT = "none"


class Field(NamedTuple):
    """A question of the form: on which step, where its answer stands in the event, and what to say if it is wrong."""

    name: str
    step: int
    pointer: str
    mistake: str
    is_needed: bool = True


class Mistake(NamedTuple):
    """What is wrong with an answer; `message` is an English message id."""

    field: str
    message: str
    parameters: Mapping[str, object]


FIELDS = (
    Field("danger", 1, "/data/acuteDanger", "Say whether somebody is in danger now."),
    Field("school", 1, "/data/school", "Choose the school of the pupil."),
    Field(
        "home_postcode",
        1,
        "/data/homePostcode",
        "Fill in only the four digits of the postcode, such as 9403. Leave it empty if you do not know it.",
        is_needed=False,
    ),
    Field("age_group", 1, "/data/ageGroup", "Choose how old the pupil is."),
    Field("theme", 2, "/data/theme", "Choose what it is mainly about."),
    Field("about", 2, "/data/about", "Choose where it plays: at home or at school."),
    Field("question", 2, "/data/question", "Write what you see and what the school has done already."),
    Field("ask", 2, "/data/ask", "Choose what you ask."),
    Field("consent_by", 3, "/data/consent/givenBy", "Say whether the parents or the pupil agree."),
    Field(
        "consent_on",
        3,
        "/data/consent/on",
        "Fill in the day on which they agreed. It cannot be a day that is still to come.",
        is_needed=False,
    ),
    Field("pupil_name", 3, "/data/pupil/name", "Fill in a name of at most 200 characters.", is_needed=False),
    Field("pupil_group", 3, "/data/pupil/group", "Fill in a group of at most 40 characters.", is_needed=False),
    Field("contact_name", 3, "/data/contact/name", "Fill in who can be called at school."),
    Field(
        "contact_phone",
        3,
        "/data/contact/phone",
        "Fill in a telephone number with digits only, or leave it empty.",
        is_needed=False,
    ),
    Field(
        "contact_email",
        3,
        "/data/contact/email",
        "Fill in an e-mail address such as naam@school.nl, or leave it empty.",
        is_needed=False,
    ),
)
_BY_NAME = {field.name: field for field in FIELDS}
_NAME_NEEDS_CONSENT = "A name is only possible with consent. Leave it empty, or say who agreed."


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A signal as far as it is filled in. No repr: it holds what is personal."""

    id: str
    time: str
    answers: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.answers.get(name, "")

    @property
    def tells_of_danger(self) -> bool:
        """Whether the hub is not the way now."""
        return self["danger"] == "yes"

    @property
    def has_consent(self) -> bool:
        """Whether somebody agreed."""
        return self["consent_by"] not in {"", NO_CONSENT}

    def plain(self) -> dict[str, Any]:
        """What the rules decide on: nothing personal."""
        data: dict[str, Any] = {
            "school": self["school"],
            "homePostcode": self["home_postcode"],
            "ageGroup": self["age_group"],
            "theme": self["theme"],
            "about": self["about"],
            "ask": self["ask"],
            "acuteDanger": self.tells_of_danger,
        }
        if self.has_consent:
            data["consent"] = _filled({"givenBy": self["consent_by"], "on": self["consent_on"]})
        return _filled(data)

    def event(self, source: str) -> dict[str, Any]:
        """The event that is sent; the same draft is the same event, so sending it twice is sending it once."""
        pupil = _filled({"name": self["pupil_name"], "group": self["pupil_group"]})
        contact = {"name": self["contact_name"], "phone": self["contact_phone"], "email": self["contact_email"]}
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": source,
            "type": full_type(TYPE),
            "time": self.time,
            "data": _filled(
                {
                    **self.plain(),
                    "question": self["question"],
                    "pupil": pupil if "name" in pupil else {},
                    "contact": _filled(contact),
                }
            ),
        }


def new_draft(**answers: str) -> Draft:
    """An empty draft, with a key of its own."""
    return Draft(str(uuid4()), clock.now().isoformat(), answers)


def draft_in(form: Mapping[str, str]) -> Draft:
    """The draft that a form holds; what is no field of it is left out."""
    answers = {field.name: form.get(field.name, "").strip().replace("\r\n", "\n") for field in FIELDS}
    return Draft(form.get("id", ""), form.get("time", ""), answers)


def mistakes_on(step: int, draft: Draft, source: str) -> tuple[Mistake, ...]:
    """What is wrong with the answers of a step, each field once."""
    found: dict[str, Mistake] = {}
    for mistake in (*_left_open(step, draft), *_judged(step, draft, source)):
        found.setdefault(mistake.field, mistake)
    return tuple(found[field.name] for field in FIELDS if field.name in found)


def _left_open(step: int, draft: Draft) -> Iterator[Mistake]:
    for field in FIELDS:
        if field.step == step and field.is_needed and not draft[field.name]:
            yield Mistake(field.name, field.mistake, {})
    if step == _BY_NAME["consent_on"].step:
        if draft.has_consent and not draft["consent_on"]:
            yield Mistake("consent_on", _BY_NAME["consent_on"].mistake, {})
        if draft["pupil_name"] and not draft.has_consent and draft["about"] == "home":
            yield Mistake("pupil_name", _NAME_NEEDS_CONSENT, {})


def _judged(step: int, draft: Draft, source: str) -> Iterator[Mistake]:
    """What the event itself says; the answers of later steps are still missing, and no mistake of this one."""
    event = draft.event(source)
    for problem in forbidden(event):
        field = _field_of(problem)
        if field.step == step:
            yield Mistake(field.name, problem.message, problem.parameters)
    judged = read(event)
    for problem in () if isinstance(judged, Incoming) else judged:
        field = _field_of(problem)
        if field.step == step and (draft[field.name] or field.name == "consent_by"):
            is_about_the_whole = problem.pointer == "/data"
            yield Mistake(field.name, problem.message if is_about_the_whole else field.mistake, problem.parameters)


def _field_of(problem: Problem) -> Field:
    """The question that a problem belongs to; what is about the whole event is about who agreed."""
    return next((field for field in FIELDS if problem.pointer == field.pointer), _BY_NAME["consent_by"])


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was left open."""
    return {name: value for name, value in data.items() if value not in ("", {}, None)}
