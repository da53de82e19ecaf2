"""Group A, second part: which partnership decides on a declaration (TLV) for so, vso, sbo or pro."""

from hub.codes import Confidence, SchoolType, Sector, Standing
from hub.routing.rule import Applies, Asks, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.conclusions import (
    decided_by_home,
    decided_by_site,
    home_is_not_decisive,
    registered_at_national,
    sector_of,
)
from hub.routing.rules.sources import explained, wec, wpo, wvo
from hub.routing.situation import Situation, school

_PRIMARY = frozenset({SchoolType.BAO, SchoolType.SBO, SchoolType.SO})
_SECONDARY = frozenset({SchoolType.VO, SchoolType.PRO})


@rule(
    "A3a",
    "Toelating tot het so: de leerling zit op een school",
    wec("art. 40 lid 11"),
    texts=Texts(
        nl="De leerling is of was tot nu toe leerling van {school_name}. Over toelating tot het so beslist dan het "
        "samenwerkingsverband van die school: {swv_name} ({swv}).",
        en="The pupil is, or was until now, a pupil of {school_name}. The partnership of that school then decides on "
        "admission to special primary education: {swv_name} ({swv}).",
    ),
    near_miss=Texts(
        nl="{school_name} hoort bij {swv_name} ({swv}). Dat beslist hier niet, want het kind is daar alleen aangemeld "
        "en nog niet ingeschreven.",
        en="{school_name} belongs to {swv_name} ({swv}). It does not decide here, because the child has only been "
        "registered there and is not yet enrolled.",
    ),
)
def so_from_school(case: Situation) -> Outcome | None:
    """Just before at bao, sbo or so: the partnership of that very school, wherever the child lives."""
    if case.origin is None:
        return _school_is_not_decisive(case)
    if not case.origin.types & _PRIMARY:
        return Asks("so_from_secondary", school(case.origin))
    return decided_by_site(case, case.origin, Sector.PO)


@rule(
    "A3b",
    "Toelating tot het so: het kind staat nog nergens ingeschreven",
    wec("art. 40 lid 11"),
    texts=Texts(
        nl="Het kind is aangemeld bij {school_name} en staat niet ingeschreven op een school met een "
        "samenwerkingsverband. Over toelating tot het so beslist dan het samenwerkingsverband van de woonplaats. "
        "Bij postcode {postcode} is dat {swv_name} ({swv}).",
        en="The child has been registered at {school_name} and is not enrolled at any school within a partnership. "
        "The partnership of the home then decides on admission to special primary education. "
        "For postcode {postcode} that is {swv_name} ({swv}).",
    ),
    near_miss=Texts(
        nl="De leerling woont op postcode {postcode}, in het gebied van {swv_name} ({swv}). Dat beslist hier niet, "
        "want de leerling is of was tot nu toe leerling van {school_name}.",
        en="The pupil lives at postcode {postcode}, in the area of {swv_name} ({swv}). It does not decide here, "
        "because the pupil is, or was until now, a pupil of {school_name}.",
    ),
)
def so_from_home(case: Situation) -> Outcome | None:
    """Registered but not enrolled (first school, newcomer, private, cluster 1 or 2, at home): the home postcode."""
    if case.origin is not None:
        return home_is_not_decisive(case, case.origin, Sector.PO)
    if case.facts.standing is not Standing.REGISTERED:
        return Asks("registration", school(case.site))
    if case.facts.previous_site and case.previous_site is None and case.facts.declaration.came_from is None:
        return Asks("previous_school", {})
    return None if case.abroad or registered_at_national(case) else decided_by_home(case, case.site, Sector.PO)


