"""Group A, first part: to which partnership (samenwerkingsverband, swv) a school belongs, if to any."""

from hub.codes import About, Confidence, Standing
from hub.directory.snapshot import OUTSIDE_BY_CLUSTER, OUTSIDE_BY_TYPE
from hub.routing.facts import Request
from hub.routing.rule import Applies, Asks, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.conclusions import decided_by_site, sector_of
from hub.routing.rules.sources import explained, wec, wpo, wvo
from hub.routing.situation import Situation, school


@rule(
    "A1",
    "Een school hoort bij het samenwerkingsverband van haar eigen gebied",
    wpo("art. 18a lid 1, 2 en 15"),
    wvo("art. 2.47"),
    texts=Texts(
        nl="{school_name} hoort bij {swv_name} ({swv}). Met vragen over onderwijs gaat de school daarheen.",
        en="{school_name} belongs to {swv_name} ({swv}). The school takes questions about education there.",
    ),
    near_miss=Texts(
        nl="{school_name} hoort bij {swv_name} ({swv}), maar de vraag gaat over thuis. Daarom is de gemeente gevraagd.",
        en="{school_name} belongs to {swv_name} ({swv}), but the question is about the home situation. "
        "That is why the municipality is asked.",
    ),
)
def own_partnership(case: Situation) -> Outcome | None:
    """An enrolled pupil's school turns to its own partnership; a question about home only tells which one that is."""
    if case.outside(case.site) is not None:
        return None
    if _about_home(case):
        swv = case.school_swv
        return NearMiss(school(case.site) | case.party("swv", swv)) if swv else None
    if case.facts.standing is Standing.NOT_ENROLLED:
        return Asks("registration", school(case.site))
    sector = sector_of(case, case.site)
    found = sector if isinstance(sector, Asks) else decided_by_site(case, case.site, sector)
    return _only_named(found) if case.leaves_primary else found


@rule(
    "A2",
    "Een samenwerkingsverband werkt alleen op verzoek van een aangesloten school",
    wvo("art. 2.47 lid 7"),
    wpo("art. 18a lid 6"),
    texts=Texts(
        nl="Een samenwerkingsverband adviseert of beoordeelt alleen op verzoek van de school waar de leerling is "
        "ingeschreven of aangemeld. Dat is hier {school_name}.",
        en="A partnership advises or assesses only at the request of the school where the pupil is enrolled or "
        "registered. Here that is {school_name}.",
    ),
)
def asked_by_school(case: Situation) -> Outcome | None:
    """Without a written registration nobody may ask a partnership anything about a child."""
    if case.facts.standing is Standing.NOT_ENROLLED:
        return Asks("registration", school(case.site))
    return Applies(school(case.site))


@rule(
    "A9",
    "Cluster 1 en 2 vallen buiten de samenwerkingsverbanden",
    wec("art. 40 lid 22 en art. 41"),
    texts=Texts(
        nl="{school_name} is een instelling voor cluster 1 of 2 en hoort bij geen enkel samenwerkingsverband. De "
        "Commissie van Onderzoek van de instelling beslist daar over toelating.",
        en="{school_name} is an institution for cluster 1 or 2 and belongs to no partnership. Its own committee "
        "decides on admission there.",
    ),
)
def outside_by_cluster(case: Situation) -> Outcome | None:
    """Visual, hearing and language impairment: no partnership, so nobody to ask about education."""
    if case.school_area is not OUTSIDE_BY_CLUSTER:
        return None
    return Applies(school(case.site), asks=_question_for_outsiders(case))


@rule(
    "A11",
    "Mbo en particuliere scholen hebben geen samenwerkingsverband",
    wpo("art. 18a lid 1"),
    wvo("art. 2.47"),
    texts=Texts(
        nl="{school_name} is een mbo-instelling of een particuliere school en hoort bij geen enkel "
        "samenwerkingsverband.",
        en="{school_name} is an mbo institution or a private school and belongs to no partnership.",
    ),
)
def outside_by_type(case: Situation) -> Outcome | None:
    """Mbo and B3 schools: no partnership."""
    if case.school_area is not OUTSIDE_BY_TYPE:
        return None
    return Applies(school(case.site), asks=_question_for_outsiders(case))


@rule(
    "A13",
    "Een kind dat nergens is ingeschreven",
    explained("Thuiszitters", "onderwijsinspectie.nl/thuiszitters"),
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="De leerling staat nergens ingeschreven. Dan is de leerplicht van de woonplaats aan zet. Het "
        "samenwerkingsverband van de woonplaats, {swv_name} ({swv}), kan alleen helpen een plek te vinden.",
        en="The pupil is not enrolled anywhere. Then the attendance office of the home acts. The partnership of the "
        "home, {swv_name} ({swv}), can only help to find a place.",
    ),
)
def broker_for_unenrolled(case: Situation) -> Outcome | None:
    """Absent and not enrolled: the partnership of the home may broker, so it is named and holds nothing."""
    if case.sector is None or case.abroad:
        return None
    swv = case.swv_of_home(case.sector)
    return swv if isinstance(swv, Asks) else Applies(case.party("swv", swv), names=swv)


def _about_home(case: Situation) -> bool:
    asked = case.facts.request
    return asked is Request.REFERRAL or (asked is Request.SIGNAL and case.facts.about is About.HOME)


def _only_named(found: Outcome) -> Outcome:
    """At a change of sector the school's own partnership is told about, and does not receive."""
    return Applies(found.facts, names=found.receives) if isinstance(found, Applies) else found


def _question_for_outsiders(case: Situation) -> str | None:
    """Only a question to the school's own partnership fails here; a declaration or an absence goes another way."""
    return None if case.facts.request in (Request.ADMISSION, Request.ABSENCE) else "outside_partnerships"


RULES: tuple[Rule[Situation], ...] = (
    own_partnership,
    asked_by_school,
    outside_by_cluster,
    outside_by_type,
    broker_for_unenrolled,
)
