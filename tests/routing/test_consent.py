"""Group H: what stays with the school until the right person agreed, and what may go without."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from hub.codes import About, ConsentBy, OrganisationCode, SchoolType, WithoutConsent
from hub.directory.entries import START, Agreement, Contents
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Held
from hub.routing.facts import Facts, Permission, Request
from hub.routing.rules.h_consent import BOTH_AT_TWELVE

TODAY = date(2026, 11, 21)
PARENTS, PUPIL, BOTH = (
    Permission(ConsentBy.PARENTS),
    Permission(ConsentBy.PUPIL),
    Permission(ConsentBy.PARENTS_AND_PUPIL),
)
NOBODY = Permission()
referral = partial(Facts, Request.REFERRAL, TODAY, "bao-assen", "9401")
signal = partial(Facts, Request.SIGNAL, TODAY, "bao-assen", "9401", about=About.HOME)
SENT = "GM0106-ST | C1 C7 !A1"


def without(purpose: WithoutConsent) -> Permission:
    """A lawful purpose, and no consent at all."""
    return Permission(without=purpose)


EXAMPLES = [
    # H1: a request needs consent; a question without a name does not
    (referral(permission=NOBODY), "held: consent_missing | H1"),
    (signal(permission=NOBODY), SENT),
    # H1b: parents under 16, the pupil alone from 16
    (referral(age_group="0-11", permission=PARENTS), SENT),
    (referral(age_group="0-11", permission=PUPIL), "held: consent_of_parents | H1b"),
    (referral(age_group="12-15", permission=PUPIL), "held: consent_of_parents | H1b"),
    (referral(age_group="12-15", permission=BOTH), SENT),
    (referral(age_group="16-17", permission=PUPIL), SENT),
    (referral(age_group="16-17", permission=PARENTS), "held: consent_of_pupil | H1b"),
    (referral(age_group="18-22", permission=PARENTS), "held: consent_of_pupil | H1b"),
    (signal(age_group="16-17", permission=PARENTS), "held: consent_of_pupil | H1b"),
    (referral(age_group="16-17", permission=BOTH), SENT),
    (referral(permission=PUPIL), SENT),  # the age is not known, so nobody can be the wrong one
    # H1c: two signatures at 12 to 15 are custom, not law
    (referral(age_group="12-15", permission=PARENTS), "GM0106-ST | !H1c C1 C7 !A1"),
    # H1d: both parents with authority
    (referral(permission=replace(PARENTS, both_parents=False)), "held: consent_of_both_parents | H1d"),
    (referral(permission=replace(PARENTS, both_parents=True)), SENT),
    (referral(age_group="16-17", permission=replace(PUPIL, both_parents=False)), SENT),
    # H1e: consent was withdrawn
    (referral(permission=replace(BOTH, withdrawn=True)), "held: consent_withdrawn | H1e"),
    # H1f: the pupil objects
    (referral(age_group="0-11", permission=replace(BOTH, pupil_objects=True)), "GM0106-ST | !H1f C1 C7 !A1"),
    (referral(age_group="12-15", permission=replace(BOTH, pupil_objects=True)), "held: pupil_objects | H1f"),
    (referral(age_group="16-17", permission=replace(PUPIL, pupil_objects=True)), "held: pupil_objects | H1f"),
    (referral(permission=replace(BOTH, pupil_objects=True)), "held: pupil_objects | H1f"),
    # H5: the lawful ways around it, with the purpose recorded
    *(
        (referral(age_group="16-17", permission=without(purpose)), f"GM0106-ST | H5 {SENT[12:]}")
        for purpose in WithoutConsent
    ),
    (
        referral(permission=Permission(ConsentBy.PARENTS, withdrawn=True, without=WithoutConsent.SAFETY)),
        f"GM0106-ST | H5 {SENT[12:]}",
    ),
    # attendance law and the partnership's own task need no consent
    (Facts(Request.ABSENCE, TODAY, "bao-assen", "9401"), "PO2201 +GM0106-LP | A1 B1 D1"),
    (Facts(Request.SUPPORT, TODAY, "bao-assen", "9401"), "PO2201 | A2 A1 B1"),
    (
        Facts(Request.ADMISSION, TODAY, "bao-assen", "9401", admission=SchoolType.SO),
        "PO2201 $PO2201 | A2 A3a B1",
    ),
]


@pytest.mark.parametrize(("facts", "expected"), EXAMPLES)
def test_a_request_for_help_goes_only_with_the_right_consent(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """H1, H5: by age, by whom, still given, not objected to; or for a purpose that the law allows."""
    assert told(facts) == expected


def agreed(parties: set[str]) -> Agreement:
    """The custom of a region to ask pupil and parents together from 12 to 15."""
    codes = frozenset(map(OrganisationCode, parties))
    return Agreement("2026-consent", BOTH_AT_TWELVE, codes, {}, START, None, "regional protocol")


@pytest.mark.parametrize(
    ("parties", "expected"),
    [({"PO2201"}, "held: consent_of_both | H1c"), ({"PO2203"}, "GM0106-ST | !H1c C1 C7 !A1")],
)
def test_a_region_may_ask_both_at_twelve(
    contents: Contents, told_in: Callable[[Facts, Snapshot], str], parties: set[str], expected: str
) -> None:
    """H1c: by a dated agreement of its own, and nowhere else."""
    here = Snapshot.from_facts(replace(contents, agreements=(agreed(parties),)))
    assert told_in(referral(age_group="12-15", permission=PARENTS), here) == expected


def test_a_held_case_stays_with_the_school_and_says_what_to_do(region: Snapshot) -> None:
    """Nobody else receives it, no alarm goes off, and the lawful exception stands in the next step."""
    held = decide(referral(permission=NOBODY), region)
    assert isinstance(held, Held)
    assert (held.triage, held.rule, held.alarm) == (None, "H1", False)
    assert "veiligheid" in held.missing[0].sentence("nl")


def test_the_purpose_without_consent_is_in_the_reasons(region: Snapshot) -> None:
    """H5: what was shared without consent can be accounted for later."""
    decision = decide(referral(permission=without(WithoutConsent.SUPERVISION_ORDER)), region)
    reason = next(reason for reason in decision.reasons if reason.rule == "H5")
    assert reason.facts == {"purpose": "supervision_order"}
    assert "een ondertoezichtstelling" in reason.sentence("nl")
