"""What an agreement does is found by asking: every rule that a region may set is reached by one of the questions."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.codes import OrganisationCode
from hub.directory.effect import Difference
from hub.directory.entries import START, Agreement, Contents
from hub.directory.snapshot import Snapshot
from hub.routing.agreements import can_be_agreed_away
from hub.routing.decide import decide
from hub.routing.decision import Refused
from hub.routing.rules import RULES
from hub.routing.usual_questions import asked_in_both, usual_questions
from tests.routing.conftest import SITES

DAY = date(2027, 1, 1)
NEVER_ASKED = {"HUB2", "HUB3", "HUB4", "HUB6", "HUB7", "HUB11"}
"""Rules about a case under way: a school does not ask them."""


def agreed(kind: str, *parties: str, since: date = DAY, **scope: Any) -> Agreement:
    """An agreement of one kind."""
    return Agreement(f"a-{kind}", kind, frozenset(map(OrganisationCode, parties)), scope, since, None, "test")


def found(region: Snapshot, contents: Contents, *agreements: Agreement) -> tuple[list[Difference], list[Difference]]:
    """What agreements change on the first of January, per site and per postcode."""
    return asked_in_both(region, Snapshot.from_facts(replace(contents, agreements=agreements)), DAY)


def test_every_rule_that_a_region_may_set_is_reached(region: Snapshot) -> None:
    """Asked by every school of the examples, for pupils from two places."""
    reached: set[str] = set()
    for facts in usual_questions(DAY, region):
        for site in SITES:
            for home in ("9401", "7901"):
                answer = decide(replace(facts, site=site.code, home_postcode=home), region)
                assert not isinstance(answer, Refused)
                reached |= {reason.rule for reason in answer.reasons}
    settable = {rule for rule in RULES if can_be_agreed_away(rule)}
    assert settable - reached - NEVER_ASKED == set()


def test_without_an_agreement_nothing_is_asked(region: Snapshot, contents: Contents) -> None:
    """Every other change shows in the look-ups."""
    assert found(region, contents) == ([], [])


def test_a_desk_shows_for_the_schools_that_it_is_for(region: Snapshot, contents: Contents) -> None:
    """A desk for one school changes what that school reads; the others of the partnership notice nothing."""
    desk = agreed("desk", "PO2201", swv="PO2201", name="Loket Noord", sites=["bao-assen"])
    sites, postcodes = found(region, contents, desk)
    assert {one.subject for one in sites} == {"bao-assen"}
    assert Difference("bao-assen", "support.desk", "-", "Loket Noord") in sites
    assert postcodes
    assert {one.what.partition(".")[2] for one in postcodes} == {"desk"}


def test_a_desk_for_postcodes_shows_for_those(region: Snapshot, contents: Contents) -> None:
    """Whichever school of the partnership writes about a child from there."""
    desk = agreed("desk", "PO2201", swv="PO2201", name="Loket Oost", postcodes=["9463"])
    sites, postcodes = found(region, contents, desk)
    assert sites == []
    assert {one.subject for one in postcodes} == {"9463"}


def test_a_team_for_an_age_shows_for_the_whole_municipality(region: Snapshot, contents: Contents) -> None:
    """Every postcode of Assen gets another team for that age."""
    scope: dict[str, Any] = {"municipality": "GM0106", "team": "GM0106-ST2", "ages": ["16-17"]}
    _, postcodes = found(region, contents, agreed("team_by_age", "GM0106", **scope))
    assert {one.subject for one in postcodes} == set(region.postcodes_of("GM0106", DAY)) - {"9407"}
    assert {(one.what, one.before, one.after) for one in postcodes} == {
        ("referral.holder", "GM0106-ST", "GM0106-ST2"),
    }


def test_a_custom_shows_who_decides_and_who_pays(region: Snapshot, contents: Contents) -> None:
    """Of a rule that is not sure; of a sure one it changes nothing."""
    sites, _ = found(region, contents, agreed("custom:A5", "PO2203", party="PO2201"))
    assert Difference("sbo-hoogeveen", "admission.holder", "PO2203", "PO2201") in sites
    assert found(region, contents, agreed("custom:A3a", "PO2203", party="PO2201")) == ([], [])


@pytest.mark.parametrize("by", ["GM0106", "PO2201"])
def test_a_double_signature_holds_what_went_before(region: Snapshot, contents: Contents, by: str) -> None:
    """Where parents alone were enough at 12 to 15, the pupil must now agree as well."""
    sites, _ = found(region, contents, agreed("custom:H1c", by))
    assert Difference("bao-assen", "referral.outcome", "decided", "held: consent_of_both") in sites


def test_an_agreement_that_ends_shows_as_well(region: Snapshot, contents: Contents) -> None:
    """What was agreed is no more."""
    desk = agreed("desk", "PO2201", since=START, swv="PO2201", name="Loket Noord", sites=["bao-assen"])
    with_desk = Snapshot.from_facts(replace(contents, agreements=[desk]))
    sites, _ = asked_in_both(with_desk, region, DAY)
    assert Difference("bao-assen", "support.desk", "Loket Noord", "-") in sites
