"""What an agreement does to the answers of the rules: one question of every usual kind, asked in two directories. Pure.

A look-up does not show it, because agreements are read by rules. The schools of its parties ask everything that a
school may ask, for pupils who live beside the school, and for pupils from every postcode that the agreement is about.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from hub.codes import (
    About,
    CameFrom,
    ConsentBy,
    DeclarationStep,
    HelpForm,
    Need,
    OrganisationCode,
    OrganisationKind,
    Postcode4,
    SchoolType,
    Sector,
    Standing,
    Theme,
)
from hub.directory.effect import Difference, of_postcode
from hub.directory.entries import Agreement, Site
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.facts import Attendance, Declaration, Facts, Living, Permission, Request, Seeking, Transition
from hub.routing.replay import shifts

V = TypeVar("V")
_LONG_AGO, _FAR_OFF = date(2014, 8, 1), date(2100, 7, 31)
_DECLARED = (SchoolType.SO, SchoolType.VSO, SchoolType.SBO, SchoolType.PRO)
_AGES = {
    "0-11": ConsentBy.PARENTS,
    "12-15": ConsentBy.PARENTS,
    "16-17": ConsentBy.PUPIL,
    "18-22": ConsentBy.PUPIL,
}


def changed_agreements(before: Snapshot, after: Snapshot, on: date) -> tuple[Agreement, ...]:
    """The agreements in force on a day in one of two directories that the other does not have just so."""
    old, new = before.all_agreements(on), after.all_agreements(on)
    return (*(one for one in old if one not in new), *(one for one in new if one not in old))


def asked_in_both(before: Snapshot, after: Snapshot, on: date) -> tuple[list[Difference], list[Difference]]:
    """What changed agreements do on a day: per school site, and per home postcode. `what` is a question and a part.

    Schools and homes between which neither the directory nor an agreement makes a difference are asked about once.
    """
    changed = changed_agreements(before, after, on)
    if not changed:
        return [], []
    worlds, questions = (before, after), usual_questions(on, after)
    sites = sorted(_sites_of(changed, after, on), key=lambda site: site.code)
    alike = _grouped(sites, lambda site: (*_kind_of(site, changed), _place(worlds, site.pc4, on)))
    typical = {(site.types, _board_in(changed, site)): site for site in reversed(sites)}.values()
    beside = [([site.code for site in group], group[0], group[0].pc4) for group in alike]
    homes = sorted(_homes_of(changed, after, on))
    near = _grouped(homes, lambda pc4: (_place(worlds, pc4, on), _named_by(changed, "postcodes", pc4)))
    around = [(list(group), site, group[0]) for group in near for site in typical]
    return _compared(beside, worlds, questions), _compared(around, worlds, questions)


Pupils = tuple[list[Any], Site, Postcode4 | None]
"""For whom it is counted, the school that writes, and the home."""


def _compared(
    pupils: Iterable[Pupils], worlds: tuple[Snapshot, Snapshot], questions: Iterable[Facts]
) -> list[Difference]:
    found: dict[Difference, None] = {}
    for subjects, site, home in pupils:
        for facts in questions:
            asked = replace(facts, site=site.code, home_postcode=home)
            old, new = (decide(asked, world) for world in worlds)
            for shift in shifts(facts.request.value, old, new):
                told = (f"{shift.request}.{shift.what}", shift.before, shift.after)
                found |= dict.fromkeys(Difference(subject, *told) for subject in subjects)
    return sorted(found, key=lambda one: one.subject)


def _grouped(things: Iterable[V], key: Callable[[V], Hashable]) -> list[list[V]]:
    groups: dict[Hashable, list[V]] = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return list(groups.values())


def _kind_of(site: Site, agreements: Iterable[Agreement]) -> tuple[Hashable, ...]:
    """What rules and agreements know a site by."""
    override = tuple(sorted((site.swv_override or {}).items()))
    named = _named_by(agreements, "sites", site.code)
    board = _board_in(agreements, site)
    return site.types, board, site.municipality, site.cluster, site.doubt, override, named


def _board_in(agreements: Iterable[Agreement], site: Site) -> str | None:
    """The board, where an agreement is about boards; else all schools of a kind are one to it."""
    named = (one.parties | set(one.scope.get("boards") or ()) for one in agreements)
    return site.board if any(site.board in boards for boards in named) else None


def _place(worlds: Iterable[Snapshot], pc4: Postcode4 | None, on: date) -> Hashable:
    """What the directory says of a postcode, in each world."""
    return tuple(tuple(of_postcode(world, pc4, on).items()) for world in worlds) if pc4 else None


def _named_by(agreements: Iterable[Agreement], part: str, code: str) -> frozenset[str]:
    return frozenset(one.id for one in agreements if code in (one.scope.get(part) or ()))


def _sites_of(agreements: Iterable[Agreement], snapshot: Snapshot, on: date) -> Iterator[Site]:
    """Every school that one of the parties has to do with: its own, on its ground, or in its area."""
    parties = {party for agreement in agreements for party in agreement.parties}
    for site in snapshot.sites(on):
        areas = (snapshot.swv_of_site(site.code, sector, on) for sector in Sector)
        around = {site.board, site.municipality, *(area.swv for area in areas if area)}
        if around & parties:
            yield site


def _homes_of(agreements: Iterable[Agreement], snapshot: Snapshot, on: date) -> set[Postcode4]:
    """The postcodes that an agreement names; where it names none, all those of its parties."""
    homes: set[Postcode4] = set()
    for agreement in agreements:
        named = agreement.scope.get("postcodes")
        homes |= set(named) if named else set(_postcodes_of(agreement.parties, snapshot, on))
    return homes


def _postcodes_of(parties: frozenset[OrganisationCode], snapshot: Snapshot, on: date) -> Iterator[Postcode4]:
    for pc4 in snapshot.postcodes():
        areas = (snapshot.area(pc4, sector, on) for sector in Sector)
        if parties & {*snapshot.municipalities(pc4, on), *(area.swv for area in areas if area)}:
            yield pc4


def usual_questions(on: date, snapshot: Snapshot) -> tuple[Facts, ...]:
    """One question of every usual kind, without school and home: those are filled in by who asks them."""
    issuer = next((party.code for party in snapshot.organisations(OrganisationKind.SWV, on)), None)
    sites = _two_partnerships(on, snapshot)
    declarations = (*_about_declarations(on, issuer), *_about_sbo(on, sites))
    return (
        *_about_education(on),
        *_about_places(on, sites),
        *_about_transitions(on, sites),
        *_about_home(on),
        *_about_absence(on),
        *declarations,
    )


def _about_education(on: date) -> Iterator[Facts]:
    support = Facts(Request.SUPPORT, on, "")
    yield support
    yield replace(support, declaration=Declaration(heard=False, need=Need.CLUSTER_GUIDANCE))
    yield Facts(Request.SIGNAL, on, "", about=About.EDUCATION)
    yield Facts(Request.SIGNAL, on, "", about=About.EDUCATION, theme=Theme.TRANSITION)


def _about_transitions(on: date, sites: Iterable[OrganisationCode]) -> Iterator[Facts]:
    """To another school, and out of school."""
    for site in (*sites, None):
        yield Facts(Request.TRANSITION, on, "", transition=Transition(site, on))


def _about_home(on: date) -> Iterator[Facts]:
    yield Facts(Request.SIGNAL, on, "", about=About.HOME)
    for age, by in _AGES.items():
        living = Living(help_form=HelpForm.FOSTER, help_before_18=True)
        asked = Facts(Request.REFERRAL, on, "", age_group=age, permission=Permission(by))
        yield asked
        yield replace(asked, living=replace(living, moved_on=on))
        yield replace(asked, permission=Permission(by, both_parents=False))
        yield replace(asked, permission=Permission(by, pupil_objects=True))


def _about_absence(on: date) -> Iterator[Facts]:
    for age in ("0-11", "18-22"):
        for standing in Standing:
            yield Facts(Request.ABSENCE, on, "", standing=standing, age_group=age)
    yield Facts(Request.ABSENCE, on, "", attendance=Attendance(exempt_5a=True))


def _about_declarations(on: date, issuer: OrganisationCode | None) -> Iterator[Facts]:
    for kind in _DECLARED:
        first = Facts(Request.ADMISSION, on, "", admission=kind)
        yield first
        yield replace(first, living=Living(moved_on=on))
        yield replace(
            first, standing=Standing.REGISTERED, declaration=Declaration(came_from=CameFrom.DIRECT_ENTRY, vo_year=1)
        )
        for step in (DeclarationStep.SCHOOL_CHANGE, DeclarationStep.RENEWAL, DeclarationStep.RETURN):
            running = Declaration(step, issued_by=issuer, runs_until=_FAR_OFF, in_netherlands_since=_LONG_AGO)
            yield replace(first, declaration=running)
    yield replace(first, declaration=Declaration(need=Need.GIFTED))


def _two_partnerships(on: date, snapshot: Snapshot) -> list[OrganisationCode]:
    """A primary school in each of two partnerships, so that one of them lies across the border."""
    primary = (site for site in snapshot.sites(on) if SchoolType.BAO in site.types)
    areas = ((site.code, snapshot.swv_of_site(site.code, Sector.PO, on)) for site in primary)
    known = {area.swv: code for code, area in areas if area and area.swv and not area.doubt}
    return list(islice(known.values(), 2))


def _about_sbo(on: date, sites: Iterable[OrganisationCode]) -> Iterator[Facts]:
    """For a pupil of another school."""
    for code in sites:
        asked = Facts(Request.ADMISSION, on, "", standing=Standing.REGISTERED, admission=SchoolType.SBO)
        yield replace(asked, previous_site=code)
        yield replace(asked, previous_site=code, living=Living(moved_on=on))


def _about_places(on: date, sites: Iterable[OrganisationCode]) -> Iterator[Facts]:
    """Where other schools were asked for a place, and where there is no duty of care."""
    for seeking in (Seeking(on, candidates=tuple(sites)), Seeking(on, is_full=True)):
        yield Facts(Request.PLACEMENT, on, "", standing=Standing.REGISTERED, seeking=seeking)
