"""Group C: questions about home and youth help go to the municipality where the child lives."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from hub.codes import About, ConsentBy, Theme
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Decision
from hub.routing.facts import Facts, Permission, Request

TODAY = date(2026, 11, 21)
AGREED = Permission(ConsentBy.PARENTS_AND_PUPIL)
referral = partial(Facts, Request.REFERRAL, TODAY, permission=AGREED)
about_home = partial(Facts, Request.SIGNAL, TODAY, about=About.HOME)

EXAMPLES = [
    (referral("bao-assen", "9401"), "GM0106-ST | C1 C7 !A1"),
    (about_home("bao-assen", "9401", theme=Theme.POVERTY), "GM0106-ST | C1 C7 !A1"),
    # another municipality than that of the school
    (about_home("bao-beilen", "7901"), "GM0118-ST | C1 C7 !C7b !A1"),
    (referral("bao-beilen", "7901", about=About.EDUCATION), "GM0118-ST | C1 C7 !C7b !A1"),
    # a team of its own for one part of the municipality
    (referral("bao-assen", "9407"), "GM0106-ST2 | C1 C7 !A1"),
    # schools without a partnership have pupils with a home
    (referral("mbo-assen", "9401", age_group="16-17"), "GM0106-ST | C1 C7"),
    (referral("so-deaf-assen", "9401"), "GM0106-ST | C1 C7"),
    # age
    (referral("mbo-assen", "9401", age_group="18-22"), "? operator: youth_help_after_18 | C6 C1 C7"),
    (about_home("vo-assen", "9401", age_group="23+"), "? VO2201: youth_help_after_18 | C6 C1 C7 !A1"),
    # not known
    (referral("bao-assen", None), "? PO2201: home_postcode | !A1"),
    (referral("bao-assen", "1000"), "? PO2201: postcode_without_municipality | !A1"),
    (referral("bao-assen", "9463"), "? PO2201: social_team | C7 !C7b !A1"),
    # before 2022 the residence rule was another one, which the hub does not know
    (Facts(Request.REFERRAL, date(2021, 9, 1), "bao-assen", "9401", permission=AGREED), "? PO2201: no_rule | C7 !A1"),
]


@pytest.mark.parametrize(("facts", "expected"), EXAMPLES)
def test_home_questions_go_to_the_team_of_the_home(told: Callable[[Facts], str], facts: Facts, expected: str) -> None:
    """C1, C6, C7: the child's own municipality, never that of the school, and a person where that is not plain."""
    assert told(facts) == expected


def test_the_partnership_of_the_school_leads_without_receiving(region: Snapshot) -> None:
    """For a question about home the partnership is neither a receiver nor named: it has no need to know."""
    decision = decide(about_home("bao-beilen", "7901"), region)
    assert isinstance(decision, Decision)
    assert decision.lead_swv == "PO2201"
    assert [receiver.organisation for receiver in decision.receivers] == ["GM0118-ST"]
    assert decision.named == ()