@rule(
    "A3d",
    "Toelating tot het so: aangemeld bij een school van een landelijk samenwerkingsverband",
    wec("art. 40 lid 11"),
    texts=Texts(
        nl="Het kind is aangemeld bij {school_name}, een school van een landelijk samenwerkingsverband. Dat beslist "
        "zelf over toelating tot het so: {swv_name} ({swv}).",
        en="The child has been registered at {school_name}, a school of a nationwide partnership. That decides itself "
        "on admission to special primary education: {swv_name} ({swv}).",
    ),
)
def so_national(case: Situation) -> Outcome | None:
    """Registered at a school of the nationwide reformed partnership: that partnership, not that of the home."""
    if case.origin is not None or not registered_at_national(case):
        return None
    return decided_by_site(case, case.site, Sector.PO)


@rule(
    "A3c",
    "Toelating tot het so: het kind woont in het buitenland",
    wec("art. 40 lid 11"),
    texts=Texts(
        nl="Het kind woont in het buitenland{country} en staat niet ingeschreven op een school met een "
        "samenwerkingsverband. Over toelating tot het so beslist dan het samenwerkingsverband van de school van "
        "aanmelding. {school_name} hoort bij {swv_name} ({swv}).",
        en="The child lives abroad{country} and is not enrolled at any school within a partnership. The partnership of "
        "the school applied to then decides on admission to special primary education. {school_name} belongs to "
        "{swv_name} ({swv}).",
    ),
)
def so_from_abroad(case: Situation) -> Outcome | None:
    """Children who cross the border from Belgium or Germany to a first Dutch school."""
    if not case.abroad or case.origin is not None or registered_at_national(case):
        return None
    return _from_abroad(case, Sector.PO)


@rule(
    "A4c",
    "Toelating tot het vso: de leerling woont in het buitenland",
    wec("art. 40 lid 13"),
    texts=Texts(
        nl="De leerling woont in het buitenland{country} en staat nergens ingeschreven. Over toelating tot het vso "
        "beslist dan het samenwerkingsverband van de vso-school. {school_name} hoort bij {swv_name} ({swv}).",
        en="The pupil lives abroad{country} and is not enrolled anywhere. The partnership of the vso school then "
        "decides on admission to it. {school_name} belongs to {swv_name} ({swv}).",
    ),
)
def vso_from_abroad(case: Situation) -> Outcome | None:
    """Enrolled nowhere and living abroad: the vso school that was applied to."""
    if not case.abroad or case.origin is not None:
        return None
    return _from_abroad(case, Sector.VO)


@rule(
    "A4a",
    "Toelating tot het vso: de leerling zit in het voortgezet onderwijs",
    wec("art. 40 lid 13"),
    texts=Texts(
        nl="De leerling is of was tot nu toe leerling van {school_name}. Over toelating tot het vso beslist dan het "
        "samenwerkingsverband van die school: {swv_name} ({swv}).",
        en="The pupil is, or was until now, a pupil of {school_name}. The partnership of that school then decides on "
        "admission to special secondary education: {swv_name} ({swv}).",
    ),
)
def vso_from_school(case: Situation) -> Outcome | None:
    """From vo, pro or vso: the VO partnership of that school."""
    if case.origin is None:
        return None if case.abroad else Asks(_for_vso_from_nowhere(case), {})
    sector = sector_of(case, case.origin)
    if isinstance(sector, Asks):
        return sector
    return decided_by_site(case, case.origin, Sector.VO) if sector is Sector.VO else None


