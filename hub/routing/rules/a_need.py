"""Group A, fifth part: needs that ask for no declaration, and the gates of practical education."""

from datetime import date, timedelta

from hub.codes import Confidence, DeclarationStep, Need, Sector
from hub.routing.rule import Applies, Holds, Outcome, Rule, Texts, rule
from hub.routing.rules.conclusions import Concluded, applied_to_decides
from hub.routing.rules.sources import explained, wec, wpo, wvo
from hub.routing.schoolyears import school_year_of
from hub.routing.situation import Situation


@rule(
    "A9b",
    "Begeleiding door cluster 1 of 2 op een gewone school",
    wec("art. 41"),
    texts=Texts(
        nl="De leerling krijgt begeleiding van een instelling voor cluster 1 of 2 en blijft op een gewone school. Het "
        "samenwerkingsverband van de school blijft hetzelfde.",
        en="The pupil gets guidance from an institution for cluster 1 or 2 and stays at an ordinary school. The "
        "partnership of the school stays the same.",
    ),
)
def guidance_changes_nothing(case: Situation) -> Outcome | None:
    """Guidance is not admission."""
    guided = case.facts.declaration.need is Need.CLUSTER_GUIDANCE
    return Applies({}) if guided and case.outside(case.site) is None else None


@rule(
    "A12",
    "Alleen taalondersteuning is geen extra ondersteuning",
    wpo("art. 40 lid 3"),
    texts=Texts(
        nl="De leerling heeft alleen ondersteuning nodig bij de Nederlandse taal. Dat is geen extra ondersteuning, dus "
        "het samenwerkingsverband beslist er niet over.",
        en="The pupil only needs support with the Dutch language. That is no extra support, so the partnership does "
        "not decide on it.",
    ),
)
def language_is_no_extra_support(case: Situation) -> Outcome | None:
    """Language support is the school's own task."""
    return Holds({}, "language_only") if case.facts.declaration.need is Need.LANGUAGE_ONLY else None


@rule(
    "A12b",
    "Hoogbegaafdheid vraagt geen verklaring",
    explained("Aanbod voor hoogbegaafde leerlingen", "de domeinregels; een gewoonte van samenwerkingsverbanden"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="Voor hoogbegaafdheid is geen verklaring nodig. Het samenwerkingsverband van de school kent het aanbod.",
        en="Giftedness needs no declaration. The school's partnership knows what there is.",
    ),
)
def gifted_needs_none(case: Situation) -> Outcome | None:
    """What there is for gifted pupils is the school's partnership's own arrangement."""
    return Holds({}, "no_declaration_needed") if case.facts.declaration.need is Need.GIFTED else None


@rule(
    "A6b",
    "Praktijkonderwijs: alleen uit po, so of het eerste jaar vo",
    wvo("art. 2.30"),
    texts=Texts(
        nl="Toelating tot het praktijkonderwijs kan vanuit het po, het so of het eerste leerjaar vo. Deze leerling zit "
        "in leerjaar {vo_year}.",
        en="Admission to practical education is possible from primary or special education, or from the first year of "
        "secondary. This pupil is in year {vo_year}.",
    ),
)
def pro_from_first_year(case: Situation) -> Outcome | None:
    """Later than the first year of secondary education the gate is closed."""
    year = case.facts.declaration.vo_year
    return None if year is None or year <= 1 else Holds({"vo_year": str(year)}, "pro_from_later_year")


@rule(
    "A6d",
    "Praktijkonderwijs: een nieuwkomer pas na dat schooljaar",
    wvo("art. 2.30"),
    texts=Texts(
        nl="De leerling was op 1 oktober korter dan een jaar in Nederland. Toelating tot het praktijkonderwijs kan pas "
        "na dat schooljaar: vanaf {again_from}.",
        en="On 1 October the pupil was in the Netherlands for less than a year. Admission to practical education is "
        "possible only after that school year: from {again_from}.",
    ),
)
def pro_newcomer_waits(case: Situation) -> Outcome | None:
    """Less than a year in the country on 1 October of this school year."""
    since = case.facts.declaration.in_netherlands_since
    first, last = school_year_of(case.on)
    if since is None or since <= date(first.year - 1, 10, 1):
        return None
    return Holds({"again_from": (last + timedelta(days=1)).isoformat()}, "pro_newcomer")


@rule(
    "A6c",
    "Praktijkonderwijs: de verklaring geldt de hele schoolloopbaan",
    wvo("art. 2.30"),
    explained("Toelaatbaarheidsverklaring pro", "korta.info (steunpuntmodel)"),
    texts=Texts(
        nl="De verklaring voor het praktijkonderwijs geldt de hele schoolloopbaan. Een nieuwe is niet nodig.",
        en="The declaration for practical education holds for the whole school career. No new one is needed.",
    ),
)
def pro_lasts(case: Situation) -> Outcome | None:
    """Once given, never again."""
    return None if case.facts.declaration.step is DeclarationStep.FIRST else Holds({}, "no_declaration_needed")


@rule(
    "A6e",
    "Toelating tot het praktijkonderwijs: de woonplaats beslist niet",
    wvo("art. 2.30"),
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="De school voor voortgezet onderwijs vraagt praktijkonderwijs aan bij haar eigen samenwerkingsverband; de "
        "woonplaats telt niet.",
        en="The secondary school applies for practical education at its own partnership; the home does not count.",
    ),
    near_miss=Texts(
        nl="De leerling woont op postcode {postcode}, in het gebied van {swv_name} ({swv}). Dat beslist hier niet: de "
        "school die praktijkonderwijs aanvraagt telt, {school_name}.",
        en="The pupil lives at postcode {postcode}, in the area of {swv_name} ({swv}). It does not decide here: the "
        "school that applies for practical education counts, {school_name}.",
    ),
)
def home_decides_no_pro(done: Concluded) -> Outcome | None:
    """Told when the home lies in another partnership: applicants come from primary schools near home."""
    return applied_to_decides(done, Sector.VO)


RULES: tuple[Rule[Situation], ...] = (
    guidance_changes_nothing,
    language_is_no_extra_support,
    gifted_needs_none,
    pro_from_first_year,
    pro_newcomer_waits,
    pro_lasts,
)
CLOSING_RULES: tuple[Rule[Concluded], ...] = (home_decides_no_pro,)
