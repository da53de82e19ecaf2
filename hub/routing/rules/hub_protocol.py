"""What this hub does by agreement and not by law: terms, hand-overs, the brake on passing on, and triage."""

from dataclasses import dataclass

from hub.codes import Confidence, OrganisationCode, Sector
from hub.routing.answer_terms import answer_terms
from hub.routing.facts import Declined
from hub.routing.rule import Applies, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.conclusions import decided_by_home
from hub.routing.rules.sources import working_method
from hub.routing.situation import Situation

HAND_OVERS = 3
"""The hand-over at which the hub stops passing a case on."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """One party that did not take the case."""

    case: Situation
    declined: Declined


@dataclass(frozen=True, slots=True)
class Choice:
    """The party to which the holder of a case hands it."""

    case: Situation
    by: OrganisationCode
    chosen: OrganisationCode


@rule(
    "HUB1",
    "Termijn voor een antwoord aan de school",
    working_method("termijnen"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="De school krijgt binnen {days} werkdagen antwoord.",
        en="The school gets an answer within {days} working days.",
    ),
)
def answer_term(case: Situation) -> Outcome | None:
    """The days in which the school must be able to read an answer, in working days of the team that holds the case."""
    return Applies({"days": str(answer_terms(case).answered)})


@rule(
    "HUB2",
    "Wat eerder is afgewezen",
    working_method("doorgeven"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="{party_name} heeft deze vraag niet opgepakt: {decline}. De hub biedt hem daar niet nog eens aan.",
        en="{party_name} did not take this question: {decline}. The hub does not offer it there again.",
    ),
)
def declined_before(hand_over: HandOver) -> Outcome | None:
    """A decline teaches: the same party is not asked twice."""
    party = hand_over.case.party("party", hand_over.declined.organisation)
    return Applies(party | {"decline": hand_over.declined.code.value})


@rule(
    "HUB3",
    "Na drie keer doorgeven volgt een gezamenlijk gesprek",
    working_method("doorgeven"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="Deze vraag is nu {count} keer doorgegeven. De hub stuurt hem niet verder. {swv_name} ({swv}), het "
        "samenwerkingsverband van de school, leidt een gesprek met alle partijen.",
        en="This question has now been passed on {count} times. The hub passes it on no further. {swv_name} ({swv}), "
        "the school's partnership, leads a talk with all parties.",
    ),
    near_miss=Texts(
        nl="Deze vraag is nu {count} keer doorgegeven. De hub stuurt hem niet verder. De school heeft geen zeker "
        "samenwerkingsverband dat een gesprek kan leiden; de beheerder van de hub regelt dat.",
        en="This question has now been passed on {count} times. The hub passes it on no further. The school has no "
        "certain partnership to lead a talk; the operator of the hub arranges one.",
    ),
)
def brake(case: Situation) -> Outcome | None:
    """Whoever passes a question on for the third time sits down with the others instead.

    What a talk has agreed on is followed; from there the counting begins anew.
    """
    count = len(case.facts.declined) - case.facts.settled
    if count < HAND_OVERS:
        return None
    told = {"count": str(count)}
    return Applies(told | case.party("swv", case.school_swv)) if case.school_swv else NearMiss(told)


@rule(
    "HUB4",
    "Van meer gemeenten blijft er één over",
    working_method("doorgeven"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="Postcode {postcode} ligt in meer dan één gemeente. Een andere gemeente heeft gezegd dat de leerling daar "
        "niet woont. Daarom blijft {municipality_name} over.",
        en="Postcode {postcode} lies in more than one municipality. Another one said that the pupil does not live "
        "there. That leaves {municipality_name}.",
    ),
)
def learned_from_decline(case: Situation) -> Outcome | None:
    """A team that answers "not our area" settles a postcode that lies in several municipalities, once one remains."""
    left = case.municipalities
    if not case.facts.declined or len(left) != 1:
        return None
    known = case.snapshot.municipalities(case.facts.home_postcode or "", case.on)
    return Applies(case.home() | case.party("municipality", left[0])) if len(known) > 1 else None


@rule(
    "HUB5",
    "Overstap van de basisschool: het samenwerkingsverband vo van de woonplaats",
    working_method("overstap"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="De vraag gaat over de overstap van {school_name} naar het voortgezet onderwijs. Die vraag gaat naar het "
        "samenwerkingsverband vo van de woonplaats, dat ook over toelating tot het vso beslist (regel A4b). Bij "
        "postcode {postcode} is dat {swv_name} ({swv}).",
        en="The question is about the change from {school_name} to secondary education. It goes to the VO partnership "
        "of the home, which also decides on admission to special secondary education (rule A4b). For postcode "
        "{postcode} that is {swv_name} ({swv}).",
    ),
)
def change_of_sector(case: Situation) -> Outcome | None:
    """The partnership that will be responsible after the summer hears of the change before it."""
    return decided_by_home(case, case.site, Sector.VO) if case.leaves_primary else None


@rule(
    "HUB6",
    "Wat niet zeker is, beslist een mens",
    working_method("uitzoeken"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="De hub kan dit niet zeker beslissen en gokt niet. {swv_name} ({swv}), het samenwerkingsverband van de "
        "school, zoekt eerst uit wat ontbreekt.",
        en="The hub cannot decide this for certain and does not guess. {swv_name} ({swv}), the school's partnership, "
        "first finds out what is missing.",
    ),
    near_miss=Texts(
        nl="De hub kan dit niet zeker beslissen en gokt niet. De school heeft geen zeker samenwerkingsverband dat dit "
        "kan uitzoeken; de beheerder van de hub doet dat.",
        en="The hub cannot decide this for certain and does not guess. The school has no certain partnership to find "
        "this out; the operator of the hub does.",
    ),
)
def triage(case: Situation) -> Outcome | None:
    """The school's partnership looks first; where there is none, the operator of the hub."""
    return Applies(case.party("swv", case.school_swv)) if case.school_swv else NearMiss({})


@rule(
    "HUB7",
    "Doorgegeven door wie de vraag had",
    working_method("doorgeven"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="{by_name} heeft deze vraag doorgegeven aan {party_name}. {party_name} beslist zelf of zij hem oppakt.",
        en="{by_name} passed this question on to {party_name}. {party_name} decides itself whether to take it.",
    ),
)
def chosen_by_holder(choice: Choice) -> Outcome | None:
    """Who has a case may name the next party; a person knows what no rule knows."""
    case = choice.case
    return Applies(case.party("by", choice.by) | case.party("party", choice.chosen))


RULES: tuple[Rule[Situation], ...] = (answer_term, brake, learned_from_decline, change_of_sector, triage)
HAND_OVER_RULES: tuple[Rule[HandOver], ...] = (declined_before,)
CHOICE_RULES: tuple[Rule[Choice], ...] = (chosen_by_holder,)
