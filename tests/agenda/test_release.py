"""What is released of a series of counts is near the truth, and never gives a single event away."""

from collections import Counter
from itertools import accumulate, combinations, pairwise, product

import pytest
from hypothesis import given, strategies as st

from hub.agenda.release import LONGEST_WORKING_DAYS, STEP, Released, Span, Tally, full_steps, release

monthly = st.lists(st.integers(0, 40), min_size=1, max_size=14)
few_months = st.lists(st.integers(0, 12), min_size=1, max_size=4)


def raised_between(before: int, until: int, *, from_start: bool = False) -> Released:
    """What is released of raised cases between two running totals."""
    return Span(release(Tally(raised=before)), release(Tally(raised=until)), from_start).raised


@pytest.mark.parametrize(("total", "released"), [(0, 0), (4, 0), (5, 5), (9, 5), (10, 10), (38, 35)])
def test_full_fives(total: int, released: int) -> None:
    """A running total is released as far as it has full fives."""
    assert full_steps(total) == released


@given(monthly)
def test_every_period_is_near_the_truth(counts: list[int]) -> None:
    """The truth of any period lies at most four from what is released, and never under the least."""
    totals = [0, *accumulate(counts)]
    for start, end in combinations(range(len(totals)), 2):
        truth = totals[end] - totals[start]
        released = raised_between(totals[start], totals[end], from_start=start == 0)
        assert released.number % STEP == 0
        assert abs(released.number - truth) < STEP
        assert released.least <= truth


@given(monthly)
def test_months_add_up_to_their_period(counts: list[int]) -> None:
    """The released months of a period add up to the released period, whatever period is asked for."""
    totals = [0, *accumulate(counts)]
    number = [raised_between(before, now).number for before, now in pairwise(totals)]
    for start, end in combinations(range(len(totals)), 2):
        assert sum(number[start:end]) == raised_between(totals[start], totals[end]).number


@given(few_months)
def test_all_periods_together_leave_every_month_open(counts: list[int]) -> None:
    """Whoever has the answers to all periods still finds five or more neighbouring truths for each month."""
    released = [full_steps(total) for total in accumulate(counts)]
    truths = [
        [now - before for before, now in pairwise((0, *totals))]
        for totals in product(*(range(known, known + STEP) for known in released))
        if all(before <= now for before, now in pairwise(totals))
    ]
    for month, number in enumerate(now - before for before, now in pairwise((0, *released))):
        lowest = number if month == 0 else max(0, number - STEP + 1)
        assert {truth[month] for truth in truths} == set(range(lowest, number + STEP))


def test_answers_are_counted_up_to_each_day() -> None:
    """Of the answers, every limit in days has a released total of its own."""
    totals = release(Tally(answers=Counter({0: 6, 3: 4, 4: 5})))
    assert totals.answered_within == (5, 5, 5, 10, *[15] * (LONGEST_WORKING_DAYS - 3))
    assert totals.answered == 15


@pytest.mark.parametrize(
    ("running", "anything"),
    [
        (Tally(), False),
        (Tally(raised=4, across=4, answers=Counter({1: 2, 2: 2})), False),
        (Tally(raised=5), True),
        (Tally(answers=Counter({1: 3, 2: 2})), True),
    ],
)
def test_there_is_something_from_the_first_full_five(running: Tally, anything: bool) -> None:
    """A series shows itself as soon as five cases were raised, or five answered, since the hub began."""
    assert release(running).is_anything is anything
