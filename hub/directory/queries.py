"""Questions of people about the directory, answered out of a snapshot with the reasons beside every answer."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, Sector
from hub.directory.entries import START, Area, Doubt, Organisation, Site
from hub.directory.snapshot import Snapshot
from hub.i18n import Language, translate

_BELONGS = {
    Sector.PO: "For primary education, postcode %(postcode)s belongs to %(name)s (%(swv)s).",
    Sector.VO: "For secondary education, postcode %(postcode)s belongs to %(name)s (%(swv)s).",
}
_BELONGS_NOWHERE = {
    Sector.PO: "For primary education, postcode %(postcode)s has no partnership.",
    Sector.VO: "For secondary education, postcode %(postcode)s has no partnership.",
}
_DIVIDED = {
    Sector.PO: "For primary education, %(municipality)s is divided; the postcode decides. %(parts)s.",
    Sector.VO: "For secondary education, %(municipality)s is divided; the postcode decides. %(parts)s.",
}
NOT_IN_THE_DIVISION = "The statutory division does not have this postcode. A person must look."
_TOO_EARLY = "The statutory division by postcode begins on %(start)s; the hub knows nothing of before."
_MUST_LOOK = "A person must look before this is used."
_PROBABLY = "Probably it is %(swv)s."
_SOURCE = "Source: %(source)s."

_OFFICES = {
    OrganisationKind.SOCIAL_TEAM: ("Social team: %(name)s.", "The directory has no social team of %(municipality)s."),
    OrganisationKind.ATTENDANCE_OFFICE: (
        "Attendance office: %(name)s.",
        "The directory has no attendance office of %(municipality)s.",
    ),
    OrganisationKind.TRANSITION_POINT: (
        "Transition point: %(name)s.",
        "The directory has no transition point for %(municipality)s.",
    ),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer, in every language that the catalogue has."""

    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """The sentence in one language."""
        return translate(self.message, language, self.parameters)


@dataclass(frozen=True, slots=True)
class Home:
    """A municipality that a postcode may lie in, and who works for it; None: not in the directory."""

    code: OrganisationCode
    name: str
    offices: Mapping[OrganisationKind, Organisation | None]


@dataclass(frozen=True, slots=True)
class Who:
    """Who is responsible for a postcode on a day. An area of None: the law did not know the postcode then."""

    postcode: Postcode4
    on: date
    areas: Mapping[Sector, Area | None]
    homes: tuple[Home, ...]
    sentences: tuple[Sentence, ...]

    @property
    def is_plain(self) -> bool:
        """Whether nobody needs to look: every area known and without doubt, one municipality."""
        areas = self.areas.values()
        return len(self.homes) == 1 and all(area and area.swv and area.doubt is None for area in areas)


def who(snapshot: Snapshot, postcode: str, sector: Sector | None, on: date) -> Who:
    """Who is responsible for a postcode: its partnerships (both sectors when none is given) and its municipality."""
    pc4 = Postcode4(postcode)
    sectors = (sector,) if sector else tuple(Sector)
    areas = {each: snapshot.area(pc4, each, on) for each in sectors}
    homes = tuple(_home(snapshot, code, pc4, on) for code in snapshot.municipalities(pc4, on))
    sentences = (
        *_about_areas(snapshot, pc4, areas, on),
        *about_homes(homes),
        *_about_splits(snapshot, homes, areas, on),
    )
    return Who(pc4, on, areas, homes, sentences)


def as_json(answer: Who, snapshot: Snapshot) -> dict[str, Any]:
    """The answer for programs; `plain` false means that a person must look."""
    return {
        "postcode": answer.postcode,
        "on": answer.on.isoformat(),
        "plain": answer.is_plain,
        "directoryVersion": snapshot.version,
        "areas": {sector.value: _area_as_json(snapshot, area, answer.on) for sector, area in answer.areas.items()},
        "municipalities": [_home_as_json(home) for home in answer.homes],
        "reasons": {language: [one.text(language) for one in answer.sentences] for language in _LANGUAGES},
    }


_LANGUAGES: tuple[Language, ...] = ("nl", "en")


def counts(snapshot: Snapshot, on: date) -> dict[OrganisationKind, int]:
    """How many parties of each kind the directory has on a day."""
    return {kind: len(snapshot.organisations(kind, on)) for kind in OrganisationKind}


def search(snapshot: Snapshot, text: str, kind: OrganisationKind | None, on: date) -> tuple[Organisation, ...]:
    """The parties whose code or name contains `text`, whatever its capitals, in order of kind and code."""
    kinds = (kind,) if kind else tuple(OrganisationKind)
    wanted = text.casefold()
    found = (one for each in kinds for one in snapshot.organisations(each, on))
    return tuple(one for one in found if wanted in f"{one.code} {one.name}".casefold())


@dataclass(frozen=True, slots=True)
class Concern:
    """A school site whose partnership a person must look at; `doubt` None: no partnership can be found at all."""

    site: Site
    sector: Sector
    doubt: Doubt | None


def concerns(snapshot: Snapshot, on: date) -> tuple[Concern, ...]:
    """The sites whose partnership is not plain on a day, in order of their code: work for an administrator."""
    return tuple(concern for site in snapshot.sites(on) for concern in _concerns_of(snapshot, site, on))


