"""What is refused at the door, by whom it comes and what it carries: A2, E4, H2, H3, H4."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from hub.codes import Asker, Carried, ConsentBy, OrganisationCode, SchoolType
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide, follow_choice
from hub.routing.decision import Refused
from hub.routing.facts import Facts, Permission, Request, Sending

TODAY = date(2026, 11, 21)
support = partial(Facts, Request.SUPPORT, TODAY, "bao-assen", "9401")
so = partial(Facts, Request.ADMISSION, TODAY, "bao-assen", "9401", admission=SchoolType.SO)
HEALTH = frozenset({Carried.HEALTH_DATA})
EXAMPLES = [
    # H4: numbers that may not be used here
    (support(sending=Sending(carries=frozenset({Carried.BSN}))), "refused by H4 | H4"),
    (support(sending=Sending(carries=frozenset({Carried.ECK_ID}))), "refused by H4 | H4"),
    # H3: a partnership passes no health data on
    (support(sending=Sending(Asker.SWV, HEALTH)), "refused by H3 | H3"),
    (Facts(Request.SIGNAL, TODAY, "bao-assen", sending=Sending(Asker.SWV, HEALTH)), "refused by H3 | H3"),
    # a school gives its own partnership what it needs
    (support(sending=Sending(Asker.SCHOOL, HEALTH)), "PO2201 | A2 A1 B1"),
    # A2b: nobody but the school asks a partnership
    (support(sending=Sending(Asker.SWV)), "refused by A2b | A2b"),
    (so(sending=Sending(Asker.MUNICIPALITY)), "refused by A2b | A2b"),
    (so(sending=Sending(Asker.PARENTS)), "refused by A2b | A2b"),
    (so(sending=Sending(Asker.OTHER)), "refused by A2b | A2b"),
    # H2: consent makes a municipality's task no wider
    (
        support(sending=Sending(Asker.MUNICIPALITY), permission=Permission(ConsentBy.PARENTS)),
        "refused by A2b | H2 A2b",
    ),
    # E4: not straight to the council
    (Facts(Request.SIGNAL, TODAY, "bao-assen", sending=Sending(to_council=True)), "refused by E4 | E4"),
    # danger comes first, whatever else is wrong
    (support(acute_danger=True, sending=Sending(Asker.SWV, HEALTH)), "refused by E3 | E2 E3"),
]


@pytest.mark.parametrize(("facts", "expected"), EXAMPLES)
def test_what_may_not_come_in_is_refused_with_the_rule(
    told: Callable[[Facts], str], facts: Facts, expected: str
) -> None:
    """Nothing of it is stored, and the answer says what to do instead."""
    assert told(facts) == expected


@pytest.mark.parametrize("facts", [facts for facts, expected in EXAMPLES if expected.startswith("refused")])
def test_every_refusal_names_a_next_step_in_both_languages(region: Snapshot, facts: Facts) -> None:
    """A refusal without a way on would only be a wall."""
    refused = decide(facts, region)
    assert isinstance(refused, Refused)
    assert any(word in refused.sentence("nl") for word in ("Vraag", "Haal", "Bel", "Overleg"))
    assert any(word in refused.sentence("en") for word in ("Ask", "Remove", "Call", "Consult"))


@pytest.mark.parametrize(("by", "rules"), [("PO2201", ["HUB7", "H3b", "HUB1"]), ("GM0118-ST", ["HUB7", "HUB1"])])
def test_a_partnership_hands_on_a_question_and_never_its_file(region: Snapshot, by: str, rules: list[str]) -> None:
    """H3: what it wrote about the pupil stays, and the reason says so."""
    answer = follow_choice(
        Facts(Request.SIGNAL, TODAY, "bao-beilen", "7901"), region, OrganisationCode(by), OrganisationCode("PO2203")
    )
    assert [reason.rule for reason in answer.reasons] == rules
