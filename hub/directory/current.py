"""From the tables to a snapshot, and the newest snapshot of a process."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import Any

from sqlalchemy import Row, inspect, select
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType, Sector, Theme
from hub.directory.entries import Agreement, AreaCorrection, Contents, Coverage, Doubt, Organisation, Site
from hub.directory.facts import load_facts
from hub.directory.snapshot import Snapshot
from hub.directory.tables import AgreementRow, AreaRow, CoverageRow, OrganisationRow, VersionRow

_ORGANISATIONS = select(
    *(column for column in inspect(OrganisationRow).columns if column.name not in {"contact", "source"}),
    OrganisationRow.contact["phone"].astext.label("phone"),
)

CHECK_EVERY = timedelta(seconds=2)


def build_snapshot(session: Session) -> Snapshot:
    """The directory as the transaction of `session` sees it, on top of the facts.

    The version is read first: a change that commits meanwhile makes the snapshot look older than it is, never newer.
    """
    version = version_of(session)
    return Snapshot(load_facts(), read_contents(session), version=version)


def read_contents(session: Session) -> Contents:
    """What is stored of the directory, beside the facts of the package."""
    organisations = session.execute(_ORGANISATIONS).all()
    return Contents(
        organisations=[_organisation(row) for row in organisations],
        sites=[_site(row) for row in organisations if row.kind == OrganisationKind.SCHOOL_SITE],
        corrections=list(_corrections(session)),
        agreements=list(_agreements(session)),
        coverage=list(_coverage(session)),
    )


def version_of(session: Session) -> int:
    """The version of the stored directory; 0 while nothing was ever written."""
    return session.scalar(select(VersionRow.version)) or 0


class SnapshotHolder:
    """The newest snapshot, shared by the threads of a process.

    Who only shows it looks the version up every two seconds at most; who decides by it asks for `newest`.
    """

    def __init__(self, check_every: timedelta = CHECK_EVERY) -> None:
        self._check_every = check_every
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._checked_at: datetime | None = None

    def current(self, session: Session, now: datetime) -> Snapshot:
        """The newest snapshot. `session` must not hold changes of the directory that are not yet committed."""
        with self._lock:
            if self._snapshot is None or self._is_due(now):
                return self._checked(session, now)
            return self._snapshot

    def newest(self, session: Session, now: datetime) -> Snapshot:
        """The directory as it is committed at this moment: what was changed before an event counts for that event."""
        with self._lock:
            return self._checked(session, now)

    def _checked(self, session: Session, now: datetime) -> Snapshot:
        if self._snapshot is None or self._snapshot.version != version_of(session):
            self._snapshot = build_snapshot(session)
        self._checked_at = now
        return self._snapshot

    def _is_due(self, now: datetime) -> bool:
        return self._checked_at is None or not timedelta() <= now - self._checked_at < self._check_every


def _organisation(row: Row[*tuple[Any, ...]]) -> Organisation:
    return Organisation(
        code=OrganisationCode(row.code),
        kind=OrganisationKind(row.kind),
        name=row.name,
        parent=row.parent,
        municipality=row.municipality,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        phone=row.phone,
    )


def _site(row: Row[*tuple[Any, ...]]) -> Site:
    override = {Sector(sector): OrganisationCode(code) for sector, code in (row.swv_override or {}).items()}
    return Site(
        code=OrganisationCode(row.code),
        name=row.name,
        board=row.parent,
        types=_types(tuple(row.types)),
        pc4=row.pc4,
        municipality=row.municipality,
        cluster=row.cluster,
        swv_override=override or None,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        doubt=Doubt[row.doubt] if row.doubt else None,
    )


@lru_cache(maxsize=256)
def _types(names: tuple[str, ...]) -> frozenset[SchoolType]:
    return frozenset(map(SchoolType, names))


def _corrections(session: Session) -> Iterator[AreaCorrection]:
    for row in session.scalars(select(AreaRow)):
        sector = Sector(row.sector) if row.sector else None
        code, pc4 = OrganisationCode(row.organisation), Postcode4(row.pc4)
        yield AreaCorrection(code, sector, pc4, row.valid_from, row.valid_until, row.source)


def _agreements(session: Session) -> Iterator[Agreement]:
    for row in session.scalars(select(AgreementRow)):
        parties = frozenset(map(OrganisationCode, row.parties))
        yield Agreement(row.id, row.kind, parties, row.scope, row.valid_from, row.valid_until, row.source)


def _coverage(session: Session) -> Iterator[Coverage]:
    for row in session.scalars(select(CoverageRow)):
        pc4s = None if row.pc4s is None else frozenset(map(Postcode4, row.pc4s))
        themes = None if row.themes is None else frozenset(map(Theme, row.themes))
        codes = OrganisationCode(row.organisation), OrganisationCode(row.municipality)
        yield Coverage(*codes, pc4s, themes, row.valid_from, row.valid_until)
