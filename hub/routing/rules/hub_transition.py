"""What this hub does by agreement when a pupil goes on to another school, or leaves school: nobody falls in between."""

from hub.codes import Confidence, Sector
from hub.routing.rule import Applies, Asks, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.d_attendance import desk_of_home
from hub.routing.rules.sources import working_method
from hub.routing.situation import Situation, school


@rule(
    "HUB20",
    "Overstap: de school waar de leerling naartoe gaat",
    working_method("overstap"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="De leerling gaat naar {school_name}. Die school bevestigt dat zij de leerling kent en de overdracht "
        "oppakt. Het bericht gaat naar {party_name}.",
        en="The pupil goes on to {school_name}. That school acknowledges that it knows the pupil and takes the "
        "handover. The message goes to {party_name}.",
    ),
)
def receiving_school(case: Situation) -> Outcome | None:
    """The board of the next school, for which its people act; the site itself where it has none."""
    code = case.facts.transition.receiving_site
    if code is None:
        return None
    site = case.snapshot.site(code, case.on)
    if site is None:
        return Asks("school", {"school": code})
    receives = site.board or site.code
    return Applies(school(site) | case.party("party", receives), receives=receives)


@rule(
    "HUB21",
    "Van school naar werk: het Doorstroompunt van de woonplaats",
    working_method("overstap"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="De leerling verlaat {school_name} en gaat niet naar een andere school. De leerling woont in "
        "{municipality_name}; het Doorstroompunt van die regio, {office_name}, houdt de leerling in beeld.",
        en="The pupil leaves {school_name} and goes to no other school. The pupil lives in {municipality_name}; the "
        "transition point of that region, {office_name}, keeps sight of the pupil.",
    ),
)
def leaves_school(case: Situation) -> Outcome | None:
    """Whoever goes to no school is still expected somewhere."""
    if case.facts.transition.receiving_site is not None:
        return None
    found = desk_of_home(case, case.snapshot.transition_point, "transition_point")
    return found._replace(facts={**found.facts, **school(case.site)}) if isinstance(found, Applies) else found


@rule(
    "HUB22",
    "Overstap: het samenwerkingsverband vo van de woonplaats weet ervan",
    working_method("overstap"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="De leerling woont op postcode {postcode}, in het gebied van {swv_name} ({swv}). Dat samenwerkingsverband "
        "weet van de overstap. Is die op 1 juli niet bevestigd, dan vraagt de hub het om in te grijpen.",
        en="The pupil lives at postcode {postcode}, in the area of {swv_name} ({swv}). That partnership knows of the "
        "transition. If it has not been acknowledged by 1 July, the hub asks it to step in.",
    ),
    near_miss=Texts(
        nl="Het is niet zeker onder welk samenwerkingsverband vo de woonplaats valt. Is de overstap op 1 juli niet "
        "bevestigd, dan vraagt de hub het samenwerkingsverband van de school om in te grijpen.",
        en="It is not certain in the area of which secondary partnership the pupil lives. If the transition has not "
        "been acknowledged by 1 July, the hub asks the partnership of the school to step in.",
    ),
)
def secondary_partnership_knows(case: Situation) -> Outcome | None:
    """Named and not asked: what is missing about the home holds no handover up."""
    swv = None if case.abroad else case.swv_of_home(Sector.VO)
    if not isinstance(swv, str):
        return NearMiss({})
    return Applies(case.home() | case.party("swv", swv), names=swv)


RULES: tuple[Rule[Situation], ...] = (receiving_school, leaves_school, secondary_partnership_knows)
