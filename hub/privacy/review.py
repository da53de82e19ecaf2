"""Review of reading: which openings of cases are unusual enough for a person to look at. Pure.

A log that nobody reads protects nobody. A finding is a question, not an accusation: it names an organisation and the
opaque label of the person or system, never a case of a child by content. The thresholds stand here and nowhere else.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from statistics import median
from typing import NamedTuple
from uuid import UUID

from hub.clock import DUTCH_TIME
from hub.workdays import is_working_day

PERSON = "person:"
"""How the label of a person begins; systems fetch at any hour, people usually do not."""

_REFUSED = "refused"
_OWN = frozenset({"sender", "holder", "asked", "named"})


class Sign(StrEnum):
    """What is unusual."""

    MANY_CASES = "many_cases"  # on one day
    OUTSIDE_OWN_CASES = "outside_own_cases"  # of others, or after it was passed on
    AT_NIGHT = "at_night"  # or in the weekend, or on a holiday
    ABOVE_COLLEAGUES = "above_colleagues"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something is unusual. Numbers of different cases, unless it says else."""

    cases_in_a_day: int = 40
    outside_own_cases: int = 3
    nightly_openings: int = 5
    night_from_hour: int = 22
    night_until_hour: int = 6
    times_colleagues: float = 3.0  # the median of the others in the same organisation
    least_above_colleagues: int = 20
    least_colleagues: int = 2


USUAL = Thresholds()


class Opening(NamedTuple):
    """That somebody opened a case, or tried to."""

    organisation: str
    caller: str
    case_id: UUID
    role: str | None
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something to look at: who, what, how often, and what would have been usual; between which moments."""

    organisation: str
    caller: str
    sign: Sign
    number: int
    usual: float
    first_at: datetime
    last_at: datetime


class _Reader(NamedTuple):
    organisation: str
    caller: str


def review(
    openings: Iterable[Opening], days_off: Container[date] = (), thresholds: Thresholds = USUAL
) -> list[Unusual]:
    """What is unusual in `openings`: by organisation and reader, the most striking first.

    `days_off` are the public holidays on which nobody is expected at work.
    """
    by_reader: dict[_Reader, list[Opening]] = defaultdict(list)
    for opening in openings:
        by_reader[_Reader(opening.organisation, opening.caller)].append(opening)
    found = [one for reader, theirs in by_reader.items() for one in _of_one(reader, theirs, days_off, thresholds)]
    found += _above_colleagues(by_reader, thresholds)
    return sorted(found, key=lambda one: (-one.number / max(one.usual, 1), one.organisation, one.caller, one.sign))


def _of_one(
    reader: _Reader, openings: list[Opening], days_off: Container[date], usual: Thresholds
) -> Iterator[Unusual]:
    days: dict[date, list[Opening]] = defaultdict(list)
    for opening in openings:
        days[opening.at.astimezone(DUTCH_TIME).date()].append(opening)
    for of_the_day in days.values():
        if _cases(of_the_day) > usual.cases_in_a_day:
            yield _unusual(reader, Sign.MANY_CASES, of_the_day, usual.cases_in_a_day)
    outside = [one for one in openings if one.action == _REFUSED or one.role not in _OWN]
    if _cases(outside) >= usual.outside_own_cases:
        yield _unusual(reader, Sign.OUTSIDE_OWN_CASES, outside, usual.outside_own_cases)
    nightly = [one for one in openings if _is_odd_hour(one.at, days_off, usual)]
    if reader.caller.startswith(PERSON) and len(nightly) >= usual.nightly_openings:
        yield _unusual(reader, Sign.AT_NIGHT, nightly, usual.nightly_openings, number=len(nightly))


def _above_colleagues(by_reader: dict[_Reader, list[Opening]], usual: Thresholds) -> Iterator[Unusual]:
    """Compared with the others of the same organisation, people with people and systems with systems."""
    groups: dict[tuple[str, bool], dict[_Reader, int]] = defaultdict(dict)
    for reader, openings in by_reader.items():
        groups[reader.organisation, reader.caller.startswith(PERSON)][reader] = _cases(openings)
    for group in groups.values():
        for reader, number in group.items():
            others = [other for colleague, other in group.items() if colleague != reader]
            if len(others) < usual.least_colleagues or number < usual.least_above_colleagues:
                continue
            if number > usual.times_colleagues * median(others):
                yield _unusual(reader, Sign.ABOVE_COLLEAGUES, by_reader[reader], median(others))


def _is_odd_hour(at: datetime, days_off: Container[date], usual: Thresholds) -> bool:
    here = at.astimezone(DUTCH_TIME)
    at_night = here.hour >= usual.night_from_hour or here.hour < usual.night_until_hour
    return at_night or not is_working_day(here.date(), days_off)


def _cases(openings: Iterable[Opening]) -> int:
    return len({opening.case_id for opening in openings})


def _unusual(
    reader: _Reader, sign: Sign, openings: list[Opening], usual: float, *, number: int | None = None
) -> Unusual:
    moments = [opening.at for opening in openings]
    counted = _cases(openings) if number is None else number
    return Unusual(*reader, sign, counted, usual, min(moments), max(moments))
