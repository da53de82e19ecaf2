"""Reasons and questions: told in two languages from rule and facts alone, and never surer than the rule is."""

import json
from datetime import date
from string import Formatter

import pytest

from hub.codes import About, Confidence, DeclineCode, Residence, SchoolType, Standing
from hub.directory.entries import Doubt
from hub.directory.snapshot import Snapshot
from hub.i18n import Language
from hub.routing.decide import decide
from hub.routing.decision import Question, Reason, Undecided
from hub.routing.facts import Facts, Living, Request
from hub.routing.questions import QUESTIONS
from hub.routing.rule import Texts
from hub.routing.rules import RULES
from hub.routing.rules.sources import OWN_METHOD, REGIONAL_AGREEMENT
from hub.routing.words import uncertainty

TODAY = date(2026, 11, 21)
BEILEN_SO = Facts(Request.ADMISSION, TODAY, "bao-beilen", "7901", admission=SchoolType.SO)
ALL_TEXTS = [
    *((f"{rule.id}", rule.texts) for rule in RULES.values()),
    *((f"{rule.id} near miss", rule.near_miss) for rule in RULES.values() if rule.near_miss),
    *QUESTIONS.items(),
]
LANGUAGES: tuple[Language, ...] = ("nl", "en")


def named(template: str) -> set[str]:
    """The facts that a sentence names."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("texts", [pytest.param(texts, id=name) for name, texts in ALL_TEXTS])
def test_both_languages_name_the_same_facts(texts: Texts) -> None:
    """A reader of English learns exactly what a reader of Dutch learns."""
    assert named(texts.nl) == named(texts.en)
    assert texts.nl.endswith((".", "?", "}"))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_where_it_stands(rule: str) -> None:
    """A rule without a source, or with a source whose reading is not named, would be an opinion."""
    entry = RULES[rule]
    assert entry.sources
    assert all(source.law and source.read_in for source in entry.sources)
    assert entry.title


def test_the_laws_read_in_2017_say_so() -> None:
    """The jurist must see that the present wording has to be read again."""
    assert Reason("A3a", {}).source == (
        "WEC art. 40 lid 11 (gelezen in: een consolidatie van 2017; de huidige tekst is nog na te lezen)"
    )
    old = {"WPO", "WEC", "Leerplichtwet 1969", "Jeugdwet"}
    sources = [source for rule in RULES.values() for source in rule.sources if source.law in old]
    assert sources
    assert all("2017" in source.read_in for source in sources)


def test_a_decision_explains_itself_in_dutch_and_english(region: Snapshot) -> None:
    """The near miss stands beside the rule that held, in the order in which a person would tell it."""
    reasons = {(reason.rule, reason.applies): reason for reason in decide(BEILEN_SO, region).reasons}
    assert reasons["A3a", True].sentence("nl") == (
        "De leerling is of was tot nu toe leerling van School bao-beilen. Over toelating tot het so beslist dan het "
        "samenwerkingsverband van die school: Samenwerkingsverband Noord- en Midden-Drenthe (PO) (PO2201)."
    )
    assert reasons["A3b", False].sentence("en").startswith("The pupil lives at postcode 7901, in the area of ")
    assert "It does not decide here" in reasons["A3b", False].sentence("en")


NEAR_MISSES = [
    (
        Facts(Request.ADMISSION, TODAY, "sbo-hoogeveen", "9411", Standing.REGISTERED, admission=SchoolType.SBO),
        "A5f",
        "9411",
        "alleen de sbo-school zelf, School sbo-hoogeveen.",
        "only the sbo school itself counts, School sbo-hoogeveen.",
    ),
    (
        Facts(Request.ADMISSION, TODAY, "vo-pro-hoogeveen", "9411", Standing.REGISTERED, admission=SchoolType.PRO),
        "A6e",
        "9411",
        "de school die praktijkonderwijs aanvraagt telt, School vo-pro-hoogeveen.",
        "the school that applies for practical education counts, School vo-pro-hoogeveen.",
    ),
    (
        Facts(Request.SUPPORT, TODAY, "bao-staphorst-reformed", "7951"),
        "A1b",
        "7951",
        "Landelijk reformatorisch samenwerkingsverband (PO) (PO0001), en dat werkt landelijk.",
        "(PO0001), which works nationwide.",
    ),
    (
        Facts(
            Request.SIGNAL,
            TODAY,
            "bao-assen",
            "9401",
            about=About.HOME,
            living=Living(Residence.STAY, "9401", "GM0118"),
        ),
        "C1",
        "Assen",
        "telt dat niet: de gemeente van vlak voor het verblijf blijft verantwoordelijk.",
        "the municipality of just before the stay remains responsible.",
    ),
    (
        Facts(Request.ABSENCE, TODAY, "bao-assen", "7901"),
        "D1b",
        "in de gemeente Assen",
        "woont of verblijft in Hoogeveen.",
        "lives or stays in Hoogeveen.",
    ),
]


@pytest.mark.parametrize(("facts", "rule", "fact", "dutch", "english"), NEAR_MISSES)
def test_what_people_think_is_told_with_why_it_is_not_so(
    region: Snapshot, facts: Facts, rule: str, fact: str, dutch: str, english: str
) -> None:
    """Both languages name the fact that misleads, and the one that decides."""
    near = next(reason for reason in decide(facts, region).reasons if reason.rule == rule)
    assert not near.applies
    assert fact in near.sentence("nl")
    assert dutch in near.sentence("nl")
    assert english in near.sentence("en")


def test_reasons_survive_storage(region: Snapshot) -> None:
    """Rule id and facts as plain JSON are enough to tell the same sentence later, without a directory."""
    for reason in decide(BEILEN_SO, region).reasons:
        stored = json.loads(json.dumps(reason.to_data()))
        assert Reason.from_data(stored) == reason
        assert Reason.from_data(stored).sentence("en") == reason.sentence("en")
    assert Reason("A2", {"school": "x"}).to_data() == {"rule": "A2", "facts": {"school": "x"}}


def test_questions_survive_storage(region: Snapshot) -> None:
    """A question read from storage asks the same."""
    undecided = decide(
        Facts(Request.ADMISSION, TODAY, "so-hoogeveen", "3197", Standing.REGISTERED, admission=SchoolType.SO), region
    )
    assert isinstance(undecided, Undecided)
    for question in undecided.missing:
        stored = json.loads(json.dumps(question.to_data()))
        assert Question.from_data(stored).sentence("nl") == question.sentence("nl")
        assert Doubt.NO_SWV_IN_LAW.value in question.sentence("en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", [rule.id for rule in RULES.values() if rule.confidence is not Confidence.SURE])
def test_a_rule_that_is_not_sure_never_passes_as_law(rule: str, language: Language) -> None:
    """Every sentence of such a rule ends with its uncertainty."""
    entry = RULES[rule]
    facts = dict.fromkeys(entry.texts.facts | (entry.near_miss.facts if entry.near_miss else set()), "x")
    warning = uncertainty(entry.confidence, language)
    assert warning
    for applies in (True, False):
        assert Reason(entry.id, facts, applies).sentence(language).endswith(warning)


READS_AGREEMENTS = {"A8f", "C9", "H1c", "HUB8", "HUB9", "HUB10"}
LAWS = {"WPO", "WEC", "WVO 2020", "Leerplichtwet 1969", "Jeugdwet", "Wmo 2015"}


def test_what_rests_on_an_agreement_says_so() -> None:
    """A dated agreement of a region is custom there, and no law anywhere."""
    resting = {rule for rule, entry in RULES.items() if REGIONAL_AGREEMENT in entry.sources}
    assert resting == {rule for rule, entry in RULES.items() if "agreement" in entry.texts.facts} | {"HUB9"}
    assert resting == READS_AGREEMENTS
    assert {RULES[rule].confidence for rule in resting} == {Confidence.REGIONAL}


def test_the_own_method_of_the_hub_is_not_cited_as_law() -> None:
    """Nobody may think that a term, a hand-over or a desk stands in a law; E3 says itself that it is Samenspel's."""
    own = {rule: entry for rule, entry in RULES.items() if entry.sources[0].law == OWN_METHOD}
    assert {rule for rule in RULES if rule.startswith("HUB")} | {"E3", "F1e"} == own.keys()
    assert {rule for rule, entry in own.items() if entry.confidence is not Confidence.REGIONAL} == {"E3"}
    assert not any(source.law in LAWS for entry in own.values() for source in entry.sources)
    assert RULES["E3"].texts.nl.startswith("Samenspel neemt dit bericht niet aan")


