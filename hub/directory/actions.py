"""Changes of the directory: schools out of DUO's files, the demo region, corrections, agreements, coverage.

Every change waits for the one before it and raises the version, by which all processes see it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.clock import dutch_date
from hub.codes import OrganisationCode, OrganisationKind, Postcode4, Sector
from hub.directory import demo, importing, registering
from hub.directory.current import build_snapshot
from hub.directory.duo import read_file
from hub.directory.entries import Agreement, AreaCorrection, Coverage, Registration
from hub.directory.facts import load_facts
from hub.directory.importing import ImportReport, Progress
from hub.directory.registering import Effect, amend, lock_directory, raise_version, register
from hub.directory.snapshot import Snapshot
from hub.directory.tables import AgreementRow, AreaRow, CoverageRow, OrganisationRow
from hub.errors import Conflict, InvalidInput, NotFound
from hub.store.base import Base


class RealDirectory(Conflict):
    """The demo region would take the place of what a register or an administrator said."""

    code = "real-directory"
    next_step = "Play the demo on a database of its own: hub up, with HUB_DATA_DIR set to an empty folder."


def import_duo(
    session: Session, files: Sequence[Path], now: datetime, progress: Progress | None = None, *, on: date | None = None
) -> ImportReport:
    """Take DUO's school files into the directory, as what holds from the day `on` (today when not given).

    All files are read before anything is written; the same files again change nothing. Raises InvalidInput for a file
    that is not a school file.
    """
    schools = [read_file(path) for path in files]
    lock_directory(session)
    pile = importing.pile_up(session, schools)
    on = on or dutch_date(now)
    importing.register_boards(session, pile, on)
    effects = importing.register_sites(session, pile, on, progress or (lambda _done, _total: None))
    return importing.report(session, schools, pile, effects)


def load_demo(session: Session, now: datetime) -> None:
    """Bring in the invented schools, boards, teams and offices of the demo region; again changes nothing.

    Raises RealDirectory where one of them has a code that the directory holds out of another source.
    """
    lock_directory(session)
    registrations = demo.registrations()
    _need_no_real(session, [registration.code for registration in registrations])
    register(session, registrations, on=dutch_date(now))
    for coverage in demo.COVERAGE:
        cover(session, coverage)


def enter(session: Session, registration: Registration, *, on: date) -> None:
    """Say what an organisation is from the day `on`: a new one begins then, a changed one begins another period.

    Raises InvalidInput for parties it names and the directory does not know, for a code of another kind, and for a day
    before one of which the directory knows already.
    """
    lock_directory(session)
    _need_known(session, [code for code in (registration.parent, registration.municipality) if code is not None])
    _need_same_kind(session, registration)
    registering.adopt(session, registration.code)
    effect = register(session, [registration], on=on, since=on)[registration.code]
    if effect is Effect.OUTDATED:
        raise InvalidInput("The directory knows of %(code)s on a later day than %(on)s.", code=registration.code, on=on)


def assign_school(
    session: Session, site: OrganisationCode, partnerships: Mapping[Sector, OrganisationCode], *, on: date
) -> None:
    """Say to which partnership a site belongs from the day `on`, whatever its postcode says; empty: as the postcode.

    For the nationwide partnerships, and for DUO's list of schools per partnership. Raises NotFound for an unknown site.
    """
    lock_directory(session)
    _need_known(session, partnerships.values())
    override = {sector.value: code for sector, code in partnerships.items()}
    amend(session, site, {"swv_override": override or None}, on=on)


def end(session: Session, code: OrganisationCode, *, on: date) -> None:
    """Say that an organisation exists no more from the day `on`. Raises NotFound when it was not in force."""
    lock_directory(session)
    registering.end(session, code, on=on)


def merge_municipality(
    session: Session, old: OrganisationCode, into: OrganisationCode, *, on: date, source: str
) -> tuple[Postcode4, ...]:
    """End a municipality and give its postcodes and schools to another from the day `on` (rule B2).

    For a merger that the facts do not know yet; the partnerships stay. Returns the postcodes, ascending. Teams and
    offices of the old municipality stay until they are ended. Raises NotFound when either is not in force.
    """
    lock_directory(session)
    snapshot = build_snapshot(session)
    for code in (old, into):
        _need_municipality(snapshot, code, on)
    postcodes = snapshot.postcodes_of(old, on)
    for pc4 in postcodes:
        correct_area(session, AreaCorrection(into, None, pc4, on, None, source))
    for site in registering.sites_in(session, old, on=on):
        amend(session, site, {"municipality": into}, on=on)
    registering.end(session, old, on=on)
    return postcodes


def correct_area(session: Session, correction: AreaCorrection) -> None:
    """Say which partnership, or which municipality, a postcode has from a day on. The same again changes nothing."""
    _need_known(session, [correction.organisation])
    row = {
        "pc4": correction.pc4,
        "sector": correction.sector.value if correction.sector else None,
        "valid_from": correction.valid_from,
        "valid_until": correction.valid_until,
        "organisation": correction.organisation,
        "source": correction.source,
    }
    _write(session, AreaRow, row, key=("pc4", "sector", "valid_from"))


def conclude(session: Session, agreement: Agreement) -> None:
    """Write down a regional agreement. It ends what was agreed before under the same id; the past stays as it was."""
    _need_known(session, agreement.parties)
    row = {
        "id": agreement.id,
        "kind": agreement.kind,
        "parties": sorted(agreement.parties),
        "scope": dict(agreement.scope),
        "valid_from": agreement.valid_from,
        "valid_until": agreement.valid_until,
        "source": agreement.source,
    }
    _write_period(session, AgreementRow, row, of=("id",))


def cover(session: Session, coverage: Coverage) -> None:
    """Say where a team or office works: it ends what was said before of this team and this municipality.

    The same team, municipality and first day again replaces it.
    """
    _need_known(session, [coverage.organisation, coverage.municipality])
    row = {
        "organisation": coverage.organisation,
        "municipality": coverage.municipality,
        "valid_from": coverage.valid_from,
        "valid_until": coverage.valid_until,
        "pc4s": None if coverage.pc4s is None else sorted(coverage.pc4s),
        "themes": None if coverage.themes is None else sorted(theme.value for theme in coverage.themes),
    }
    _write_period(session, CoverageRow, row, of=("organisation", "municipality"))


def _write_period(
    session: Session, table: type[AgreementRow | CoverageRow], row: dict[str, Any], *, of: Sequence[str]
) -> None:
    """Write a period: it ends the one before it, and ends itself where a later one begins that is known already."""
    lock_directory(session)
    first, last = row["valid_from"], row["valid_until"]
    same = and_(*(getattr(table, name) == row[name] for name in of))
    next_begins = session.scalar(select(func.min(table.valid_from)).where(same, table.valid_from > first))
    if next_begins is not None and (last is None or last > next_begins):
        last = next_begins
    overlaps = or_(table.valid_until.is_(None), table.valid_until > first)
    session.execute(update(table).where(same, table.valid_from < first, overlaps).values(valid_until=first))
    _write(session, table, {**row, "valid_until": last}, key=(*of, "valid_from"))


def _write(session: Session, table: type[Base], row: dict[str, Any], *, key: Sequence[str]) -> None:
    """Insert `row`, or replace what stands under its key; the version rises only when that changes something."""
    lock_directory(session)
    statement = insert(table).values(row)
    changes = [statement.excluded[name].is_distinct_from(getattr(table, name)) for name in row if name not in key]
    written = statement.on_conflict_do_update(index_elements=key, set_=row, where=or_(*changes))
    if session.execute(written.returning(literal(1))).first() is not None:
        raise_version(session)


def _need_municipality(snapshot: Snapshot, code: OrganisationCode, on: date) -> None:
    found = snapshot.organisation(code, on)
    if found is None or found.kind is not OrganisationKind.MUNICIPALITY:
        raise NotFound("The directory has no %(code)s on %(on)s.", code=code, on=on)


def _need_no_real(session: Session, codes: Sequence[OrganisationCode]) -> None:
    real = (OrganisationRow.code.in_(codes)) & (OrganisationRow.source != demo.SOURCE)
    code = session.scalar(select(OrganisationRow.code).where(real).order_by(OrganisationRow.code).limit(1))
    if code is not None:
        raise RealDirectory("This directory holds %(code)s, and not out of the demo: it is left as it is.", code=code)


def _need_same_kind(session: Session, registration: Registration) -> None:
    facts = load_facts().organisations.get(registration.code)
    known = {facts[0].kind.value} if facts else set[str]()
    known |= set(session.scalars(select(OrganisationRow.kind).where(OrganisationRow.code == registration.code)))
    if known - {registration.kind.value}:
        raise InvalidInput("%(code)s is the code of an organisation of another kind.", code=registration.code)


def _need_known(session: Session, codes: Iterable[OrganisationCode]) -> None:
    unknown = set(codes) - load_facts().organisations.keys()
    unknown -= set(session.scalars(select(OrganisationRow.code).where(OrganisationRow.code.in_(unknown))))
    if unknown:
        raise InvalidInput("The directory does not know %(codes)s.", codes=", ".join(sorted(unknown)))
