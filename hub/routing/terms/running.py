"""The terms of a case: out of the facts of its opening and what was recorded since. Pure; counted anew each time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from hub.codes import Milestone, OrganisationCode, Standing
from hub.directory.entries import START
from hub.directory.snapshot import Snapshot
from hub.routing.facts import Facts, Request
from hub.routing.terms import rules
from hub.routing.terms.milestones import Reached, began_on, day_of
from hub.routing.terms.of_a_case import (
    TERM_WEEKS,
    Application,
    Registration,
    of_absence,
    of_application,
    of_dispute,
    of_enrolment,
    of_registration,
)
from hub.routing.terms.term import Stop, Term, TermRule

_ONE_DAY = timedelta(days=1)
_BEYOND = date(2200, 1, 1)


def terms_of(
    facts: Facts, reached: Sequence[Reached], snapshot: Snapshot, decides: OrganisationCode | None
) -> tuple[Term, ...]:
    """The terms that run or ran; empty for a case that has none.

    `reached` stands in the order in which it was recorded. `decides` is the partnership that has an application for a
    declaration; None as long as nobody has it, and then its terms have not begun. Before the law of these terms, and
    beyond every calendar, nothing is counted.
    """
    if not START <= began_on(facts, reached) < _BEYOND:
        return ()
    match facts.request:
        case Request.PLACEMENT:
            begun = of_placement(facts, reached)
        case Request.ADMISSION if decides is not None:
            begun = _of_admission(facts, reached, snapshot, decides)
        case Request.ABSENCE:
            begun = _of_absence(facts, reached, snapshot)
        case _:
            begun = ()
    return (*begun, *_after_enrolment(reached), *_in_dispute(reached))


def of_placement(facts: Facts, reached: Sequence[Reached]) -> tuple[Term, ...]:
    """The terms of the duty of care: F1 to F3."""
    seeking, decided = facts.seeking, day_of(Milestone.DECISION_MADE, reached)
    registration = Registration(
        began_on(facts, reached),
        starts_school_on=seeking.starts_school_on,
        is_extended=day_of(Milestone.EXTENSION_ANNOUNCED, reached) is not None,
        papers_missing=_stops(reached, decided),
        is_enrolled_elsewhere=seeking.is_enrolled_elsewhere,
        decided_on=decided or day_of(Milestone.ENROLLED, reached),
        is_full=seeking.is_full,
        refuses_foundation=seeking.refuses_foundation,
    )
    return _met(of_registration(registration), {rules.CARE_DUTY: decided, rules.CARE_DUTY_EXTENDED: decided})


def _of_admission(
    facts: Facts, reached: Sequence[Reached], snapshot: Snapshot, decides: OrganisationCode
) -> tuple[Term, ...]:
    received, announced = began_on(facts, reached), day_of(Milestone.DECISION_ANNOUNCED, reached)
    objection = day_of(Milestone.OBJECTION_RECEIVED, reached)
    agreed = snapshot.agreements_of(TERM_WEEKS, decides, received)
    application = Application(
        received,
        # the term is suspended from the day after the request (Awb 4:15)
        papers_missing=_stops(reached, announced, begins_after=_ONE_DAY),
        announced_on=announced,
        objection_on=objection,
        is_objection_extended=day_of(Milestone.OBJECTION_EXTENDED, reached) is not None,
        agreements=tuple(one for one in agreed if one.scope["rule"] == rules.DECLARATION_CUSTOM.id),
    )
    decision = (rules.DECLARATION, rules.DECLARATION_CUSTOM, rules.DECLARATION_AGREED)
    return _met(of_application(application), {**dict.fromkeys(decision, announced), rules.OBJECTION: objection})


def _of_absence(facts: Facts, reached: Sequence[Reached], snapshot: Snapshot) -> tuple[Term, ...]:
    """The holidays that count are those of the school. A pupil who is only at risk is not absent."""
    since, site = facts.attendance.absent_since, snapshot.site(facts.site, facts.on)
    if since is None or site is None:
        return ()
    is_enrolled = facts.standing is Standing.ENROLLED and not facts.attendance.is_enrolled_nowhere
    terms = of_absence(since, site.municipality or "", is_enrolled=is_enrolled)
    back = day_of(Milestone.BACK_AT_SCHOOL, reached)
    return _met(terms, {rules.AT_HOME: back, rules.AT_HOME_PRIORITY: back})


def _after_enrolment(reached: Sequence[Reached]) -> tuple[Term, ...]:
    enrolled = day_of(Milestone.ENROLLED, reached)
    if enrolled is None:
        return ()
    plans = [one.on for one in reached if one.milestone is Milestone.DEVELOPMENT_PLAN_MADE]
    terms = of_enrolment(enrolled, max(plans, default=None))
    return _met(terms, {rules.DEVELOPMENT_PLAN: min(plans, default=None)})


def _in_dispute(reached: Sequence[Reached]) -> tuple[Term, ...]:
    submitted = day_of(Milestone.DISPUTE_SUBMITTED, reached)
    return () if submitted is None else (of_dispute(submitted),)


def _stops(
    reached: Sequence[Reached], decided: date | None, *, begins_after: timedelta = timedelta()
) -> tuple[Stop, ...]:
    """The times in which papers were missing. A decision ends the last of them: nobody waits for papers any more."""
    stops: list[Stop] = []
    for one in reached:
        if one.milestone is Milestone.PAPERS_REQUESTED:
            stops.append(Stop(one.on + begins_after, decided))
        elif one.milestone is Milestone.PAPERS_RECEIVED and stops:
            stops[-1] = Stop(stops[-1].since, one.on)
    return tuple(stop for stop in stops if stop.until is None or stop.since < stop.until)


def _met(terms: Sequence[Term], days: Mapping[TermRule, date | None]) -> tuple[Term, ...]:
    met = {rule.id: day for rule, day in days.items()}
    return tuple(replace(term, met_on=met.get(term.rule.id)) for term in terms)
