"""What holds for every valid input, however odd."""

from dataclasses import fields, replace
from random import Random
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, strategies as st

from hub.codes import Confidence, OrganisationCode, OrganisationKind, Residence
from hub.directory.entries import START, Agreement, Contents
from hub.directory.snapshot import Snapshot
from hub.privacy.visibility import Viewpoint, visible
from hub.routing.decide import decide
from hub.routing.decision import Decision, Held, PartyRole, Reason, Refused, Undecided
from hub.routing.facts import Facts
from hub.routing.questions import QUESTIONS
from hub.routing.rules import RULES
from hub.routing.words import uncertainty
from tests.support.any_facts import any_facts, thorough


@thorough
@given(facts=any_facts)
def test_every_input_gets_an_answer_that_can_be_acted_on(region: Snapshot, facts: Facts) -> None:
    """A decision has one holder, an undecided case has a question, a refusal says what to do instead."""
    answer = decide(facts, region)
    if facts.acute_danger:
        assert isinstance(answer, Refused)
    match answer:
        case Decision():
            assert [receiver.role for receiver in answer.receivers].count(PartyRole.HOLDER) == 1
            assert answer.receivers[0].role is PartyRole.HOLDER
            assert answer.answer_within_working_days > 0
        case Held():
            assert (len(answer.missing), answer.triage, answer.alarm) == (1, None, False)
            assert any(reason.rule == answer.rule for reason in answer.reasons)
        case Undecided():
            assert answer.missing
    assert answer.reasons


@thorough
@given(facts=any_facts)
def test_the_same_case_gets_the_same_answer(region: Snapshot, facts: Facts) -> None:
    """Nothing but facts and directory counts."""
    assert decide(facts, region) == decide(facts, region)


@thorough
@given(facts=any_facts, seed=st.integers())
def test_the_order_in_which_facts_are_given_does_not_count(region: Snapshot, facts: Facts, seed: int) -> None:
    """The same facts, written down in another order, get the same answer."""
    names = [field.name for field in fields(Facts)]
    Random(seed).shuffle(names)
    given_otherwise: dict[str, Any] = {name: getattr(facts, name) for name in names}
    assert decide(Facts(**given_otherwise), region) == decide(facts, region)


def _agreed(kind: str, first: str, **scope: Any) -> Agreement:
    parties = frozenset({OrganisationCode(first), OrganisationCode("VO2201")})
    return Agreement(f"a-{kind}-{first}", kind, parties, scope, START, None, "test")


AGREEMENTS = (
    _agreed("desk", "PO2201", swv="PO2201", name="Loket Drenthe"),
    _agreed("desk", "PO2203", swv="PO2203", name="Loket Hoogeveen"),
    _agreed("shared_office", "PO2201"),
    _agreed("shared_office", "PO2203"),
    _agreed("team_by_age", "GM0106", municipality="GM0106", team="GM0106-ST2", ages=["16-17"]),
    _agreed("custom:H1c", "PO2201"),
    _agreed("custom:A5", "PO2203", party="PO2201"),
)


@pytest.fixture(scope="module")
def directories(contents: Contents) -> tuple[Snapshot, Snapshot]:
    """The same region with agreements, written down in two orders."""
    both = replace(contents, agreements=AGREEMENTS)
    names = [field.name for field in fields(Contents)]
    otherwise = replace(both, **{name: tuple(reversed(tuple(getattr(both, name)))) for name in names})
    return Snapshot.from_facts(both), Snapshot.from_facts(otherwise)


@thorough
@given(facts=any_facts)
def test_the_order_of_the_directory_does_not_count(directories: tuple[Snapshot, Snapshot], facts: Facts) -> None:
    """Whatever order the database returns its rows in, the same case gets the same answer."""
    one, other = directories
    assert decide(facts, one) == decide(facts, other)


@thorough
@given(facts=any_facts)
def test_reasons_tell_exactly_the_facts_they_hold(region: Snapshot, facts: Facts) -> None:
    """Every fact in a reason or question is told or is the code of a name that is told, and nothing told is missing."""
    answer = decide(facts, region)
    for reason in answer.reasons:
        rule = RULES[reason.rule]
        texts = rule.texts if reason.applies else rule.near_miss
        assert texts is not None
        _assert_told(texts.nl, set(reason.facts))
    for question in answer.missing if isinstance(answer, Undecided) else ():
        _assert_told(QUESTIONS[question.id].nl, set(question.facts))


def _assert_told(template: str, facts: set[str]) -> None:
    told = {name for _, name, _, _ in Formatter().parse(template) if name}
    assert told <= facts
    assert {fact for fact in facts if fact not in told and f"{fact}_name" not in told} == set()


