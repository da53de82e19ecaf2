"""Group G: what is not law yet never passes as law, and what begins on a day begins on that day."""

from dataclasses import replace
from datetime import date

import pytest

from hub.codes import Confidence, ConsentBy, OrganisationCode, OrganisationKind, Postcode4, SchoolType
from hub.directory.entries import START, AreaCorrection, Contents, Coverage, Organisation
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.facts import Declaration, Facts, Permission, Request
from hub.routing.rules import GROUPS, g_pending

AGREED = Permission(ConsentBy.PARENTS)


def test_a_pupil_who_was_not_heard_is_told_of_with_a_warning(region: Snapshot) -> None:
    """G1: the bill changes nothing about who decides, and its sentence says that it is not confirmed."""
    facts = Facts(Request.ADMISSION, date(2026, 11, 21), "bao-assen", "9401", admission=SchoolType.SO)
    unheard = replace(facts, declaration=Declaration(heard=False))
    before, after = decide(facts, region), decide(unheard, region)
    assert getattr(before, "receivers", None) == getattr(after, "receivers", None) != ()
    told = [reason for reason in after.reasons if reason.rule == "G1"]
    assert "niet bevestigd" in told[0].sentence("nl")


def hilversum(contents: Contents, *, merged: bool) -> Snapshot:
    """The directory with teams in Hilversum and Wijdemeren, with or without the merger of 2027."""
    desks = [
        Organisation(
            OrganisationCode(f"{gm}-ST"), OrganisationKind.SOCIAL_TEAM, gm, None, OrganisationCode(gm), START, None
        )
        for gm in ("GM0402", "GM1696")
    ]
    works = [Coverage(desk.code, OrganisationCode(desk.code[:6]), None, None, START, None) for desk in desks]
    moved = AreaCorrection(
        OrganisationCode("GM0402"), None, Postcode4("1241"), date(2027, 1, 1), None, "merger of 2027"
    )
    return Snapshot.from_facts(
        replace(
            contents,
            organisations=(*contents.organisations, *desks),
            coverage=(*contents.coverage, *works),
            corrections=(moved,) if merged else (),
        )
    )


@pytest.mark.parametrize(
    ("on", "merged", "holder", "warned"),
    [
        (date(2026, 12, 31), False, "GM1696-ST", False),
        (date(2027, 1, 1), False, "GM1696-ST", True),
        (date(2026, 12, 31), True, "GM1696-ST", False),
        (date(2027, 1, 1), True, "GM0402-ST", False),
    ],
)
def test_the_planned_merger_warns_from_its_day_until_the_directory_has_it(
    contents: Contents, on: date, *, merged: bool, holder: str, warned: bool
) -> None:
    """G2, B2: the directory decides who receives; until it is updated the reasons say that it may be behind."""
    answer = decide(
        Facts(Request.REFERRAL, on, "bao-assen", "1241", permission=AGREED), hilversum(contents, merged=merged)
    )
    assert getattr(answer, "holder", None) == holder
    assert ("G2" in [reason.rule for reason in answer.reasons]) is warned


def test_everything_pending_is_marked_unconfirmed() -> None:
    """A rule of group G may only tell."""
    assert GROUPS["G. Recht dat verandert"] == g_pending.RULES
    assert {rule.confidence for rule in g_pending.RULES} == {Confidence.UNCONFIRMED}
