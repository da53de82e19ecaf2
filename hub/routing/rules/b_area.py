"""Group B: how the law divides the country over partnerships, by four-digit postcode and sector.

These rules decide nothing by themselves. They explain the ground under a conclusion of group A, above all where people
reckon with the name of a municipality and the law does not.
"""

from typing import NamedTuple

from hub.codes import Sector
from hub.directory.snapshot import NATIONAL_SWV
from hub.routing.facts import Request
from hub.routing.rule import Applies, Ground, NearMiss, Outcome, Rule, Texts, Used, rule
from hub.routing.rules.sources import areas, explained, wpo, wvo
from hub.routing.situation import Situation

# Altena, Amsterdam, Beekdaelen, Haarlemmermeer, Meierijstad, Oisterwijk, Tilburg, Vijfheerenlanden, West Betuwe
_MERGED_IN_BOTH = frozenset({"GM1959", "GM0363", "GM1954", "GM0394", "GM1948", "GM0824", "GM0855", "GM1961", "GM1960"})
_SPLIT_BY_MERGER = {
    Sector.PO: _MERGED_IN_BOTH,
    Sector.VO: _MERGED_IN_BOTH | {"GM1950", "GM0080", "GM1949"},  # Westerwolde, Leeuwarden, Waadhoeke
}
_DIFFERS_BY_SECTOR = frozenset({"GM0180", "GM1896", "GM1699"})  # Staphorst, Zwartewaterland, Noordenveld

_SPLIT = Texts(
    nl="De gemeente {municipality_name} is voor {sector} verdeeld over meer samenwerkingsverbanden, ook: {others}. De "
    "postcode telt: {postcode} hoort bij {swv}.",
    en="For {sector} the municipality of {municipality_name} is divided over several partnerships, also: {others}. The "
    "postcode counts: {postcode} belongs to {swv}.",
)


class Place(NamedTuple):
    """The ground under a conclusion, in the case it was drawn in."""

    case: Situation
    ground: Ground

    @property
    def facts(self) -> dict[str, str]:
        """Postcode, sector and partnership as facts."""
        return {"postcode": self.ground.pc4, "sector": self.ground.sector.value, "swv": self.ground.swv}


@rule(
    "B1",
    "De wettelijke indeling gaat per postcode en per sector",
    areas("bijlage"),
    texts=Texts(
        nl="Postcode {postcode} hoort voor {sector} bij {swv}. Zo staat het in de wettelijke indeling.",
        en="For {sector} postcode {postcode} belongs to {swv}. The statutory division says so.",
    ),
    near_miss=Texts(
        nl="De leerling woont op postcode {postcode}, in het gebied van {swv_name} ({swv}). Dat telt hier niet: de "
        "school van de leerling telt.",
        en="The pupil lives at postcode {postcode}, in the area of {swv_name} ({swv}). It does not count here: the "
        "pupil's school does.",
    ),
)
def by_postcode(place: Place) -> Outcome | None:
    """The postcode that counted; or, where the school counted, that the home lies elsewhere."""
    case, ground = place.case, place.ground
    explained_already = ground.of_home or case.facts.request is Request.ADMISSION
    other = None if explained_already else case.home_swv_if_other(ground.sector, ground.swv)
    return Applies(place.facts) if other is None else NearMiss(case.home() | case.party("swv", other))


@rule("B3", "Gemeenten die voor het primair onderwijs verdeeld zijn", areas("bijlage"), texts=_SPLIT)
def split_primary(place: Place) -> Outcome | None:
    """A municipality that the law itself divides over PO partnerships."""
    return _split(place) if place.ground.sector is Sector.PO and not _merged(place) else None


@rule("B4", "Gemeenten die voor het voortgezet onderwijs verdeeld zijn", areas("bijlage"), texts=_SPLIT)
def split_secondary(place: Place) -> Outcome | None:
    """A municipality that the law itself divides over VO partnerships."""
    return _split(place) if place.ground.sector is Sector.VO and not _merged(place) else None


@rule(
    "B5",
    "Gemeenten die door een herindeling verdeeld zijn",
    areas("art. 3 en bijlage"),
    texts=Texts(
        nl="De gemeente {municipality_name} is na een herindeling voor {sector} verdeeld over meer "
        "samenwerkingsverbanden, ook: {others}. Een herindeling verplaatst geen postcode: {postcode} hoort bij {swv}.",
        en="Since a merger the municipality of {municipality_name} is divided over several partnerships for {sector}, "
        "also: {others}. A merger moves no postcode: {postcode} belongs to {swv}.",
    ),
)
def split_by_merger(place: Place) -> Outcome | None:
    """A municipality that became divided because municipalities merged and postcodes stayed."""
    return _split(place) if _merged(place) else None