@rule(
    "A4b",
    "Toelating tot het vso: de leerling verlaat de basisschool, het sbo of het so",
    wec("art. 40 lid 13"),
    explained("Werkwijze van samenwerkingsverbanden vo", "swv-zuidutrecht.nl/tlv en koersvo.nl"),
    texts=Texts(
        nl="De leerling komt van {school_name} en gaat naar het voortgezet onderwijs. Over toelating tot het vso "
        "beslist dan het samenwerkingsverband vo van de woonplaats. Bij postcode {postcode} is dat {swv_name} ({swv}).",
        en="The pupil comes from {school_name} and moves on to secondary education. The VO partnership of the home "
        "then decides on admission to special secondary education. For postcode {postcode} that is {swv_name} ({swv}).",
    ),
    near_miss=Texts(
        nl="De leerling woont op postcode {postcode}, in het gebied van {swv_name} ({swv}). Dat beslist hier niet, "
        "want de leerling is of was tot nu toe leerling van {school_name} in het voortgezet onderwijs.",
        en="The pupil lives at postcode {postcode}, in the area of {swv_name} ({swv}). It does not decide here, "
        "because the pupil is, or was until now, a pupil of {school_name} in secondary education.",
    ),
)
def vso_from_home(case: Situation) -> Outcome | None:
    """A school leaver from bao, sbo or so: the VO partnership of the home postcode."""
    if case.origin is None:
        return None
    sector = sector_of(case, case.origin)
    if sector is Sector.PO:
        if case.abroad:
            return Asks("leaver_abroad", {})
        return decided_by_home(case, case.origin, Sector.VO)
    return home_is_not_decisive(case, case.origin, Sector.VO) if sector is Sector.VO else None


@rule(
    "A5",
    "Toelating tot het sbo",
    wpo("art. 40 lid 8"),
    explained("Toelaatbaarheidsverklaring sbo", "passendonderwijs.nl"),
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="Over toelating tot het sbo beslist het samenwerkingsverband van de sbo-school zelf. {school_name} hoort "
        "bij {swv_name} ({swv}).",
        en="The partnership of the sbo school itself decides on admission to it. {school_name} belongs to "
        "{swv_name} ({swv}).",
    ),
)
def sbo_by_its_school(case: Situation) -> Outcome | None:
    """Sbo follows the sbo school's own partnership, unlike so; without that school there is no answer."""
    if SchoolType.SBO not in case.site.types:
        return Asks("sbo_school", {})
    return decided_by_site(case, case.site, Sector.PO)


@rule(
    "A6",
    "Toelating tot het praktijkonderwijs",
    wvo("art. 2.30"),
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="De school voor voortgezet onderwijs waar de leerling is ingeschreven of aangemeld vraagt toelating tot het "
        "praktijkonderwijs aan. Dat is {school_name}. Het samenwerkingsverband van die school beslist: "
        "{swv_name} ({swv}).",
        en="The secondary school where the pupil is enrolled or registered applies for admission to practical "
        "education. That is {school_name}. Its partnership decides: {swv_name} ({swv}).",
    ),
)
def pro_by_its_school(case: Situation) -> Outcome | None:
    """The VO school applies, so its partnership decides."""
    if not case.site.types & _SECONDARY:
        return Asks("pro_school", {})
    return decided_by_site(case, case.site, Sector.VO)


def _for_vso_from_nowhere(case: Situation) -> str:
    """The clause on vso knows vo, vso, school leavers and pupils abroad; whoever comes from elsewhere fits none."""
    return "previous_school" if case.facts.declaration.came_from is None else "vso_without_school"


def _from_abroad(case: Situation, sector: Sector) -> Outcome:
    if case.facts.standing is not Standing.REGISTERED:
        return Asks("registration", school(case.site))
    found = decided_by_site(case, case.site, sector)
    if not isinstance(found, Applies):
        return found
    country = case.facts.living.country
    return found._replace(facts={**found.facts, "country": country.value if country else ""})


def _school_is_not_decisive(case: Situation) -> Outcome | None:
    """Worth telling only when the school that was applied to lies in another partnership than the home."""
    if case.abroad:
        return None
    swv = case.swv_of_site(case.site, Sector.PO)
    home = case.swv_of_home(Sector.PO)
    if isinstance(swv, Asks) or isinstance(home, Asks) or swv == home or registered_at_national(case):
        return None
    return NearMiss(school(case.site) | case.party("swv", swv))


RULES: tuple[Rule[Situation], ...] = (
    so_from_school,
    so_from_home,
    so_from_abroad,
    so_national,
    vso_from_school,
    vso_from_home,
    vso_from_abroad,
    sbo_by_its_school,
    pro_by_its_school,
)
