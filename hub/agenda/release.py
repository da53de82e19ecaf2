"""What may leave the agenda: running totals in full fives, so that no set of questions reveals a single event. Pure.

Every series (say: cases about poverty in Assen) has a running total since the hub began. Of it, only the full fives are
released; a period is the difference of two released totals. All figures are made of released totals and nothing else,
so putting answers side by side teaches no more than those do: the count of any period within nine neighbouring values.
Why it is done like this, and what remains, stands in docs/decisions/agenda-disclosure.md.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

STEP = 5

LONGEST_WORKING_DAYS = 60
"""Answers that took longer count as this many days: past it, the figure says no more than "very long"."""


@dataclass(frozen=True, slots=True)
class Tally:
    """True counts of one series: never to be shown. `answers` holds the answers by working days."""

    raised: int = 0
    across: int = 0
    answers: Counter[int] = field(default_factory=Counter)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.raised + other.raised, self.across + other.across, self.answers + other.answers)


@dataclass(frozen=True, slots=True)
class Totals:
    """The released running totals of one series: multiples of STEP.

    `across` are the raised cases that crossed a border of the partnerships; `answered_within` are the answers within
    0, 1, 2 … LONGEST_WORKING_DAYS working days, each a series of its own.
    """

    raised: int
    across: int
    answered_within: tuple[int, ...]

    @property
    def answered(self) -> int:
        """All answers."""
        return self.answered_within[-1]

    @property
    def is_anything(self) -> bool:
        """Whether anything was released so far."""
        return max(self.raised, self.answered) > 0


class Released(NamedTuple):
    """What is known outside of one count: its `number`, a multiple of STEP, and the `least` that the truth can be."""

    number: int
    least: int


class Span(NamedTuple):
    """A period of one series, as what was released before it and by its end.

    `from_start`: the hub itself began in this period, so that there was certainly nothing before.
    """

    before: Totals
    until: Totals
    from_start: bool

    @property
    def raised(self) -> Released:
        """How many cases were raised."""
        return self._between(self.before.raised, self.until.raised)

    @property
    def answered(self) -> Released:
        """How many cases got their first answer."""
        return self._between(self.before.answered, self.until.answered)

    @property
    def across(self) -> int:
        """How many of the raised cases crossed a border."""
        return self.until.across - self.before.across

    def answered_within(self, working_days: int) -> int:
        """How many cases got their first answer within so many working days."""
        return self.until.answered_within[working_days] - self.before.answered_within[working_days]

    def _between(self, before: int, until: int) -> Released:
        """The truth may be up to STEP - 1 lower, for what a running total held back before the period counts in it."""
        number = until - before
        return Released(number, number if self.from_start else max(0, number - STEP + 1))


def release(running: Tally) -> Totals:
    """The part of true running totals that is released."""
    within = accumulate(running.answers[days] for days in range(LONGEST_WORKING_DAYS + 1))
    return Totals(full_steps(running.raised), full_steps(running.across), tuple(map(full_steps, within)))


def full_steps(total: int) -> int:
    """The largest multiple of STEP that is not larger than `total`."""
    return total - total % STEP
