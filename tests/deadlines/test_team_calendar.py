"""Working days of a team: a table of examples around weekends, holidays, closures and opening hours; and properties."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, strategies as st

from hub.deadlines.team_calendar import USUAL_HOURS, Hours, Span, TeamCalendar
from hub.workdays import add_working_days, working_days_between

USUAL = TeamCalendar()
HALF_A_WEEK = TeamCalendar({day: Hours(time(9), time(13)) for day in (0, 1, 3)})  # Monday, Tuesday, Thursday
CHRISTMAS = TeamCalendar(closed=(Span(date(2026, 12, 21), date(2027, 1, 1)),))
BRIDGE = TeamCalendar(closed=(Span(date(2026, 5, 15), date(2026, 5, 15)),))  # the day after Ascension Day

WEDNESDAY, FRIDAY, SATURDAY = date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 21)


@pytest.mark.parametrize(
    ("calendar", "since", "days", "last"),
    [
        (USUAL, WEDNESDAY, 2, FRIDAY),
        (USUAL, FRIDAY, 2, date(2026, 11, 24)),
        (USUAL, SATURDAY, 2, date(2026, 11, 24)),
        (USUAL, WEDNESDAY, 5, date(2026, 11, 25)),
        (USUAL, date(2026, 4, 2), 1, date(2026, 4, 7)),  # Good Friday, Easter
        (USUAL, date(2026, 4, 24), 2, date(2026, 4, 29)),  # King's day is a Monday
        (USUAL, date(2026, 5, 13), 1, date(2026, 5, 15)),
        (BRIDGE, date(2026, 5, 13), 1, date(2026, 5, 18)),
        (USUAL, date(2026, 12, 18), 5, date(2026, 12, 28)),  # Christmas Day is a Friday
        (CHRISTMAS, date(2026, 12, 18), 5, date(2027, 1, 8)),
        (HALF_A_WEEK, WEDNESDAY, 2, date(2026, 11, 23)),
        (HALF_A_WEEK, WEDNESDAY, 5, date(2026, 11, 30)),
    ],
)
def test_the_last_day_of_a_term(calendar: TeamCalendar, since: date, days: int, last: date) -> None:
    """The team's own working days, after the day itself."""
    assert add_working_days(since, days, calendar) == last


@pytest.mark.parametrize(
    ("calendar", "moment", "day"),
    [
        (USUAL, datetime(2026, 11, 18, 22, 59, tzinfo=UTC), WEDNESDAY),  # 23:59 in the Netherlands
        (USUAL, datetime(2026, 11, 18, 23, 1, tzinfo=UTC), date(2026, 11, 19)),
        (HALF_A_WEEK, datetime(2026, 11, 19, 11, 59, tzinfo=UTC), date(2026, 11, 19)),
        (HALF_A_WEEK, datetime(2026, 11, 19, 12, 0, tzinfo=UTC), FRIDAY),  # it closes at 13:00
        (HALF_A_WEEK, datetime(2026, 11, 18, 16, 0, tzinfo=UTC), WEDNESDAY),  # it is closed all day
    ],
)
def test_what_comes_after_closing_time_came_a_day_later(calendar: TeamCalendar, moment: datetime, day: date) -> None:
    """In Dutch time; without closing hours a day counts to its end."""
    assert calendar.counts_from(moment) == day


def test_a_team_opens_in_dutch_time() -> None:
    """At eight if it said nothing, in winter and in summer."""
    assert USUAL.opening(date(2026, 1, 5)) == datetime(2026, 1, 5, 7, tzinfo=UTC)
    assert USUAL.opening(date(2026, 7, 6)) == datetime(2026, 7, 6, 6, tzinfo=UTC)
    assert HALF_A_WEEK.opening(date(2026, 1, 5)) == datetime(2026, 1, 5, 8, tzinfo=UTC)


DAYS = st.dates(date(2025, 1, 1), date(2032, 12, 31))
SPANS = st.builds(
    lambda first, length: Span(first, date.fromordinal(first.toordinal() + length)), DAYS, st.integers(0, 60)
)
CALENDARS = st.builds(
    lambda weekdays, closed: TeamCalendar({day: USUAL_HOURS[day] for day in weekdays}, tuple(closed)),
    st.sets(st.integers(0, 4), min_size=1),
    st.lists(SPANS, max_size=4),
)


@given(CALENDARS, DAYS, st.integers(1, 40))
def test_a_term_counts_the_days_that_the_team_works(calendar: TeamCalendar, since: date, days: int) -> None:
    """Its last day is a day on which the team works, and so many of those lie between."""
    last = add_working_days(since, days, calendar)
    assert last not in calendar
    assert working_days_between(since, last, calendar) == days


@given(CALENDARS, SPANS, DAYS, st.integers(1, 40))
def test_a_closure_never_shortens_a_term(calendar: TeamCalendar, closure: Span, since: date, days: int) -> None:
    """It can only lie later."""
    closed = TeamCalendar(calendar.hours, (*calendar.closed, closure))
    assert add_working_days(since, days, closed) >= add_working_days(since, days, calendar)
