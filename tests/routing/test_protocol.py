"""The hub's own protocol: what a decline teaches, the brake on passing on, the change of sector, the terms."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from hub.codes import About, ConsentBy, DeclineCode, OrganisationCode, Postcode4, SchoolType, Standing, Theme
from hub.directory.entries import START, Agreement, Contents, Period
from hub.directory.facts import load_facts
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide, follow_choice
from hub.routing.decision import Decision, Undecided
from hub.routing.facts import Declined, Facts, Permission, Request

TODAY = date(2026, 11, 21)
Days = tuple[int, int]
referral = partial(Facts, Request.REFERRAL, TODAY, permission=Permission(ConsentBy.PARENTS_AND_PUPIL))
about_home = partial(Facts, Request.SIGNAL, TODAY, "bao-beilen", "7901", about=About.HOME)


def declined(organisation: str, code: DeclineCode = DeclineCode.NOT_OUR_TASK) -> Declined:
    """One decline."""
    return Declined(OrganisationCode(organisation), code)


HAND_OVERS = [
    # the team that receives by rule declined: the school's partnership looks, with the question that the reason leaves
    *(
        (about_home(declined=(declined("GM0118-ST", code),)), f"? PO2201: declined_{code.value} | HUB2 C1 C7 !C7b !A1")
        for code in DeclineCode
        if code is not DeclineCode.NOT_OUR_AREA
    ),
    (
        about_home(declined=(declined("GM0118-ST", DeclineCode.NOT_OUR_AREA),)),
        "? PO2201: municipality_denied | HUB2 !A1",
    ),
    # somebody else declined what triage had given them: the rule still knows whose it is
    (about_home(declined=(declined("GM0106-ST"),)), "GM0118-ST | HUB2 C1 C7 !C7b !A1"),
    (about_home(declined=(declined("GM0106-ST"), declined("PO2201"))), "GM0118-ST | HUB2 HUB2 C1 C7 !C7b !A1"),
    # the third hand-over stops
    (
        about_home(declined=(declined("GM0118-ST"), declined("PO2201"), declined("GM0106-ST"))),
        "? PO2201: joint_talk | HUB2 HUB2 HUB2 HUB3",
    ),
    (
        referral("private-assen", "9401", declined=(declined("GM0106-ST"),) * 3),
        "? operator: joint_talk | HUB2 HUB2 HUB2 !HUB3",
    ),
    # a party that was asked beside the holder is not asked again
    (
        Facts(Request.ABSENCE, TODAY, "bao-beilen", "7901", declined=(declined("GM0118-LP"),)),
        "PO2201 | HUB2 A1 !B1 D1 !D1b",
    ),
    # a partnership that declines a declaration does not end the question
    (
        Facts(
            Request.ADMISSION,
            TODAY,
            "so-hoogeveen",
            "8061",
            Standing.REGISTERED,
            admission=SchoolType.SO,
            declined=(declined("PO2305", DeclineCode.NOT_OUR_AREA),),
        ),
        "? PO2203: declined_not_our_area | HUB2 A2 !A3a A3b B1 B3",
    ),
]
CHANGE_OF_SECTOR = [
    (Facts(Request.SIGNAL, TODAY, "bao-zuidlaren", "9471", theme=Theme.TRANSITION), "VO2001 ~PO2201 | HUB5 B1 B4 A1"),
    (Facts(Request.SIGNAL, TODAY, "bao-zuidlaren", "9481", theme=Theme.TRANSITION), "VO2201 ~PO2201 | HUB5 B1 B4 A1"),
    (Facts(Request.SIGNAL, TODAY, "so-deaf-assen", "9401", theme=Theme.TRANSITION), "VO2201 | HUB5 B1"),
    (Facts(Request.SIGNAL, TODAY, "vo-assen", "9471", theme=Theme.TRANSITION), "VO2201 | A1 !B1"),
    (Facts(Request.SIGNAL, TODAY, "bao-zuidlaren", None, theme=Theme.TRANSITION), "? PO2201: home_postcode | A1"),
]


@pytest.mark.parametrize(("facts", "expected"), HAND_OVERS)
def test_a_decline_teaches_and_the_third_hand_over_stops(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """HUB2, HUB3: nobody is asked twice, and passing on ends in a talk that the school's partnership leads."""
    assert told(facts) == expected


