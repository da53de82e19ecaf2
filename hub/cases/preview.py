"""Ask before you send: the decision on what a form holds so far. Nothing is stored, and nothing personal comes in."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from hub.access.callers import Caller
from hub.cases.known import facts_in
from hub.cases.own_school import school_problems
from hub.cases.placing import lawful_swvs
from hub.codes import About, OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput, Problem
from hub.events.catalogue import OPENING, PUBLISHED
from hub.events.envelope import short_type
from hub.events.payloads import Payload
from hub.events.reading import UNKNOWN_TYPE, as_problems
from hub.privacy.identifiers import forbidden
from hub.privacy.visibility import Viewpoint, Visible, visible
from hub.routing.decide import decide
from hub.routing.decision import Decision, Refused, Undecided
from hub.routing.terms.running import terms_of
from hub.routing.terms.term import Term

NOTHING_PERSONAL = "Leave this field out: a preview takes nothing that is personal."
_NOTHING_DONE = "The request is not valid: nothing has been changed."


class Foreseen(NamedTuple):
    """What the rules would say, and the terms that would run."""

    answer: Decision | Undecided | Refused
    terms: tuple[Term, ...]


def preview(type_: str, data: Mapping[str, Any], on: date, caller: Caller, snapshot: Snapshot) -> Foreseen:
    """What the rules would say of an opening event with this plain `data`, without its personal fields.

    Raises InvalidInput with every problem, and NotAllowed for a school that is not the caller's.
    """
    name = short_type(type_)
    if name not in OPENING or name is None:
        raise InvalidInput(_NOTHING_DONE, problems=(Problem("/type", UNKNOWN_TYPE),))
    payload = _payload(PUBLISHED[name].payload, data)
    problems = tuple(school_problems(payload, on, caller, snapshot))
    if problems:
        raise InvalidInput(_NOTHING_DONE, problems=problems)
    facts = facts_in(name, payload.plain(), on)
    answer = decide(replace(facts, acute_danger=data.get("acuteDanger") is True), snapshot)
    if isinstance(answer, Refused):
        return Foreseen(answer, ())
    decides = answer.holder if isinstance(answer, Decision) else None
    return Foreseen(answer, terms_of(facts, (), snapshot, decides))


class Reading(NamedTuple):
    """Somebody who would be in the case, and what of its personal fields it would see."""

    organisation: OrganisationCode
    role: str
    shown: Visible


def who_would_read(
    name: str, data: Mapping[str, Any], decision: Decision, on: date, snapshot: Snapshot
) -> Iterator[Reading]:
    """Who would read what of an opening event with this plain `data`, when `decision` is what the rules say of it."""
    payload = _payload(PUBLISHED[name].payload, data)
    lawful = lawful_swvs(facts_in(name, payload.plain(), on), decision, snapshot)
    parties = [(one.organisation, str(one.role)) for one in decision.receivers]
    for code, role in (*parties, *((one.organisation, "named") for one in decision.named)):
        party = snapshot.organisation(code, on)
        if party is not None:
            view = Viewpoint(
                kind=party.kind,
                role=role,
                case_type=name,
                is_lawful_swv=code in lawful,
                has_consent=data.get("consent") is not None,
                is_taken_back=False,
                is_about_home=data.get("about") == About.HOME,
            )
            yield Reading(code, role, visible(view))


def _payload(model: type[Payload], data: Mapping[str, Any]) -> Payload:
    problems = tuple(forbidden(dict(data))) or tuple(_personal(model, data))
    if problems:
        raise InvalidInput(_NOTHING_DONE, problems=problems)
    try:
        return model.model_validate({**data, **_stand_ins(model)})
    except ValidationError as error:
        found = as_problems(error.errors(include_url=False, include_input=False), "/data")
        raise InvalidInput(_NOTHING_DONE, problems=tuple(found)) from error


def _personal(model: type[Payload], data: Mapping[str, Any]) -> Iterator[Problem]:
    for field in sorted(model.personal_fields):
        if {field, to_camel(field)} & data.keys():
            yield Problem(f"/data/{to_camel(field)}", NOTHING_PERSONAL)


def _stand_ins(model: type[Payload]) -> dict[str, str]:
    """A dash for every personal text that the event itself must have: the rules never read one."""
    return {to_camel(name): "-" for name in model.personal_fields if model.model_fields[name].is_required()}
