"""What is personal goes to the vault, what is plain can be no free text, and what is misspelt is refused."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError, create_model
from pydantic.fields import FieldInfo

from hub.events.catalogue import OPENING, PUBLISHED
from hub.events.payloads import Payload, SignalRaised

FREE_TEXT: tuple[object, ...] = (
    "Noor",
    "noor de wit",
    "Noor de Wit, geboren 2 maart 2014",
    "NOOR",
    "hij slaat thuis",
    "06 12 34 56 78",
    "2014-03-02 Noor",
    ["Noor"],
    {"name": "Noor"},
)

SECRET = "Noor de Wit"
WRITTEN: dict[str, dict[str, Any]] = {
    "signal.raised": {"theme": "home", "ask": "help", "question": SECRET},
    "referral.submitted": {"theme": "home", "question": SECRET, "parentsWords": SECRET},
    "support.requested": {"asksFor": "advice", "question": SECRET},
    "admission.requested": {"schoolType": "so", "previousSchool": "18CW01", "question": SECRET},
    "placement.sought": {
        "registeredOn": "2026-11-02",
        "startsSchoolOn": "2027-02-01",
        "candidateSchools": ["18CW01"],
        "question": SECRET,
    },
    "transition.announced": {
        "receivingSchool": "18CW01",
        "startsOn": "2027-08-23",
        "talk": {"on": "2027-06-10", "form": "online"},
        "question": SECRET,
    },
    "absence.reported": {"since": "2026-11-02", "kind": "at_risk", "reportedToDuo": False, "question": SECRET},
    "consent.given": {
        "consent": {"givenBy": "parents", "on": "2026-11-02", "receivers": ["GM0106-ST"], "purposes": ["help"]},
        "ageGroup": "12-15",
    },
    "consent.withdrawn": {"withdrawnBy": "parents", "receivers": ["social_team"], "purposes": ["think_along"]},
    "move.notified": {"movedOn": "2026-12-01", "homePostcode": "7902", "newSchool": "18CW01"},
    "signal.withdrawn": {"reason": "solved"},
}
ABOUT_A_PUPIL: dict[str, Any] = {
    "school": "18CW00",
    "homePostcode": "9401",
    "ageGroup": "12-15",
    "consent": {"givenBy": "parents", "on": "2026-11-01"},
    "pupil": {"name": SECRET, "birthDate": "2014-03-02", "group": SECRET},
    "contact": {"name": SECRET, "email": "noor@example.org", "phone": "0592 123456"},
}


def full(name: str) -> dict[str, Any]:
    """A message of this type with every field filled in."""
    return {**(ABOUT_A_PUPIL if name in OPENING else {}), **WRITTEN[name]}


def raised(**changes: Any) -> SignalRaised:
    """A signal with some fields changed; None leaves one out."""
    fields = {**full("signal.raised"), **changes}
    return SignalRaised.model_validate({name: value for name, value in fields.items() if value is not None})


def parts(annotation: Any) -> Iterator[Any]:
    """The plain types in an annotation: what a union or a list is made of."""
    inner = get_args(annotation) if get_origin(annotation) is not Literal else ()
    if not inner:
        yield annotation
    for part in inner:
        yield from parts(part)


def plain_fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every field that may stand in the log, also inside other models, down to those that hold a value."""
    personal = model.personal_fields if issubclass(model, Payload) else frozenset()
    for name, info in model.model_fields.items():
        where = f"{path}{name}"
        if name in personal:
            continue
        models = [part for part in parts(info.annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
        for inner in models:
            yield from plain_fields(inner, f"{where}.")
        if not models:
            yield where, info


def plain_fields_of_all() -> list[Any]:
    """Each plain field of each type of event, named after both."""
    fields = [
        (f"{name}:{path}", info) for name, entry in PUBLISHED.items() for path, info in plain_fields(entry.payload)
    ]
    return [pytest.param(info, id=where) for where, info in fields]


def takes(info: FieldInfo, value: object) -> bool:
    """Whether a field takes this value."""
    try:
        create_model("Probe", probe=(info.annotation or Any, info)).model_validate({info.alias or "probe": value})
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("info", plain_fields_of_all())
def test_no_free_text_in_the_log(info: FieldInfo) -> None:
    """A field that is not marked as personal takes codes, dates and yes or no: a name or a sentence is refused."""
    assert [value for value in FREE_TEXT if takes(info, value)] == []


@pytest.mark.parametrize("info", plain_fields_of_all())
def test_plain_fields_are_closed_by_their_form(info: FieldInfo) -> None:
    """A plain text is a list of words or has a pattern; nothing is open that these examples happen not to hit."""
    for part in parts(info.annotation):
        is_list_of_words = get_origin(part) is Literal or (isinstance(part, type) and issubclass(part, Enum))
        has_pattern = "pattern" in str(info.metadata) or "pattern" in str(info.annotation)
        assert is_list_of_words or has_pattern or part in {bool, date, type(None)}


def test_the_net_would_catch_an_unmarked_text() -> None:
    """A model with free text that somebody forgot to mark does not get through the tests above."""

    class Forgotten(Payload):
        remark: str | None = None

    [(where, info)] = plain_fields(Forgotten)
    assert where == "remark"
    assert takes(info, "Noor")


@pytest.mark.parametrize("name", PUBLISHED)
def test_personal_and_plain_are_all_there_is(name: str) -> None:
    """What goes to the vault and what stands in the log are apart, and together what was said."""
    payload = PUBLISHED[name].payload.model_validate(full(name))
    plain, personal = payload.plain(), payload.personal()
    assert not plain.keys() & personal.keys()
    assert {**plain, **personal}.items() >= full(name).items()


@pytest.mark.parametrize("name", PUBLISHED)
def test_nothing_personal_stands_in_the_log(name: str) -> None:
    """No name, birth date or address of a person is in the part for the log."""
    plain = json.dumps(PUBLISHED[name].payload.model_validate(full(name)).plain())
    assert not [secret for secret in (SECRET, "2014-03-02", "noor@example.org", "123456") if secret in plain]


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_was_stored_can_be_read_again(name: str) -> None:
    """Log and vault together give the same payload back."""
    model = PUBLISHED[name].payload
    payload = model.model_validate(full(name))
    assert model.model_validate({**payload.plain(), **payload.personal()}) == payload


@pytest.mark.parametrize("name", PUBLISHED)
def test_unknown_fields_are_refused(name: str) -> None:
    """A misspelt field is refused instead of lost, also inside the pupil."""
    model = PUBLISHED[name].payload
    changed = [{**full(name), "scool": "18CW00"}]
    if name in OPENING:
        changed.append({**full(name), "pupil": {**ABOUT_A_PUPIL["pupil"], "bsn": "1"}})
    for body in changed:
        with pytest.raises(ValidationError):
            model.model_validate(body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("school", "18cw00"),
        ("school", "18CW0"),
        ("school", "18CW00\n"),
        ("homePostcode", "9401AB"),
        ("homePostcode", "0123"),
        ("homePostcode", "9401\n"),
        ("homePostcode", 9401),
        ("question", ""),
        ("question", "   "),
        ("question", "a" * 8_001),
        ("question", "a\x00b"),
        ("theme", "money"),
        ("ageGroup", "12"),
        ("pupil", {"name": " "}),
        ("contact", {"name": "Juf", "email": "juf"}),
        ("contact", {"name": "Juf", "phone": "bel me"}),
    ],
)
def test_values_of_another_form_are_refused(field: str, value: object) -> None:
    """Codes must have their form, texts must say something and end somewhere."""
    with pytest.raises(ValidationError):
        raised(**{field: value})


def test_a_name_needs_consent() -> None:
    """About the home, a pupil is named with consent only; without a name no consent is needed."""
    with pytest.raises(ValidationError):
        raised(consent=None)
    assert raised(consent=None, pupil=None).pupil is None
    assert raised(consent=None, about="education").pupil is not None


def born(age: int) -> str:
    """The birth date of somebody who became this old last week."""
    day = date.today() - timedelta(days=7)  # noqa: DTZ011  # a week off either way
    return (day - timedelta(days=round(age * 365.25))).isoformat()


NAMED: dict[str, Any] = {"pupil": {"name": SECRET}}  # without a birth date the age group counts
YOUNG = [{**NAMED, "ageGroup": "0-11"}, {**NAMED, "ageGroup": "12-15"}, {"pupil": {"name": "N", "birthDate": born(15)}}]
OLD = [{**NAMED, "ageGroup": "16-17"}, {**NAMED, "ageGroup": "23+"}, {"pupil": {"name": "N", "birthDate": born(16)}}]


@pytest.mark.parametrize("name", sorted(OPENING))
@pytest.mark.parametrize(
    ("giver", "who"), [*(("pupil", who) for who in YOUNG), *(("parents", who) for who in OLD)], ids=str
)
def test_consent_comes_from_who_may_give_it(name: str, giver: str, who: dict[str, Any]) -> None:
    """Under 16 from the parents, from 16 from the pupil (H1); together they always may."""
    model, body = PUBLISHED[name].payload, {**full(name), **who}
    with pytest.raises(ValidationError, match="consent"):
        model.model_validate({**body, "consent": {"givenBy": giver, "on": "2026-11-01"}})
    other = "parents" if giver == "pupil" else "pupil"
    for allowed in (other, "parents_and_pupil"):
        model.model_validate({**body, "consent": {"givenBy": allowed, "on": "2026-11-01"}})


def test_the_birth_date_counts_before_the_age_group() -> None:
    """As it does for the rules."""
    with pytest.raises(ValidationError, match="Under 16"):
        raised(
            ageGroup="16-17",
            pupil={"name": "N", "birthDate": born(15)},
            consent={"givenBy": "pupil", "on": "2026-11-01"},
        )


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("signal.raised", {"consent": {"givenBy": "parents", "on": "2099-01-01"}}),
        ("signal.raised", {"pupil": {"name": "Noor", "birthDate": "2099-01-01"}}),
        ("absence.reported", {"since": "2099-01-01"}),
        ("placement.sought", {"registeredOn": "2099-01-01", "startsSchoolOn": "2099-08-01"}),
    ],
)
def test_a_day_that_must_lie_behind_us_does(name: str, changes: dict[str, Any]) -> None:
    """Consent, a birth, an absence: none of them can begin in the future."""
    with pytest.raises(ValidationError, match="still to come"):
        PUBLISHED[name].payload.model_validate({**full(name), **changes})


