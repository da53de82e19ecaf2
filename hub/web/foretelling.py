"""Where a signal will go, told beside the form while it is filled in: by the same code that will route it."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from hub.access.callers import Caller
from hub.cases.preview import preview, who_would_read
from hub.codes import OrganisationKind
from hub.directory import queries
from hub.directory.calendar import days_off_from
from hub.directory.responsible import at_school
from hub.directory.snapshot import Snapshot
from hub.errors import HubError
from hub.events.envelope import full_type
from hub.routing.decision import Decision, Question, Reason, Undecided
from hub.web.signal_form import TYPE, Draft
from hub.web.words import FIELDS
from hub.workdays import add_working_days


class Reader(NamedTuple):
    """A party that will be in the case: its name, its part, and what of the personal fields it may read."""

    name: str
    role: str
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foretold:
    """What is known of the way so far. Before the question is known there are only two `possible` ways."""

    possible: tuple[tuple[str, str], ...] = ()
    readers: tuple[Reader, ...] = ()
    reasons: tuple[Reason, ...] = ()
    questions: tuple[Question, ...] = ()
    answer_by: date | None = None
    triage: str | None = None


def foretell(draft: Draft, caller: Caller, snapshot: Snapshot, today: date) -> Foretold:
    """Where this draft will go, as far as its answers tell."""
    if not draft["school"]:
        return Foretold()
    if not (draft["theme"] and draft["about"] and draft["ask"]):
        return Foretold(possible=_possible(draft, snapshot, today))
    data = draft.plain()
    if not draft["consent_on"]:
        data.pop("consent", None)
    try:
        answer = preview(full_type(TYPE), data, today, caller, snapshot).answer
    except HubError:  # something is still wrong in it, and told where it stands
        return Foretold()
    if isinstance(answer, Decision):
        reading = who_would_read(TYPE, data, answer, today, snapshot)
        readers = (
            Reader(_name(snapshot, one.organisation, today), one.role, _told(one.shown.fields)) for one in reading
        )
        by = add_working_days(today, answer.answer_within_working_days, days_off_from(today))
        return Foretold(readers=tuple(readers), reasons=_held(answer.reasons), answer_by=by)
    if isinstance(answer, Undecided):
        triage = _name(snapshot, answer.triage, today) if answer.triage else None
        return Foretold(reasons=_held(answer.reasons), questions=answer.missing, triage=triage)
    return Foretold(reasons=answer.reasons)


def _possible(draft: Draft, snapshot: Snapshot, today: date) -> tuple[tuple[str, str], ...]:
    """Icon and name of whom it may go to: the team of the home, and the partnership of the school."""
    ways: list[tuple[str, str]] = []
    if draft["home_postcode"]:
        for home in queries.who(snapshot, draft["home_postcode"], None, today).homes:
            team = home.offices[OrganisationKind.SOCIAL_TEAM]
            ways.append(("home", team.name if team else home.name))
    try:
        found = at_school(snapshot, draft["school"], None, today).partnerships
    except HubError:
        return ()
    return (*ways, *(("school", one.organisation.name) for one in found if one.organisation))


def _held(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    return tuple(reason for reason in reasons if reason.applies)


def _told(fields: frozenset[str]) -> tuple[str, ...]:
    return tuple(words for field, words in FIELDS.items() if field in fields)


def _name(snapshot: Snapshot, code: str, on: date) -> str:
    found = snapshot.organisation(code, on)
    return found.name if found else code
