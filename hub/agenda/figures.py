"""One table of the agenda, made of released totals and nothing else. Pure.

No true count ever gets here, so a table cannot tell more than the released totals do, whatever is written below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hub.agenda.indicators import IN_TIME_WORKING_DAYS
from hub.agenda.release import LONGEST_WORKING_DAYS, Released, Span
from hub.agenda.suppression import LOWEST_THRESHOLD, Hidden, capped_percentage, hide


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one key; None where a figure is hidden.

    Numbers are multiples of five. Percentages are whole; 5 means five or less, 95 means ninety-five or more. A median
    of LONGEST_WORKING_DAYS means that long or longer.
    """

    key: str
    raised: int | None
    answered: int | None
    median_working_days: int | None
    answered_in_time_percentage: int | None
    across_border_percentage: int | None

    @property
    def hidden(self) -> tuple[str, ...]:
        """The names of the figures that are hidden."""
        names = self.__slots__[1:]
        return tuple(name for name in names if getattr(self, name) is None)


TOTAL_KEY = "total"


def rows_of(spans: Mapping[str, Span], total: Span, *, threshold: int) -> tuple[tuple[Row, ...], Row]:
    """The rows in the order of `spans`, and the total. Raises ValueError for a threshold that is too low.

    A number is shown only if every truth that fits what was released is `threshold` or more; nought is hidden like any
    other small number. What is made of a number (median, percentage) is shown and hidden with it.
    """
    if threshold < LOWEST_THRESHOLD:
        raise ValueError(f"no threshold below {LOWEST_THRESHOLD}")
    raised = _hidden(lambda span: span.raised, spans, total, threshold)
    answered = _hidden(lambda span: span.answered, spans, total, threshold)
    rows = tuple(
        _row(key, span, raised=key not in raised.keys, answered=key not in answered.keys) for key, span in spans.items()
    )
    return rows, _row(TOTAL_KEY, total, raised=not raised.total, answered=not answered.total)


def _hidden(measure: Callable[[Span], Released], spans: Mapping[str, Span], total: Span, threshold: int) -> Hidden[str]:
    released = {key: measure(span) for key, span in spans.items()}
    of_total = measure(total)
    return hide(
        {key: number.number for key, number in released.items()},
        of_total.number,
        small={key for key, number in released.items() if number.least < threshold},
        total_small=of_total.least < threshold,
        threshold=threshold,
    )


def _row(key: str, span: Span, *, raised: bool, answered: bool) -> Row:
    return Row(
        key,
        span.raised.number if raised else None,
        span.answered.number if answered else None,
        _median_working_days(span) if answered else None,
        capped_percentage(span.answered_within(IN_TIME_WORKING_DAYS), span.answered.number) if answered else None,
        capped_percentage(span.across, span.raised.number) if raised else None,
    )


def _median_working_days(span: Span) -> int:
    """The first number of days within which half of the answers came, as far as the released totals tell."""
    half = span.answered.number / 2
    return next(days for days in range(LONGEST_WORKING_DAYS + 1) if span.answered_within(days) >= half)
