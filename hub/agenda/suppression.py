"""Which numbers of a table are hidden: those that are too small, and those that would give a small one away. Pure.

A table here is a row of numbers that add up to a total. What one table hides another could show; that is not settled
here but by the steps in which all numbers are released (`hub.agenda.release`).
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

DEFAULT_THRESHOLD = 10

LOWEST_THRESHOLD = 5
"""No publisher of school figures goes below this (domain rule H8): a lower threshold is a mistake, not a choice."""

SMALLEST_PERCENTAGE, LARGEST_PERCENTAGE = 5, 95
"""Percentages near nought or a hundred speak of everyone in the group, so they stop here (as at the NCO)."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Hidden(Generic[Key]):
    """What a table does not show: which of its numbers, and whether its total."""

    keys: frozenset[Key]
    total: bool


def hide(
    numbers: Mapping[Key, int], total: int, *, small: Collection[Key], total_small: bool, threshold: int
) -> Hidden[Key]:
    """What to hide: the `small` numbers, and as few others as keep those from being worked out.

    Afterwards, where the total is shown, either nothing is hidden or at least two numbers are, which share `threshold`
    or more between them; so each of them can be anything from nought to that share. Where the total is hidden, so is
    at least one number, or the total would be the sum of the others.
    """
    hidden = set(small)
    shown = sorted((key for key in numbers if key not in hidden), key=lambda key: numbers[key], reverse=True)
    while shown and not _is_safe(numbers, total, hidden, total_small, threshold):
        hidden.add(shown.pop())
    return Hidden(frozenset(hidden), total_small or not _is_safe(numbers, total, hidden, total_small, threshold))


def capped_percentage(part: int, whole: int) -> int:
    """`part` of `whole` in per cent, where 5 means five or less and 95 means ninety-five or more."""
    return min(LARGEST_PERCENTAGE, max(SMALLEST_PERCENTAGE, round(100 * part / whole)))


def _is_safe(
    numbers: Mapping[Key, int], total: int, hidden: Collection[Key], total_hidden: bool, threshold: int
) -> bool:
    if total_hidden:
        return bool(hidden)
    if not hidden:
        return True
    shared = total - sum(number for key, number in numbers.items() if key not in hidden)
    return len(hidden) > 1 and shared >= threshold
