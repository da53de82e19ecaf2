"""Group F in a case: its terms are counted from the opening and from what was recorded since."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from hub.codes import Confidence, Milestone, OrganisationCode, SchoolType, Standing
from hub.directory.entries import START, Agreement, Contents
from hub.directory.snapshot import Snapshot
from hub.routing.facts import Attendance, Facts, Request, Seeking
from hub.routing.terms.milestones import STEPS, Reached
from hub.routing.terms.running import terms_of
from hub.routing.terms.term import Stop

M = Milestone
MONDAY = date(2026, 3, 2)
SWV = OrganisationCode("PO2201")
sought = partial(
    Facts, Request.PLACEMENT, date(2026, 3, 5), "bao-assen", standing=Standing.REGISTERED, seeking=Seeking(MONDAY)
)
applied = Facts(Request.ADMISSION, MONDAY, "bao-assen", admission=SchoolType.SO)
absent = partial(Facts, Request.ABSENCE, date(2026, 11, 20), "bao-assen")


def on(month: int, day: int) -> date:
    """A day of the year of the examples."""
    return date(2026, month, day)


REQUESTED, RECEIVED = Reached(M.PAPERS_REQUESTED, on(3, 10)), Reached(M.PAPERS_RECEIVED, on(3, 20))
ANNOUNCED = Reached(M.DECISION_ANNOUNCED, on(4, 20))
SINCE_NOVEMBER = Attendance(absent_since=on(11, 2))

COURSES: list[tuple[Facts, list[Reached], dict[str, date | None]]] = [
    # F1, F2: from the registration, and not from the day on which the hub heard of it
    (sought(), [], {"F1": on(4, 13), "F2": on(5, 12)}),
    (sought(seeking=Seeking(MONDAY, on(8, 24))), [], {"F1": on(4, 13), "F1c": on(6, 15), "F2": on(5, 12)}),
    (sought(seeking=Seeking(MONDAY, is_enrolled_elsewhere=True)), [], {"F1": on(4, 13)}),
    (sought(seeking=Seeking(MONDAY, is_full=True)), [], {}),
    # F3: it stands still for papers, and goes on by as many days when they are there
    (sought(), [REQUESTED], {"F1": None, "F3": None}),
    (sought(), [REQUESTED, RECEIVED], {"F1": on(4, 23), "F3": on(3, 19), "F2": on(5, 22)}),
    (
        sought(),
        [REQUESTED, RECEIVED, Reached(M.PAPERS_REQUESTED, on(4, 1)), Reached(M.PAPERS_RECEIVED, on(4, 3))],
        {"F1": on(4, 25), "F3": on(4, 2), "F2": on(5, 24)},
    ),
    (sought(), [REQUESTED, Reached(M.PAPERS_RECEIVED, on(3, 10))], {"F1": on(4, 13), "F2": on(5, 12)}),
    # F1b: ten weeks with notice; a decision ends what stood still
    (sought(), [Reached(M.EXTENSION_ANNOUNCED, on(4, 1))], {"F1b": on(5, 11), "F2": on(5, 12)}),
    (sought(), [REQUESTED, Reached(M.DECISION_MADE, on(4, 9))], {"F1": on(5, 13), "F3": on(4, 8)}),
    (sought(), [Reached(M.ENROLLED, on(4, 9))], {"F1": on(4, 13), "F5": on(5, 21)}),
    # F5, F6f: a plan six weeks after enrolment, reviewed a year after it was made last; ten weeks for a dispute
    (
        sought(),
        [
            Reached(M.DECISION_MADE, on(4, 9)),
            Reached(M.ENROLLED, on(4, 13)),
            Reached(M.DEVELOPMENT_PLAN_MADE, on(5, 4)),
            Reached(M.DEVELOPMENT_PLAN_MADE, on(6, 1)),
        ],
        {"F1": on(4, 13), "F5": on(5, 25), "F5b": date(2027, 6, 1)},
    ),
    (sought(), [Reached(M.DISPUTE_SUBMITTED, on(4, 20))], {"F1": on(4, 13), "F2": on(5, 12), "F6f": on(6, 29)}),
    # F6: from the event, or from the day on which the partnership received the application
    (applied, [], {"F6": on(4, 28), "F6b": on(4, 13)}),
    (applied, [Reached(M.APPLICATION_RECEIVED, on(3, 9))], {"F6": on(5, 4), "F6b": on(4, 20)}),
    # Awb 4:15: suspended from the day after the request to the day on which the papers came
    (applied, [REQUESTED], {"F6": None, "F6b": None}),
    (applied, [REQUESTED, RECEIVED], {"F6": on(5, 6), "F6b": on(4, 22)}),
    (applied, [ANNOUNCED], {"F6": on(4, 28), "F6b": on(4, 13), "F6c": on(6, 1)}),
    (
        applied,
        [ANNOUNCED, Reached(M.OBJECTION_RECEIVED, on(5, 4)), Reached(M.OBJECTION_EXTENDED, on(8, 3))],
        {"F6": on(4, 28), "F6b": on(4, 13), "F6c": on(6, 1), "F6d": on(5, 18), "F6e": on(10, 5)},
    ),
    # F8: four weeks of school; at once for a pupil who is enrolled nowhere; never for one who is only at risk
    (absent(attendance=SINCE_NOVEMBER), [], {"F8": on(11, 30), "F8b": date(2027, 2, 2)}),
    (
        absent(attendance=replace(SINCE_NOVEMBER, is_enrolled_nowhere=True)),
        [],
        {"F8": on(11, 2), "F8b": date(2027, 2, 2)},
    ),
    (absent(attendance=SINCE_NOVEMBER, standing=Standing.NOT_ENROLLED), [], {"F8": on(11, 2), "F8b": date(2027, 2, 2)}),
    (absent(), [], {}),
    # nothing is counted before the law of these terms, nor on days that no calendar has
    (sought(seeking=Seeking(date.min)), [], {}),
    (absent(attendance=Attendance(absent_since=date.min)), [], {}),
    (replace(applied, on=date.max), [], {}),
    # nothing else has a term of the law
    (Facts(Request.SUPPORT, MONDAY, "bao-assen"), [], {}),
    (Facts(Request.REFERRAL, MONDAY, "bao-assen"), [], {}),
]


@pytest.mark.parametrize(("facts", "reached", "expected"), COURSES)
def test_terms_follow_what_happened(
    region: Snapshot, facts: Facts, reached: list[Reached], expected: dict[str, date | None]
) -> None:
    """The last day of each term, counted anew from all that is known."""
    assert {term.rule.id: term.ends for term in terms_of(facts, reached, region, SWV)} == expected


MET = [
    (sought(), Reached(M.DECISION_MADE, on(4, 9)), {"F1"}),
    (applied, ANNOUNCED, {"F6", "F6b"}),
    (absent(attendance=SINCE_NOVEMBER), Reached(M.BACK_AT_SCHOOL, on(11, 9)), {"F8", "F8b"}),
]


@pytest.mark.parametrize(("facts", "reached", "met"), MET)
def test_a_term_is_met_by_what_it_runs_for(region: Snapshot, facts: Facts, reached: Reached, met: set[str]) -> None:
    """It says so, and on which day."""
    terms = terms_of(facts, [reached], region, SWV)
    assert {term.rule.id for term in terms if term.met_on == reached.on} == met
    assert {term.rule.id for term in terms if term.met_on is not None} == met
    assert all(f"{reached.on:%d-%m-%Y}" in term.sentence() for term in terms if term.met_on)


def test_who_is_back_at_school_is_not_said_to_be_out_of_it(region: Snapshot) -> None:
    """F8 has words of its own for the end that one hopes for."""
    back = Reached(M.BACK_AT_SCHOOL, on(11, 9))
    [counted, _] = terms_of(absent(attendance=SINCE_NOVEMBER), [back], region, None)
    assert counted.sentence("en").endswith("The pupil has been back at school since 09-11-2026.")


def test_a_declaration_has_no_term_as_long_as_nobody_has_the_application(region: Snapshot) -> None:
    """F6: the term begins with whoever must decide."""
    assert terms_of(applied, [], region, None) == ()


def test_what_stands_still_says_so_and_names_no_day(region: Snapshot) -> None:
    """F3: no end is told as long as there is none."""
    terms = terms_of(sought(), [REQUESTED], region, SWV)
    assert [term.stops for term in terms] == [(Stop(on(3, 10)),), ()]
    assert [term.sentence("en") for term in terms] == [
        "This term began on 02-03-2026 and stands still as long as data are missing.",
        "Since 10-03-2026 the term stands still, because data are missing.",
    ]


def agreed(region: Contents, *weeks: int, since: date = START) -> Snapshot:
    """The directory of the examples, with an agreement of the partnership for each number of weeks."""
    parties = frozenset({SWV})
    made = (
        Agreement(f"termijn-{n}", "term_weeks", parties, {"rule": "F6b", "weeks": n}, since, None, "besluit")
        for n in weeks
    )
    return Snapshot.from_facts(replace(region, agreements=tuple(made)))


def test_a_partnership_sets_its_own_term(contents: Contents) -> None:
    """Instead of the custom; the eight weeks of the law stay beside it, and the source is the agreement."""
    terms = {term.rule.id: term for term in terms_of(applied, [], agreed(contents, 4), SWV)}
    assert {rule: term.ends for rule, term in terms.items()} == {"F6": on(4, 28), "F6g": on(3, 30)}
    assert "termijn-4" in terms["F6g"].source
    assert terms["F6g"].rule.confidence is Confidence.REGIONAL
    assert "geen wet" in terms["F6g"].sentence()


@pytest.mark.parametrize(
    ("weeks", "since", "decides", "expected"),
    [
        ((4,), date(2026, 3, 3), SWV, {"F6", "F6b"}),  # agreed on later
        ((4,), START, OrganisationCode("PO2203"), {"F6", "F6b"}),  # of another partnership
        ((4, 5), START, SWV, {"F6"}),  # two that differ: only the law is sure
        ((4, 4), START, SWV, {"F6", "F6g"}),
    ],
)
def test_an_agreement_counts_for_whoever_made_it_from_its_day(
    contents: Contents, weeks: tuple[int, ...], since: date, decides: OrganisationCode, expected: set[str]
) -> None:
    """The agreement in force on the day of the application; where two contradict each other, neither."""
    terms = terms_of(applied, [], agreed(contents, *weeks, since=since), decides)
    assert {term.rule.id for term in terms} == expected


def test_every_milestone_has_its_place() -> None:
    """None is in the list of codes that no case can have, and whatever one follows or precedes is in the same case."""
    assert {milestone for steps in STEPS.values() for milestone in steps} == set(M)
    for steps in STEPS.values():
        around = {each for step in steps.values() for each in (step.follows, step.until) if each is not None}
        assert around <= steps.keys()
