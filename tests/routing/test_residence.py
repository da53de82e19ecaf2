"""Groups C and D for children who do not simply live at home: stay, secret address, asylum, abroad, moved, of age."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from hub.codes import (
    About,
    AttendanceDuty,
    ConsentBy,
    Country,
    HelpForm,
    Residence,
    Standing,
)
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.facts import Attendance, Facts, Living, Permission, Request

TODAY = date(2026, 11, 21)
NOT_ENROLLED = Standing.NOT_ENROLLED
referral = partial(Facts, Request.REFERRAL, TODAY, "bao-assen", permission=Permission(ConsentBy.PARENTS_AND_PUPIL))
absence = partial(Facts, Request.ABSENCE, TODAY, "bao-assen")
STAY, SECRET, ABROAD = Residence.STAY, Residence.SECRET, Residence.ABROAD


def living(residence: Residence, **more: object) -> Living:
    """A living situation."""
    return Living(residence, **more)  # type: ignore[arg-type]  # the table below gives every field its own type


HELP = [
    # C2: during a stay the municipality of before it, wherever the foster family lives
    (referral("7901", living=living(STAY, before_stay="GM0106")), "GM0106-ST | !C1 C2 C7 !A1"),
    (referral("9401", living=living(STAY, before_stay="GM0118")), "GM0118-ST | !C1 C2 C7 !C7b !A1"),
    (referral("9401", living=living(STAY, before_stay="GM0106")), "GM0106-ST | C2 C7 !A1"),
    (referral(None, living=living(STAY, before_stay="GM0118")), "GM0118-ST | C2 C7 !C7b !A1"),
    (referral("9401", living=living(STAY)), "? PO2201: municipality_before_stay | !A1"),
    (referral("9401", living=living(STAY, before_stay="GM0000")), "? PO2201: municipality_before_stay | !A1"),
    # C3: secret or unknown address: the mother's municipality at birth, else where the child stays
    (referral(None, living=living(SECRET, at_birth="GM0118")), "GM0118-ST | C3 C7 !C7b !A1"),
    (referral(None, living=living(SECRET, stay_postcode="9401")), "GM0106-ST | C3 C7 !A1"),
    (referral(None, living=living(Residence.UNKNOWN, stay_postcode="7901")), "GM0118-ST | C3 C7 !C7b !A1"),
    (referral(None, living=living(SECRET)), "? PO2201: actual_stay | !A1"),
    # C4: abroad, and staying here or not
    (referral(None, living=living(ABROAD, stay_postcode="9401")), "GM0106-ST | C4 C7 !A1"),
    (referral(None, living=living(ABROAD)), "? PO2201: actual_stay | !A1"),
    (referral(None, living=living(ABROAD, stays_in_netherlands=False)), "held: help_abroad | C4b"),
    # C5: children who ask for asylum
    (referral("7901", living=living(Residence.ASYLUM, stay_postcode="9401")), "GM0106-ST | C5 C7 !A1"),
    # C6: from 18 on
    (referral("9401", age_group="18-22", living=Living(help_before_18=True)), "GM0106-ST | C6 C1 C7 !A1"),
    (
        referral("9401", age_group="18-22", living=Living(help_before_18=False)),
        "? PO2201: youth_help_after_18 | C6 C1 C7 !A1",
    ),
    (
        referral("9401", age_group="23+", living=Living(help_before_18=True)),
        "? PO2201: youth_help_after_18 | C6 C1 C7 !A1",
    ),
    (
        referral("9401", age_group="18-22", living=Living(help_before_18=True, help_form=HelpForm.FOSTER)),
        "GM0106-ST | C6 C6b C1 C7 !A1",
    ),
    # C8: a move takes help at home along, and a stay not
    (referral("7901", living=Living(moved_on=date(2026, 10, 1))), "GM0118-ST | C1 C8 C7 !C7b !A1"),
    (
        referral("7901", living=living(STAY, before_stay="GM0106", moved_on=date(2026, 10, 1))),
        "GM0106-ST | !C1 C2 !C8 C7 !A1",
    ),
    (referral("7901", living=Living(moved_on=date(2027, 1, 1))), "GM0118-ST | C1 C7 !C7b !A1"),
]
ATTENDANCE = [
    # D1: where the pupil really is, also when youth help is another municipality's
    (
        absence("9401", living=living(STAY, before_stay="GM0118", stay_postcode="9401")),
        "PO2201 +GM0106-LP | A1 B1 D1 !C2b",
    ),
    (
        absence("7901", living=living(STAY, before_stay="GM0118", stay_postcode="9401")),
        "PO2201 +GM0106-LP | A1 !B1 D1 !C2b",
    ),
    (
        absence("9401", living=living(STAY, before_stay="GM0106", stay_postcode="7901")),
        "PO2201 +GM0118-LP | A1 B1 D1 !D1b !C2b",
    ),
    (absence(None, living=living(SECRET, stay_postcode="9401")), "PO2201 +GM0106-LP | A1 B1 D1"),
    (absence(None, living=living(SECRET)), "? PO2201: actual_stay | A1 B1"),
    # D2: no duty, no absence in law
    (absence("9401", attendance=Attendance(AttendanceDuty.NONE)), "PO2201 | A1 B1 D2"),
    (absence("9401", attendance=Attendance(AttendanceDuty.QUALIFICATION)), "PO2201 +GM0106-LP | A1 B1 D1"),
    (
        absence("9401", NOT_ENROLLED, attendance=Attendance(AttendanceDuty.NONE)),
        "? PO2201: no_attendance_duty | D2 A13",
    ),
    # D2b: an exemption contradicts a report
    (absence("9401", attendance=Attendance(exempt_5a=True)), "held: exemption_conflict | D2b"),
    # D4: enrolled nowhere; expelled
    (absence("9401", NOT_ENROLLED), "GM0106-LP ~PO2201 | D1 D4 A13"),
    (absence("9401", attendance=Attendance(expelled=True)), "PO2201 +GM0106-LP | A1 B1 D1 D4b"),
    # D5: who lives abroad
    (absence(None, living=living(ABROAD, country=Country.BELGIUM)), "PO2201 | A1 B1 D5"),
    (absence(None, NOT_ENROLLED, living=living(ABROAD)), "? PO2201: absence_abroad | D5"),
    # D3, D3b: from 18 on, and in mbo up to 27 since 2026
    (Facts(Request.ABSENCE, TODAY, "vo-assen", "9401", age_group="18-22"), "VO2201 +RMC07 | A1 B1 D3"),
    (Facts(Request.ABSENCE, TODAY, "mbo-assen", "9401", age_group="23+"), "RMC07 | A11 D3 D3b"),
    (Facts(Request.ABSENCE, date(2025, 11, 21), "mbo-assen", "9401", age_group="23+"), "RMC07 | A11 D3"),
]


@pytest.mark.parametrize(("facts", "expected"), HELP)
def test_youth_help_follows_the_residence_rule(told: Callable[[Facts], str], facts: Facts, expected: str) -> None:
    """C1 to C8: the register, the municipality before a stay, the mother's, the place of stay, or none."""
    assert told(facts) == expected


@pytest.mark.parametrize(("facts", "expected"), ATTENDANCE)
def test_attendance_follows_where_the_pupil_is(told: Callable[[Facts], str], facts: Facts, expected: str) -> None:
    """D1 to D5: where the pupil lives or stays, as long as there is a duty and a Dutch municipality."""
    assert told(facts) == expected


def test_a_secret_address_is_never_asked(region: Snapshot) -> None:
    """C3: whatever is missing, no question asks where the child lives."""
    for request in Request:
        facts = Facts(request, TODAY, "so-hoogeveen", about=About.HOME, standing=NOT_ENROLLED, living=Living(SECRET))
        for question in getattr(decide(facts, region), "missing", ()):
            assert question.id != "home_postcode"


def test_a_municipality_of_before_a_merger_is_followed(told: Callable[[Facts], str]) -> None:
    """C2: a child registered in Weesp before its stay now belongs to Amsterdam, that took Weesp over."""
    assert told(referral("9401", living=living(STAY, before_stay="GM0457"))) == "GM0363-ST | !C1 C2 C7 !C7b !A1"
