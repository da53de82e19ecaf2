"""Where a transition goes: to the next school, or to the transition point; and who knows of it."""

from datetime import date
from functools import partial

import pytest

from hub.codes import DeclineCode, OrganisationCode, Residence
from hub.routing.facts import Declined, Facts, Living, Request, Transition
from tests.routing.conftest import Tell

TODAY, AFTER_SUMMER = date(2027, 3, 15), date(2027, 8, 23)
goes = partial(Facts, Request.TRANSITION, TODAY)
TO_VO, TO_VSO, TO_MBO, TO_NOWHERE, OUT = (
    Transition(site, AFTER_SUMMER) for site in ("vo-assen", "vso-assen", "mbo-assen", "no-such-school", None)
)
DECLINED = Declined(OrganisationCode("vo-assen"), DeclineCode.NOT_OUR_TASK)

CASES = [
    # HUB20: the next school, wherever it lies and whatever it is; HUB22: the VO partnership of the home is named
    (goes("bao-assen", "9401", transition=TO_VO), "vo-assen ~VO2201 | HUB20 HUB22"),
    (goes("bao-zuidlaren", "9471", transition=TO_VO), "vo-assen ~VO2001 | HUB20 HUB22"),
    (goes("so-assen", "9401", transition=TO_VSO), "vso-assen ~VO2201 | HUB20 HUB22"),
    (goes("vo-assen", "9401", transition=TO_MBO), "mbo-assen ~VO2201 | HUB20 HUB22"),
    (goes("mbo-assen", "9401", transition=TO_VO), "vo-assen ~VO2201 | HUB20 HUB22"),
    # HUB22: what is not known of the home holds nothing up
    (goes("bao-assen", transition=TO_VO), "vo-assen | HUB20 !HUB22"),
    (goes("bao-assen", "3197", transition=TO_VO), "vo-assen | HUB20 !HUB22"),
    (goes("bao-assen", "9401", living=Living(Residence.ABROAD), transition=TO_VO), "vo-assen | HUB20 !HUB22"),
    # HUB21: out of school, to the transition point of the home
    (goes("vso-assen", "9401", transition=OUT), "RMC07 ~VO2201 | HUB21 HUB22"),
    (goes("vso-assen", transition=OUT), "? VO2201: home_postcode | !HUB22"),
    # a school that is gone since, or that says no: a person looks
    (goes("bao-assen", "9401", transition=TO_NOWHERE), "? PO2201: school | HUB22"),
    (
        goes("bao-assen", "9401", transition=TO_VO, declined=(DECLINED,)),
        "? PO2201: declined_not_our_task | HUB2 HUB20 HUB22",
    ),
]


@pytest.mark.parametrize(("facts", "expected"), CASES)
def test_a_transition_has_one_receiver(told: Tell, facts: Facts, expected: str) -> None:
    """And a partnership that knows of it, if it is plain which one."""
    assert told(facts) == expected
