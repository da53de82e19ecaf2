"""The whole directory in memory, immutable: every question of routing is a dictionary look-up here.

Facts of the package come first, rows of the database override them. Nothing here touches a database or a file;
`hub.directory.current` builds snapshots out of the tables and keeps the newest.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import TypeVar

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType, Sector, Theme
from hub.directory.entries import (
    START,
    Agreement,
    Area,
    AreaCorrection,
    Contents,
    Coverage,
    Doubt,
    Organisation,
    Period,
    Site,
    at,
    holds,
)
from hub.directory.facts import Facts, load_facts
from hub.directory.indexes import by_code, complete, grouped, postcodes_by_municipality, turning_days

__all__ = [
    "START",
    "Agreement",
    "Area",
    "AreaCorrection",
    "Contents",
    "Coverage",
    "Doubt",
    "Organisation",
    "Site",
    "Snapshot",
]

NATIONAL_SWV = {Sector.PO: OrganisationCode("PO0001"), Sector.VO: OrganisationCode("VO0001")}
"""The nationwide reformed partnerships, outside every area (WPO art. 18a(15), WVO 2020 art. 2.47)."""

OUTSIDE_BY_CLUSTER = Area(None, "WEC art. 40(22), 41: clusters 1 and 2 fall outside every partnership")
OUTSIDE_BY_TYPE = Area(
    None, "WPO art. 18a(1), WVO 2020 art. 2.47: mbo and private schools fall outside every partnership"
)

_LISTED = "list of schools per partnership, kept in the directory"
_OUTSIDE_TYPES = frozenset({SchoolType.MBO, SchoolType.PRIVATE})
_OUTSIDE_CLUSTERS = frozenset({"1", "2", "1/2"})

V = TypeVar("V")


class Snapshot:
    """The directory at one version. Questions carry the date they are about; answers never change afterwards."""

    def __init__(self, facts: Facts, contents: Contents, *, version: int) -> None:
        self.version = version
        self.facts = facts
        self._organisations = by_code(facts.organisations, contents.organisations)
        self._sites = grouped((site.code, site) for site in contents.sites)
        self._corrections = grouped((row.pc4, row) for row in contents.corrections)
        agreements = tuple(contents.agreements)
        self._agreements = grouped((agreement.kind, agreement) for agreement in agreements)
        self._agreements_of = grouped(((one.kind, party), one) for one in agreements for party in one.parties)
        self._coverage = grouped((row.municipality, row) for row in complete(contents.coverage, self._organisations))
        self._postcodes = postcodes_by_municipality(facts, self._corrections)
        self._turning_days = sorted(turning_days(facts, self._corrections))
        self._partnerships: dict[tuple[str, Sector, int], tuple[OrganisationCode, ...]] = {}

    @classmethod
    def from_facts(cls, contents: Contents | None = None, *, version: int = 0) -> "Snapshot":
        """A snapshot of the package's own facts with `contents` added; needs no database."""
        return cls(load_facts(), contents or Contents(), version=version)

    def area(self, pc4: str, sector: Sector, on: date) -> Area | None:
        """The partnership of a postcode by law or correction; None when the law did not know the postcode then."""
        correction = self._correction(pc4, sector, on)
        if correction is not None:
            return Area(correction.organisation, correction.source)
        return _value(self.facts.areas[sector].get(Postcode4(pc4), ()), on)

    def municipalities(self, pc4: str, on: date) -> tuple[OrganisationCode, ...]:
        """Municipalities a postcode lay in: empty when unknown, several when four digits do not decide it."""
        correction = self._correction(pc4, None, on)
        if correction is not None:
            return (correction.organisation,)
        return _value(self.facts.municipalities.get(Postcode4(pc4), ()), on) or ()

    def organisation(self, code: str, on: date) -> Organisation | None:
        """The party with this code as it was on that day, a school site included."""
        return at(self._organisations.get(OrganisationCode(code), ()), on)

    def site(self, code: str, on: date) -> Site | None:
        """The school site with this code as it was on that day."""
        return at(self._sites.get(OrganisationCode(code), ()), on)

    def organisations(self, kind: OrganisationKind, on: date) -> tuple[Organisation, ...]:
        """All parties of a kind on that day, in order of their code."""
        found = (at(rows, on) for rows in self._organisations.values() if rows[0].kind is kind)
        return tuple(sorted((one for one in found if one), key=lambda one: one.code))

    def sites(self, on: date) -> tuple[Site, ...]:
        """All school sites on that day, in order of their code."""
        found = (at(rows, on) for rows in self._sites.values())
        return tuple(sorted((site for site in found if site), key=lambda site: site.code))

    def swv_of_site(self, code: str, sector: Sector, on: date) -> Area | None:
        """The partnership a site belongs to (rule A1): the one a list names, else that of its own postcode.

        `Area.swv` is None for what the law keeps outside (A9, A11). None when the site is unknown, gives no
        education in that sector, or stands on a postcode the law does not know.
        """
        site = self.site(code, on)
        if site is None:
            return None
        if sector not in {kind.sector for kind in site.types}:
            return OUTSIDE_BY_TYPE if site.types <= _OUTSIDE_TYPES else None
        return self._area_of(site, sector, on)

    def social_team(
        self, municipality: str, on: date, *, pc4: str | None = None, theme: Theme | None = None
    ) -> Organisation | None:
        """The social team of a municipality: the one for just that postcode and theme before the general one."""
        return self._covering(OrganisationKind.SOCIAL_TEAM, municipality, on, pc4, theme)

    def attendance_office(self, municipality: str, on: date) -> Organisation | None:
        """The office of the attendance officers (LPW art. 16) that works for a municipality."""
        return self._covering(OrganisationKind.ATTENDANCE_OFFICE, municipality, on, None, None)

    def transition_point(self, municipality: str, on: date) -> Organisation | None:
        """The transition point (Doorstroompunt, RMC region) of a municipality in force."""
        code = self.facts.transition_points.get(OrganisationCode(municipality))
        return None if code is None else self.organisation(code, on)

    def national_swv(self, sector: Sector, on: date) -> Organisation | None:
        """The nationwide reformed partnership of a sector."""
        return self.organisation(NATIONAL_SWV[sector], on)

    def is_split(self, municipality: str, sector: Sector, on: date) -> bool:
        """Whether a municipality lay in more than one partnership of the sector on that day."""
        return len(self.partnerships(municipality, sector, on)) > 1

    def partnerships(self, municipality: str, sector: Sector, on: date) -> tuple[OrganisationCode, ...]:
        """The partnerships of a municipality on that day, in order of code; worked out once per period."""
        key = (municipality, sector, bisect_right(self._turning_days, on))
        found = self._partnerships.get(key)
        if found is None:
            found = self._partnerships[key] = tuple(sorted(self.swvs_of_municipality(municipality, sector, on)))
        return found

    def postcodes_of(self, municipality: str, on: date) -> tuple[Postcode4, ...]:
        """The postcodes that lay in a municipality on that day, or may have, ascending."""
        ever = self._postcodes.get(OrganisationCode(municipality), ())
        return tuple(pc4 for pc4 in ever if municipality in self.municipalities(pc4, on))

    def successors(self, municipality: str, on: date) -> tuple[OrganisationCode, ...]:
        """Into which municipalities one merged, in order of code; of a merger written in, where its postcodes lie."""
        code = OrganisationCode(municipality)
        known = self.facts.successors.get(code)
        if known is not None:
            return known
        lying = (self.municipalities(pc4, on) for pc4 in self._postcodes.get(code, ()))
        return tuple(sorted({*chain.from_iterable(lying)} - {code}))

    def swvs_of_municipality(
        self, municipality: str, sector: Sector, on: date
    ) -> dict[OrganisationCode, list[Postcode4]]:
        """The partnerships of a municipality on that day, each with its postcodes in ascending order."""
        parts: dict[OrganisationCode, list[Postcode4]] = defaultdict(list)
        for pc4 in self.postcodes_of(municipality, on):
            area = self.area(pc4, sector, on)
            if area and area.swv:
                parts[area.swv].append(pc4)
        return dict(parts)

    def agreements(self, kind: str, on: date) -> tuple[Agreement, ...]:
        """The regional agreements of a kind in force that day, in order of their id."""
        found = (agreement for agreement in self._agreements.get(kind, ()) if holds(agreement, on))
        return tuple(sorted(found, key=lambda agreement: agreement.id))

    def agreements_of(self, kind: str, party: OrganisationCode, on: date) -> tuple[Agreement, ...]:
        """The regional agreements of a kind that a party has in force that day, in order of their id."""
        found = [agreement for agreement in self._agreements_of.get((kind, party), ()) if holds(agreement, on)]
        return tuple(sorted(found, key=lambda agreement: agreement.id)) if found else ()

    def all_agreements(self, on: date) -> tuple[Agreement, ...]:
        """The regional agreements of every kind in force that day, in order of their id."""
        found = (agreement for kind in self._agreements for agreement in self.agreements(kind, on))
        return tuple(sorted(found, key=lambda agreement: agreement.id))

    def postcodes(self) -> tuple[Postcode4, ...]:
        """Every postcode that the law, a municipality or a correction ever named, ascending."""
        ever = {*self.facts.municipalities, *self._corrections, *chain.from_iterable(self.facts.areas.values())}
        return tuple(sorted(ever))

    def _correction(self, pc4: str, sector: Sector | None, on: date) -> AreaCorrection | None:
        for row in self._corrections.get(Postcode4(pc4), ()):
            if row.sector is sector and holds(row, on):
                return row
        return None

    def _area_of(self, site: Site, sector: Sector, on: date) -> Area | None:
        if site.swv_override and sector in site.swv_override:
            return Area(site.swv_override[sector], _LISTED)
        if site.cluster in _OUTSIDE_CLUSTERS:
            return OUTSIDE_BY_CLUSTER
        area = self.area(site.pc4, sector, on) if site.pc4 else None
        if area is None or site.doubt is None:
            return area
        probable = NATIONAL_SWV[sector] if site.doubt is Doubt.REFORMED_BY_DENOMINATION else area.swv
        return Area(area.swv, area.source, site.doubt, probable)

    def _covering(
        self, kind: OrganisationKind, municipality: str, on: date, pc4: str | None, theme: Theme | None
    ) -> Organisation | None:
        best: tuple[bool, bool, Organisation] | None = None
        for row in self._coverage.get(OrganisationCode(municipality), ()):
            if not holds(row, on) or not _serves(row, pc4, theme):
                continue
            organisation = self.organisation(row.organisation, on)
            if organisation is None or organisation.kind is not kind:
                continue
            rank = (row.pc4s is None, row.themes is None, organisation)
            if best is None or _rank(rank) < _rank(best):
                best = rank
        return best[2] if best else None


def _rank(found: tuple[bool, bool, Organisation]) -> tuple[bool, bool, str]:
    whole_municipality, all_themes, organisation = found
    return whole_municipality, all_themes, organisation.code


def _serves(row: Coverage, pc4: str | None, theme: Theme | None) -> bool:
    here = row.pc4s is None or pc4 in row.pc4s
    return here and (row.themes is None or theme in row.themes)


def _value(periods: Iterable[Period[V]], on: date) -> V | None:
    found = at(periods, on)
    return None if found is None else found.value
