"""Which regional agreements the rules read, and what each must say. What no rule would read is refused, not stored."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from hub.codes import Confidence
from hub.directory.calendar import school_holidays
from hub.directory.entries import Agreement
from hub.errors import InvalidInput
from hub.routing.answer_terms import ANSWER_TERMS, MOST_WORKING_DAYS, SCHOOL_HOLIDAYS
from hub.routing.arbiters import BORDER_ARBITER
from hub.routing.facts import Request
from hub.routing.rules import RULES
from hub.routing.rules.a_sbo import SBO_DECLARATION_UNTIL
from hub.routing.rules.h_consent import BOTH_AT_TWELVE
from hub.routing.rules.hub_region import DESK, SHARED_OFFICE, alarm
from hub.routing.rules.sources import REGIONAL_AGREEMENT
from hub.routing.rules.teams import TEAM_BY_AGE
from hub.routing.terms.of_a_case import MOST_WEEKS, TERM_WEEKS

_AGES = frozenset({"0-11", "12-15", "16-17", "18-22", "23+"})
_FOR_WHOM = frozenset({"sites", "boards", "postcodes"})
_CUSTOM = "custom:"
_PRIMARY_YEARS = 8
_SWV = re.compile(r"(PO|VO)\d{4}", re.ASCII)


def need_readable(agreement: Agreement) -> None:
    """Raises InvalidInput for an agreement that no rule reads, or that a rule could not apply."""
    departs = agreement.kind.startswith(_CUSTOM) and agreement.kind != BOTH_AT_TWELVE
    if departs and not can_be_agreed_away(agreement.kind.removeprefix(_CUSTOM)):
        raise InvalidInput(
            "An agreement can depart only from a rule that is likely or a custom; %(kind)s is not about such a rule.",
            next_step="docs/routing.md says of every rule how certain it is.",
            kind=agreement.kind,
        )
    is_complete = _departs if departs else _COMPLETE.get(agreement.kind)
    if is_complete is None:
        raise InvalidInput("No rule reads agreements of kind %(kind)s.", next_step=LISTED, kind=agreement.kind)
    if not is_complete(agreement):
        raise InvalidInput(
            "The scope of this agreement does not say what one of kind %(kind)s must say.",
            next_step=LISTED,
            kind=agreement.kind,
        )


def can_be_agreed_away(rule: str) -> bool:
    """Whether a region may depart from a rule: not from law, from what is an agreement itself, nor from the alarm."""
    entry = RULES.get(rule)
    if entry is None or entry is alarm or REGIONAL_AGREEMENT in entry.sources:
        return False
    return entry.confidence in (Confidence.LIKELY, Confidence.REGIONAL)


LISTED = "docs/replay.md lists the kinds of agreement, and what the scope of each must say."


def _is_desk(agreement: Agreement) -> bool:
    scope = agreement.scope
    named = _is_text(scope.get("name")) and scope.get("swv") in agreement.parties
    return named and _says_only(scope, _FOR_WHOM | {"name", "swv"})


def _is_shared_office(agreement: Agreement) -> bool:
    return len(agreement.parties) > 1 and not agreement.scope


def _is_team_by_age(agreement: Agreement) -> bool:
    scope = agreement.scope
    ages = scope.get("ages")
    known = isinstance(ages, list) and bool(ages) and set(map(str, ages)) <= _AGES
    named = _is_text(scope.get("municipality")) and _is_text(scope.get("team"))
    return known and named and scope.keys() == {"municipality", "team", "ages"}


def _is_term(agreement: Agreement) -> bool:
    """Weeks of a custom, never more than the law allows; partnerships decide for themselves, and for nobody else."""
    scope = agreement.scope
    most = MOST_WEEKS.get(str(scope.get("rule")), 0)
    return _is_of_partnerships(agreement) and scope.keys() == {"rule", "weeks"} and _is_number(scope["weeks"], 1, most)


def _is_duration(agreement: Agreement) -> bool:
    """Never longer than primary education lasts."""
    scope = agreement.scope
    fits = scope.keys() == {"full_years"} and _is_number(scope["full_years"], 0, _PRIMARY_YEARS)
    return fits and _is_of_partnerships(agreement)


def _are_answer_terms(agreement: Agreement) -> bool:
    """For each kind of request that it names both days, opened no later than answered."""
    named = agreement.scope
    return (
        bool(agreement.parties)
        and bool(named)
        and named.keys() <= set(Request)
        and all(map(_is_within, named.values()))
    )


def _is_within(said: object) -> bool:
    if not isinstance(said, dict) or said.keys() != {"opened", "answered"}:
        return False
    opened, answered = said["opened"], said["answered"]
    return _is_number(answered, 1, MOST_WORKING_DAYS) and _is_number(opened, 1, answered)


def _are_holidays(agreement: Agreement) -> bool:
    regions = {holiday.region for holiday in school_holidays()}
    return bool(agreement.parties) and agreement.scope.keys() == {"region"} and agreement.scope["region"] in regions


def _is_arbiter(agreement: Agreement) -> bool:
    """One partnership that stands outside the talk, for two or more others."""
    arbiter = agreement.scope.get("arbiter")
    fits = agreement.scope.keys() == {"arbiter"} and isinstance(arbiter, str) and bool(_SWV.fullmatch(arbiter))
    return fits and arbiter not in agreement.parties and _is_of_partnerships(agreement) and len(agreement.parties) > 1


def _is_of_partnerships(agreement: Agreement) -> bool:
    return bool(agreement.parties) and all(_SWV.fullmatch(party) for party in agreement.parties)


def _is_number(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _departs(agreement: Agreement) -> bool:
    """Somebody else acts instead, or nobody: one of the two."""
    scope = agreement.scope
    departs = _is_text(scope.get("party")) != (scope.get("holds") is False)
    return departs and _says_only(scope, _FOR_WHOM | {"party", "holds"})


def _says_only(scope: Mapping[str, Any], names: frozenset[str]) -> bool:
    """Nothing but these, and lists of codes for whom it is meant: a misspelt word would make it hold for all."""
    lists = (scope[name] for name in _FOR_WHOM & scope.keys())
    return scope.keys() <= names and all(isinstance(one, list) and one and all(map(_is_text, one)) for one in lists)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


_COMPLETE: Mapping[str, Callable[[Agreement], bool]] = {
    DESK: _is_desk,
    SHARED_OFFICE: _is_shared_office,
    TEAM_BY_AGE: _is_team_by_age,
    BOTH_AT_TWELVE: lambda agreement: not agreement.scope,
    TERM_WEEKS: _is_term,
    SBO_DECLARATION_UNTIL: _is_duration,
    ANSWER_TERMS: _are_answer_terms,
    SCHOOL_HOLIDAYS: _are_holidays,
    BORDER_ARBITER: _is_arbiter,
}