def test_a_first_day_at_school_lies_after_the_registration() -> None:
    """The day on which one starts cannot lie before the day on which one applied."""
    sought = {**full("placement.sought"), "startsSchoolOn": "2026-11-01"}
    with pytest.raises(ValidationError, match="cannot lie before"):
        PUBLISHED["placement.sought"].payload.model_validate(sought)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"receivingSchool": "18CW00"}, "another school"),
        ({"talk": {"on": "2027-08-24", "form": "phone"}}, "before the first day"),
        ({"talk": {"on": "2027-06-10", "form": "letter"}}, "at_school"),
        ({"standing": "registered"}, "enrolled"),
        ({"startsOn": None}, "date"),
    ],
)
def test_a_transition_goes_elsewhere_and_is_talked_over_before(changes: dict[str, Any], wrong: str) -> None:
    """To another school, after a talk; and only the school where the pupil is announces it."""
    with pytest.raises(ValidationError, match=wrong):
        PUBLISHED["transition.announced"].payload.model_validate({**full("transition.announced"), **changes})


@pytest.mark.parametrize("name", ["home_postcode", "acute_danger", "age_group"])
def test_only_the_documented_names_are_read(name: str) -> None:
    """The names that the code uses inside are unknown on the wire."""
    with pytest.raises(ValidationError, match="Extra inputs"):
        raised(**{name: False})


def test_a_referral_needs_consent() -> None:
    """A request for youth help without consent is refused."""
    body = {name: value for name, value in full("referral.submitted").items() if name != "consent"}
    with pytest.raises(ValidationError):
        PUBLISHED["referral.submitted"].payload.model_validate(body)


def test_texts_are_trimmed() -> None:
    """White space around a text says nothing; inside it stays."""
    assert raised(question="  eerste\n\ttweede ").question == "eerste\n\ttweede"
