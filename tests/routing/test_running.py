"""Group A, from the first declaration on: who pays, how long, renewal, change, return, and when none is needed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from hub.codes import (
    CameFrom,
    Country,
    DeclarationStep,
    Need,
    OrganisationCode,
    Residence,
    SchoolType,
    Setting,
    Standing,
)
from hub.directory.entries import START, Agreement, Contents
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Decision, Held
from hub.routing.facts import Declaration, Facts, Living, Request
from hub.routing.schoolyears import earliest_end, school_year_of
from tests.routing.conftest import TellIn

TODAY = date(2026, 11, 21)
REGISTERED = Standing.REGISTERED
admission = partial(Facts, Request.ADMISSION, TODAY)
so, vso, sbo, pro = (
    partial(admission, admission=kind) for kind in (SchoolType.SO, SchoolType.VSO, SchoolType.SBO, SchoolType.PRO)
)
support = partial(Facts, Request.SUPPORT, TODAY)
FROM_BELGIUM, FROM_GERMANY = (Living(Residence.ABROAD, country=one) for one in (Country.BELGIUM, Country.GERMANY))
CHANGE, MOVE, RENEWAL, RETURN = (
    DeclarationStep.SCHOOL_CHANGE,
    DeclarationStep.HOUSE_MOVE,
    DeclarationStep.RENEWAL,
    DeclarationStep.RETURN,
)


def asked(step: DeclarationStep = DeclarationStep.FIRST, **more: object) -> Declaration:
    """What is asked, or what runs."""
    return Declaration(step, **more)  # type: ignore[arg-type]  # the tables below give every field its own type


def runs(step: DeclarationStep, until: date | None = date(2028, 7, 31), by: str | None = "PO2203") -> Declaration:
    """A declaration that runs already."""
    return asked(step, issued_by=by, runs_until=until)


NOT_ENROLLED_ANYWHERE = [
    # A3b: wherever a child comes from that is enrolled nowhere, the home counts
    *(
        (so("so-hoogeveen", "9401", REGISTERED, declaration=asked(came_from=origin)), "PO2201 $PO2201 | A2 !A3a A3b B1")
        for origin in CameFrom
    ),
    (
        so(
            "so-assen",
            "7901",
            REGISTERED,
            previous_site="bao-beilen",
            declaration=asked(came_from=CameFrom.OUT_OF_SCHOOL),
        ),
        "PO2203 $PO2203 | A2 !A3a A3b B1",
    ),
    # A3c: living abroad, the school applied to
    (so("so-assen", None, REGISTERED, living=FROM_GERMANY), "PO2201 $PO2201 | A2 A3c B1"),
    (so("so-hoogeveen", None, REGISTERED, living=FROM_BELGIUM), "PO2203 $PO2203 | A2 A3c B1"),
    (so("bao-assen", None, living=FROM_GERMANY), "PO2201 $PO2201 | A2 A3a B1"),
    (so("bao-staphorst-reformed", None, REGISTERED, living=FROM_GERMANY), "PO0001 $PO0001 | A2 A3d !A1b"),
    (so("so-assen", None, Standing.NOT_ENROLLED, living=FROM_GERMANY), "? PO2201: registration"),
    # A4c: the same for vso
    (vso("vso-assen", None, REGISTERED, living=FROM_BELGIUM), "VO2201 $VO2201 | A2 A4c B1"),
    (
        vso("vso-assen", None, REGISTERED, previous_site="vo-zuidlaren", living=FROM_BELGIUM),
        "VO2001 $VO2001 | A2 A4a B1 B4",
    ),
    (
        vso("vso-assen", None, REGISTERED, previous_site="bao-beilen", living=FROM_BELGIUM),
        "? VO2201: leaver_abroad | A2",
    ),
    # the clause on vso does not know whoever lives here and comes from nowhere
    (
        vso("vso-assen", "9401", REGISTERED, declaration=asked(came_from=CameFrom.NEWCOMER)),
        "? VO2201: vso_without_school | A2",
    ),
]
RUNNING = [
    # A8b, A8c: a declaration that runs is not replaced on a change of school or house
    (vso("vso-assen", "9401", declaration=runs(CHANGE, by="VO2203")), "held: declaration_runs | A8b"),
    (vso("vso-assen", "9401", declaration=runs(MOVE, by="VO2203")), "held: declaration_runs | A8b"),
    (so("so-assen", "9401", declaration=runs(CHANGE)), "held: declaration_runs | A8c"),
    (so("so-assen", "9401", declaration=runs(MOVE, TODAY)), "held: declaration_runs | A8c"),
    (so("so-assen", "9401", declaration=runs(CHANGE, date(2026, 7, 31))), "PO2201 $PO2201 | A2 A3a B1"),
    (so("so-assen", "9401", declaration=runs(CHANGE, None)), "? PO2201: running_until | A2 A3a B1"),
    (so("so-assen", "9401", declaration=runs(CHANGE, by=None)), "? PO2201: issuing_swv | A2 A3a B1"),
    # sbo belongs to the sbo school's own partnership, whatever ran elsewhere
    (sbo("sbo-hoogeveen", "9401", declaration=runs(CHANGE, by="PO2201")), "PO2203 $PO2203 | A2 A5 B1 !A5f A5c !A8f"),
    # A6c: a declaration for practical education lasts
    *(
        (pro("vo-assen", "9401", declaration=runs(step, by="VO2203")), "held: no_declaration_needed | A6c")
        for step in (CHANGE, MOVE, RENEWAL)
    ),
    # A8d: who issued it renews it at the same school, also after a house move
    (so("so-assen", "9411", declaration=runs(RENEWAL)), "PO2203 $PO2203 | A2 A8d"),
    (vso("vso-assen", "9471", declaration=runs(RENEWAL, by="VO2203")), "VO2203 $VO2203 | A2 A8d"),
    (so("so-assen", "9401", declaration=runs(RENEWAL, by=None)), "? PO2201: issuing_swv | A2"),
    (so("so-assen", "9401", declaration=runs(RENEWAL, by="PO9999")), "? PO2201: issuing_swv | A2"),
    (
        so("so-assen", "9401", REGISTERED, previous_site="so-hoogeveen", declaration=runs(RENEWAL, by="PO2201")),
        "PO2203 $PO2203 | A2 A3a B1 !A3b !A8d",
    ),
    # A8e, A10d: back to mainstream education
    (support("so-assen", "9401", declaration=runs(RETURN)), "PO2203 | A2 A8e"),
    (so("so-assen", "9401", declaration=runs(RETURN)), "PO2203 | A2 A8e"),
    (
        support(
            "vo-assen",
            "9401",
            REGISTERED,
            previous_site="vo-zuidlaren",
            declaration=asked(RETURN, setting=Setting.CLOSED),
        ),
        "VO2001 | A2 A10d",
    ),
    (
        support("vo-assen", "7901", REGISTERED, declaration=asked(RETURN, setting=Setting.RESIDENTIAL)),
        "VO2203 | A2 A10d",
    ),
]
NONE_NEEDED = [
    # A10: a placement counts as a declaration; who pays is told
    (
        so("so-assen", "7901", REGISTERED, declaration=asked(setting=Setting.RESIDENTIAL)),
        "held: no_declaration_needed | A10b A10",
    ),
    (
        vso("vso-assen", "7901", REGISTERED, declaration=asked(setting=Setting.CLOSED)),
        "held: no_declaration_needed | A10c A10",
    ),
    # A12: language alone, giftedness
    (support("bao-assen", "9401", declaration=asked(need=Need.LANGUAGE_ONLY)), "held: language_only | A12"),
    (so("bao-assen", "9401", declaration=asked(need=Need.LANGUAGE_ONLY)), "held: language_only | A12"),
    (so("bao-assen", "9401", declaration=asked(need=Need.GIFTED)), "held: no_declaration_needed | A12b"),
    (support("bao-assen", "9401", declaration=asked(need=Need.GIFTED)), "PO2201 | A2 A1 B1"),
    # A9b: guidance of cluster 1 or 2 at an ordinary school changes nothing
    (support("bao-assen", "9401", declaration=asked(need=Need.CLUSTER_GUIDANCE)), "PO2201 | A2 A9b A1 B1"),
    # A6b, A6d: the gates of practical education
    (pro("vo-assen", "9401", declaration=asked(vo_year=1)), "VO2201 | A2 A6 B1"),
    (pro("vo-assen", "9401", declaration=asked(vo_year=2)), "held: pro_from_later_year | A6b"),
    (pro("vo-assen", "9401", declaration=asked(in_netherlands_since=date(2025, 10, 2))), "held: pro_newcomer | A6d"),
    (pro("vo-assen", "9401", declaration=asked(in_netherlands_since=date(2025, 10, 1))), "VO2201 | A2 A6 B1"),
]
SBO_BORDER = [
    # A5b: the partnership of the school before agrees and pays, as long as another one issues
    (
        sbo("sbo-hoogeveen", "9411", REGISTERED, previous_site="bao-beilen"),
        "PO2203 ~PO2201 $PO2201 | A2 A5 B1 !A5f A5b A5e !A8f",
    ),
    (
        sbo("sbo-hoogeveen", "7901", REGISTERED, previous_site="bao-beilen", living=Living(moved_on=date(2026, 9, 1))),
        "PO2203 ~PO2201 $PO2201 | A2 A5 B1 A5b A5d A5e !A8f",
    ),
    (
        sbo("sbo-hoogeveen", "7901", REGISTERED, previous_site="bao-beilen", living=Living(moved_on=date(2026, 1, 1))),
        "PO2203 ~PO2201 $PO2201 | A2 A5 B1 A5b A5e !A8f",
    ),
    # A5c: a first school, or the same partnership
    (sbo("sbo-hoogeveen", "9411", REGISTERED), "PO2203 $PO2203 | A2 A5 B1 !A5f A5c !A8f"),
    (sbo("sbo-hoogeveen", "9411", REGISTERED, previous_site="so-hoogeveen"), "PO2203 $PO2203 | A2 A5 B1 !A5f A5c !A8f"),
]
END = [
    # A8: the rest of the year and a full one, to a 31 July
    (date(2028, 7, 31), "PO2201 $PO2201 | A2 A3a B1 A8"),
    (date(2029, 7, 31), "PO2201 $PO2201 | A2 A3a B1 A8"),
    (date(2027, 7, 31), "? PO2201: declaration_end | A2 A3a B1 A8"),
    (date(2028, 8, 31), "? PO2201: declaration_end | A2 A3a B1 A8"),
]


@pytest.mark.parametrize(("facts", "expected"), [*NOT_ENROLLED_ANYWHERE, *RUNNING, *NONE_NEEDED, *SBO_BORDER])
def test_every_step_of_a_declaration_has_its_own_answer(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """A3b, A3c, A4c, A5b to A5e, A6b to A6d, A7, A8b to A8e, A9b, A10, A12: who decides, who pays, or nobody has to."""
    assert told(facts) == expected


@pytest.mark.parametrize(("until", "expected"), END)
def test_a_declaration_must_run_long_enough(told: Callable[[Facts], str], until: date, expected: str) -> None:
    """A8: an end that the law does not allow becomes a question that names the earliest one."""
    assert told(so("bao-assen", "9401", declaration=asked(asked_until=until))) == expected


@pytest.mark.parametrize(
    ("starts", "earliest"),
    [
        (date(2026, 8, 1), date(2027, 7, 31)),
        (date(2026, 8, 2), date(2028, 7, 31)),
        (date(2026, 11, 21), date(2028, 7, 31)),
        (date(2027, 7, 31), date(2028, 7, 31)),
        (date(2027, 1, 1), date(2028, 7, 31)),
    ],
)
def test_the_earliest_end_of_a_declaration(starts: date, earliest: date) -> None:
    """A8: whoever starts on the first day of a school year has no rest of a year before it."""
    assert earliest_end(starts) == earliest


SBO_UNTIL = [
    # A8f: the rest of the school year, and as many as the partnership says
    (None, 0, "PO2203 $PO2203 | A2 A5 B1 !A5f A5c A8f", date(2027, 7, 31)),
    (None, 2, "PO2203 $PO2203 | A2 A5 B1 !A5f A5c A8f", date(2029, 7, 31)),
    (date(2027, 8, 1), 2, "PO2203 $PO2203 | A2 A5 B1 !A5f A5c A8f", date(2029, 7, 31)),
    (date(2027, 8, 2), 2, "PO2203 $PO2203 | A2 A5 B1 !A5f A5c A8f", date(2030, 7, 31)),
    (None, None, "PO2203 $PO2203 | A2 A5 B1 !A5f A5c !A8f", None),
]


def with_sbo_years(contents: Contents, *years: int, of: str = "PO2203", since: date = START) -> Snapshot:
    """The directory of the examples, in which a partnership agreed how long its declarations for sbo hold."""
    made = (
        Agreement(
            f"duur-{n}", "sbo_declaration_until", frozenset({OrganisationCode(of)}), {"full_years": n}, since, None, "-"
        )
        for n in years
    )
    return Snapshot.from_facts(replace(contents, agreements=tuple(made)))


@pytest.mark.parametrize(("starts_on", "years", "line", "until"), SBO_UNTIL)
def test_the_partnership_sets_how_long_an_sbo_declaration_holds(
    contents: Contents, told_in: TellIn, starts_on: date | None, years: int | None, line: str, until: date | None
) -> None:
    """A8f: by its dated agreement; without one the decision names no day, and says why."""
    snapshot = with_sbo_years(contents, *(() if years is None else (years,)))
    facts = sbo("sbo-hoogeveen", "9411", REGISTERED, declaration=Declaration(starts_on=starts_on))
    decision = decide(facts, snapshot)
    assert isinstance(decision, Decision)
    assert (told_in(facts, snapshot), decision.declaration_until) == (line, until)


def test_only_the_agreement_of_the_partnership_that_issues_counts(contents: Contents) -> None:
    """A8f: not that of the partnership that pays, nor one that is still to begin."""
    facts = sbo("sbo-hoogeveen", "9411", REGISTERED, previous_site="bao-beilen")
    for snapshot in (
        with_sbo_years(contents, 2, of="PO2201"),
        with_sbo_years(contents, 2, since=TODAY + timedelta(days=1)),
    ):
        decision = decide(facts, snapshot)
        assert isinstance(decision, Decision)
        assert decision.declaration_until is None


def test_two_durations_of_one_partnership_raise_the_alarm(contents: Contents) -> None:
    """A8f: neither is chosen by chance."""
    held = decide(sbo("sbo-hoogeveen", "9411", REGISTERED), with_sbo_years(contents, 1, 2))
    assert isinstance(held, Held)
    assert held.alarm


def test_the_decision_says_until_when(region: Snapshot) -> None:
    """The first day on which the declaration may end is a date of the decision, not only words."""
    decision = decide(so("bao-assen", "9401", declaration=asked(asked_until=date(2028, 7, 31))), region)
    assert isinstance(decision, Decision)
    assert decision.declaration_until == date(2028, 7, 31)
    assert school_year_of(TODAY) == (date(2026, 8, 1), date(2027, 7, 31))
