"""Group F: who leads when a school seeks a place for a pupil in its duty of care, and who is only named."""

from datetime import date
from functools import partial

import pytest

from hub.codes import Standing
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Decision, Held
from hub.routing.facts import Attendance, Facts, Request, Seeking
from tests.routing.conftest import Tell

TODAY = date(2026, 11, 21)
seeks = partial(Facts, Request.PLACEMENT, TODAY, standing=Standing.REGISTERED)
ASKED = partial(Seeking, date(2026, 11, 2))

CASES = [
    # F1d: the partnership of the school that was applied to leads, wherever the pupil lives
    (seeks("bao-assen", "9401"), "PO2201 | A2 F1d B1"),
    (seeks("bao-assen"), "PO2201 | A2 F1d B1"),
    (seeks("bao-assen", "7901"), "PO2201 | !F4b A2 F1d !B1"),
    (seeks("vo-assen", "9471"), "VO2201 | !F4b A2 F1d !B1"),
    (seeks("bao-staphorst-reformed", "7951"), "PO0001 | !F4b A2 F1d !A1b"),
    # F1e: partnerships across the border are named once each, the own one never
    (seeks("bao-assen", "9401", seeking=ASKED(candidates=("sbo-hoogeveen",))), "PO2201 ~PO2203 | A2 F1d B1 F1e"),
    (
        seeks("bao-assen", "9401", seeking=ASKED(candidates=("sbo-hoogeveen", "so-hoogeveen", "bao-zuidlaren"))),
        "PO2201 ~PO2203 | A2 F1d B1 F1e F1e",
    ),
    (seeks("vo-assen", "9401", seeking=ASKED(candidates=("vo-zuidlaren",))), "VO2201 ~VO2001 | A2 F1d B1 F1e"),
    # a school of both sectors counts in that of the pupil
    (
        seeks("bao-roden", "9301", age_group="12-15", seeking=ASKED(candidates=("so-vso-assen",))),
        "PO2001 ~PO2201 | A2 F1d B1 B7 F1e",
    ),
    # F1e: where the law is not plain, nobody is named
    (seeks("bao-assen", "9401", seeking=ASKED(candidates=("so-deaf-assen",))), "PO2201 | A2 F1d B1 !F1e"),
    (seeks("bao-assen", "9401", seeking=ASKED(candidates=("bao-staphorst-doubtful",))), "PO2201 | A2 F1d B1 !F1e"),
    (seeks("bao-assen", "9401", seeking=ASKED(candidates=("no-such-school",))), "PO2201 | A2 F1d B1 !F1e"),
    # F4: no duty of care, so nobody leads; the home partnership can help
    (seeks("bao-assen", "9401", seeking=ASKED(is_full=True)), "held: no_care_duty | F4"),
    (seeks("bao-assen", "7901", seeking=ASKED(refuses_foundation=True)), "held: no_care_duty | F4b F4"),
    # outside the partnerships, and in doubt, a person looks
    (seeks("so-deaf-assen", "9401"), "? operator: outside_partnerships | A9 A2"),
    (seeks("mbo-assen", "9401"), "? operator: outside_partnerships | A11 A2"),
    (seeks("bao-staphorst-doubtful", "7951"), "? operator: school_in_doubt | A2"),
    # a registration and an exemption contradict each other
    (seeks("bao-assen", "9401", attendance=Attendance(exempt_5a=True)), "held: exemption_conflict | D2b"),
]


@pytest.mark.parametrize(("facts", "expected"), CASES)
def test_the_partnership_of_the_school_leads(told: Tell, facts: Facts, expected: str) -> None:
    """Duty of care lies with the school; neither the home nor a school that is asked changes who leads."""
    assert told(facts) == expected


def test_whoever_is_named_receives_nothing(region: Snapshot) -> None:
    """H3: the other partnership knows that there is a question, and no more; the reason says so."""
    found = decide(seeks("bao-assen", "9401", seeking=ASKED(candidates=("sbo-hoogeveen",))), region)
    assert isinstance(found, Decision)
    assert [receiver.organisation for receiver in found.receivers] == ["PO2201"]
    told = {reason.rule: reason.sentence("en") for reason in found.reasons}
    assert "gets no data of the pupil" in told["F1e"]


def test_a_school_without_duty_of_care_reads_what_to_do(region: Snapshot) -> None:
    """The case stays with it, and the next step is there."""
    found = decide(seeks("bao-assen", "9401", seeking=ASKED(is_full=True)), region)
    assert isinstance(found, Held)
    assert not found.alarm
    assert "report that as an absence" in found.missing[0].sentence("en")
