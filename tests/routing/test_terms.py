"""Group F: terms know their start, their stops and their end, and are recomputed from what happened."""

from datetime import date, timedelta
from string import Formatter

import pytest
from hypothesis import given, strategies as st

from hub.routing.terms import rules
from hub.routing.terms.of_a_case import (
    Application,
    Registration,
    of_absence,
    of_application,
    of_dispute,
    of_enrolment,
    of_registration,
    of_support_plan,
    temporary_placement,
)
from hub.routing.terms.rules import TERM_RULES
from hub.routing.terms.term import Stop, Term, TermRule, weeks, working_days

MONDAY = date(2026, 3, 2)


def ends(terms: tuple[Term, ...]) -> dict[str, date | None]:
    """The last day of each term, by the id of its rule."""
    return {term.rule.id: term.ends for term in terms}


REGISTRATIONS = [
    # F1: six weeks, or ten with notice; school holidays count
    (Registration(MONDAY), {"F1": date(2026, 4, 13), "F2": date(2026, 5, 12)}),
    (Registration(MONDAY, is_extended=True), {"F1b": date(2026, 5, 11), "F2": date(2026, 5, 12)}),
    (Registration(date(2026, 7, 1)), {"F1": date(2026, 8, 12), "F2": date(2026, 9, 10)}),
    # F1: ten weeks ahead of the first day, if possible
    (
        Registration(MONDAY, starts_school_on=date(2026, 8, 24)),
        {"F1": date(2026, 4, 13), "F1c": date(2026, 6, 15), "F2": date(2026, 5, 12)},
    ),
    # F3: missing papers stop every term that runs
    (
        Registration(MONDAY, papers_missing=(Stop(date(2026, 3, 10), date(2026, 3, 20)),)),
        {"F1": date(2026, 4, 23), "F3": date(2026, 3, 19), "F2": date(2026, 5, 22)},
    ),
    (Registration(MONDAY, papers_missing=(Stop(date(2026, 3, 10)),)), {"F1": None, "F3": None}),
    # F2: a decision in time, or another school, needs no temporary place
    (Registration(MONDAY, decided_on=date(2026, 5, 11)), {"F1": date(2026, 4, 13)}),
    (Registration(MONDAY, decided_on=date(2026, 5, 12)), {"F1": date(2026, 4, 13), "F2": date(2026, 5, 12)}),
    (Registration(MONDAY, is_enrolled_elsewhere=True), {"F1": date(2026, 4, 13)}),
    # F4: no duty of care
    (Registration(MONDAY, is_full=True), {}),
    (Registration(MONDAY, refuses_foundation=True), {}),
]
APPLICATIONS = [
    # F6: eight weeks by law, six by custom
    (Application(MONDAY), {"F6": date(2026, 4, 28), "F6b": date(2026, 4, 13)}),  # 27 April is King's Day
    # F6: an end on a Sunday moves to Monday
    (Application(date(2026, 3, 1)), {"F6": date(2026, 4, 28), "F6b": date(2026, 4, 13)}),
    # objection: six weeks, two to the committee, twelve for the decision after the term for objection, or eighteen
    (
        Application(MONDAY, announced_on=date(2026, 4, 20), objection_on=date(2026, 5, 4)),
        {
            "F6": date(2026, 4, 28),
            "F6b": date(2026, 4, 13),
            "F6c": date(2026, 6, 1),
            "F6d": date(2026, 5, 18),
            "F6e": date(2026, 8, 24),
        },
    ),
    (
        Application(MONDAY, announced_on=date(2026, 4, 20), objection_on=date(2026, 5, 4), is_objection_extended=True),
        {
            "F6": date(2026, 4, 28),
            "F6b": date(2026, 4, 13),
            "F6c": date(2026, 6, 1),
            "F6d": date(2026, 5, 18),
            "F6e": date(2026, 10, 5),
        },
    ),
]


@pytest.mark.parametrize(("facts", "expected"), REGISTRATIONS)
def test_a_registration_starts_the_duty_of_care(facts: Registration, expected: dict[str, date | None]) -> None:
    """F1 to F4: six or ten weeks, suspended for papers, and a temporary place after ten."""
    assert ends(of_registration(facts)) == expected


@pytest.mark.parametrize(("facts", "expected"), APPLICATIONS)
def test_an_application_is_decided_in_time_and_open_to_objection(
    facts: Application, expected: dict[str, date | None]
) -> None:
    """F6: terms of administrative law end on a working day."""
    assert ends(of_application(facts)) == expected


