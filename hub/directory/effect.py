"""Whom a change of the directory affects: the answers that two snapshots give on one day, side by side. Pure.

A dash stands for no answer; a code with a question mark for one that a person must look at.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from hub.codes import OrganisationKind, Postcode4, Sector, Theme
from hub.directory.entries import Area, Organisation, Site
from hub.directory.snapshot import Snapshot

NOTHING = "-"
_TEAM = OrganisationKind.SOCIAL_TEAM.value
_BY_THEME = {f"{_TEAM}:{theme.value}": theme for theme in Theme}
_OFFICE, _POINT = OrganisationKind.ATTENDANCE_OFFICE.value, OrganisationKind.TRANSITION_POINT.value
_RESPONSIBLE = frozenset({*(sector.value for sector in Sector), "municipality", _TEAM, *_BY_THEME, _OFFICE, _POINT})

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that becomes another one: about which site, postcode or party, to which question."""

    subject: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Balance:
    """How many postcodes and school sites a partnership, team or office gets, and how many it loses."""

    code: str
    postcodes_gained: int = 0
    postcodes_lost: int = 0
    sites_gained: int = 0
    sites_lost: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change makes different on a day: for school sites, for postcodes, for the parties themselves.

    `agreements` are those that begin, end or change; what they do to answers, the rules know. `names` tells who stands
    behind a code that is told of.
    """

    on: date
    names: Mapping[str, str]
    sites: tuple[Difference, ...]
    postcodes: tuple[Difference, ...]
    parties: tuple[Difference, ...]
    agreements: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return bool(self.sites or self.postcodes or self.parties or self.agreements)

    @property
    def balances(self) -> tuple[Balance, ...]:
        """What each responsible party gets and loses, in order of code."""
        counts = {
            "postcodes_gained": _counted(self.postcodes, lambda one: one.after),
            "postcodes_lost": _counted(self.postcodes, lambda one: one.before),
            "sites_gained": _counted(self.sites, lambda one: one.after),
            "sites_lost": _counted(self.sites, lambda one: one.before),
        }
        codes = sorted(set().union(*counts.values()))
        return tuple(Balance(code, **{name: counted[code] for name, counted in counts.items()}) for code in codes)

    def to_data(self) -> dict[str, Any]:
        """Plain JSON."""
        groups = ("sites", "postcodes", "parties", "agreements")
        found = {group: [asdict(one) for one in getattr(self, group)] for group in groups}
        balances = [asdict(one) for one in self.balances]
        return {"on": self.on.isoformat(), **found, "balances": balances, "names": dict(self.names)}


def effect_on(before: Snapshot, after: Snapshot, on: date) -> Effect:
    """Every answer on the day `on` that differs between two snapshots."""
    sites = tuple(_differences(_of_sites(before, on), _of_sites(after, on)))
    postcodes = tuple(_differences(_of_postcodes(before, on), _of_postcodes(after, on)))
    parties = tuple(_differences(_of_parties(before, on), _of_parties(after, on)))
    agreements = tuple(_differences(_of_agreements(before, on), _of_agreements(after, on)))
    names = names_in((*sites, *postcodes, *parties), (after, before), on)
    return Effect(on, names, sites, postcodes, parties, agreements)


def names_in(differences: Iterable[Difference], snapshots: Iterable[Snapshot], on: date) -> dict[str, str]:
    """What the sites and parties that differences tell of are called, by the first snapshot that knows them."""
    told = {word.rstrip("?") for one in differences for word in (one.subject, *_split(one.before), *_split(one.after))}
    names: dict[str, str] = {}
    for snapshot in snapshots:
        found = ((code, snapshot.organisation(code, on) or snapshot.site(code, on)) for code in told - names.keys())
        names |= {code: party.name for code, party in found if party is not None}
    return dict(sorted(names.items()))


def of_postcode(snapshot: Snapshot, pc4: Postcode4, on: date) -> dict[str, str]:
    """Who is responsible for a postcode on a day; teams for one theme only where it is not the general one."""
    homes = snapshot.municipalities(pc4, on)
    answers: dict[str, str] = {sector.value: _area(snapshot.area(pc4, sector, on)) for sector in Sector}
    answers["municipality"] = ", ".join(homes) or NOTHING
    answers[_TEAM] = general = _codes(snapshot.social_team(home, on, pc4=pc4) for home in homes)
    for name, theme in _BY_THEME.items():
        team = _codes(snapshot.social_team(home, on, pc4=pc4, theme=theme) for home in homes)
        if team != general:
            answers[name] = team
    answers[_OFFICE] = _codes(snapshot.attendance_office(home, on) for home in homes)
    answers[_POINT] = _codes(snapshot.transition_point(home, on) for home in homes)
    return answers


def _of_postcodes(snapshot: Snapshot, on: date) -> dict[str, Answers]:
    return {pc4: of_postcode(snapshot, pc4, on) for pc4 in snapshot.postcodes()}


def _of_sites(snapshot: Snapshot, on: date) -> dict[str, Answers]:
    return {site.code: _of_site(snapshot, site, on) for site in snapshot.sites(on)}


def _of_site(snapshot: Snapshot, site: Site, on: date) -> Answers:
    """What the site is, its partnerships, and who works at its own postcode, where most of its pupils live."""
    said = {"name": site.name, "board": site.board or NOTHING, "kinds": ", ".join(sorted(site.types))}
    around = of_postcode(snapshot, site.pc4, on) if site.pc4 else {}
    sectors = {kind.sector for kind in site.types}
    own = {
        sector.value: _area(snapshot.swv_of_site(site.code, sector, on)) if sector in sectors else NOTHING
        for sector in Sector
    }
    return {**said, **around, **own}


def _of_parties(snapshot: Snapshot, on: date) -> dict[str, Answers]:
    kinds = (kind for kind in OrganisationKind if kind is not OrganisationKind.SCHOOL_SITE)
    return {party.code: _of_party(party) for kind in kinds for party in snapshot.organisations(kind, on)}


def _of_party(party: Organisation) -> Answers:
    said = {"name": party.name, "phone": party.phone, "parent": party.parent, "municipality": party.municipality}
    return {name: value or NOTHING for name, value in said.items()}


def _of_agreements(snapshot: Snapshot, on: date) -> dict[str, Answers]:
    return {
        one.id: {"kind": one.kind, "parties": ", ".join(sorted(one.parties)), "scope": _as_text(one.scope)}
        for one in snapshot.all_agreements(on)
    }


def _differences(before: Mapping[str, Answers], after: Mapping[str, Answers]) -> Iterator[Difference]:
    for subject in sorted({*before, *after}):
        yield from _compared(subject, before.get(subject, {}), after.get(subject, {}))


def _compared(subject: str, before: Answers, after: Answers) -> Iterator[Difference]:
    """A theme that one side does not name has there the general team."""
    if before == after:
        return
    for what in dict.fromkeys((*before, *after)):
        sides = [side.get(what, side.get(what.partition(":")[0], NOTHING)) for side in (before, after)]
        if sides[0] != sides[1]:
            yield Difference(subject, what, *sides)


def _as_text(scope: Mapping[str, Any]) -> str:
    return json.dumps(scope, ensure_ascii=False, sort_keys=True)


def _area(area: Area | None) -> str:
    if area is None or area.swv is None:
        return NOTHING
    return f"{area.swv}?" if area.doubt else area.swv


def _codes(parties: Iterable[Organisation | None]) -> str:
    return ", ".join(dict.fromkeys(party.code for party in parties if party)) or NOTHING


def _counted(differences: Iterable[Difference], side: Callable[[Difference], str]) -> Counter[str]:
    """The number of different subjects per party that answers for them."""
    told = {(one.subject, code) for one in differences if one.what in _RESPONSIBLE for code in _split(side(one))}
    return Counter(code for _, code in told if code != NOTHING and not code.endswith("?"))


def _split(answer: str) -> list[str]:
    return answer.split(", ")
