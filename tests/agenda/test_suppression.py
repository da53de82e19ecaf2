"""What a table hides cannot be worked out from what it shows."""

import pytest
from hypothesis import given, strategies as st

from hub.agenda.suppression import Hidden, capped_percentage, hide

THRESHOLD = 5

tables = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 14), max_size=4)


def hidden_in(numbers: dict[str, int], total: int | None = None, threshold: int = THRESHOLD) -> Hidden[str]:
    """What is hidden in a table of plain counts, where small means below the threshold."""
    total = sum(numbers.values()) if total is None else total
    small = {key for key, number in numbers.items() if number < threshold}
    return hide(numbers, total, small=small, total_small=total < threshold, threshold=threshold)


def ways_to_fill(gaps: int, share: int) -> list[tuple[int, ...]]:
    """All numbers that a reader can put in place of so many hidden ones that share so much."""
    if gaps == 1:
        return [(share,)]
    return [(first, *rest) for first in range(share + 1) for rest in ways_to_fill(gaps - 1, share - first)]


@pytest.mark.parametrize(
    ("numbers", "keys"),
    [
        ({"a": 10, "b": 20}, ""),
        ({"a": 3, "b": 20, "c": 8}, "ac"),
        ({"a": 1, "b": 2, "c": 30, "d": 9}, "abd"),
        ({"a": 4, "b": 4, "c": 30}, "ab"),
        ({"a": 0, "b": 20, "c": 30}, "ab"),
        ({"a": 6, "b": 0}, "ab"),
        ({}, ""),
    ],
)
def test_the_next_smallest_goes_along(numbers: dict[str, int], keys: str) -> None:
    """A lone hidden number, or hidden numbers that share little, take the next smallest with them."""
    assert hidden_in(numbers).keys == set(keys)


@given(tables)
def test_no_hidden_number_can_be_worked_out(numbers: dict[str, int]) -> None:
    """A reader who subtracts what is shown from the total finds the whole range below the threshold for each gap."""
    hidden = hidden_in(numbers)
    if hidden.total or not hidden.keys:
        return
    share = sum(numbers.values()) - sum(number for key, number in numbers.items() if key not in hidden.keys)
    ways = ways_to_fill(len(hidden.keys), share)
    for place in range(len(hidden.keys)):
        assert set(range(THRESHOLD + 1)) <= {way[place] for way in ways}


@given(tables)
def test_a_hidden_total_is_not_the_sum_of_what_is_shown(numbers: dict[str, int]) -> None:
    """Where the total is hidden, so is at least one of the numbers."""
    hidden = hidden_in(numbers)
    assert not hidden.total or hidden.keys or not numbers


@given(tables)
def test_nothing_small_is_shown(numbers: dict[str, int]) -> None:
    """Every number below the threshold is hidden."""
    assert all(key in hidden_in(numbers).keys for key, number in numbers.items() if number < THRESHOLD)


@given(tables)
def test_nothing_is_hidden_without_need(numbers: dict[str, int]) -> None:
    """Where nothing is small, everything is shown."""
    large = {key: number + THRESHOLD for key, number in numbers.items()}
    assert not hidden_in(large).keys


def test_the_total_goes_when_nothing_else_is_left() -> None:
    """A lone number that is hidden takes its total along, also when the total counts more than what is listed."""
    assert hidden_in({"a": 4}, total=6) == Hidden(frozenset("a"), total=True)


@pytest.mark.parametrize(
    ("part", "whole", "percentage"), [(0, 20, 5), (1, 50, 5), (3, 30, 10), (1, 3, 33), (48, 50, 95), (25, 20, 95)]
)
def test_percentages_stop_at_five_and_ninety_five(part: int, whole: int, percentage: int) -> None:
    """A share is told in whole per cents, never nearer to nought or to a hundred than five."""
    assert capped_percentage(part, whole) == percentage
