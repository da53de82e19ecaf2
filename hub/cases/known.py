"""What the log knows of a case, as the rules call it: its opening event, and what was learned since. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple, TypeVar

from hub.clock import dutch_date
from hub.codes import (
    About,
    Ask,
    ConsentBy,
    DeclineCode,
    Milestone,
    OrganisationCode,
    SchoolType,
    Sector,
    Standing,
    Theme,
    WithoutConsent,
)
from hub.events.catalogue import OPENING
from hub.events.log import Event
from hub.events.situation import AttendanceStanding, DeclarationAsked, LivingSituation
from hub.routing.facts import (
    Answers,
    Attendance,
    Declaration,
    Declined,
    Facts,
    Living,
    Permission,
    Request,
    Seeking,
    Transition,
)
from hub.routing.terms.milestones import Reached

E = TypeVar("E")

_REQUESTS = {
    "signal.raised": Request.SIGNAL,
    "referral.submitted": Request.REFERRAL,
    "support.requested": Request.SUPPORT,
    "admission.requested": Request.ADMISSION,
    "placement.sought": Request.PLACEMENT,
    "transition.announced": Request.TRANSITION,
    "absence.reported": Request.ABSENCE,
}
_IN_PARTS = frozenset({"living", "declaration"})
_ABOUT = dict.fromkeys((Request.SUPPORT, Request.ADMISSION, Request.PLACEMENT, Request.TRANSITION), About.EDUCATION)


class Clarified(NamedTuple):
    """What a party that did triage found out, or how the school says that the pupil moved; plain data of the event."""

    by: OrganisationCode
    answers: Mapping[str, Any]
    is_move: bool = False


class Course(NamedTuple):
    """The way of a case so far: its opening, who did not take it or passed it on, what triage found out; consent.

    `milestones` are the days that terms count from, in the order in which they were recorded.
    """

    opening: Event
    declined: tuple[Declined, ...] = ()
    clarified: tuple[Clarified, ...] = ()
    consent: Mapping[str, Any] | None = None  # given since, in the plain data of its event
    milestones: tuple[Reached, ...] = ()
    settled: int = 0  # how many of those who did not take it came before the last joint talk

    def facts(self) -> Facts:
        """What is known of the case now."""
        facts = facts_of(self.opening, self.declined, self.clarified, self.consent)
        return replace(facts, settled=self.settled) if self.settled else facts

    def with_answers(self, clarified: Clarified) -> "Course":
        """The same way, one answer of triage further."""
        return self._replace(clarified=(*self.clarified, clarified))


def course_until(history: Sequence[Event], position: int) -> Course:
    """The way of a case up to and with the event at `position`. `history` is all that happened, the oldest first."""
    past = [event for event in history if event.position <= position]
    opening = next(event for event in past if event.type in OPENING)
    declined = tuple(_learned(event) for event in past if _passed_on(event))
    found = tuple(_found(event) for event in past if event.type in {"case.clarified", "move.notified"})
    consents = [event.data["consent"] for event in past if event.type == "consent.given"]
    return Course(opening, declined, found, consents[-1] if consents else None, _reached(past, opening), _settled(past))


def _found(event: Event) -> Clarified:
    by = OrganisationCode(event.publisher)
    return (
        Clarified(by, event.data, is_move=True)
        if event.type == "move.notified"
        else Clarified(by, event.data["answers"])
    )


def _reached(past: Sequence[Event], opening: Event) -> tuple[Reached, ...]:
    """What was recorded. Of the receivers only what the last one recorded: its terms begin with itself."""
    handed_on = max((event.position for event in past if _handed_on(event)), default=0)
    said = [event for event in past if event.publisher == opening.publisher or event.position > handed_on]
    decision = next((event for event in said if event.type in _DECISIONS), None)
    return tuple(_milestone(event) for event in said if event.type == "milestone.recorded" or event is decision)


_DECISIONS = frozenset({"admission.issued", "admission.refused"})
"""On a declaration. The first of them is the one that an objection can be made against."""


def _milestone(event: Event) -> Reached:
    milestone = event.data.get("milestone", Milestone.DECISION_ANNOUNCED)
    return Reached(Milestone(milestone), date.fromisoformat(event.data["on"]))


def _handed_on(event: Event) -> bool:
    return event.type == "referral.redirected" or (event.type == "referral.declined" and bool(event.data["byHolder"]))


def waits_for_consent(history: Sequence[Event], position: int) -> bool:
    """Whether, just before `position`, a rule about consent (H1) keeps the case with the school."""
    moved = {"case.undecided", "referral.offered", "case.blocked", "case.withdrawn"}
    said = [event for event in history if event.position < position and event.type in moved]
    return bool(said) and str(said[-1].data.get("heldBy") or "").startswith("H1")


def _settled(past: Sequence[Event]) -> int:
    """How often a case was passed on before its last joint talk agreed on a receiver."""
    agreed = [place for place, event in enumerate(past) if event.data.get("agreed") is True]
    return sum(_passed_on(event) for event in past[: agreed[-1]]) if agreed else 0


def _passed_on(event: Event) -> bool:
    """Whoever does triage sends a case on its way; it does not pass it on."""
    if event.type == "referral.redirected":
        return not event.data["triage"]
    return event.type == "referral.declined" and bool(event.data["byHolder"])


def _learned(event: Event) -> Declined:
    return Declined(OrganisationCode(event.publisher), DeclineCode(event.data["code"]))


def facts_of(
    opening: Event,
    declined: Sequence[Declined] = (),
    clarified: Sequence[Clarified] = (),
    consent: Mapping[str, Any] | None = None,
) -> Facts:
    """The facts in an opening event, with what was learned from those who did not take the case, and from triage.

    A later answer counts before an earlier one, and any answer before the opening event. An answer about a part of how
    a child lives, or of a declaration, leaves the rest of it as it was.
    """
    said = {**opening.data, **({} if consent is None else {"consent": consent})}
    for _, answers, is_move in clarified:
        if is_move:
            said = _after_move(said, answers)
            continue
        parts = {name: {**(said.get(name) or {}), **answers[name]} for name in _IN_PARTS & answers.keys()}
        said |= {**answers, **parts}
    facts = facts_in(opening.type, said, dutch_date(opening.time), declined)
    triage = [found for found in clarified if not found.is_move]
    return replace(facts, answers=_answers(triage[-1].by, said)) if triage else facts


def _after_move(said: Mapping[str, Any], move: Mapping[str, Any]) -> dict[str, Any]:
    """What is known once the pupil has moved; what was found out about the old home no longer counts."""
    left = {name: value for name, value in said.items() if name not in _OF_THE_OLD_HOME}
    living = {**(move.get("living") or said.get("living") or {}), "movedOn": move["movedOn"]}
    if "newSchool" in move:
        left |= {"previousSchool": said["school"], "school": move["newSchool"]}
    if "homePostcode" in move:
        left |= {"homePostcode": move["homePostcode"], "living": living}
    return left | {"living": living} if "living" in move else left


_OF_THE_OLD_HOME = frozenset({"municipality", "homeSwv"})


def facts_in(type_: str, data: Mapping[str, Any], on: date, declined: Sequence[Declined] = ()) -> Facts:
    """The facts in the plain data of an opening event of a day."""
    request = _REQUESTS[type_]
    return Facts(
        request=request,
        on=on,
        site=data["school"],
        home_postcode=data.get("homePostcode"),
        standing=Standing(data["standing"]),
        about=About(data["about"]) if "about" in data else _ABOUT.get(request, About.HOME),
        theme=_member(Theme, data.get("theme")),
        ask=_member(Ask, data.get("ask")),
        admission=_member(SchoolType, data.get("schoolType")),
        previous_site=data.get("previousSchool"),
        age_group=data.get("ageGroup"),
        acute_danger=bool(data.get("acuteDanger")),
        declined=tuple(declined),
        living=_living(data.get("living")),
        declaration=_declaration(data.get("declaration")),
        permission=_permission(data),
        attendance=_attendance(data) if "since" in data or "attendance" in data else _ORDINARY,
        seeking=_seeking(data) if request is Request.PLACEMENT else _SEEKS_NOTHING,
        transition=_transition(data) if request is Request.TRANSITION else _STAYS,
    )


def _answers(by: OrganisationCode, said: Mapping[str, Any]) -> Answers:
    return Answers(
        by=by,
        municipality=said.get("municipality"),
        home_swv=said.get("homeSwv"),
        school_swv=said.get("schoolSwv"),
        site_sector=_member(Sector, said.get("department")),
    )


def _living(data: Mapping[str, Any] | None) -> Living:
    if data is None:
        return _NOWHERE_ELSE
    said = LivingSituation.model_validate(data)
    return Living(
        residence=said.residence,
        stay_postcode=said.stay_postcode,
        before_stay=said.municipality_before_stay,
        at_birth=said.municipality_at_birth,
        country=said.country,
        stays_in_netherlands=said.stays_in_netherlands,
        moved_on=said.moved_on,
        help_form=said.help_form,
        help_before_18=said.help_before_18,
    )


def _declaration(data: Mapping[str, Any] | None) -> Declaration:
    return _FIRST if data is None else Declaration(**dict(DeclarationAsked.model_validate(data)))


def _attendance(data: Mapping[str, Any]) -> Attendance:
    said = AttendanceStanding.model_validate(data.get("attendance") or {})
    kind = data.get("kind")
    return Attendance(
        **dict(said),
        absent_since=date.fromisoformat(data["since"]) if "since" in data and kind != "at_risk" else None,
        is_enrolled_nowhere=kind == "not_enrolled_absence",
    )


def _seeking(data: Mapping[str, Any]) -> Seeking:
    starts = data.get("startsSchoolOn")
    return Seeking(
        registered_on=date.fromisoformat(data["registeredOn"]),
        starts_school_on=date.fromisoformat(starts) if starts else None,
        candidates=tuple(data.get("candidateSchools", ())),
        is_enrolled_elsewhere=bool(data.get("enrolledElsewhere")),
        is_full=bool(data.get("schoolIsFull")),
        refuses_foundation=bool(data.get("foundationRefused")),
    )


def _transition(data: Mapping[str, Any]) -> Transition:
    return Transition(data.get("receivingSchool"), date.fromisoformat(data["startsOn"]))


def _permission(data: Mapping[str, Any]) -> Permission:
    consent = data.get("consent") or {}
    return Permission(
        given_by=_member(ConsentBy, consent.get("givenBy")),
        both_parents=consent.get("bothParents"),
        pupil_objects=data.get("pupilObjects") is True,
        without=_member(WithoutConsent, data.get("withoutConsent")),
    )


def _member(kind: type[E], value: Any) -> E | None:
    return None if value is None else kind(value)  # type: ignore[call-arg]  # an enumeration is called with its value


_NOWHERE_ELSE, _FIRST, _ORDINARY, _SEEKS_NOTHING = Living(), Declaration(), Attendance(), Seeking()
_STAYS = Transition()
