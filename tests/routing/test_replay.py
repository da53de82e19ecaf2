"""What-if: two worlds judge the same cases, and the report says what changes, for whom and in which direction."""

from collections import Counter
from dataclasses import replace
from datetime import date

from hub.codes import ConsentBy, OrganisationCode, Postcode4, SchoolType, Standing
from hub.directory.entries import AreaCorrection, Contents
from hub.directory.snapshot import Snapshot
from hub.routing.facts import Facts, Permission, Request
from hub.routing.replay import Occasion, Shift, World, compare
from hub.routing.ruleset import Change, RuleSet

DAY, NEW_YEAR = date(2026, 11, 21), date(2027, 1, 1)
HELP = Facts(Request.REFERRAL, DAY, "bao-assen", "7901", permission=Permission(ConsentBy.PARENTS))
SO = Facts(Request.ADMISSION, DAY, "so-assen", "7901", Standing.REGISTERED, admission=SchoolType.SO)
CASES = [
    Occasion("one", HELP),
    Occasion("two", HELP),
    Occasion("three", SO),
    Occasion("four", replace(HELP, home_postcode="9401")),
]


def merged(contents: Contents) -> Snapshot:
    """The directory after Assen took Hoogeveen over, on the first of January."""
    code = OrganisationCode("GM0106")
    change = AreaCorrection(code, None, Postcode4("7901"), NEW_YEAR, None, "merger in this example")
    return Snapshot.from_facts(replace(contents, corrections=(change,)))


def test_a_merger_moves_help_and_no_partnership(region: Snapshot, contents: Contents) -> None:
    """Two of four cases change, both from the team of Hoogeveen to that of Assen; the declaration stays where it is."""
    report = compare(CASES, World(region), World(merged(contents), on=NEW_YEAR))
    assert (report.judged, report.changed, report.cases) == (4, 2, ["one", "two"])
    assert report.shifts == Counter({Shift("referral", "holder", "GM0118-ST", "GM0106-ST"): 2})
    assert (report.gained, report.lost) == (Counter({"GM0106-ST": 2}), Counter({"GM0118-ST": 2}))


def test_a_change_that_still_has_to_begin_changes_nothing_yet(region: Snapshot, contents: Contents) -> None:
    """Judged on their own day, the cases see the directory of that day."""
    assert compare(CASES, World(region), World(merged(contents))).changed == 0


def test_a_draft_of_the_rules_shows_its_effect(region: Snapshot) -> None:
    """Without A3b nobody can decide on a child that is enrolled nowhere."""
    draft = RuleSet({"A3b": Change(switched_off=True)})
    report = compare(CASES, World(region), World(region, draft))
    assert report.changed == 1
    assert Shift("admission", "outcome", "decided", "asked: no_rule") in report.shifts
    assert Shift("admission", "payer", "PO2203", "-") in report.shifts


def test_the_report_reads_the_same_twice(region: Snapshot, contents: Contents) -> None:
    """Plain data in a fixed order, the largest shift first."""
    reports = [compare(CASES, World(region), World(merged(contents), on=NEW_YEAR)).to_data() for _ in range(2)]
    assert reports[0] == reports[1]
    assert reports[0]["shifts"][0] == {
        "request": "referral",
        "what": "holder",
        "before": "GM0118-ST",
        "after": "GM0106-ST",
        "decisions": 2,
    }
