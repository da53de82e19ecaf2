"""Group C, second part: the municipality of a child that does not simply live at its registered address."""

from hub.codes import Confidence, Residence
from hub.routing import residence
from hub.routing.rule import Applies, Holds, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.c_municipality import RESIDENCE_BY_REGISTER
from hub.routing.rules.sources import REGIONAL_AGREEMENT, explained, jeugdwet
from hub.routing.rules.teams import agreed_for_age, team_of
from hub.routing.situation import Situation

_RESIDENCE_RULE = explained("Jeugdwet, woonplaatsbeginsel", "vng.nl/artikelen/woonplaatsbeginsel-jeugdhulp")
_ABROAD = explained("Jeugdwet, woonplaatsbeginsel", "sdfryslan.nl")
_ASYLUM = explained("Jeugdhulp voor asielzoekerskinderen", "vng.nl")


@rule(
    "C2",
    "Verblijf: de gemeente van vóór het verblijf",
    _RESIDENCE_RULE,
    valid_from=RESIDENCE_BY_REGISTER,
    texts=Texts(
        nl="De leerling verblijft niet thuis maar bij een pleegouder of in een instelling. Voor jeugdhulp is dan "
        "{municipality_name} verantwoordelijk: daar stond de leerling ingeschreven vlak voor het verblijf begon. "
        "Daarom krijgt {team_name} deze vraag.",
        en="The pupil does not stay at home but with a foster parent or in an institution. {municipality_name} is then "
        "responsible for youth help: the pupil was registered there just before the stay began. That is why "
        "{team_name} receives this question.",
    ),
)
def team_before_stay(case: Situation) -> Outcome | None:
    """Foster care, residential care, a shelter, a secure institution: where the child was registered before."""
    if case.facts.living.residence is not Residence.STAY:
        return None
    return team_of(case, residence.of_youth_help(case), None)


@rule(
    "C3",
    "Geheim of onbekend adres: de gemeente van de moeder, anders van het verblijf",
    _RESIDENCE_RULE,
    valid_from=RESIDENCE_BY_REGISTER,
    texts=Texts(
        nl="Het adres van de leerling is geheim of onbekend, en de hub vraagt er niet naar. Dan telt de gemeente van "
        "de moeder bij de geboorte, en als die niet bekend is de gemeente waar het kind verblijft: "
        "{municipality_name}. Daarom krijgt {team_name} deze vraag.",
        en="The pupil's address is secret or unknown, and the hub does not ask for it. Then the mother's municipality "
        "at birth counts, and where that is not known the municipality where the child stays: {municipality_name}. "
        "That is why {team_name} receives this question.",
    ),
)
def team_of_secret_address(case: Situation) -> Outcome | None:
    """The secrecy flag of the register, or no address in it."""
    if case.facts.living.residence not in (Residence.SECRET, Residence.UNKNOWN):
        return None
    return team_of(case, residence.of_youth_help(case), None)


@rule(
    "C4",
    "Adres in het buitenland: de gemeente waar het kind verblijft",
    _ABROAD,
    valid_from=RESIDENCE_BY_REGISTER,
    texts=Texts(
        nl="De leerling woont in het buitenland en verblijft nu in {municipality_name}. Die gemeente is "
        "verantwoordelijk voor jeugdhulp. Daarom krijgt {team_name} deze vraag.",
        en="The pupil lives abroad and now stays in {municipality_name}. That municipality is responsible for youth "
        "help. That is why {team_name} receives this question.",
    ),
)
def team_of_stay_from_abroad(case: Situation) -> Outcome | None:
    """The place of stay at the moment of the request."""
    if not case.abroad or not case.facts.living.stays_in_netherlands:
        return None
    return team_of(case, residence.of_youth_help(case), case.facts.living.stay_postcode)


@rule(
    "C4b",
    "Wie niet in Nederland verblijft, krijgt geen jeugdhulp van een gemeente",
    jeugdwet("art. 1.3 lid 1"),
    texts=Texts(
        nl="De leerling verblijft niet in Nederland. Geen Nederlandse gemeente is dan verantwoordelijk voor jeugdhulp.",
        en="The pupil does not stay in the Netherlands. Then no Dutch municipality is responsible for youth help.",
    ),
)
def no_team_abroad(case: Situation) -> Outcome | None:
    """Living and staying abroad: help is asked in that country."""
    away = case.abroad and not case.facts.living.stays_in_netherlands
    return Holds({}, "help_abroad") if away else None


@rule(
    "C5",
    "Asielzoekerskinderen: de gemeente waar het kind verblijft",
    _ASYLUM,
    valid_from=RESIDENCE_BY_REGISTER.replace(year=2019),
    texts=Texts(
        nl="De leerling vraagt asiel en verblijft in {municipality_name}. Die gemeente is verantwoordelijk voor "
        "jeugdhulp. Daarom krijgt {team_name} deze vraag.",
        en="The pupil asks for asylum and stays in {municipality_name}. That municipality is responsible for youth "
        "help. That is why {team_name} receives this question.",
    ),
)
def team_of_asylum(case: Situation) -> Outcome | None:
    """Children in asylum reception, alone or with family, since 2019."""
    if case.facts.living.residence is not Residence.ASYLUM:
        return None
    return team_of(case, residence.of_youth_help(case), case.facts.living.stay_postcode)


@rule(
    "C2b",
    "Jeugdhulp en leerplicht kunnen bij twee gemeenten liggen",
    _RESIDENCE_RULE,
    texts=Texts(
        nl="Voor jeugdhulp en voor leerplicht is dezelfde gemeente aan zet: {municipality_name}.",
        en="The same municipality acts for youth help and for attendance: {municipality_name}.",
    ),
    near_miss=Texts(
        nl="Voor jeugdhulp is {help_name} verantwoordelijk. Dat telt niet voor verzuim: de leerling verblijft in "
        "{municipality_name}, en daar zit de leerplicht.",
        en="{help_name} is responsible for youth help. That does not count for absence: the pupil stays in "
        "{municipality_name}, and the attendance office is there.",
    ),
)
def two_municipalities(case: Situation) -> Outcome | None:
    """A foster child may have attendance in one municipality and youth help in another; told only when it is so."""
    help_of, attendance = residence.of_youth_help(case), residence.of_attendance(case)
    if not isinstance(help_of, str) or not isinstance(attendance, str) or help_of == attendance:
        return None
    return NearMiss(case.party("help", help_of) | case.party("municipality", attendance))


@rule(
    "C9",
    "Een team voor een leeftijd, waar de gemeente dat zo regelt",
    REGIONAL_AGREEMENT,
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="In {municipality_name} werkt {team_name} voor de leeftijd {age_group}. Zo staat het in afspraak "
        "{agreement}.",
        en="In {municipality_name} {team_name} works for the ages {age_group}. Agreement {agreement} says so.",
    ),
)
def team_for_age(case: Situation) -> Outcome | None:
    """Told when an agreement, and not the neighbourhood, named the team."""
    age = case.facts.age_group
    municipality = residence.of_youth_help(case) if age else None
    agreement = agreed_for_age(case, municipality) if isinstance(municipality, str) else None
    if agreement is None or age is None or not isinstance(municipality, str):
        return None
    parties = case.party("municipality", municipality) | case.party("team", agreement.scope["team"])
    return Applies(parties | {"age_group": age, "agreement": agreement.id})


RULES: tuple[Rule[Situation], ...] = (
    team_before_stay,
    team_of_secret_address,
    team_of_stay_from_abroad,
    no_team_abroad,
    team_of_asylum,
    two_municipalities,
    team_for_age,
)