@thorough
@given(facts=any_facts)
def test_reasons_name_only_facts_of_the_case_or_the_directory(region: Snapshot, facts: Facts) -> None:
    """A postcode in a reason is that of the home or of a school of the case; an age or a decline is the case's own."""
    sites = [region.site(code, facts.on) for code in (facts.site, facts.previous_site) if code]
    postcodes = {facts.home_postcode} | {site.pc4 for site in sites if site}
    for reason in decide(facts, region).reasons:
        known: dict[str, set[str | None]] = {
            "postcode": postcodes | {facts.living.stay_postcode, "-"},
            "school": {facts.site, facts.previous_site, facts.transition.receiving_site, *facts.seeking.candidates},
            "age_group": {facts.age_group},
            "decline": {row.code.value for row in facts.declined},
            "party": {row.organisation for row in facts.declined} | {facts.transition.receiving_site},
            "vo_year": {str(facts.declaration.vo_year)},
            "purpose": {facts.permission.without},
            "asker": {facts.sending.asker},
            "country": {facts.living.country, ""},
        }
        assert all(reason.facts[name] in values for name, values in known.items() if name in reason.facts)


@thorough
@given(facts=any_facts)
def test_nobody_who_declined_is_asked_again(region: Snapshot, facts: Facts) -> None:
    """A case never returns by itself to a party that handed it on."""
    answer = decide(facts, region)
    if isinstance(answer, Decision):
        assert {receiver.organisation for receiver in answer.receivers}.isdisjoint(
            row.organisation for row in facts.declined
        )


@thorough
@given(facts=any_facts)
def test_only_rules_in_force_are_used(region: Snapshot, facts: Facts) -> None:
    """A decision about an earlier day rests on the rules of that day; triage itself is always possible."""
    for reason in decide(facts, region).reasons:
        assert RULES[reason.rule].on(facts.on) or reason.rule == "HUB6"


@thorough
@given(facts=any_facts)
def test_uncertainty_is_always_shown(region: Snapshot, facts: Facts) -> None:
    """Whatever is not sure says so in both languages."""
    for reason in decide(facts, region).reasons:
        if reason.confidence is not Confidence.SURE:
            assert reason.sentence("nl").endswith(uncertainty(reason.confidence, "nl"))
            assert reason.sentence("en").endswith(uncertainty(reason.confidence, "en"))


@thorough
@given(facts=any_facts)
def test_who_lives_abroad_is_never_said_to_live_at_a_postcode(region: Snapshot, facts: Facts) -> None:
    """A reason must be true of the child; a postcode that was filled in all the same proves no home here."""
    abroad = replace(facts, living=replace(facts.living, residence=Residence.ABROAD))
    for reason in decide(abroad, region).reasons:
        assert "woont op postcode" not in reason.sentence("nl"), reason.rule


@thorough
@given(facts=any_facts)
def test_reasons_read_the_same_after_storage(region: Snapshot, facts: Facts) -> None:
    """What is stored is enough to tell it again."""
    for reason in decide(facts, region).reasons:
        assert Reason.from_data(reason.to_data()).sentence("nl") == reason.sentence("nl")


_MAY_BE_TOLD = frozenset(
    [
        *("age_group", "again_from", "agreement", "asker", "by", "by_name", "count", "country"),
        *("days", "decline", "desk", "doubt", "earliest", "emergency", "help", "help_name"),
        *(
            "moved_on",
            "municipalities",
            "municipality",
            "municipality_name",
            "office",
            "office_name",
            "others",
            "party",
        ),
        *(
            "national",
            "national_name",
            "party_name",
            "postcode",
            "purpose",
            "rule",
            "rules",
            "safe_at_home",
            "school",
            "school_municipality",
        ),
        *("school_municipality_name", "school_name", "sector", "swv", "swv_name", "swv_po", "swv_vo", "team"),
        *("team_name", "until", "vo_year"),
    ]
)
"""Every fact that a reason or question may ever carry: codes, names of organisations, dates. Nothing of health."""


@thorough
@given(facts=any_facts)
def test_no_health_data_in_what_any_party_reads(region: Snapshot, facts: Facts) -> None:
    """H3: reasons and questions travel with the case to other partnerships, so they carry nothing about health."""
    answer = decide(facts, region)
    told = [reason.facts for reason in answer.reasons]
    told += [question.facts for question in getattr(answer, "missing", ())]
    assert {name for facts_told in told for name in facts_told} <= _MAY_BE_TOLD


@given(
    role=st.sampled_from(["holder", "asked", "named", "former"]),
    has_consent=st.booleans(),
    consent_withdrawn=st.booleans(),
)
def test_another_partnership_never_reads_what_a_partnership_wrote(
    role: str, *, has_consent: bool, consent_withdrawn: bool
) -> None:
    """H3: an answer or an explanation of one receiver is for the school only."""
    other = Viewpoint(OrganisationKind.SWV, role, "support.requested", False, has_consent, consent_withdrawn)
    assert not visible(other).fields & {"answer", "explanation"}
