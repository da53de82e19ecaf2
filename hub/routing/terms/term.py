"""What a term is: when it began, when it stood still, when it ends, how it counts, and where that stands in the law."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.codes import Confidence
from hub.directory.calendar import days_off_from
from hub.i18n import Language
from hub.routing.rule import Source, Texts
from hub.routing.words import uncertainty
from hub.workdays import add_working_days

_ONE_DAY = timedelta(days=1)
_FAR_AWAY = date.max


class Counting(StrEnum):
    """How a term counts its days."""

    WEEKS = "weeks"  # calendar weeks, school holidays included: the law makes no exception for them
    WEEKS_TO_A_WORKING_DAY = "weeks_to_a_working_day"  # the same; an end on a day off moves on (Termijnenwet art. 1)
    WORKING_DAYS = "working_days"
    DATE = "date"  # a day that the law names itself


@dataclass(frozen=True, slots=True)
class Stop:
    """A time in which a term stands still: from `since` up to and including the day before `until` (None: still)."""

    since: date
    until: date | None = None


_STILL = Texts(
    nl="Deze termijn begon op {starts} en staat stil zolang gegevens ontbreken.",
    en="This term began on {starts} and stands still as long as data are missing.",
)
_MET = Texts(nl="Dat is gebeurd op {met}.", en="That happened on {met}.")


@dataclass(frozen=True, slots=True)
class TermRule:
    """One term of the law: what it is called, where it stands, how certain that is, and what the reader is told.

    `still` is told instead of `texts` while the term stands still, `met` after them when it was met.
    """

    id: str
    title: str
    sources: tuple[Source, ...]
    counting: Counting
    texts: Texts
    confidence: Confidence = Confidence.SURE
    still: Texts = _STILL
    met: Texts = _MET


@dataclass(frozen=True, slots=True)
class Term:
    """A term that runs, or ran: `ends` is its last day, None as long as it stands still.

    `met_on` is the day on which that happened for which the term runs, None before.
    """

    rule: TermRule
    starts: date
    stops: tuple[Stop, ...]
    ends: date | None
    met_on: date | None = None

    def sentence(self, language: Language = "nl") -> str:
        """The term in words, with a warning where its rule is not certain."""
        days = {"starts": self.starts, "ends": self.ends, "met": self.met_on}
        told = {name: f"{day:%d-%m-%Y}" for name, day in days.items() if day is not None}
        parts = [(self.rule.texts if self.ends else self.rule.still).told(language, told)]
        parts += [self.rule.met.told(language, told)] if self.met_on else []
        return " ".join([*parts, uncertainty(self.rule.confidence, language)]).rstrip()

    @property
    def source(self) -> str:
        """Where the term stands and in which text it was read, in Dutch as the laws are."""
        return "; ".join(source.citation() for source in self.rule.sources)

    def is_over(self, on: date) -> bool:
        """Whether the last day has passed."""
        return self.ends is not None and on > self.ends


def weeks(rule: TermRule, starts: date, number: int, stops: Sequence[Stop] = ()) -> Term:
    """A term of `number` weeks after the day `starts`, longer by the days on which it stood still.

    The first day does not count, as in every term of the law that begins with an event.
    """
    kept = tuple(sorted(stops, key=lambda stop: stop.since))
    last = _after(starts, number * 7, kept)
    if last is not None and rule.counting is Counting.WEEKS_TO_A_WORKING_DAY:
        last = add_working_days(last, 0, days_off_from(last))
    return Term(rule, starts, kept, last)


def working_days(rule: TermRule, starts: date, number: int) -> Term:
    """A term of `number` working days after the day `starts`."""
    return Term(rule, starts, (), add_working_days(starts, number, days_off_from(starts)))


def until(rule: TermRule, starts: date, ends: date) -> Term:
    """A term that ends on a day of which the law gives the date."""
    return Term(rule, starts, (), ends)


def _after(starts: date, days: int, stops: tuple[Stop, ...]) -> date | None:
    """The day on which `days` days have passed that no stop covers; None when a stop that has not ended covers it."""
    day = starts
    for stop in _joined(stops):
        if stop.until is not None and stop.until <= day:
            continue
        free = max((stop.since - _ONE_DAY - day).days, 0)
        if days <= free:
            break
        if stop.until is None:
            return None
        days -= free
        day = stop.until - _ONE_DAY
    return day + timedelta(days=days)


def _joined(stops: tuple[Stop, ...]) -> list[Stop]:
    """The stops in order, those that touch or overlap taken together: a day stands still only once."""
    joined: list[Stop] = []
    for stop in stops:
        before = joined[-1] if joined else None
        if before is not None and stop.since <= (before.until or _FAR_AWAY):
            ends = None if stop.until is None or before.until is None else max(stop.until, before.until)
            joined[-1] = Stop(before.since, ends)
        else:
            joined.append(stop)
    return joined
