"""Reasons name only facts that were used: what a rule reads is recorded, and compared with what it tells."""

from dataclasses import is_dataclass, replace
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given

from hub.codes import About
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.facts import Facts, Request
from hub.routing.routes import ROUTES
from hub.routing.rule import Applies, NearMiss
from hub.routing.situation import Situation
from tests.support.any_facts import any_facts, thorough

RULES = {entry.id: entry for route in ROUTES for entry in route.rules}
COMES_FROM = {
    "age_group": {"age_group"},
    "country": {"living.country"},
    "moved_on": {"living.moved_on"},
    "purpose": {"permission.without"},
    "until": {"declaration.runs_until"},
    "vo_year": {"declaration.vo_year"},
    "again_from": {"declaration.in_netherlands_since"},
    "postcode": {"home_postcode", "living.stay_postcode"},
    "school": {"site", "previous_site"},
}
"""Facts of a reason that come from the case, and where in the case they stand; the others come from the directory."""


class Recorder:
    """Facts that remember which of them were read."""

    def __init__(self, facts: Any, read: set[str], prefix: str = "") -> None:
        self._facts, self._read, self._prefix = facts, read, prefix

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._facts, name)
        path = self._prefix + name
        if is_dataclass(value):
            return Recorder(value, self._read, f"{path}.")
        self._read.add(path)
        return value


def recorded(facts: Facts) -> tuple[Facts, set[str]]:
    """The same facts, and the set in which their readings appear."""
    read: set[str] = set()
    return cast("Facts", Recorder(facts, read)), read


@thorough
@given(facts=any_facts)
def test_a_rule_tells_only_what_it_read(region: Snapshot, facts: Facts) -> None:
    """Each fact of the case that a reason names was read by the rule itself, or when its case was laid out."""
    watched, read = recorded(facts)
    case = Situation.of(watched, region)
    if case is None:
        return
    laid_out = set(read)
    for entry in RULES.values():
        read.clear()
        found = entry.judge(case)
        told = found.facts if isinstance(found, (Applies, NearMiss)) else {}
        for name in told.keys() & COMES_FROM.keys():
            assert COMES_FROM[name] & (read | laid_out), (entry.id, name)


@thorough
@given(facts=any_facts, other=any_facts)
def test_what_was_not_read_does_not_count(region: Snapshot, facts: Facts, other: Facts) -> None:
    """Whatever was not read can be exchanged for anything else, and the answer with its reasons stays the same."""
    watched, read = recorded(facts)
    answer = decide(watched, region)
    assert decide(exchanged(facts, other, read), region) == answer


def exchanged(facts: Any, other: Any, read: set[str], prefix: str = "") -> Any:
    """`facts` with everything that was not read taken from `other`."""
    taken: dict[str, Any] = {}
    for name in type(facts).__slots__:
        path, mine, theirs = prefix + name, getattr(facts, name), getattr(other, name)
        if is_dataclass(mine):
            taken[name] = exchanged(mine, theirs, read, f"{path}.")
        elif path not in read:
            taken[name] = theirs
    return replace(facts, **taken)


@pytest.mark.parametrize("request_kind", list(Request))
def test_a_home_question_does_not_read_the_declaration(region: Snapshot, request_kind: Request) -> None:
    """Example: nobody looks at a declaration when the question is about home."""
    watched, read = recorded(Facts(request_kind, date(2026, 11, 21), "bao-assen", "9401", about=About.HOME))
    decide(watched, region)
    reads_declaration = any(path.startswith("declaration.") for path in read)
    assert reads_declaration is (request_kind in {Request.ADMISSION, Request.SUPPORT})