def test_a_development_plan_a_dispute_and_a_support_plan_have_their_days() -> None:
    """F5, F6, F7: six weeks and a year, ten weeks, and before the first of May of the fourth year."""
    assert ends(of_enrolment(date(2026, 8, 24))) == {"F5": date(2026, 10, 5)}
    assert ends(of_enrolment(date(2026, 8, 24), date(2028, 2, 29)))["F5b"] == date(2029, 2, 28)
    assert of_dispute(MONDAY).ends == date(2026, 5, 11)
    assert of_support_plan(date(2022, 8, 1)).ends == date(2026, 4, 30)


@pytest.mark.parametrize(
    ("since", "municipality", "is_enrolled", "expected"),
    [
        (date(2026, 11, 2), "GM0106", True, date(2026, 11, 30)),
        (date(2026, 12, 7), "GM0106", True, date(2027, 1, 18)),  # two weeks of Christmas holidays lie between
        (date(2026, 11, 2), "GM0106", False, date(2026, 11, 2)),
        (date(2026, 11, 2), "GM0000", True, date(2026, 11, 30)),  # no holidays are known of this municipality
    ],
)
def test_four_weeks_at_home_are_four_weeks_of_school(
    since: date, municipality: str, *, is_enrolled: bool, expected: date
) -> None:
    """F8: a school holiday is no absence; enrolled nowhere, a pupil is out of school at once."""
    counted, priority = of_absence(since, municipality, is_enrolled=is_enrolled)
    assert counted.ends == expected
    assert priority.ends == date(since.year + (since.month + 2) // 12, (since.month + 2) % 12 + 1, since.day)


def test_school_holidays_differ_by_region() -> None:
    """F8: in the autumn the north and the south are free in different weeks."""
    north, south = (of_absence(date(2026, 9, 28), gm, is_enrolled=True)[0] for gm in ("GM0106", "GM0935"))
    assert north.stops != south.stops


@given(
    starts=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    number=st.integers(1, 20),
    gaps=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30)), max_size=4),
)
def test_a_term_is_exactly_as_much_longer_as_it_stood_still(
    starts: date, number: int, gaps: list[tuple[int, int]]
) -> None:
    """F3: counted day by day, whatever the stops and however they overlap."""
    stops = [Stop(starts + timedelta(days=at), starts + timedelta(days=at + length)) for at, length in gaps]
    ends_on = weeks(rules.CARE_DUTY, starts, number, stops).ends
    day, left = starts, number * 7
    while left:
        day += timedelta(days=1)
        left -= not any(stop.until is not None and stop.since <= day < stop.until for stop in stops)
    assert ends_on == day


def test_a_term_says_what_it_is_and_whether_it_is_over() -> None:
    """Its sentence has the days in it, in both languages."""
    term = weeks(rules.CARE_DUTY, MONDAY, 6)
    assert term.sentence("nl") == (
        "De school kreeg de schriftelijke aanmelding op 02-03-2026 en beslist uiterlijk op 13-04-2026."
    )
    assert "by 13-04-2026" in term.sentence("en")
    assert (term.is_over(date(2026, 4, 13)), term.is_over(date(2026, 4, 14))) == (False, True)
    waiting = weeks(rules.CARE_DUTY, MONDAY, 6, [Stop(MONDAY)])
    assert "staat stil" in waiting.sentence("nl")
    assert not waiting.is_over(date(2030, 1, 1))


def test_working_days_skip_holidays() -> None:
    """Five working days after Maundy Thursday: Good Friday and Easter Monday do not count."""
    assert working_days(rules.CARE_DUTY, date(2026, 4, 2), 5).ends == date(2026, 4, 13)


@pytest.mark.parametrize("rule", TERM_RULES, ids=lambda rule: rule.id)
def test_every_term_says_where_it_stands(rule: TermRule) -> None:
    """A source and how it was read; both languages name the same days."""
    assert rule.sources
    named = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (rule.texts.nl, rule.texts.en)]
    assert named[0] == named[1]
    assert "ends" in named[0]


def test_a_temporary_place_follows_the_tenth_week() -> None:
    """F2: the day after."""
    place = temporary_placement(Registration(MONDAY))
    assert place is not None
    assert place.ends == MONDAY + timedelta(weeks=10, days=1)
