"""Counting in working days: Monday to Friday, without the days on which everything is closed.

Which days are closed is the caller's knowledge (`hub.directory.calendar` knows the public ones); this only counts.
"""

from collections.abc import Container
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def is_working_day(day: date, closed: Container[date]) -> bool:
    """Whether `day` is a Monday to Friday that is not closed."""
    return day.weekday() < _SATURDAY and day not in closed


def add_working_days(start: date, days: int, closed: Container[date]) -> date:
    """The day that lies `days` working days after `start`; 0 gives the first working day from `start` on.

    The day itself does not count, as in every term that begins with an event. Raises ValueError below 0.
    """
    if days < 0:
        raise ValueError("working days are counted forward")
    day = start if days else start - _ONE_DAY
    for _ in range(max(days, 1)):
        day = _next_working_day(day, closed)
    return day


def working_days_between(start: date, end: date, closed: Container[date]) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 when `end` is not later."""
    days = (start + timedelta(days=passed) for passed in range(1, (end - start).days + 1))
    return sum(is_working_day(day, closed) for day in days)


def _next_working_day(day: date, closed: Container[date]) -> date:
    day += _ONE_DAY
    while not is_working_day(day, closed):
        day += _ONE_DAY
    return day
