"""What a region agrees: desks, shared offices, teams by age, customs; and the alarm when rules fail or contradict."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from hub.codes import About, Confidence, ConsentBy, OrganisationCode, SchoolType, Standing, Theme
from hub.directory.entries import START, Agreement, Contents
from hub.directory.snapshot import Snapshot
from hub.routing import routes
from hub.routing.decide import decide
from hub.routing.decision import Decision, Held
from hub.routing.facts import Answers, Facts, Permission, Request
from hub.routing.rule import Applies, Outcome
from hub.routing.rules import a_partnership
from hub.routing.ruleset import Change, RuleSet
from hub.routing.situation import Situation

TODAY = date(2026, 11, 21)
support = partial(Facts, Request.SUPPORT, TODAY)
sbo = partial(Facts, Request.ADMISSION, TODAY, admission=SchoolType.SBO, standing=Standing.REGISTERED)
TellIn = Callable[[Facts, Snapshot], str]


def agreement(
    kind: str, parties: set[str], *, identity: str = "2026-1", since: date = START, **scope: Any
) -> Agreement:
    """A dated agreement of a region."""
    return Agreement(identity, kind, frozenset(map(OrganisationCode, parties)), scope, since, None, "regional protocol")


def with_agreements(contents: Contents, *agreements: Agreement) -> Snapshot:
    """The directory of the examples with agreements."""
    return Snapshot.from_facts(replace(contents, agreements=agreements))


DESKS = (
    agreement("desk", {"PO2201"}, identity="all", swv="PO2201", name="Loket Drenthe"),
    agreement("desk", {"PO2201"}, identity="north", swv="PO2201", name="Loket Noord", postcodes=["9471"]),
    agreement("desk", {"PO2201"}, identity="beilen", swv="PO2201", name="Loket Beilen", sites=["bao-beilen"]),
    agreement("desk", {"VO2201"}, identity="vo", swv="VO2201", name="Loket VO"),
)


@pytest.mark.parametrize(
    ("facts", "desk"),
    [
        (support("bao-assen", "9401"), "Loket Drenthe"),
        (support("bao-zuidlaren", "9471"), "Loket Noord"),
        (support("bao-beilen", "9471"), "Loket Beilen"),
        (support("vo-assen", "9401"), "Loket VO"),
        (support("sbo-hoogeveen", "7901"), None),
    ],
)
def test_the_narrowest_desk_opens_the_letter(contents: Contents, facts: Facts, desk: str | None) -> None:
    """HUB8: school before postcode before the whole partnership; the party stays the partnership."""
    decision = decide(facts, with_agreements(contents, *DESKS))
    assert isinstance(decision, Decision)
    assert decision.receivers[0].desk == desk
    assert decision.holder.startswith(("PO", "VO"))


def test_a_desk_has_its_first_day(contents: Contents) -> None:
    """HUB8: before the agreement begins there is no desk."""
    later = agreement("desk", {"PO2201"}, since=date(2027, 1, 1), swv="PO2201", name="Loket Nieuw")
    decision = decide(support("bao-assen", "9401"), with_agreements(contents, later))
    assert isinstance(decision, Decision)
    assert decision.receivers[0].desk is None


def test_two_desks_for_the_same_school_raise_the_alarm(contents: Contents) -> None:
    """HUB12: agreements that contradict each other are not settled by chance."""
    two = [agreement("desk", {"PO2201"}, identity=name, swv="PO2201", name=name) for name in ("a", "b")]
    held = decide(support("bao-assen", "9401"), with_agreements(contents, *two))
    assert isinstance(held, Held)
    assert held.alarm
    assert [question.id for question in held.missing] == ["rules_failed"]


def test_a_shared_office_stays_two_parties(contents: Contents, told_in: TellIn) -> None:
    """HUB9: PO and VO in one building: each receives only its own."""
    shared = with_agreements(contents, agreement("shared_office", {"PO2201", "VO2201"}))
    assert told_in(support("bao-assen", "9401"), shared) == "PO2201 | A2 A1 B1 HUB9"
    assert told_in(support("vo-assen", "9401"), shared) == "VO2201 | A2 A1 B1 HUB9"


@pytest.mark.parametrize(
    ("age", "expected"),
    [("16-17", "GM0106-ST2 | C1 C9 C7 !A1"), ("12-15", "GM0106-ST | C1 C7 !A1"), (None, "GM0106-ST | C1 C7 !A1")],
)
def test_a_team_may_work_for_an_age(contents: Contents, told_in: TellIn, age: str | None, expected: str) -> None:
    """C9: by agreement; other ages keep the team of the neighbourhood."""
    teen = agreement("team_by_age", {"GM0106-ST2"}, municipality="GM0106", team="GM0106-ST2", ages=["16-17"])
    facts = Facts(
        Request.REFERRAL, TODAY, "bao-assen", "9401", age_group=age, permission=Permission(ConsentBy.PARENTS_AND_PUPIL)
    )
    assert told_in(facts, with_agreements(contents, teen)) == expected


CUSTOMS = [
    # A5 is likely: a region may agree that the referring partnership issues
    (
        agreement("custom:A5", {"PO2203"}, party="PO2201"),
        sbo("sbo-hoogeveen", "9411", previous_site="bao-beilen"),
        "PO2201 $PO2201 | A2 HUB10 A5c !A8f",
    ),
    # A5b is likely: the sbo partnership pays itself
    (
        agreement("custom:A5b", {"PO2203"}, party="PO2203"),
        sbo("sbo-hoogeveen", "9411", previous_site="bao-beilen"),
        "PO2203 ~PO2203 $PO2203 | A2 A5 B1 !A5f HUB10 A5e !A8f",
    ),
    # HUB5 is custom: a region may leave the change of sector with the primary partnership
    (
        agreement("custom:HUB5", {"PO2201"}, party="PO2201"),
        Facts(Request.SIGNAL, TODAY, "bao-assen", "9401", theme=Theme.TRANSITION),
        "PO2201 ~PO2201 | HUB10 A1",
    ),
    # agreements about other schools, and of other regions, change nothing
    (
        agreement("custom:A5", {"PO2203"}, party="PO2201", sites=["another"]),
        sbo("sbo-hoogeveen", "9411"),
        "PO2203 $PO2203 | A2 A5 B1 !A5f A5c !A8f",
    ),
    (
        agreement("custom:A5", {"PO3101"}, party="PO3101"),
        sbo("sbo-hoogeveen", "9411"),
        "PO2203 $PO2203 | A2 A5 B1 !A5f A5c !A8f",
    ),
    # A3a is law: nothing to agree
    (
        agreement("custom:A3a", {"PO2201"}, party="PO2203"),
        Facts(Request.ADMISSION, TODAY, "bao-assen", "9401", admission=SchoolType.SO),
        "PO2201 $PO2201 | A2 A3a B1",
    ),
]


@pytest.mark.parametrize(("custom", "facts", "expected"), CUSTOMS)
def test_a_region_departs_only_from_what_is_not_sure(
    contents: Contents, told_in: TellIn, custom: Agreement, facts: Facts, expected: str
) -> None:
    """HUB10: the agreement stands in the reasons, and the law cannot be agreed away."""
    assert told_in(facts, with_agreements(contents, custom)) == expected


def test_a_region_may_switch_off_a_custom(contents: Contents, told_in: TellIn) -> None:
    """HUB10: a rule that is custom elsewhere does not hold where the parties agreed so."""
    off = agreement("custom:H1d", {"PO2201"}, holds=False)
    one_parent = Permission(ConsentBy.PARENTS, both_parents=False)
    facts = Facts(Request.REFERRAL, TODAY, "bao-assen", "9401", permission=one_parent)
    assert told_in(facts, with_agreements(contents, off)) == "GM0106-ST | !HUB10 C1 C7 !A1"


def _broken(_case: Situation) -> Outcome | None:
    raise ZeroDivisionError


def _someone_else(_case: Situation) -> Outcome | None:
    return Applies({}, receives=OrganisationCode("PO2203"))


@pytest.mark.parametrize("judge", [_broken, _someone_else])
def test_rules_that_fail_or_contradict_hold_the_case_and_alarm(
    region: Snapshot, monkeypatch: pytest.MonkeyPatch, judge: Callable[[Situation], Outcome | None]
) -> None:
    """HUB12: never a silent skip, and never two parties for one task."""
    wrong = replace(a_partnership.asked_by_school, judge=judge)
    route = replace(routes.SUPPORT, rules=(*routes.SUPPORT.rules, wrong))
    monkeypatch.setattr(routes, "SUPPORT", route)
    held = decide(support("bao-assen", "9401"), region)
    assert isinstance(held, Held)
    assert (held.rule, held.alarm, held.triage) == ("HUB12", True, None)
    assert "A2" in held.missing[0].facts["rules"]


def test_an_unconfirmed_rule_never_decides(region: Snapshot) -> None:
    """Group G: told with its warning, and without any effect on who receives."""
    unsure = RuleSet({"A1": Change(confidence=Confidence.UNCONFIRMED)})
    answer = decide(support("bao-assen", "9401"), region, unsure)
    assert [question.id for question in getattr(answer, "missing", ())] == ["no_rule"]


def test_a_rule_can_be_switched_off_in_a_draft(region: Snapshot) -> None:
    """A draft says what would change, without touching the rules themselves."""
    facts = Facts(Request.ABSENCE, TODAY, "bao-assen", "9401")
    before, after = decide(facts, region), decide(facts, region, RuleSet({"D1": Change(switched_off=True)}))
    assert isinstance(before, Decision)
    assert isinstance(after, Decision)
    assert [one.organisation for one in before.receivers] == ["PO2201", "GM0106-LP"]
    assert [one.organisation for one in after.receivers] == ["PO2201"]


ANSWERED = [
    (
        Facts(Request.SIGNAL, TODAY, "bao-assen", "9400", about=About.HOME),
        Answers(OrganisationCode("PO2201"), municipality=OrganisationCode("GM0118")),
        "GM0118-ST | HUB11 C1 C7 !C7b !A1",
    ),
    (
        Facts(Request.ADMISSION, TODAY, "so-hoogeveen", "3197", Standing.REGISTERED, admission=SchoolType.SO),
        Answers(OrganisationCode("PO2203"), home_swv=OrganisationCode("PO2201")),
        "PO2201 $PO2201 | HUB11 A2 !A3a A3b",
    ),
    (
        support("bao-staphorst-doubtful", "7951"),
        Answers(OrganisationCode("PO2203"), school_swv=OrganisationCode("PO0001")),
        "PO0001 | HUB11 A2 A1",
    ),
    # an answer of the wrong sector answers nothing
    (
        support("bao-staphorst-doubtful", "7951"),
        Answers(OrganisationCode("PO2203"), school_swv=OrganisationCode("VO0001")),
        "? operator: school_in_doubt | HUB11 A2",
    ),
]


@pytest.mark.parametrize(("facts", "answers", "expected"), ANSWERED)
def test_an_answer_of_triage_is_followed_and_told(
    told: Callable[[Facts], str], facts: Facts, answers: Answers, expected: str
) -> None:
    """HUB11: the rules decide again with what a person found out."""
    assert told(replace(facts, answers=answers)) == expected


def test_an_answered_municipality_is_told_where_no_postcode_is_known(region: Snapshot) -> None:
    """C1: triage named the municipality of a child whose postcode nobody gave, and the sentence still reads."""
    answers = Answers(OrganisationCode("PO2201"), municipality=OrganisationCode("GM0118"))
    answer = decide(Facts(Request.SIGNAL, TODAY, "bao-assen", about=About.HOME, answers=answers), region)
    told = next(reason for reason in answer.reasons if reason.rule == "C1")
    assert told.sentence("nl").startswith("De leerling woont op postcode (niet bekend), in de gemeente Hoogeveen.")
    assert told.sentence("en").startswith("The pupil lives at postcode (not known), in the municipality of Hoogeveen.")
