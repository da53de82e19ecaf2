"""School years: from 1 August to 31 July (WPO, WEC and WVO 2020), and how long a declaration holds at least."""

from datetime import date


def school_year_of(day: date) -> tuple[date, date]:
    """The first and the last day of the school year that `day` lies in."""
    first = day.year if day.month >= 8 else day.year - 1
    return date(first, 8, 1), date(first + 1, 7, 31)


def is_last_day(day: date) -> bool:
    """Whether a school year ends on this day."""
    return (day.month, day.day) == (7, 31)


def earliest_end(starts_on: date) -> date:
    """The first day on which a declaration for so or vso may end (rule A8).

    The rest of the running school year, and at least one full one. Whoever starts on 1 August has no rest before it:
    that year itself is the full one.
    """
    return end_after(starts_on, 1)


def end_after(starts_on: date, full_years: int) -> date:
    """The last day of the rest of the running school year and `full_years` whole ones; 1 August begins a whole one."""
    first, last = school_year_of(starts_on)
    more = max(full_years - 1, 0) if starts_on == first else full_years
    return last.replace(year=last.year + more)
