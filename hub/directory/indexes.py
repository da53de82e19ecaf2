"""How a snapshot orders what it was given, so that every question is a look-up. Built once per snapshot."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from itertools import chain
from typing import TypeVar

from hub.codes import OrganisationCode, OrganisationKind, Postcode4
from hub.directory.entries import AreaCorrection, Coverage, D, Organisation
from hub.directory.facts import Facts

_COVERING_KINDS = frozenset({OrganisationKind.SOCIAL_TEAM, OrganisationKind.ATTENDANCE_OFFICE})

K = TypeVar("K", bound=Hashable)


def grouped(pairs: Iterable[tuple[K, D]]) -> dict[K, tuple[D, ...]]:
    """Entries per key, the latest first: the first that holds on a day is the answer."""
    groups: dict[K, list[D]] = defaultdict(list)
    for key, entry in pairs:
        groups[key].append(entry)
    return {key: _latest_first(entries) for key, entries in groups.items()}


def _latest_first(entries: list[D]) -> tuple[D, ...]:
    if len(entries) > 1:
        entries.sort(key=lambda entry: entry.valid_from, reverse=True)
    return tuple(entries)


def by_code(
    facts: Mapping[OrganisationCode, tuple[Organisation, ...]], own: Iterable[Organisation]
) -> Mapping[OrganisationCode, tuple[Organisation, ...]]:
    """Rows of the directory replace the facts of the same code whole: an end that was written must not be undone."""
    return {**facts, **grouped((organisation.code, organisation) for organisation in own)}


def complete(
    coverage: Iterable[Coverage], organisations: Mapping[OrganisationCode, tuple[Organisation, ...]]
) -> Iterable[Coverage]:
    """The coverage that was written; until its first day, a team or office covers its own municipality whole."""
    written = tuple(coverage)
    yield from written
    for row in chain.from_iterable(organisations.values()):
        if row.kind in _COVERING_KINDS and row.municipality:
            days = [said.valid_from for said in written if said.organisation == row.code]
            until = min((day for day in (*days, row.valid_until) if day is not None), default=None)
            if until is None or until > row.valid_from:
                yield Coverage(row.code, row.municipality, None, None, row.valid_from, until)


Corrections = Mapping[Postcode4, tuple[AreaCorrection, ...]]


def postcodes_by_municipality(facts: Facts, corrections: Corrections) -> Mapping[OrganisationCode, list[Postcode4]]:
    """Every postcode that ever lay in a municipality, ascending; the snapshot still asks for the day."""
    postcodes: dict[OrganisationCode, set[Postcode4]] = defaultdict(set)
    for pc4, periods in facts.municipalities.items():
        for code in chain.from_iterable(period.value for period in periods):
            postcodes[code].add(pc4)
    for row in chain.from_iterable(corrections.values()):
        if row.sector is None:
            postcodes[row.organisation].add(row.pc4)
    return {code: sorted(found) for code, found in postcodes.items()}


def turning_days(facts: Facts, corrections: Corrections) -> set[date]:
    """Every day on which any area or municipality may change; between two of them the division stands still."""
    days = set(facts.turning_days)
    for row in chain.from_iterable(corrections.values()):
        days |= {row.valid_from, row.valid_until or row.valid_from}
    return days
