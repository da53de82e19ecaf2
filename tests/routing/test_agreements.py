"""An agreement that no rule would read, or that a rule could not apply, is refused before it is written."""

from typing import Any

import pytest

from hub.codes import OrganisationCode
from hub.directory.entries import START, Agreement
from hub.errors import InvalidInput
from hub.routing.agreements import need_readable

Case = tuple[str, tuple[str, ...], dict[str, Any]]

DESK: dict[str, Any] = {"swv": "PO2201", "name": "Loket Noord"}
TEAM: dict[str, Any] = {"municipality": "GM0106", "team": "GM0106-ST", "ages": ["16-17"]}
READABLE: list[Case] = [
    ("desk", ("PO2201",), DESK),
    ("desk", ("PO2201", "B00001"), {**DESK, "boards": ["B00001"]}),
    ("desk", ("PO2201",), {**DESK, "postcodes": ["9401", "9402"]}),
    ("shared_office", ("PO2201", "VO2201"), {}),
    ("team_by_age", ("GM0106",), TEAM),
    ("custom:H1c", ("GM0106",), {}),
    ("custom:A5", ("PO2201",), {"party": "PO2203"}),
    ("custom:A5d", ("PO2201",), {"holds": False, "sites": ["99AA00"]}),
    ("term_weeks", ("PO2201",), {"rule": "F6b", "weeks": 4}),
    ("term_weeks", ("PO2201", "VO2201"), {"rule": "F6b", "weeks": 8}),
    ("sbo_declaration_until", ("PO2203",), {"full_years": 2}),
    ("answer_terms", ("GM0106",), {"signal": {"opened": 1, "answered": 3}}),
    (
        "answer_terms",
        ("PO2201",),
        {"support": {"opened": 3, "answered": 3}, "admission": {"opened": 2, "answered": 40}},
    ),
    ("school_holidays", ("GM0106-ST",), {"region": "Noord"}),
    ("border_arbiter", ("PO2201", "PO2203"), {"arbiter": "PO2305"}),
]
UNREADABLE: list[Case] = [
    ("border", ("PO2201", "PO2203"), {}),
    ("desk", ("PO2201",), {"swv": "PO2201"}),
    ("desk", ("PO2203",), DESK),
    ("desk", ("PO2201",), {**DESK, "site": ["99AA00"]}),
    ("desk", ("PO2201",), {**DESK, "sites": "99AA00"}),
    ("desk", ("PO2201",), {**DESK, "sites": []}),
    ("shared_office", ("PO2201",), {}),
    ("team_by_age", ("GM0106",), {**TEAM, "ages": ["12-16"]}),
    ("team_by_age", ("GM0106",), {**TEAM, "ages": []}),
    ("team_by_age", ("GM0106",), {"municipality": "GM0106", "ages": ["16-17"]}),
    ("custom:H1c", ("GM0106",), {"party": "GM0106-ST"}),
    ("custom:A1", ("PO2201",), {"party": "PO2203"}),
    ("custom:A5e", ("PO2201",), {"holds": False}),
    ("custom:C9", ("GM0106",), {"holds": False}),
    ("custom:HUB8", ("PO2201",), {"holds": False}),
    ("custom:HUB10", ("PO2201",), {"holds": False}),
    ("custom:HUB12", ("PO2201",), {"holds": False}),
    ("custom:Z9", ("PO2201",), {"holds": False}),
    ("custom:A5", ("PO2201",), {}),
    ("answer_terms", (), {"signal": {"opened": 1, "answered": 3}}),
    ("answer_terms", ("GM0106",), {}),
    ("answer_terms", ("GM0106",), {"signals": {"opened": 1, "answered": 3}}),
    ("answer_terms", ("GM0106",), {"signal": {"opened": 4, "answered": 3}}),
    ("answer_terms", ("GM0106",), {"signal": {"opened": 0, "answered": 3}}),
    ("answer_terms", ("GM0106",), {"signal": {"opened": 1, "answered": 41}}),
    ("answer_terms", ("GM0106",), {"signal": {"opened": 1, "answered": "5"}}),
    ("answer_terms", ("GM0106",), {"signal": {"answered": 3}}),
    ("answer_terms", ("GM0106",), {"signal": 3}),
    ("school_holidays", ("GM0106-ST",), {}),
    ("school_holidays", (), {"region": "Noord"}),
    ("school_holidays", ("GM0106-ST",), {"region": "West"}),
    ("custom:A5", ("PO2201",), {"party": "PO2203", "holds": False}),
    ("custom:A5", ("PO2201",), {"holds": True}),
    ("term_weeks", ("PO2201",), {"rule": "F6b", "weeks": 9}),
    ("term_weeks", ("PO2201",), {"rule": "F6b", "weeks": 0}),
    ("term_weeks", ("PO2201",), {"rule": "F6b", "weeks": True}),
    ("term_weeks", ("PO2201",), {"rule": "F6b", "weeks": "4"}),
    ("term_weeks", ("PO2201",), {"rule": "F1", "weeks": 4}),
    ("term_weeks", ("PO2201",), {"rule": ["F6b"], "weeks": 4}),
    ("term_weeks", ("PO2201",), {"rule": "F6b", "weeks": 4, "sites": ["99AA00"]}),
    ("term_weeks", ("PO2201",), {"weeks": 4}),
    ("term_weeks", ("GM0106",), {"rule": "F6b", "weeks": 4}),
    ("term_weeks", (), {"rule": "F6b", "weeks": 4}),
    ("sbo_declaration_until", ("PO2203",), {"full_years": 9}),
    ("sbo_declaration_until", ("PO2203",), {"full_years": -1}),
    ("sbo_declaration_until", ("PO2203",), {"until": "2029-07-31"}),
    ("sbo_declaration_until", ("B00001",), {"full_years": 2}),
    ("border_arbiter", ("PO2201",), {"arbiter": "PO2305"}),
    ("border_arbiter", ("PO2201", "PO2203"), {"arbiter": "PO2203"}),
    ("border_arbiter", ("PO2201", "PO2203"), {"arbiter": "GM0106"}),
    ("border_arbiter", ("PO2201", "GM0106"), {"arbiter": "PO2305"}),
]


def agreed(case: Case) -> Agreement:
    """An agreement since the beginning."""
    kind, parties, scope = case
    return Agreement("a", kind, frozenset(map(OrganisationCode, parties)), scope, START, None, "test")


@pytest.mark.parametrize("case", READABLE, ids=str)
def test_what_a_rule_reads_is_taken(case: Case) -> None:
    """Every kind that docs/replay.md lists."""
    need_readable(agreed(case))


@pytest.mark.parametrize("case", UNREADABLE, ids=str)
def test_what_no_rule_could_apply_is_refused(case: Case) -> None:
    """Neither the law, an agreement nor the alarm is agreed away; a word that is misspelt never widens an agreement."""
    with pytest.raises(InvalidInput) as refused:
        need_readable(agreed(case))
    assert "docs/" in refused.value.next_step