def test_only_what_was_read_in_a_law_or_its_explanation_is_sure() -> None:
    """A rule that calls itself custom or a convention cannot be sure at the same time."""
    for entry in RULES.values():
        if entry.confidence is Confidence.SURE and entry.id != "E3":
            assert not {source.law for source in entry.sources} & {OWN_METHOD, REGIONAL_AGREEMENT.law}
            assert not any("gewoonte" in source.citation() for source in entry.sources), entry.id


def test_a_sure_rule_carries_no_warning() -> None:
    """What stands in the law is said without reserve."""
    assert Reason("A2", {"school_name": "De Marke"}).sentence("nl").endswith("Dat is hier De Marke.")


@pytest.mark.parametrize("code", list(DeclineCode))
def test_every_decline_is_said_in_words(code: DeclineCode) -> None:
    """No reader meets a code."""
    reason = Reason("HUB2", {"party_name": "Team Zuid", "decline": code.value})
    assert f": {code.value}." not in reason.sentence("nl")
    assert f": {code.value}." not in reason.sentence("en")


@pytest.mark.parametrize("doubt", list(Doubt))
def test_every_doubt_is_told_in_dutch(doubt: Doubt) -> None:
    """The person who must look reads why, in the own language."""
    question = Question("school_in_doubt", {"school_name": "De Marke", "doubt": doubt.value})
    assert doubt.value in question.sentence("en")
    assert doubt.value not in question.sentence("nl")
