"""From recognised school files to registered sites: what is taken, what is skipped and why."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode, OrganisationKind
from hub.directory.duo import SchoolFile, in_older_layout
from hub.directory.entries import Registration
from hub.directory.registering import Effect, register
from hub.directory.tables import OrganisationRow

Progress = Callable[[int, int], None]
"""Called with the number of lines done and the number of lines there are."""

TWICE = "This site already stands in this file or in one before it."
NEWER_LIST = "The directory holds a newer list of these schools; a list in the older layout changes nothing in it."
LATER_STATE = "The directory already knows what this site is like on a later day."

_CHUNK = 1000
_IS_SITE = OrganisationRow.kind == OrganisationKind.SCHOOL_SITE.value


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that was not taken; `reason` is an English message id."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, in numbers of sites; lists are in the order of the files."""

    taken: int
    unchanged: int
    updated: int
    skipped: tuple[Skipped, ...]
    without_postcode: tuple[OrganisationCode, ...]  # taken, but their partnership cannot be found
    no_longer_listed: tuple[OrganisationCode, ...]  # in the directory, not in the files; they stay until they are ended


@dataclass(slots=True)
class Pile:
    """The lines of all files, sorted into the sites that can be registered, each with its line, and the rest."""

    sites: dict[OrganisationCode, tuple[Registration, str, int]] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    def sort_in(self, file: SchoolFile, *, superseded: bool) -> None:
        """Add the lines of one more file; the first line about a site counts."""
        for line in file.lines():
            reason = line.reason or (NEWER_LIST if superseded else None)
            if line.site is None or reason is not None:
                self.skipped.append(Skipped(line.file, line.number, reason or TWICE))
            elif line.site.code in self.sites:
                self.skipped.append(Skipped(line.file, line.number, TWICE))
            else:
                self.sites[line.site.code] = (line.site, line.file, line.number)


def pile_up(session: Session, files: Sequence[SchoolFile]) -> Pile:
    """Sort the lines of `files`. Where a newer layout of the same list is known, an older file counts for nothing."""
    newer = {file.register for file in files if not file.older_layout} | _lists_in_directory(session)
    pile = Pile()
    for file in sorted(files, key=lambda file: file.older_layout):
        pile.sort_in(file, superseded=file.older_layout and file.register in newer)
    return pile


def register_boards(session: Session, pile: Pile, on: date) -> None:
    """Bring in the school boards that are not known yet; DUO's school files give only their numbers."""
    numbers = {site.parent for site, _, _ in pile.sites.values() if site.parent}
    known = set(session.scalars(select(OrganisationRow.code).where(OrganisationRow.code.in_(numbers))))
    register(session, [_board(code) for code in sorted(numbers - known)], on=on)


def register_sites(session: Session, pile: Pile, on: date, progress: Progress) -> Mapping[OrganisationCode, Effect]:
    """Bring in the sites, a thousand at a time; the effect per site."""
    sites = [site for site, _, _ in pile.sites.values()]
    effects: dict[OrganisationCode, Effect] = {}
    for chunk in _chunks(sites):
        effects |= register(session, chunk, on=on)
        progress(len(effects), len(sites))
    return effects


def report(
    session: Session, files: Sequence[SchoolFile], pile: Pile, effects: Mapping[OrganisationCode, Effect]
) -> ImportReport:
    """What the import did."""
    count = Counter(effects.values())
    outdated = [code for code, effect in effects.items() if effect is Effect.OUTDATED]
    late = [Skipped(*pile.sites[code][1:], LATER_STATE) for code in outdated]
    taken = (site for site, _, _ in pile.sites.values() if effects[site.code] is not Effect.OUTDATED)
    return ImportReport(
        taken=count[Effect.NEW],
        unchanged=count[Effect.UNCHANGED],
        updated=count[Effect.UPDATED],
        skipped=(*pile.skipped, *late),
        without_postcode=tuple(site.code for site in taken if site.pc4 is None),
        no_longer_listed=_no_longer_listed(session, files, pile),
    )


def _lists_in_directory(session: Session) -> set[str]:
    return set(session.scalars(select(OrganisationRow.source).distinct().where(_IS_SITE)))


def _no_longer_listed(session: Session, files: Iterable[SchoolFile], pile: Pile) -> tuple[OrganisationCode, ...]:
    lists = {
        name for file in files if not file.older_layout for name in (file.register, in_older_layout(file.register))
    }
    still_open = OrganisationRow.valid_until.is_(None) & OrganisationRow.source.in_(lists)
    codes = session.scalars(select(OrganisationRow.code).where(_IS_SITE, still_open).order_by(OrganisationRow.code))
    return tuple(OrganisationCode(code) for code in codes if code not in pile.sites)


def _board(code: OrganisationCode) -> Registration:
    name = f"Bevoegd gezag {code.removeprefix('B')}"
    return Registration(code, OrganisationKind.SCHOOL_BOARD, name, "DUO, nummer van het bevoegd gezag")


def _chunks(sites: Sequence[Registration]) -> Iterator[Sequence[Registration]]:
    for start in range(0, len(sites), _CHUNK):
        yield sites[start : start + _CHUNK]
