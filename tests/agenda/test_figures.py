"""A table shows what is certain to be large enough, and hides what is made of hidden numbers."""

import pytest

from hub.agenda.figures import Row, rows_of
from hub.agenda.release import LONGEST_WORKING_DAYS, Span, Totals


def totals(raised: int = 0, across: int = 0, within: tuple[int, ...] = (0,)) -> Totals:
    """Released totals; the last of `within` holds for all longer times."""
    return Totals(raised, across, (*within, *[within[-1]] * (LONGEST_WORKING_DAYS + 1 - len(within))))


NOTHING = totals()


def total_of(span: Span) -> Row:
    """The total of a table that has nothing but a total."""
    return rows_of({}, span, threshold=10)[1]


@pytest.mark.parametrize(
    ("until", "from_start", "shown"), [(10, True, 10), (5, True, None), (10, False, None), (15, False, 15)]
)
def test_shown_when_certain(until: int, from_start: bool, shown: int | None) -> None:
    """Ten is shown where nothing can have been held back before; elsewhere ten could be six, and is hidden."""
    assert total_of(Span(NOTHING, totals(raised=until), from_start)).raised == shown


def test_what_is_made_of_a_hidden_number_is_hidden_too() -> None:
    """A hidden number of answers hides their median and share, a hidden number of cases their share."""
    row = total_of(Span(NOTHING, totals(raised=5, across=5, within=(5, 5, 5)), from_start=True))
    assert row == Row("total", None, None, None, None, None)
    assert len(row.hidden) == 5


@pytest.mark.parametrize(
    ("within", "median", "in_time"),
    [
        ((20,), 0, 95),
        ((0, 10, 20), 1, 95),
        ((0, 5, 10, 15, 15, 15, 30), 3, 50),
        ((0,) * LONGEST_WORKING_DAYS + (20,), LONGEST_WORKING_DAYS, 5),
    ],
)
def test_days_to_the_first_answer(within: tuple[int, ...], median: int, in_time: int) -> None:
    """The median is the first day by which half of the answers were given."""
    row = total_of(Span(NOTHING, totals(within=within), from_start=True))
    assert (row.median_working_days, row.answered_in_time_percentage) == (median, in_time)


def test_a_period_counts_only_its_own_answers() -> None:
    """What was answered before the period moves neither its median nor its share."""
    before, until = totals(within=(50,)), totals(within=(50, 50, 50, 50, 50, 50, 50, 90))
    row = total_of(Span(before, until, from_start=False))
    assert (row.answered, row.median_working_days, row.answered_in_time_percentage) == (40, 7, 5)


def test_raised_and_answered_are_hidden_apart() -> None:
    """A key may show its answers while its raised cases are hidden."""
    spans = {
        "a": Span(NOTHING, totals(raised=5, within=(20,)), from_start=True),
        "b": Span(NOTHING, totals(raised=20, within=(20,)), from_start=True),
    }
    rows, total = rows_of(spans, Span(NOTHING, totals(raised=25, within=(40,)), from_start=True), threshold=10)
    assert [(row.key, row.raised, row.answered) for row in rows] == [("a", None, 20), ("b", None, 20)]
    assert (total.raised, total.answered) == (25, 40)