@pytest.mark.parametrize(("facts", "expected"), CHANGE_OF_SECTOR)
def test_the_change_to_secondary_education_goes_to_the_home(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """HUB5: the VO partnership of the home will decide after the summer, so it is asked before."""
    assert told(facts) == expected


BORDER = partial(referral, "bao-assen", "9400")


@pytest.fixture(scope="module")
def border_region(contents: Contents) -> Snapshot:
    """The region, with a postcode that lies in Assen and in Midden-Drenthe both."""
    both: tuple[OrganisationCode, ...] = (OrganisationCode("GM0106"), OrganisationCode("GM1731"))
    facts = load_facts()
    municipalities = {**facts.municipalities, Postcode4("9400"): (Period(START, None, both),)}
    return Snapshot(replace(facts, municipalities=municipalities), contents, version=0)


def test_a_postcode_in_two_municipalities_is_asked(border_region: Snapshot) -> None:
    """Four digits do not decide, so the question names both and goes to the school's partnership."""
    undecided = decide(BORDER(), border_region)
    assert isinstance(undecided, Undecided)
    assert undecided.triage == "PO2201"
    assert [question.sentence("nl") for question in undecided.missing] == [
        "In welke gemeente woont de leerling? Postcode 9400 ligt in meer dan één: Assen, Midden-Drenthe."
    ]


def test_not_our_area_leaves_the_other_municipality(border_region: Snapshot) -> None:
    """HUB4: once one of two says that the child does not live there, the other is known."""
    decision = decide(BORDER(declined=(declined("GM1731-ST", DeclineCode.NOT_OUR_AREA),)), border_region)
    assert isinstance(decision, Decision)
    assert decision.holder == "GM0106-ST"
    assert [reason.rule for reason in decision.reasons] == ["HUB2", "C1", "HUB4", "C7", "A1", "HUB1"]


def test_not_our_area_by_both_is_asked_again(border_region: Snapshot) -> None:
    """When every candidate denies, the question says so."""
    both = tuple(declined(team, DeclineCode.NOT_OUR_AREA) for team in ("GM1731-ST", "GM0106-ST"))
    undecided = decide(BORDER(declined=both), border_region)
    assert isinstance(undecided, Undecided)
    assert [question.id for question in undecided.missing] == ["municipality_denied"]


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        (about_home(), 5),
        (referral("bao-assen", "9401"), 5),
        (Facts(Request.SUPPORT, TODAY, "bao-assen", "9401"), 10),
        (Facts(Request.ADMISSION, TODAY, "bao-assen", "9401", admission=SchoolType.SO), 30),
        (Facts(Request.ABSENCE, TODAY, "bao-assen", "9401"), 5),
    ],
)
def test_every_decision_tells_when_the_school_gets_an_answer(region: Snapshot, facts: Facts, days: int) -> None:
    """HUB1: the term is in the decision and in its reasons."""
    decision = decide(facts, region)
    assert isinstance(decision, Decision)
    assert decision.answer_within_working_days == days
    assert decision.reasons[-1].facts == {"days": str(days)}


def agreed(identity: str, *parties: str, **scope: dict[str, int]) -> Agreement:
    """Answer terms that these parties agreed on."""
    codes = frozenset(map(OrganisationCode, parties))
    return Agreement(identity, "answer_terms", codes, scope, START, None, "afspraak")


SOONER, LATER = {"opened": 1, "answered": 3}, {"opened": 3, "answered": 8}


@pytest.mark.parametrize(
    ("agreements", "days"),
    [
        ([], (2, 5)),
        ([agreed("a", "GM0118", signal=SOONER)], (1, 3)),
        ([agreed("a", "PO2201", signal=LATER, support=SOONER)], (3, 8)),
        ([agreed("a", "GM0118", support=SOONER)], (2, 5)),  # about another kind of request
        ([agreed("a", "GM0106", signal=SOONER), agreed("b", "PO2201", signal=LATER)], (3, 8)),  # not its region
        ([agreed("a", "GM0118", signal=SOONER), agreed("b", "PO2201", signal=SOONER)], (1, 3)),
        ([agreed("a", "GM0118", signal=SOONER), agreed("b", "PO2201", signal=LATER)], (2, 5)),  # which one counts?
    ],
)
def test_a_region_agrees_on_its_own_terms(contents: Contents, agreements: list[Agreement], days: Days) -> None:
    """The area of school and home may agree on it per kind of request; where agreements differ, none counts."""
    region = Snapshot.from_facts(replace(contents, agreements=[*contents.agreements, *agreements]))
    decision = decide(about_home(), region)
    assert isinstance(decision, Decision)
    assert (decision.open_within_working_days, decision.answer_within_working_days) == days
    assert decision.reasons[-1].facts == {"days": str(days[1])}


def test_the_holder_may_hand_the_case_to_a_party_of_its_choice(region: Snapshot) -> None:
    """HUB7: the chosen party holds the case, and the reason names who chose."""
    decision = follow_choice(about_home(), region, OrganisationCode("GM0118-ST"), OrganisationCode("PO2201"))
    assert isinstance(decision, Decision)
    assert decision.holder == decision.lead_swv == "PO2201"
    assert [reason.rule for reason in decision.reasons] == ["HUB7", "HUB1"]
    assert decision.reasons[0].facts["by_name"] == "Sociaal team Hoogeveen"


def test_a_choice_does_not_pass_the_brake(region: Snapshot) -> None:
    """HUB3 holds for choices too: after three hand-overs the parties talk."""
    passed_on = (declined("GM0118-ST"), declined("PO2201"), declined("GM0106-ST"))
    outcome = follow_choice(
        about_home(declined=passed_on), region, OrganisationCode("GM0106-ST"), OrganisationCode("GM0118-ST")
    )
    assert isinstance(outcome, Undecided)
    assert [question.id for question in outcome.missing] == ["joint_talk"]
