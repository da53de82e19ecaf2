"""Group D: absence goes to the school's partnership and to the attendance office where the child lives."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from hub.codes import Standing
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Decision, PartyRole
from hub.routing.facts import Facts, Request

absence = partial(Facts, Request.ABSENCE, date(2026, 11, 21))
NOT_ENROLLED = Standing.NOT_ENROLLED

EXAMPLES = [
    (absence("bao-assen", "9401"), "PO2201 +GM0106-LP | A1 B1 D1"),
    (absence("bao-beilen", "7901"), "PO2201 +GM0118-LP | A1 !B1 D1 !D1b"),
    (absence("vo-zuidlaren", "9471"), "VO2001 +GM1730-LP | A1 B1 B4 D1"),
    # from 18 on the transition point
    (absence("vo-assen", "9401", age_group="18-22"), "VO2201 +RMC07 | A1 B1 D3"),
    (absence("mbo-assen", "9401", age_group="23+"), "RMC07 | A11 D3 D3b"),
    # the school's municipality: told only for whom attendance law counts
    (absence("vo-assen", "7901", age_group="16-17"), "VO2201 +GM0118-LP | A1 !B1 D1 !D1b"),
    (absence("vo-assen", "7901", age_group="18-22"), "VO2201 +RMC09 | A1 !B1 D3"),
    # a school without partnership: the office holds the case
    (absence("mbo-assen", "9401", age_group="16-17"), "GM0106-LP | A11 D1"),
    (absence("so-deaf-assen", "7901"), "GM0118-LP | A9 D1 !D1b"),
    # enrolled nowhere: the office of the home, and the partnership of the home may help to find a place
    (absence("bao-beilen", "7901", NOT_ENROLLED), "GM0118-LP ~PO2203 | D1 !D1b D4 A13"),
    (absence("private-assen", "7901", NOT_ENROLLED), "GM0118-LP | D1 !D1b D4"),
    # not known
    (absence("bao-beilen", None), "? PO2201: home_postcode | A1 B1"),
    (absence("bao-beilen", "9463"), "? PO2201: attendance_office | A1 B1 !D1b"),
]


@pytest.mark.parametrize(("facts", "expected"), EXAMPLES)
def test_absence_reaches_both_the_partnership_and_the_office_of_the_home(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """D1, D3, A13: school by its partnership, attendance by the home."""
    assert told(facts) == expected


def test_an_absence_says_that_it_replaces_no_report(region: Snapshot) -> None:
    """The report to DUO's register stays the school's duty, and the first receiver alone holds the case."""
    decision = decide(absence("bao-beilen", "7901"), region)
    assert isinstance(decision, Decision)
    sentence = next(reason for reason in decision.reasons if reason.rule == "D1").sentence
    assert "vervangt de melding in het verzuimregister van DUO niet" in sentence("nl")
    assert "does not replace the report in DUO's absence register" in sentence("en")
    assert [receiver.role for receiver in decision.receivers] == [PartyRole.HOLDER, PartyRole.ASKED]
