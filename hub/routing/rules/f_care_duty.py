"""Group F: the duty of care. Who leads when a school seeks a place for a pupil that it cannot offer one itself."""

from typing import NamedTuple

from hub.codes import Confidence, OrganisationCode, Sector
from hub.directory.entries import Site
from hub.routing.rule import Applies, Asks, Holds, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.conclusions import decided_by_site, sector_of
from hub.routing.rules.sources import explained, wec, working_method, wpo, wvo
from hub.routing.situation import Situation, school, sector_at, sectors_of


class Candidate(NamedTuple):
    """A school that was asked for a place, by the code of its site; `lead` is the partnership that leads."""

    case: Situation
    lead: OrganisationCode
    site: str


@rule(
    "F1d",
    "Zorgplicht: de school zoekt, haar samenwerkingsverband leidt",
    wpo("art. 40"),
    wec("art. 40"),
    wvo("hoofdstuk 8"),
    texts=Texts(
        nl="De ouders hebben de leerling aangemeld bij {school_name}. Die school heeft zorgplicht: kan zij zelf geen "
        "plek bieden, dan zoekt zij er een. Haar samenwerkingsverband, {swv_name} ({swv}), helpt daarbij en leidt het "
        "overleg.",
        en="The parents have registered the pupil at {school_name}. That school has the duty of care: where it cannot "
        "offer a place itself, it finds one. Its partnership, {swv_name} ({swv}), helps and leads the talks.",
    ),
)
def school_seeks(case: Situation) -> Outcome | None:
    """The partnership of the school that was applied to, wherever the pupil lives and wherever a place is sought."""
    if case.outside(case.site) is not None:
        return None
    sector = sector_of(case, case.site)
    return sector if isinstance(sector, Asks) else decided_by_site(case, case.site, sector)


@rule(
    "F4",
    "Geen zorgplicht: de school is vol, of haar grondslag wordt niet gerespecteerd",
    wpo("art. 40"),
    wec("art. 40"),
    wvo("hoofdstuk 8"),
    texts=Texts(
        nl="{school_name} is vol, of de ouders respecteren de grondslag van de school niet. Dan heeft de school geen "
        "zorgplicht: zij hoeft geen plek te zoeken, en er loopt geen termijn.",
        en="{school_name} is full, or the parents do not respect its foundation. Then the school has no duty of care: "
        "it does not have to find a place, and no term runs.",
    ),
)
def no_care_duty(case: Situation) -> Outcome | None:
    """Nobody has to lead what nobody has to do; the school tells the parents."""
    return None if _has_care_duty(case) else Holds(school(case.site), "no_care_duty")


@rule(
    "F4b",
    "Zonder zorgplicht kan het samenwerkingsverband van de woonplaats helpen",
    explained("Thuiszitters", "onderwijsinspectie.nl/thuiszitters"),
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="De leerling woont op postcode {postcode}, in het gebied van {swv_name} ({swv}). Staat de leerling nergens "
        "ingeschreven, dan kan dat samenwerkingsverband helpen een plek te vinden.",
        en="The pupil lives at postcode {postcode}, in the area of {swv_name} ({swv}). If the pupil is not enrolled "
        "anywhere, that partnership can help to find a place.",
    ),
    near_miss=Texts(
        nl="De leerling woont op postcode {postcode}, in het gebied van {swv_name} ({swv}). Dat leidt hier niet, want "
        "de zorgplicht ligt bij {school_name}.",
        en="The pupil lives at postcode {postcode}, in the area of {swv_name} ({swv}). It does not lead here, because "
        "the duty of care lies with {school_name}.",
    ),
)
def home_brokers(case: Situation) -> Outcome | None:
    """The home counts only when no school has the duty; told where it lies in another partnership than the school."""
    sector = sector_of(case, case.site)
    own = sector if isinstance(sector, Asks) else case.swv_of_site(case.site, sector)
    if isinstance(sector, Asks) or isinstance(own, Asks) or case.abroad:
        return None
    home = case.home_swv_if_other(sector, own)
    if home is None:
        return None
    told = case.home() | case.party("swv", home)
    return NearMiss(told | school(case.site)) if _has_care_duty(case) else Applies(told)


@rule(
    "F1e",
    "Een plek over de grens: het samenwerkingsverband van de andere school wordt genoemd",
    working_method("grensverkeer"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="{school_name} is om een plek gevraagd en hoort bij {swv_name} ({swv}). Dat samenwerkingsverband ziet "
        "de vraag, maar krijgt geen gegevens over de leerling: die geeft alleen de school, met toestemming.",
        en="{school_name} was asked for a place and belongs to {swv_name} ({swv}). That partnership sees the "
        "question, but gets no data of the pupil: only the school gives those, with consent.",
    ),
    near_miss=Texts(
        nl="{school_name} is om een plek gevraagd. Die school hoort bij geen samenwerkingsverband, of het is niet "
        "zeker bij welk; er wordt geen ander samenwerkingsverband genoemd.",
        en="{school_name} was asked for a place. That school belongs to no partnership, or it is not certain to which "
        "one; no other partnership is named.",
    ),
)
def candidate_partnership(asked: Candidate) -> Outcome | None:
    """Named and not asked: it holds nothing, and hears of the border before the pupil crosses it."""
    case = asked.case
    site = case.snapshot.site(asked.site, case.on)
    if site is None:
        return NearMiss({"school": asked.site, "school_name": asked.site})
    sector = _sector_of_candidate(case, site)
    swv = case.swv_of_site(site, sector) if sector is not None and case.outside(site) is None else None
    if not isinstance(swv, str):
        return NearMiss(school(site))
    return None if swv == asked.lead else Applies(school(site) | case.party("swv", swv), names=swv)


def _has_care_duty(case: Situation) -> bool:
    return not (case.facts.seeking.is_full or case.facts.seeking.refuses_foundation)


def _sector_of_candidate(case: Situation, site: Site) -> Sector | None:
    """That of the pupil where a site has both."""
    shares = case.sector if case.sector in sectors_of(site.types) else None
    return sector_at(site, case.facts.age_group) or shares


RULES: tuple[Rule[Situation], ...] = (school_seeks, no_care_duty, home_brokers)
CANDIDATE_RULES: tuple[Rule[Candidate], ...] = (candidate_partnership,)
