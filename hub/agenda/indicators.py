"""The words of the agenda: what is counted, by what it can be told apart, and in which periods. Pure.

A fact is one thing that happened, stripped of the case it happened in: nothing here can hold a case, a school or a
person. The definitions that a reader of the figures needs stand in docs/agenda.md.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.codes import SchoolType

UNKNOWN = ""
"""What a fact says where something is not known; a key of its own in every table."""

UNANSWERED = -1
"""`working_days` of every fact that is not an answer."""

IN_TIME_WORKING_DAYS = 5
"""A first answer within this many working days counts as in time."""

_SCHOOL_YEAR_BEGINS = 8  # 1 August to 31 July (WPO art. 1, WVO 2020 art. 1.1)


class Measure(StrEnum):
    """What happened. Each is counted when it happens, so the answers of a month need not belong to its questions."""

    RAISED = "raised"
    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    BLOCKED = "blocked"


class Dimension(StrEnum):
    """By what the figures can be told apart."""

    MONTH = "month"
    THEME = "theme"
    SECTOR = "sector"
    MUNICIPALITY = "municipality"
    SWV = "swv"
    SCHOOL_TYPE = "school_type"
    REQUEST = "request"


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """One thing that happened, in the month in which the log recorded it; UNKNOWN where a word is missing.

    `working_days` is the number of working days to the first answer of a case, and UNANSWERED on all other facts.
    """

    month: date
    measure: Measure
    request: str = UNKNOWN
    theme: str = UNKNOWN
    school_type: str = UNKNOWN
    swv: str = UNKNOWN
    municipality: str = UNKNOWN
    crosses_border: bool = False
    working_days: int = UNANSWERED

    def __post_init__(self) -> None:
        """Refuses what no reader may write: an answer without its days, or days without an answer."""
        if (self.measure is Measure.ANSWERED) != (self.working_days >= 0):
            raise ValueError("working days belong to an answer, and only to an answer")


def month_of(day: date) -> date:
    """The month of a day, written as its first day."""
    return date(day.year, day.month, 1)


def months(first: date, last: date) -> tuple[date, ...]:
    """All months from that of `first` to that of `last`, oldest first; empty when `last` comes before `first`."""
    return tuple(date(number // 12, number % 12 + 1, 1) for number in range(_number(first), _number(last) + 1))


def number_of_months(first: date, last: date) -> int:
    """How many months there are from that of `first` to that of `last`, both included."""
    return _number(last) - _number(first) + 1


def school_year(day: date) -> str:
    """The school year of a day as it is spoken of: 2026/2027."""
    begin = day.year if day.month >= _SCHOOL_YEAR_BEGINS else day.year - 1
    return f"{begin}/{begin + 1}"


def school_year_months(day: date) -> tuple[date, date]:
    """The first and the last month of the school year of a day."""
    begin = day.year if day.month >= _SCHOOL_YEAR_BEGINS else day.year - 1
    return date(begin, _SCHOOL_YEAR_BEGINS, 1), date(begin + 1, _SCHOOL_YEAR_BEGINS - 1, 1)


def sector_of(school_type: str) -> str:
    """The sector of a kind of school; UNKNOWN for what lies outside both, and for an unknown kind."""
    sector = SchoolType(school_type).sector if school_type else None
    return sector.value if sector else UNKNOWN


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1