def schools_per_swv(snapshot: Snapshot, on: date) -> tuple[Counter[str], Counter[str]]:
    """How many sites each partnership has on a day, and why other sites have none, or none that is plain.

    A site that gives education in both sectors counts once for each of its partnerships. A reason is the English
    message id of a doubt, the citation of what the law keeps outside, or that no partnership was found.
    """
    counted: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for site in snapshot.sites(on):
        for sector in sorted({kind.sector for kind in site.types if kind.sector}) or [Sector.PO]:
            area = snapshot.swv_of_site(site.code, sector, on)
            if area is not None and area.swv is not None and area.doubt is None:
                counted[area.swv] += 1
            else:
                reasons[_why_none(area)] += 1
    return counted, reasons


def _why_none(area: Area | None) -> str:
    if area is None:
        return NOT_IN_THE_DIVISION
    return area.doubt.value if area.doubt else area.source


def _concerns_of(snapshot: Snapshot, site: Site, on: date) -> Iterator[Concern]:
    for sector in sorted({kind.sector for kind in site.types if kind.sector}):
        area = snapshot.swv_of_site(site.code, sector, on)
        if area is None or area.doubt:
            yield Concern(site, sector, area.doubt if area else None)


def _home(snapshot: Snapshot, code: OrganisationCode, pc4: Postcode4, on: date) -> Home:
    offices = {
        OrganisationKind.SOCIAL_TEAM: snapshot.social_team(code, on, pc4=pc4),
        OrganisationKind.ATTENDANCE_OFFICE: snapshot.attendance_office(code, on),
        OrganisationKind.TRANSITION_POINT: snapshot.transition_point(code, on),
    }
    return Home(code, _name(snapshot, code, on), offices)


def _about_areas(
    snapshot: Snapshot, pc4: Postcode4, areas: Mapping[Sector, Area | None], on: date
) -> Iterator[Sentence]:
    if on < START:
        yield Sentence(_TOO_EARLY, {"start": START.isoformat()})
        return
    for sector, area in areas.items():
        yield from _about_area(snapshot, pc4, sector, area, on)


def _about_area(snapshot: Snapshot, pc4: Postcode4, sector: Sector, area: Area | None, on: date) -> Iterator[Sentence]:
    if area is None or area.swv is None:
        yield Sentence(_BELONGS_NOWHERE[sector], {"postcode": pc4})
    else:
        yield Sentence(_BELONGS[sector], {"postcode": pc4, "name": _name(snapshot, area.swv, on), "swv": area.swv})
    if area is None:
        yield Sentence(NOT_IN_THE_DIVISION)
        return
    if area.doubt:
        yield from (Sentence(area.doubt.value), Sentence(_MUST_LOOK))
    if area.probable:
        yield Sentence(_PROBABLY, {"swv": area.probable})
    yield Sentence(_SOURCE, {"source": area.source})


def about_homes(homes: Sequence[Home]) -> Iterator[Sentence]:
    """Who works for the municipalities that a postcode may lie in."""
    if not homes:
        yield Sentence("The municipality of this postcode is not known to the hub.")
    if len(homes) > 1:
        yield Sentence("Four digits do not decide the municipality; ask in which one the child lives.")
    for home in homes:
        yield Sentence("Municipality: %(name)s (%(code)s).", {"name": home.name, "code": home.code})
        for kind, office in home.offices.items():
            found, missing = _OFFICES[kind]
            yield (
                Sentence(found, {"name": _with_phone(office)})
                if office
                else Sentence(missing, {"municipality": home.name})
            )


def _about_splits(snapshot: Snapshot, homes: Iterable[Home], areas: Iterable[Sector], on: date) -> Iterator[Sentence]:
    for home in homes:
        for sector in areas:
            if snapshot.is_split(home.code, sector, on):
                parts = snapshot.swvs_of_municipality(home.code, sector, on)
                yield Sentence(_DIVIDED[sector], {"municipality": home.name, "parts": _parts(parts)})


def _parts(parts: Mapping[OrganisationCode, Sequence[Postcode4]]) -> str:
    """Such as "VO2001: 9471-9475; VO2201: 9481-9497, 9761-9766": runs of what lies side by side in the municipality."""
    owner = {pc4: swv for swv, postcodes in parts.items() for pc4 in postcodes}
    runs: dict[OrganisationCode, list[list[Postcode4]]] = {swv: [] for swv in sorted(parts)}
    before = None
    for pc4 in sorted(owner):
        swv = owner[pc4]
        if swv == before:
            runs[swv][-1][1:] = [pc4]
        else:
            runs[swv].append([pc4])
        before = swv
    return "; ".join(f"{swv}: {', '.join('-'.join(run) for run in found)}" for swv, found in runs.items())


def _name(snapshot: Snapshot, code: str, on: date) -> str:
    organisation = snapshot.organisation(code, on)
    return organisation.name if organisation else code


def _with_phone(office: Organisation) -> str:
    return f"{office.name}, {office.phone}" if office.phone else office.name


def _area_as_json(snapshot: Snapshot, area: Area | None, on: date) -> dict[str, Any] | None:
    if area is None:
        return None
    return {
        "swv": area.swv,
        "name": _name(snapshot, area.swv, on) if area.swv else None,
        "nameIsGenerated": area.swv in snapshot.facts.generated_names,
        "source": area.source,
        "doubt": area.doubt.name.lower() if area.doubt else None,
        "probable": area.probable,
    }


def _home_as_json(home: Home) -> dict[str, Any]:
    offices = {kind.value: _office_as_json(office) for kind, office in home.offices.items()}
    return {"code": home.code, "name": home.name, **offices}


def _office_as_json(office: Organisation | None) -> dict[str, Any] | None:
    return {"code": office.code, "name": office.name, "phone": office.phone} if office else None
