"""What a declaration must look like: its category, and how long it holds. Pure.

Sources: WEC art. 40(15) (rule A8: so and vso), the agreement of the partnership (A8f: sbo), and the custom that one for
practical education holds for the whole school career (A6).
"""

from collections.abc import Iterator
from datetime import date

from hub.codes import OrganisationCode, SchoolType
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput, Problem
from hub.events.admission_payloads import AdmissionIssued
from hub.routing.rules.a_sbo import SBO_DECLARATION_UNTIL
from hub.routing.schoolyears import earliest_end, end_after, is_last_day

_SPECIAL = frozenset({SchoolType.SO, SchoolType.VSO})

_CATEGORY_MESSAGE = "A declaration for so or vso has a category: 1, 2 or 3."
_NO_CATEGORY_MESSAGE = "Only a declaration for so or vso has a category."
_ENDLESS_MESSAGE = "A declaration for practical education holds for the whole school career: leave out endsOn."
_END_MESSAGE = "Give the last day on which the declaration holds."
_EARLY_MESSAGE = "A declaration for so or vso holds at least up to and including %(day)s, and ends on a 31 July (WEC)."
_AGREED_MESSAGE = "Your partnership laid down that a declaration for sbo holds up to and including %(day)s."
_ORDER_MESSAGE = "The last day cannot lie before the first day."


def need_lawful(issued: AdmissionIssued, school_type: SchoolType, by: OrganisationCode, snapshot: Snapshot) -> None:
    """Raises InvalidInput with everything in which a declaration of `by` is not as it must be."""
    problems = tuple(_problems(issued, school_type, by, snapshot))
    if problems:
        raise InvalidInput("The declaration is not as the law wants it: nothing was issued.", problems=problems)


def _problems(
    issued: AdmissionIssued, school_type: SchoolType, by: OrganisationCode, snapshot: Snapshot
) -> Iterator[Problem]:
    if school_type in _SPECIAL and issued.category is None:
        yield Problem("/category", _CATEGORY_MESSAGE)
    elif school_type not in _SPECIAL and issued.category is not None:
        yield Problem("/category", _NO_CATEGORY_MESSAGE)
    if school_type is SchoolType.PRO:
        if issued.ends_on is not None:
            yield Problem("/endsOn", _ENDLESS_MESSAGE)
    elif issued.ends_on is None:
        yield Problem("/endsOn", _END_MESSAGE)
    elif issued.ends_on < issued.starts_on:
        yield Problem("/endsOn", _ORDER_MESSAGE)
    elif school_type in _SPECIAL:
        yield from _of_special(issued.starts_on, issued.ends_on)
    else:
        yield from _of_sbo(issued, by, snapshot)


def _of_special(starts_on: date, ends_on: date) -> Iterator[Problem]:
    earliest = earliest_end(starts_on)
    if ends_on < earliest or not is_last_day(ends_on):
        yield Problem("/endsOn", _EARLY_MESSAGE, {"day": earliest.isoformat()})


def _of_sbo(issued: AdmissionIssued, by: OrganisationCode, snapshot: Snapshot) -> Iterator[Problem]:
    """By the agreement of the day on which it was announced; two that differ bind nobody (they alarm in routing)."""
    agreed = snapshot.agreements_of(SBO_DECLARATION_UNTIL, by, issued.on)
    ends = {end_after(issued.starts_on, one.scope["full_years"]) for one in agreed}
    if len(ends) == 1 and issued.ends_on not in ends:
        yield Problem("/endsOn", _AGREED_MESSAGE, {"day": ends.pop().isoformat()})
