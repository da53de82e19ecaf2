"""Group A, fourth part: who pays for a place in sbo where borders are crossed, and how long a declaration holds."""

from datetime import timedelta

from hub.codes import Confidence, OrganisationCode, SchoolType, Sector
from hub.routing.rule import Applies, Contradiction, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.conclusions import Concluded, applied_to_decides
from hub.routing.rules.sources import REGIONAL_AGREEMENT, explained, wpo
from hub.routing.schoolyears import end_after

SBO_DECLARATION_UNTIL = "sbo_declaration_until"
"""Kind of agreement: how long a declaration for sbo holds. The rest of the school year, and `full_years` more."""

_SBO = explained("Toelaatbaarheidsverklaring sbo", "passendonderwijs.nl")
_HALF_A_YEAR = timedelta(days=183)


@rule(
    "A5f",
    "Toelating tot het sbo: de woonplaats beslist niet",
    wpo("art. 40 lid 8"),
    _SBO,
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="Over toelating tot het sbo beslist de sbo-school met haar samenwerkingsverband, en niet de woonplaats.",
        en="The sbo school with its partnership decides on admission to it, and not the home.",
    ),
    near_miss=Texts(
        nl="De leerling woont op postcode {postcode}, in het gebied van {swv_name} ({swv}). Dat beslist hier niet: "
        "anders dan bij het so telt alleen de sbo-school zelf, {school_name}.",
        en="The pupil lives at postcode {postcode}, in the area of {swv_name} ({swv}). It does not decide here: unlike "
        "for special education only the sbo school itself counts, {school_name}.",
    ),
)
def home_decides_no_sbo(done: Concluded) -> Outcome | None:
    """Told when the home lies in another partnership than the sbo school, which people expect to decide as for so."""
    return applied_to_decides(done, Sector.PO)


@rule(
    "A5b",
    "Sbo over de grens: het verwijzende samenwerkingsverband stemt in en betaalt",
    _SBO,
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="De leerling komt van {school_name}, uit het gebied van {swv_name} ({swv}). Dat samenwerkingsverband stemt "
        "in met de plaats in het sbo en betaalt.",
        en="The pupil comes from {school_name}, in the area of {swv_name} ({swv}). That partnership agrees with the "
        "place in sbo and pays.",
    ),
)
def referring_partnership_pays(done: Concluded) -> Outcome | None:
    """The sbo school's partnership issues, the other one pays and is told so."""
    origin, referring = done.case.origin, _referring(done)
    if origin is None or referring is None or not _crosses(done):
        return None
    facts = {"school": origin.code, "school_name": origin.name, **done.case.party("swv", referring)}
    return Applies(facts, names=referring, pays=referring)


@rule(
    "A5c",
    "Sbo als eerste school: het samenwerkingsverband van de sbo-school betaalt",
    _SBO,
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="Geen ander samenwerkingsverband verwijst. {swv_name} ({swv}) geeft de verklaring af en betaalt.",
        en="No other partnership refers. {swv_name} ({swv}) issues the declaration and pays.",
    ),
)
def sbo_pays_itself(done: Concluded) -> Outcome | None:
    """A first registration without a school before, or a school of the same partnership."""
    if done.case.facts.admission is not SchoolType.SBO or _referring(done) not in (None, done.swv):
        return None
    return Applies(done.case.party("swv", done.swv), pays=done.swv)


@rule(
    "A5d",
    "Sbo kort na een verhuizing: soms vervalt de betaling",
    explained("Afspraken over grensverkeer sbo", "swvunita.nl"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="De leerling is op {moved_on} verhuisd, minder dan een half jaar geleden. In sommige regio's hoeft het "
        "verwijzende samenwerkingsverband dan niet te betalen.",
        en="The pupil moved house on {moved_on}, less than half a year ago. In some regions the referring partnership "
        "then does not have to pay.",
    ),
)
def payment_may_lapse(done: Concluded) -> Outcome | None:
    """Told where it may matter; it releases nobody by itself."""
    moved = done.case.facts.living.moved_on
    recent = moved is not None and timedelta() <= done.case.on - moved < _HALF_A_YEAR
    return Applies({"moved_on": moved.isoformat()}) if moved and recent and _crosses(done) else None


@rule(
    "A5e",
    "Sbo: de bekostiging sinds 2023",
    explained("Bekostiging sbo na 2023", "de domeinregels: de details zijn niet nagelezen"),
    confidence=Confidence.UNCONFIRMED,
    texts=Texts(
        nl="De bekostiging van het sbo is in 2023 veranderd. Of dat de betaling over de grens raakt, is niet "
        "nagelezen.",
        en="The funding of sbo changed in 2023. Whether that touches payment across the border was not read.",
    ),
)
def funding_since_2023(done: Concluded) -> Outcome | None:
    """What nobody read is said to be unread."""
    return Applies({}) if _crosses(done) else None


@rule(
    "A8f",
    "Hoelang een verklaring voor sbo geldt, bepaalt het samenwerkingsverband",
    explained("Toelaatbaarheidsverklaring sbo", "de domeinregels; elk samenwerkingsverband bepaalt het zelf"),
    REGIONAL_AGREEMENT,
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="{swv_name} ({swv}) bepaalt hoelang een verklaring voor sbo geldt, en heeft dat vastgelegd ({agreement}): "
        "tot en met {until}.",
        en="{swv_name} ({swv}) sets how long a declaration for sbo holds, and has laid that down ({agreement}): up to "
        "and including {until}.",
    ),
    near_miss=Texts(
        nl="{swv_name} ({swv}) bepaalt hoelang een verklaring voor sbo geldt. De hub kent daarover geen afspraak; het "
        "staat in de verklaring.",
        en="{swv_name} ({swv}) sets how long a declaration for sbo holds. The hub knows of no agreement on it; the "
        "declaration will say it.",
    ),
)
def sbo_until(done: Concluded) -> Outcome | None:
    """By dated agreement of the partnership that issues. Raises Contradiction where two of them differ."""
    facts = done.case.facts
    if facts.admission is not SchoolType.SBO:
        return None
    agreed = done.case.snapshot.agreements_of(SBO_DECLARATION_UNTIL, done.swv, done.case.on)
    told = done.case.party("swv", done.swv)
    if not agreed:
        return NearMiss(told)
    if len({agreement.scope["full_years"] for agreement in agreed}) > 1:
        raise Contradiction(", ".join(agreement.id for agreement in agreed))
    until = end_after(facts.declaration.starts_on or done.case.on, agreed[0].scope["full_years"])
    return Applies(told | {"agreement": agreed[0].id, "until": until.isoformat()}, until=until)


def _referring(done: Concluded) -> OrganisationCode | None:
    """The partnership of the school that the pupil comes from."""
    origin = done.case.origin
    found = done.case.swv_of_site(origin, Sector.PO) if origin is not None else None
    return found if isinstance(found, str) else None


def _crosses(done: Concluded) -> bool:
    referring = _referring(done)
    return done.case.facts.admission is SchoolType.SBO and referring is not None and referring != done.swv


CLOSING_RULES: tuple[Rule[Concluded], ...] = (
    home_decides_no_sbo,
    referring_partnership_pays,
    sbo_pays_itself,
    payment_may_lapse,
    funding_since_2023,
    sbo_until,
)
