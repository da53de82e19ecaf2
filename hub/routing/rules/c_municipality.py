"""Group C: which municipality, and within it which social team, a question about home or youth help goes to."""

from datetime import date

from hub.codes import Confidence, HelpForm, Residence
from hub.routing import residence
from hub.routing.rule import Applies, Asks, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.sources import explained, jeugdwet, wvo
from hub.routing.rules.teams import team_of
from hub.routing.situation import Situation, school

RESIDENCE_BY_REGISTER = date(2022, 1, 1)
"""Since this day the child's own registered address counts; before it, that of whoever had custody."""


@rule(
    "C1",
    "Jeugdhulp: de gemeente waar het kind staat ingeschreven",
    explained("Jeugdwet, woonplaatsbeginsel", "vng.nl/artikelen/woonplaatsbeginsel-jeugdhulp"),
    valid_from=RESIDENCE_BY_REGISTER,
    texts=Texts(
        nl="De leerling woont op postcode {postcode}, in de gemeente {municipality_name}. Die gemeente is "
        "verantwoordelijk voor jeugdhulp. Daarom krijgt {team_name} deze vraag.",
        en="The pupil lives at postcode {postcode}, in the municipality of {municipality_name}. That municipality is "
        "responsible for youth help. That is why {team_name} receives this question.",
    ),
    near_miss=Texts(
        nl="De leerling staat ingeschreven op postcode {postcode}, in de gemeente {municipality_name}. Zolang het "
        "verblijf duurt, telt dat niet: de gemeente van vlak voor het verblijf blijft verantwoordelijk.",
        en="The pupil is registered at postcode {postcode}, in the municipality of {municipality_name}. That does not "
        "count as long as the stay lasts: the municipality of just before the stay remains responsible.",
    ),
)
def team_of_home(case: Situation) -> Outcome | None:
    """The child's own registered address: not that of the parents, and not that of the school."""
    if case.facts.living.residence is Residence.STAY:
        return _address_during_stay(case)
    if case.facts.living.residence is not Residence.HOME:
        return None
    outcome = team_of(case, case.home_municipality(), case.facts.home_postcode)
    return outcome._replace(facts={**outcome.facts, **case.home()}) if isinstance(outcome, Applies) else outcome


@rule(
    "C6",
    "Jeugdhulp is er tot 18 jaar, met een beperkt vervolg",
    jeugdwet("art. 1.1"),
    texts=Texts(
        nl="De leerling valt in de leeftijdsgroep {age_group}. Jeugdhulp is er voor jongeren onder de 18. Van 18 tot "
        "en met 22 jaar kan het alleen als de hulp eerder is begonnen of toegekend, of binnen een half jaar weer "
        "begint.",
        en="The pupil is in the age group {age_group}. Youth help is for people under 18. From 18 to 22 it is possible "
        "only if the help was started or granted earlier, or is resumed within half a year.",
    ),
)
def adults_need_a_look(case: Situation) -> Outcome | None:
    """From 18 on the age alone does not say who helps; help that began before may go on until 23."""
    age = case.facts.age_group
    if not case.adult or age is None:
        return None
    goes_on = age == "18-22" and case.facts.living.help_before_18 is True
    return Applies({"age_group": age}, asks=None if goes_on else "youth_help_after_18")


@rule(
    "C6b",
    "Pleegzorg loopt door tot 21 jaar",
    explained("Pleegzorg na 18 jaar", "de domeinregels, zonder het artikel"),
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="De leerling is 18 jaar of ouder en woont in een pleeggezin. Pleegzorg loopt door tot 21 jaar.",
        en="The pupil is 18 or older and lives with a foster family. Foster care goes on until 21.",
    ),
)
def foster_care_goes_on(case: Situation) -> Outcome | None:
    """Told beside C6, so that nobody ends a foster placement on the 18th birthday."""
    in_foster_care = case.facts.living.help_form is HelpForm.FOSTER
    return Applies({}) if in_foster_care and case.facts.age_group == "18-22" else None


@rule(
    "C7",
    "De school overlegt met de gemeente van de woonplaats",
    wvo("art. 2.41 lid 1 onder a", "het artikel van de WPO voor het primair onderwijs is nog na te lezen"),
    texts=Texts(
        nl="Een school overlegt over hulp met de gemeente waar de leerling volgens de Jeugdwet woont: "
        "{municipality_name}.",
        en="A school consults about help with the municipality where the pupil lives according to the Youth Act: "
        "{municipality_name}.",
    ),
)
def consulted_municipality(case: Situation) -> Outcome | None:
    """The municipality of residence is the school's partner in talk."""
    municipality = residence.of_youth_help(case)
    return None if isinstance(municipality, Asks) else Applies(case.party("municipality", municipality))


@rule(
    "C7b",
    "Het team van de gemeente van de school is hooguit een tussenstap",
    wvo("art. 2.41 lid 1 onder a", "het team bij de school is gewoonte"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="Het team van de gemeente van de school mag een vraag aannemen en doorgeven.",
        en="The team of the school's municipality may take a question and pass it on.",
    ),
    near_miss=Texts(
        nl="{school_name} staat in de gemeente {school_municipality_name}, maar de leerling woont in "
        "{municipality_name}. Het team bij de school kan hooguit doorverwijzen en is daarom niet gevraagd.",
        en="{school_name} stands in the municipality of {school_municipality_name}, but the pupil lives in "
        "{municipality_name}. The team near the school could only pass the question on, so it is not asked.",
    ),
)
def team_of_school(case: Situation) -> Outcome | None:
    """People often think of the team near the school; told only when that is another municipality."""
    home, own = residence.of_youth_help(case), case.site.municipality
    if isinstance(home, Asks) or own is None or own == home:
        return None
    parties = case.party("municipality", home) | case.party("school_municipality", own)
    return NearMiss(school(case.site) | parties)


@rule(
    "C8",
    "Verhuizing: ambulante hulp gaat mee naar de nieuwe gemeente",
    explained("Jeugdwet, woonplaatsbeginsel", "vng.nl/artikelen/woonplaatsbeginsel-jeugdhulp"),
    confidence=Confidence.LIKELY,
    valid_from=RESIDENCE_BY_REGISTER,
    texts=Texts(
        nl="De leerling is op {moved_on} verhuisd. Voor hulp aan huis telt vanaf dan de nieuwe gemeente.",
        en="The pupil moved house on {moved_on}. For help at home the new municipality counts from then on.",
    ),
    near_miss=Texts(
        nl="De leerling is op {moved_on} verhuisd. Bij een verblijf blijft de gemeente van vóór het verblijf "
        "verantwoordelijk.",
        en="The pupil moved house on {moved_on}. During a stay the municipality from before the stay remains "
        "responsible.",
    ),
)
def house_move(case: Situation) -> Outcome | None:
    """A move takes ambulatory help along, and a stay not."""
    living = case.facts.living
    if living.moved_on is None or living.moved_on > case.on:
        return None
    told = {"moved_on": living.moved_on.isoformat()}
    return NearMiss(told) if living.residence is Residence.STAY else Applies(told)


def _address_during_stay(case: Situation) -> Outcome | None:
    """Worth telling where the register now names another municipality than the one before the stay (C2)."""
    here, before = case.home_municipality(), residence.of_youth_help(case)
    if isinstance(here, Asks) or isinstance(before, Asks) or here == before:
        return None
    return NearMiss(case.home() | case.party("municipality", here))


RULES: tuple[Rule[Situation], ...] = (
    team_of_home,
    adults_need_a_look,
    foster_care_goes_on,
    consulted_municipality,
    team_of_school,
    house_move,
)
