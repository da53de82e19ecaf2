"""Group H, first part: who must agree before a school shares something with a municipality, and when nobody has to.

These rules never send anything: they keep a case with the school until what is missing is there.
"""

from dataclasses import replace

from hub.codes import Confidence, ConsentBy
from hub.routing.facts import Request
from hub.routing.rule import ALWAYS, Applies, Holds, NearMiss, Outcome, Rule, Source, Texts, rule
from hub.routing.rules.sources import REGIONAL_AGREEMENT, explained
from hub.routing.situation import ADULT, Situation

BOTH_AT_TWELVE = "custom:H1c"
"""Kind of agreement: the region asks consent of parents and pupil together from 12 to 15."""

_EXCHANGE = explained("Gegevensuitwisseling over jeugdigen", "nji.nl")
_UNDER_16 = frozenset({"0-11", "12-15"})
_FROM_16 = frozenset({"16-17"}) | ADULT
_YOUTH_ACT = Source("Jeugdwet", "art. 7.3.4 en 7.3.5", "een consolidatie van 2017; de huidige tekst is nog na te lezen")


@rule(
    "H5",
    "Delen zonder toestemming, met het doel vastgelegd",
    Source("Jeugdwet", "art. 7.3.11 lid 4", "een consolidatie van 2017; de huidige tekst is nog na te lezen"),
    valid_from=ALWAYS,
    texts=Texts(
        nl="De school deelt zonder toestemming. Het doel is vastgelegd: {purpose}. Voor dat doel laat de wet het toe.",
        en="The school shares without consent. The purpose was recorded: {purpose}. The law allows it for that.",
    ),
)
def lawful_exception(case: Situation) -> Outcome | None:
    """Safety, a supervision order or a vital interest; compulsory mental care (Wvggz) is no ground."""
    purpose = case.facts.permission.without
    return None if purpose is None else Applies({"purpose": purpose.value})


@rule(
    "H1",
    "Zonder toestemming gaat een aanvraag niet naar de gemeente",
    _EXCHANGE,
    texts=Texts(
        nl="De school deelt pas met het team van de gemeente als daar toestemming voor is. Die is er niet.",
        en="The school shares with the team of the municipality only with consent. There is none.",
    ),
)
def consent_needed(case: Situation) -> Outcome | None:
    """Explicit consent, for every request for help."""
    given = case.facts.permission.given_by
    if _is_excepted(case) or given is not None or case.facts.request is not Request.REFERRAL:
        return None
    return Holds({}, "consent_missing")


@rule(
    "H1b",
    "Toestemming tot 16 jaar van de ouders, vanaf 16 jaar van de leerling alleen",
    _EXCHANGE,
    texts=Texts(
        nl="De leerling valt in de leeftijdsgroep {age_group}. Tot 16 jaar geven de ouders toestemming, vanaf 16 jaar "
        "de leerling alleen. De toestemming die er is, is van een ander.",
        en="The pupil is in the age group {age_group}. Up to 16 the parents consent, from 16 the pupil alone. The "
        "consent that was given is someone else's.",
    ),
)
def right_person(case: Situation) -> Outcome | None:
    """Parents are not asked at 16 and 17; a pupil under 16 cannot consent alone."""
    age, given = case.facts.age_group, case.facts.permission.given_by
    if _is_excepted(case) or age is None:
        return None
    if age in _FROM_16 and given is ConsentBy.PARENTS:
        return Holds({"age_group": age}, "consent_of_pupil")
    too_young = age in _UNDER_16 and given is ConsentBy.PUPIL
    return Holds({"age_group": age}, "consent_of_parents") if too_young else None


@rule(
    "H1c",
    "Van 12 tot en met 15 jaar vragen sommige regio's ook de leerling",
    REGIONAL_AGREEMENT,
    replace(_YOUTH_ACT, note="over het krijgen van hulp, niet over delen"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="In deze regio is afgesproken dat van 12 tot en met 15 jaar ook de leerling zelf toestemming geeft "
        "(afspraak {agreement}).",
        en="In this region it was agreed that from 12 to 15 the pupil also consents (agreement {agreement}).",
    ),
    near_miss=Texts(
        nl="De leerling is 12 tot en met 15 jaar. Voor delen is de toestemming van de ouders genoeg; dat ook de "
        "leerling tekent is een gewoonte. De wet vraagt beide pas voor het krijgen van hulp.",
        en="The pupil is 12 to 15. For sharing the parents' consent is enough; that the pupil signs too is custom. The "
        "law asks for both only for receiving help.",
    ),
)
def both_at_twelve(case: Situation) -> Outcome | None:
    """A double signature is not coded as law, and holds a case only where a region agreed on it."""
    only_parents = case.facts.permission.given_by is ConsentBy.PARENTS and case.facts.age_group == "12-15"
    if _is_excepted(case) or not only_parents:
        return None
    parties = {case.school_swv, case.site.municipality, case.site.board}
    for agreement in case.snapshot.agreements(BOTH_AT_TWELVE, case.on):
        if agreement.parties & parties:
            return Holds({"agreement": agreement.id}, "consent_of_both")
    return NearMiss({})


@rule(
    "H1d",
    "Toestemming van beide ouders met gezag",
    _EXCHANGE,
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="Eén ouder heeft toestemming gegeven. Hebben beide ouders gezag, dan geven zij allebei toestemming.",
        en="One parent has consented. Where both parents have authority, both consent.",
    ),
)
def both_parents(case: Situation) -> Outcome | None:
    """Both parents with authority, as long as the parents are the ones to consent."""
    one_missing = case.facts.permission.both_parents is False and case.facts.age_group not in _FROM_16
    return Holds({}, "consent_of_both_parents") if one_missing and not _is_excepted(case) else None


@rule(
    "H1e",
    "Toestemming die is ingetrokken, telt niet meer",
    _EXCHANGE,
    texts=Texts(
        nl="De toestemming is ingetrokken. Vanaf dat moment wordt niets meer gedeeld.",
        en="Consent was withdrawn. From then on nothing more is shared.",
    ),
)
def consent_withdrawn(case: Situation) -> Outcome | None:
    """As if it had never been given, for all that comes after."""
    return Holds({}, "consent_withdrawn") if case.facts.permission.withdrawn and not _is_excepted(case) else None


@rule(
    "H1f",
    "De leerling maakt bezwaar tegen delen",
    _YOUTH_ACT,
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="De leerling maakt bezwaar tegen delen. Vanaf 12 jaar weegt dat mee, vanaf 16 jaar beslist de leerling.",
        en="The pupil objects to sharing. From 12 on that weighs, from 16 the pupil decides.",
    ),
    near_miss=Texts(
        nl="De leerling maakt bezwaar tegen delen, maar is jonger dan 12. De ouders beslissen; praat wel met het kind.",
        en="The pupil objects to sharing, but is younger than 12. The parents decide; do talk with the child.",
    ),
)
def pupil_objects(case: Situation) -> Outcome | None:
    """An objection is heard before anything leaves the school."""
    if not case.facts.permission.pupil_objects or _is_excepted(case):
        return None
    return NearMiss({}) if case.facts.age_group == "0-11" else Holds({}, "pupil_objects")


def _is_excepted(case: Situation) -> bool:
    return case.facts.permission.without is not None


RULES: tuple[Rule[Situation], ...] = (
    lawful_exception,
    consent_withdrawn,
    consent_needed,
    right_person,
    both_at_twelve,
    both_parents,
    pupil_objects,
)
"""In the order in which they are put to a question about home."""
