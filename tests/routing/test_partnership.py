"""Group A, first part: to which partnership a school belongs, and who may ask it."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from hub.codes import About, Ask, Standing, Theme
from hub.routing.facts import Facts, Request

TODAY = date(2026, 11, 21)
support = partial(Facts, Request.SUPPORT, TODAY)
signal = partial(Facts, Request.SIGNAL, TODAY)
REGISTERED, NOT_ENROLLED = Standing.REGISTERED, Standing.NOT_ENROLLED

EXAMPLES = [
    # the school's own partnership, wherever the child lives
    (support("bao-assen", "9401"), "PO2201 | A2 A1 B1"),
    (support("bao-beilen", "9411"), "PO2201 | A2 A1 B1"),
    (support("bao-beilen", "7901"), "PO2201 | A2 A1 !B1"),
    (support("vo-assen", "9471"), "VO2201 | A2 A1 !B1"),
    (support("vo-assen", None), "VO2201 | A2 A1 B1"),
    (support("vo-pro-hoogeveen", "7901"), "VO2203 | A2 A1 B1"),
    (support("so-assen", "7901"), "PO2201 | A2 A1 !B1"),
    (support("vso-assen", "9401"), "VO2201 | A2 A1 B1"),
    (support("bao-beilen", "9411", REGISTERED), "PO2201 | A2 A1 B1"),
    (signal("bao-beilen", "7901"), "PO2201 | A1 !B1"),
    (signal("bao-beilen", "7901", ask=Ask.THINK_ALONG, theme=Theme.BEHAVIOUR), "PO2201 | A1 !B1"),
    # a list names the nationwide partnership: the postcode of the school does not count
    (support("bao-staphorst-reformed", "7951"), "PO0001 | A2 A1 !A1b"),
    (signal("bao-staphorst-reformed", "8061"), "PO0001 | A1 !A1b"),
    # nobody may ask a partnership about a child that no school of it knows
    (support("bao-beilen", "9411", NOT_ENROLLED), "? PO2201: registration"),
    (signal("bao-beilen", "9411", NOT_ENROLLED), "? PO2201: registration"),
    # outside every partnership
    (support("so-deaf-assen", "9401"), "? operator: outside_partnerships | A9 A2"),
    (support("mbo-assen", "9401"), "? operator: outside_partnerships | A11 A2"),
    (support("private-assen", "9401"), "? operator: outside_partnerships | A11 A2"),
    # so and vso on one site: two sectors, so two partnerships; only a clear age tells which
    (support("so-vso-assen", "9401", age_group="0-11"), "PO2201 | A2 A1 B1"),
    (support("so-vso-assen", "9401", age_group="16-17"), "VO2201 | A2 A1 B1"),
    (support("so-vso-assen", "9401", age_group="12-15"), "? VO2201: department | A2"),
    (support("so-vso-assen", "9401"), "? PO2201: department | A2"),
    # the directory does not know, or is not sure
    (support("bao-staphorst-doubtful", "7951"), "? operator: school_in_doubt | A2"),
    (support("bao-europoort", "3197"), "? operator: school_in_doubt | A2"),
    (support("bao-nowhere", "9401"), "? operator: school_without_swv | A2"),
    (support("no-such-school", "9401"), "? operator: school"),
    # the question is about home: the partnership is only mentioned
    (signal("bao-assen", "9401", about=About.HOME), "GM0106-ST | C1 C7 !A1"),
]


@pytest.mark.parametrize(("facts", "expected"), EXAMPLES)
def test_a_question_about_education_goes_to_the_schools_own_partnership(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """A1, A2, A9, A11: the school decides, not the home; and without a plain answer a person is asked."""
    assert told(facts) == expected
