"""Group A, second part: which partnership decides on a declaration for so, vso, sbo or pro."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from hub.codes import SchoolType, Standing
from hub.routing.facts import Facts, Request

TODAY = date(2026, 11, 21)
admission = partial(Facts, Request.ADMISSION, TODAY)
so, vso, sbo, pro = (
    partial(admission, admission=kind) for kind in (SchoolType.SO, SchoolType.VSO, SchoolType.SBO, SchoolType.PRO)
)
REGISTERED, NOT_ENROLLED = Standing.REGISTERED, Standing.NOT_ENROLLED

SO = [
    # A3a: the school where the pupil is enrolled
    (so("bao-assen", "9401"), "PO2201 $PO2201 | A2 A3a B1"),
    (so("bao-beilen", "7901"), "PO2201 $PO2201 | A2 A3a B1 !A3b"),
    (so("bao-beilen", None), "PO2201 $PO2201 | A2 A3a B1"),
    (so("sbo-hoogeveen", "9411"), "PO2203 $PO2203 | A2 A3a B1 !A3b"),
    (so("so-assen", "9401"), "PO2201 $PO2201 | A2 A3a B1"),
    (so("so-hoogeveen", "9411", REGISTERED, previous_site="bao-beilen"), "PO2201 $PO2201 | A2 A3a B1"),
    (so("so-hoogeveen", "7901", REGISTERED, previous_site="bao-beilen"), "PO2201 $PO2201 | A2 A3a B1 !A3b"),
    # A3b: registered and enrolled nowhere, so the home postcode
    (so("so-hoogeveen", "8064", REGISTERED), "PO2203 $PO2203 | A2 A3b B1 B3 B7"),
    (so("so-hoogeveen", "8061", REGISTERED), "PO2305 $PO2305 | A2 !A3a A3b B1 B3"),
    (so("bao-assen", "7901", REGISTERED), "PO2203 $PO2203 | A2 !A3a A3b B1"),
    (so("so-assen", "9401", REGISTERED, previous_site="private-assen"), "PO2201 $PO2201 | A2 A3b B1"),
    (so("so-assen", "7901", REGISTERED, previous_site="so-deaf-assen"), "PO2203 $PO2203 | A2 !A3a A3b B1"),
    # A3d: registered at a school of the nationwide partnership
    (so("bao-staphorst-reformed", "9401"), "PO0001 $PO0001 | A2 A3a !A1b !A3b"),
    (so("bao-staphorst-reformed", "7951", REGISTERED), "PO0001 $PO0001 | A2 A3d !A1b"),
    # not decided here
    (so("so-hoogeveen", None, REGISTERED), "? PO2203: home_postcode | A2"),
    (so("so-hoogeveen", "3197", REGISTERED), "? PO2203: postcode_in_doubt | A2 B6"),
    (so("so-hoogeveen", "1000", REGISTERED), "? PO2203: postcode_unknown | A2 B6"),
    (so("so-hoogeveen", "8064", REGISTERED, previous_site="long-gone"), "? PO2203: previous_school | A2"),
    (so("so-hoogeveen", "8064", NOT_ENROLLED), "? PO2203: registration"),
    (so("private-assen", "9401"), "? operator: registration | A2 A11"),
    (so("so-deaf-assen", "9401"), "? operator: registration | A2 A9"),
    (so("vo-assen", "9401"), "? VO2201: so_from_secondary | A2"),
    (so("bao-staphorst-doubtful", "7951"), "? operator: school_in_doubt | A2"),
]
VSO = [
    # A4a: already in secondary education
    (vso("vo-assen", "9401"), "VO2201 $VO2201 | A2 A4a B1"),
    (vso("vo-zuidlaren", "9471"), "VO2001 $VO2001 | A2 A4a B1 B4"),
    (vso("vo-assen", "9471"), "VO2201 $VO2201 | A2 A4a B1 !A4b"),
    (vso("vso-assen", "7901"), "VO2201 $VO2201 | A2 A4a B1 !A4b"),
    (vso("vso-assen", "9401", REGISTERED, previous_site="vo-zuidlaren"), "VO2001 $VO2001 | A2 A4a B1 B4 !A4b"),
    # A4b: a school leaver from primary education
    (vso("bao-zuidlaren", "9471"), "VO2001 $VO2001 | A2 A4b B1 B4"),
    (vso("bao-zuidlaren", "9481"), "VO2201 $VO2201 | A2 A4b B1 B4"),
    (vso("bao-zwartsluis", "8064"), "VO2305 $VO2305 | A2 A4b B1 B7"),
    (vso("so-hoogeveen", "9401"), "VO2201 $VO2201 | A2 A4b B1"),
    (vso("vso-assen", "9471", REGISTERED, previous_site="bao-zuidlaren"), "VO2001 $VO2001 | A2 A4b B1 B4"),
    # not decided here
    (vso("bao-zuidlaren", None), "? PO2201: home_postcode | A2"),
    (vso("bao-zuidlaren", "1000"), "? PO2201: postcode_unknown | A2 B6"),
    (vso("vso-assen", "9401", REGISTERED), "? VO2201: previous_school | A2"),
    (vso("mbo-assen", "9401"), "? operator: previous_school | A2 A11"),
    (vso("so-vso-assen", "9401", age_group="12-15"), "? VO2201: department | A2"),
    (vso("so-vso-assen", "9401", age_group="0-11"), "VO2201 $VO2201 | A2 A4b B1"),
    (vso("vso-assen", "9401", NOT_ENROLLED), "? VO2201: registration previous_school"),
]
SBO_AND_PRO = [
    # A5: the partnership of the sbo school, not that of the home or the school before
    (sbo("sbo-hoogeveen", "9411", REGISTERED), "PO2203 $PO2203 | A2 A5 B1 !A5f A5c !A8f"),
    (sbo("sbo-hoogeveen", "8061", REGISTERED), "PO2203 $PO2203 | A2 A5 B1 !A5f A5c !A8f"),
    (sbo("sbo-hoogeveen", "7901", REGISTERED), "PO2203 $PO2203 | A2 A5 B1 A5c !A8f"),
    (sbo("sbo-hoogeveen", None, REGISTERED), "PO2203 $PO2203 | A2 A5 B1 A5c !A8f"),
    (sbo("sbo-hoogeveen", "3197", REGISTERED), "PO2203 $PO2203 | A2 A5 B1 A5c !A8f"),
    (sbo("bao-beilen", "9411"), "? PO2201: sbo_school | A2"),
    # A6: the partnership of the secondary school that applies
    (pro("vo-assen", "9401"), "VO2201 | A2 A6 B1"),
    (pro("vo-pro-hoogeveen", "9411", REGISTERED), "VO2203 | A2 A6 B1 !A6e"),
    (pro("vo-pro-hoogeveen", "7901", REGISTERED), "VO2203 | A2 A6 B1"),
    (pro("vo-assen", "9471"), "VO2201 | A2 A6 B1 !A6e"),
    (pro("bao-beilen", "9411"), "? PO2201: pro_school | A2"),
    # a declaration for something that needs none
    (admission("bao-beilen", "9411"), "? PO2201: admission_kind"),
    (admission("bao-beilen", "9411", admission=SchoolType.BAO), "? PO2201: admission_kind"),
]


@pytest.mark.parametrize(("facts", "expected"), SO)
def test_so_is_decided_by_the_school_of_an_enrolled_pupil_and_else_by_the_home(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """A3a, A3b, A3d: enrolment decides first; only who is enrolled nowhere is judged by the home postcode."""
    assert told(facts) == expected


@pytest.mark.parametrize(("facts", "expected"), VSO)
def test_vso_is_decided_by_the_secondary_school_and_for_leavers_by_the_home(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """A4a, A4b: a leaver of primary education belongs to the VO partnership of the home."""
    assert told(facts) == expected


@pytest.mark.parametrize(("facts", "expected"), SBO_AND_PRO)
def test_sbo_and_pro_follow_the_school_that_is_sought(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """A5, A6: unlike so, and likely rather than sure."""
    assert told(facts) == expected
