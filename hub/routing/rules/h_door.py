"""Group H, second part, with A2 and E4: what the hub refuses at the door, judged on the facts alone."""

from hub.codes import Asker, Carried
from hub.routing.facts import Facts, Request
from hub.routing.rule import ALWAYS, Applies, Outcome, Rule, Texts, rule
from hub.routing.rules.e_safety import SAFE_AT_HOME
from hub.routing.rules.sources import explained, jeugdwet, wpo, wvo

_ASKS_A_PARTNERSHIP = frozenset({Request.SUPPORT, Request.ADMISSION})


@rule(
    "H4",
    "Geen BSN en geen ECK iD",
    wpo("art. 178a"),
    jeugdwet("art. 7.2.1"),
    valid_from=ALWAYS,
    texts=Texts(
        nl="Dit bericht bevat een BSN of een ECK iD. De hub neemt het niet aan: een school mag het BSN alleen "
        "gebruiken met DUO, andere scholen en de gemeente voor de leerplicht, en het ECK iD alleen voor leermiddelen. "
        "Haal het nummer weg en stuur het bericht opnieuw; de hub geeft de zaak zelf een nummer.",
        en="This message holds a BSN or an ECK iD. The hub does not take it: a school may use the BSN only with DUO, "
        "other schools and the municipality for attendance, and the ECK iD only for learning materials. Remove the "
        "number and send the message again; the hub gives the case a number of its own.",
    ),
)
def no_numbers(facts: Facts) -> Outcome | None:
    """Numbers that may not be used here never enter."""
    return Applies({}) if facts.sending.carries & {Carried.BSN, Carried.ECK_ID} else None


@rule(
    "H3",
    "Een samenwerkingsverband geeft gezondheidsgegevens alleen aan de school van de leerling",
    wvo("art. 2.47 lid 16"),
    valid_from=ALWAYS,
    texts=Texts(
        nl="Een samenwerkingsverband mag gezondheidsgegevens van een leerling niet doorgeven aan een ander "
        "samenwerkingsverband of aan een team. Vraag de school van de leerling om zelf te delen wat nodig is.",
        en="A partnership may not pass on a pupil's health data to another partnership or to a team. Ask the pupil's "
        "school to share what is needed.",
    ),
)
def no_health_data_onward(facts: Facts) -> Outcome | None:
    """The pupil's own school is the only third party that may get them."""
    sent_by_swv = facts.sending.asker is Asker.SWV
    return Applies({}) if sent_by_swv and Carried.HEALTH_DATA in facts.sending.carries else None


@rule(
    "H2",
    "Toestemming verruimt de taak van een gemeente niet",
    explained("Rapport over toestemming in het sociaal domein, april 2016", "een samenvatting"),
    valid_from=ALWAYS,
    texts=Texts(
        nl="Een gemeente werkt op grond van haar publieke taak. Toestemming van ouders of leerling maakt die taak niet "
        "ruimer.",
        en="A municipality works on the ground of its public task. Consent of parents or pupil does not widen that "
        "task.",
    ),
)
def consent_widens_nothing(facts: Facts) -> Outcome | None:
    """Told where a municipality asks something with consent in hand."""
    asks = facts.sending.asker is Asker.MUNICIPALITY and facts.request in _ASKS_A_PARTNERSHIP
    return Applies({}) if asks and facts.permission.given_by is not None else None


@rule(
    "A2b",
    "Alleen de school kan een samenwerkingsverband iets vragen over een leerling",
    wvo("art. 2.47 lid 7"),
    wpo("art. 18a lid 6"),
    valid_from=ALWAYS,
    texts=Texts(
        nl="Deze vraag komt van {asker}. Een samenwerkingsverband adviseert of beoordeelt alleen op verzoek van de "
        "school waar de leerling is ingeschreven of aangemeld. Vraag die school om de vraag te stellen.",
        en="This question comes from {asker}. A partnership advises or assesses only at the request of the school "
        "where the pupil is enrolled or registered. Ask that school to put the question.",
    ),
)
def only_the_school(facts: Facts) -> Outcome | None:
    """There is no request of a partnership, a municipality or parents to a partnership."""
    stands = facts.sending.asker is Asker.SCHOOL or facts.request not in _ASKS_A_PARTNERSHIP
    return None if stands else Applies({"asker": facts.sending.asker.value})


@rule(
    "E4",
    "De raad voor de kinderbescherming: niet door de school",
    jeugdwet("art. 2.4"),
    valid_from=ALWAYS,
    texts=Texts(
        nl="Een school vraagt de raad voor de kinderbescherming niet zelf. Dat doet de gemeente, een gecertificeerde "
        "instelling of Veilig Thuis. Overleg met het sociaal team, of bel Veilig Thuis: {safe_at_home}.",
        en="A school does not ask the child protection council itself. The municipality, a certified agency or Veilig "
        "Thuis does. Consult the social team, or call Veilig Thuis: {safe_at_home}.",
    ),
)
def not_to_the_council(facts: Facts) -> Outcome | None:
    """The way to the council leads through others."""
    return Applies({"safe_at_home": SAFE_AT_HOME}) if facts.sending.to_council else None


GROUPS: tuple[tuple[Rule[Facts], ...], ...] = (
    (no_numbers,),
    (no_health_data_onward,),
    (consent_widens_nothing, only_the_school),
    (not_to_the_council,),
)
"""Refusals, in order; the last rule of a group is the one that refuses."""
RULES: tuple[Rule[Facts], ...] = tuple(entry for group in GROUPS for entry in group)
