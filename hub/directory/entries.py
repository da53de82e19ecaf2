"""What the directory holds, as immutable values: organisations, school sites, areas, agreements, coverage.

Every validity is half-open: `valid_from` is the first day, `valid_until` the first day on which it no longer counts
(None: no end known). Nothing here reads or decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType, Sector, Theme

START = date(2014, 8, 1)
"""First day of passend onderwijs, and of the statutory division by postcode: the directory knows nothing older."""


class Doubt(StrEnum):
    """Why a person must look before an answer is used. Each value is the English message id of its sentence."""

    NO_SWV_IN_LAW = "The law names this postcode but gives it no partnership."
    NEWER_THAN_LAW = "This postcode is newer than the law's list; the law has not yet said where it belongs."
    PROBABLY_CLERICAL = "The law gives this postcode another partnership than its surroundings, probably by mistake."
    CHANGE_DATE_UNKNOWN = (
        "The law moved this postcode to another partnership; the day on which that happened is not known."
    )
    REFORMED_BY_DENOMINATION = (
        "By its denomination this school may belong to the nationwide reformed partnership; no list says so."
    )
    CLUSTER_UNCLEAR = "This site combines disability clusters; whether it belongs to a partnership differs per cluster."


@dataclass(frozen=True, slots=True)
class Organisation:
    """A party with a code, as it was during one period."""

    code: OrganisationCode
    kind: OrganisationKind
    name: str
    parent: OrganisationCode | None
    municipality: OrganisationCode | None
    valid_from: date
    valid_until: date | None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A school site, as it was during one period.

    `swv_override` names the partnership per sector where an official list says another than the postcode does;
    `doubt` says why a person must look at its partnership.
    """

    code: OrganisationCode
    name: str
    board: OrganisationCode | None
    types: frozenset[SchoolType]
    pc4: Postcode4 | None
    municipality: OrganisationCode | None
    cluster: str | None
    swv_override: Mapping[Sector, OrganisationCode] | None
    valid_from: date
    valid_until: date | None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """The partnership (swv) that an area belongs to.

    `swv` is None where the law gives none; `doubt` is None when the answer is plain; `probable` is what the answer
    would most likely be, for the person who must look. `source` is a citation and needs no translation.
    """

    swv: OrganisationCode | None
    source: str
    doubt: Doubt | None = None
    probable: OrganisationCode | None = None


@dataclass(frozen=True, slots=True)
class AreaCorrection:
    """A dated correction of the facts: partnership of a postcode for a sector, or without sector its municipality."""

    organisation: OrganisationCode
    sector: Sector | None
    pc4: Postcode4
    valid_from: date
    valid_until: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A dated regional agreement; `kind` and `scope` are read by the rule that knows the kind."""

    id: str
    kind: str
    parties: frozenset[OrganisationCode]
    scope: Mapping[str, Any]
    valid_from: date
    valid_until: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where a social team or attendance office works; None for `pc4s` or `themes` means all of them."""

    organisation: OrganisationCode
    municipality: OrganisationCode
    pc4s: frozenset[Postcode4] | None
    themes: frozenset[Theme] | None
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Registration:
    """What a register or an administrator says of an organisation, before the directory has given it its dates.

    `swv_override` None says nothing: what an administrator wrote about it stays.
    """

    code: OrganisationCode
    kind: OrganisationKind
    name: str
    source: str
    parent: OrganisationCode | None = None
    municipality: OrganisationCode | None = None
    types: frozenset[SchoolType] = frozenset()
    pc4: Postcode4 | None = None
    cluster: str | None = None
    swv_override: Mapping[Sector, OrganisationCode] | None = None
    doubt: Doubt | None = None
    phone: str | None = None
    web: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a snapshot holds beside the facts of the package."""

    organisations: Iterable[Organisation] = ()
    sites: Iterable[Site] = ()
    corrections: Iterable[AreaCorrection] = ()
    agreements: Iterable[Agreement] = ()
    coverage: Iterable[Coverage] = ()


class Dated(Protocol):
    """Anything with a half-open validity."""

    @property
    def valid_from(self) -> date:
        """First day."""
        ...

    @property
    def valid_until(self) -> date | None:
        """First day on which it no longer counts."""
        ...


D = TypeVar("D", bound=Dated)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Period(Generic[V]):
    """A value during one period."""

    valid_from: date
    valid_until: date | None
    value: V


def holds(entry: Dated, on: date) -> bool:
    """Whether `entry` is valid on the day `on`."""
    return entry.valid_from <= on and (entry.valid_until is None or on < entry.valid_until)


def at(entries: Iterable[D], on: date) -> D | None:
    """The first of `entries` that is valid on the day `on`."""
    for entry in entries:
        if entry.valid_from <= on and (entry.valid_until is None or on < entry.valid_until):
            return entry
    return None
