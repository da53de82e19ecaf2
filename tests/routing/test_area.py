"""Group B: the statutory division explains a conclusion, by postcode and sector and never by municipality."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from hub.codes import SchoolType, Standing
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.facts import Facts, Request

TODAY = date(2026, 11, 21)
support = partial(Facts, Request.SUPPORT, TODAY)
first_so = partial(Facts, Request.ADMISSION, TODAY, standing=Standing.REGISTERED, admission=SchoolType.SO)

EXAMPLES = [
    # B3: the law divides Zwartewaterland and Staphorst for PO; B7: their VO border is another one
    (first_so("bao-zwartsluis", "8064"), "PO2203 $PO2203 | A2 A3b B1 B3 B7"),
    (first_so("bao-hasselt", "8061"), "PO2305 $PO2305 | A2 A3b B1 B3"),
    (first_so("so-hoogeveen", "7951"), "PO2203 $PO2203 | A2 A3b B1 B3 B7"),
    (first_so("so-hoogeveen", "7954"), "PO2305 $PO2305 | A2 !A3a A3b B1 B3"),
    # B7 without a split: Noordenveld
    (first_so("bao-roden", "9301"), "PO2001 $PO2001 | A2 A3b B1 B7"),
    # B4: Tynaarlo is divided for VO only
    (support("vo-zuidlaren", "9471"), "VO2001 | A2 A1 B1 B4"),
    (support("bao-zuidlaren", "9471"), "PO2201 | A2 A1 B1"),
    # B5: Weesp came to Amsterdam and kept its partnership
    (support("bao-weesp", "1381"), "PO2709 | A2 A1 B1 B5"),
    (support("bao-weesp", "1011"), "PO2709 | A2 A1 !B1 B5"),
    # before that merger there was nothing to explain
    (Facts(Request.SUPPORT, date(2021, 9, 1), "bao-weesp", "1381"), "PO2709 | A2 A1 B1"),
]


@pytest.mark.parametrize(("facts", "expected"), EXAMPLES)
def test_a_divided_municipality_is_explained(told: Callable[[Facts], str], facts: Facts, expected: str) -> None:
    """B1, B3, B4, B5, B7: the postcode counts, and the reasons say so where people think of the municipality."""
    assert told(facts) == expected


def test_the_split_names_the_other_partnerships(region: Snapshot) -> None:
    """Whoever expected the other partnership reads its code in the reason."""
    reasons = {reason.rule: reason for reason in decide(first_so("bao-zwartsluis", "8064"), region).reasons}
    assert reasons["B3"].facts["others"] == "PO2305"
    assert "De postcode telt: 8064 hoort bij PO2203." in reasons["B3"].sentence("nl")
    assert (reasons["B7"].facts["swv_po"], reasons["B7"].facts["swv_vo"]) == ("PO2203", "VO2305")