@rule(
    "B6",
    "Postcodes waarover de wettelijke indeling niet duidelijk is",
    areas("bijlage"),
    explained("Eigen controle van de bijlage", "de gegevens bij deze hub"),
    texts=Texts(
        nl="De wettelijke indeling geeft voor postcode {postcode} en {sector} geen zeker antwoord. Daarom kijkt een "
        "mens mee.",
        en="The statutory division gives no certain answer for postcode {postcode} and {sector}. That is why a person "
        "looks at it.",
    ),
)
def unclear_postcode(asked: Used) -> Outcome | None:
    """Judged on the facts of a question that another rule had to ask, because it found no ground to stand on."""
    told = {name: asked[name] for name in ("postcode", "sector") if name in asked}
    return Applies(told) if len(told) == 2 else None


@rule(
    "B7",
    "Staphorst, Zwartsluis en Noordenveld: per sector een andere grens",
    areas("bijlage"),
    texts=Texts(
        nl="Let op de sector. Postcode {postcode} in {municipality_name} hoort voor het primair onderwijs bij {swv_po} "
        "en voor het voortgezet onderwijs bij {swv_vo}.",
        en="Mind the sector. Postcode {postcode} in {municipality_name} belongs to {swv_po} for primary education and "
        "to {swv_vo} for secondary education.",
    ),
)
def differs_by_sector(place: Place) -> Outcome | None:
    """Three municipalities where the PO and VO borders are often confused."""
    ground = place.ground
    if ground.municipality not in _DIFFERS_BY_SECTOR:
        return None
    found = {sector: place.case.snapshot.area(ground.pc4, sector, place.case.on) for sector in Sector}
    codes = {f"swv_{sector.value}": area.swv for sector, area in found.items() if area and area.swv and not area.doubt}
    if len({code[2:] for code in codes.values()}) < len(Sector):
        return None
    return Applies({"postcode": ground.pc4, **place.case.party("municipality", ground.municipality), **codes})


@rule(
    "A1b",
    "Een school van een landelijk samenwerkingsverband volgt haar postcode niet",
    wpo("art. 18a lid 15"),
    wvo("art. 2.47"),
    texts=Texts(
        nl="Een school van een landelijk samenwerkingsverband hoort niet bij dat van haar postcode.",
        en="A school of a nationwide partnership does not belong to that of its postcode.",
    ),
    near_miss=Texts(
        nl="De school staat op postcode {postcode}, in het gebied van {swv_name} ({swv}). Dat telt hier niet: de "
        "school hoort bij {national_name} ({national}), en dat werkt landelijk.",
        en="The school stands at postcode {postcode}, in the area of {swv_name} ({swv}). That does not count here: the "
        "school belongs to {national_name} ({national}), which works nationwide.",
    ),
)
def national_school(place: Place) -> Outcome | None:
    """The area counts for every other school on that postcode."""
    case, ground = place.case, place.ground
    if ground.listed is None or ground.listed not in NATIONAL_SWV.values():
        return None
    return NearMiss({"postcode": ground.pc4} | case.party("swv", ground.swv) | case.party("national", ground.listed))


def _merged(place: Place) -> bool:
    return place.ground.municipality in _SPLIT_BY_MERGER[place.ground.sector]


def _split(place: Place) -> Outcome | None:
    ground, case = place.ground, place.case
    municipality = ground.municipality
    parts = () if municipality is None else case.snapshot.partnerships(municipality, ground.sector, case.on)
    if municipality is None or len(parts) < 2:
        return None
    others = ", ".join(swv for swv in parts if swv != ground.swv)
    return Applies(place.facts | case.party("municipality", municipality) | {"others": others})


RULES: tuple[Rule[Place], ...] = (
    by_postcode,
    split_primary,
    split_secondary,
    split_by_merger,
    differs_by_sector,
)
LISTED_RULES: tuple[Rule[Place], ...] = (national_school,)
UNCLEAR_RULES: tuple[Rule[Used], ...] = (unclear_postcode,)
