"""Which terms run, given what happened: registration, application, objection, absence. Recomputed, never stored."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hub.directory.calendar import holiday_regions, school_holidays
from hub.directory.entries import Agreement
from hub.routing.rule import Source
from hub.routing.terms import rules
from hub.routing.terms.term import Stop, Term, until, weeks

_DECIDE_WEEKS, _EXTRA_WEEKS, _TEMPORARY_AFTER_WEEKS, _DECLARATION_WEEKS = 6, 4, 10, 8

TERM_WEEKS = "term_weeks"
"""Kind of agreement: another number of weeks (`rule`, `weeks`) than the custom, for the partnerships that are party."""
MOST_WEEKS = {rules.DECLARATION_CUSTOM.id: _DECLARATION_WEEKS}
"""The terms for which weeks can be agreed, because they are a custom, and the maximum of the law (Awb 4:13)."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A written registration at a school.

    `is_full`: the school has no room; `refuses_foundation`: the parents do not respect the foundation of the school.
    Both take the duty of care away (F4). `papers_missing` are the times in which the school waited for papers (F3).
    """

    received_on: date
    starts_school_on: date | None = None
    is_extended: bool = False
    papers_missing: tuple[Stop, ...] = ()
    is_enrolled_elsewhere: bool = False
    decided_on: date | None = None
    is_full: bool = False
    refuses_foundation: bool = False


@dataclass(frozen=True, slots=True)
class Application:
    """An application for a declaration (TLV), and the objection against what was decided on it.

    `agreements` are those of the partnership that decides on a term of its own (kind TERM_WEEKS). Where two of them
    name different numbers of weeks, neither counts, nor does the custom: what the law says is then all there is.
    """

    received_on: date
    papers_missing: tuple[Stop, ...] = ()
    announced_on: date | None = None
    objection_on: date | None = None
    is_objection_extended: bool = False
    agreements: tuple[Agreement, ...] = ()


def of_registration(facts: Registration) -> tuple[Term, ...]:
    """The terms of a registration. None where the school has no duty of care: full, or its foundation refused (F4)."""
    if facts.is_full or facts.refuses_foundation:
        return ()
    rule = rules.CARE_DUTY_EXTENDED if facts.is_extended else rules.CARE_DUTY
    number = _DECIDE_WEEKS + (_EXTRA_WEEKS if facts.is_extended else 0)
    terms = [weeks(rule, facts.received_on, number, facts.papers_missing)]
    terms += [_suspension(stop) for stop in facts.papers_missing]
    if facts.starts_school_on is not None:
        ahead = facts.starts_school_on - timedelta(weeks=_TEMPORARY_AFTER_WEEKS)
        terms.append(until(rules.REGISTER_AHEAD, facts.received_on, ahead))
    temporary = temporary_placement(facts)
    return (*terms, temporary) if temporary else tuple(terms)


def temporary_placement(facts: Registration) -> Term | None:
    """The first day of a temporary placement: the day after ten weeks without a decision, enrolled nowhere (F2)."""
    counted = weeks(rules.CARE_DUTY, facts.received_on, _TEMPORARY_AFTER_WEEKS, facts.papers_missing)
    if facts.is_enrolled_elsewhere or counted.ends is None:
        return None
    if facts.decided_on is not None and facts.decided_on <= counted.ends:
        return None
    return until(rules.TEMPORARY_PLACEMENT, facts.received_on, counted.ends + timedelta(days=1))


def of_application(facts: Application) -> tuple[Term, ...]:
    """The terms of a declaration: the decision, its custom of six weeks, and those of an objection."""
    terms = [weeks(rules.DECLARATION, facts.received_on, _DECLARATION_WEEKS, facts.papers_missing), *_custom(facts)]
    if facts.announced_on is not None:
        objection = weeks(rules.OBJECTION, facts.announced_on, 6)
        terms.append(objection)
        if facts.objection_on is not None and objection.ends is not None:
            extra = 6 if facts.is_objection_extended else 0
            terms.append(weeks(rules.TO_THE_COMMITTEE, facts.objection_on, 2))
            terms.append(weeks(rules.OBJECTION_DECISION, objection.ends, 12 + extra))
    return tuple(terms)


def _custom(facts: Application) -> tuple[Term, ...]:
    """The term that the partnership agreed on, or else the custom of six weeks."""
    if not facts.agreements:
        return (weeks(rules.DECLARATION_CUSTOM, facts.received_on, 6, facts.papers_missing),)
    if len({agreement.scope["weeks"] for agreement in facts.agreements}) > 1:
        return ()
    agreement = facts.agreements[0]
    source = Source("Afspraak van het samenwerkingsverband", agreement.id, agreement.source)
    rule = replace(rules.DECLARATION_AGREED, sources=(source,))
    return (weeks(rule, facts.received_on, agreement.scope["weeks"], facts.papers_missing),)


def of_enrolment(enrolled_on: date, plan_on: date | None = None) -> tuple[Term, ...]:
    """Six weeks for a development plan after the definitive enrolment, and its review a year after it was made (F5)."""
    plan = weeks(rules.DEVELOPMENT_PLAN, enrolled_on, 6)
    return (plan, until(rules.PLAN_REVIEW, plan_on, _months_later(plan_on, 12))) if plan_on else (plan,)


def of_dispute(submitted_on: date) -> Term:
    """Ten weeks for the disputes committee (F6)."""
    return weeks(rules.DISPUTE, submitted_on, 10)


def of_support_plan(holds_from: date) -> Term:
    """Before the first of May of the year in which the plan ends: the last day is 30 April (F7)."""
    return until(rules.SUPPORT_PLAN, holds_from, date(holds_from.year + 4, 4, 30))


def of_absence(since: date, municipality: str, *, is_enrolled: bool) -> tuple[Term, ...]:
    """When a pupil at home counts as out of school: after four weeks, or at once when enrolled nowhere (F8).

    School holidays of the region of `municipality` make no absence, so they do not count. Where a municipality lies in
    two regions, the days on which both have a holiday stand still.
    """
    breaks = holidays_of(municipality, since)
    counted = weeks(rules.AT_HOME, since, 4, breaks) if is_enrolled else until(rules.AT_HOME, since, since)
    return counted, until(rules.AT_HOME_PRIORITY, since, _months_later(since, 3))


def holidays_of(municipality: str, since: date) -> tuple[Stop, ...]:
    """The school holidays of a municipality that have not passed on the day `since`, as far as they are known."""
    regions = holiday_regions(municipality)
    known = [one for one in school_holidays() if one.region in regions and one.last_day >= since]
    if len(regions) == 1:
        return tuple(_closed(one.first_day, one.last_day) for one in known)
    return tuple(
        _closed(max(one.first_day, other.first_day), min(one.last_day, other.last_day))
        for one in known
        for other in known
        if one.region < other.region and one.first_day <= other.last_day and other.first_day <= one.last_day
    )


def _closed(first_day: date, last_day: date) -> Stop:
    """A holiday as whole weeks of school: the weekend before it belongs to the week that was."""
    monday = first_day + timedelta(days=(7 - first_day.weekday()) % 7 if first_day.weekday() >= 5 else 0)
    return Stop(monday, last_day + timedelta(days=1))


def _suspension(stop: Stop) -> Term:
    ends = None if stop.until is None else stop.until - timedelta(days=1)
    return Term(rules.SUSPENSION, stop.since, (), ends)


def _months_later(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
