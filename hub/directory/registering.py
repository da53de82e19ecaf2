"""Writes organisations with their dates: what is new begins, what changed ends the old period and begins another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, cast

from sqlalchemy import Table, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode, OrganisationKind
from hub.directory.entries import START, Registration
from hub.directory.facts import load_facts
from hub.directory.tables import OrganisationRow, VersionRow
from hub.errors import NotFound
from hub.store.bulk import insert_rows

_TABLE = cast("Table", OrganisationRow.__table__)  # declared as a mere FROM clause, is a table
_DATES = {"valid_from", "valid_until"}
_NO_HISTORY = {"contact", "source"}  # a telephone number of last year answers no question
_IN_PLACE = "ON CONFLICT (code, valid_from) DO UPDATE SET " + ", ".join(
    f"{column.name} = excluded.{column.name}" for column in _TABLE.columns if column.name not in {"code", "valid_from"}
)

Columns = dict[str, Any]


class Effect(Enum):
    """What registering did to an organisation."""

    NEW = "new"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    OUTDATED = "outdated"  # the directory already knows of a later day


@dataclass(frozen=True, slots=True)
class _Step:
    effect: Effect
    row: Columns | None = None
    ends: bool = False


def lock_directory(session: Session) -> None:
    """Let one transaction at a time change the directory; the others wait here."""
    session.execute(insert(VersionRow).values(id=1, version=0).on_conflict_do_nothing())
    session.execute(select(VersionRow.version).with_for_update())


def raise_version(session: Session) -> None:
    """Tell every process that the directory changed, once this transaction commits."""
    session.execute(update(VersionRow).values(version=VersionRow.version + 1))


def register(
    session: Session, registrations: Sequence[Registration], *, on: date, since: date = START
) -> Mapping[OrganisationCode, Effect]:
    """Make the directory say what `registrations` say from the day `on`; the effect per code.

    An organisation the directory did not know counts from `since`. That is the start of passend onderwijs for
    registers, which tell that it exists and not since when. Raises the version only when something changed. The caller
    holds `lock_directory`.
    """
    latest = _latest(session, [registration.code for registration in registrations])
    steps = {one.code: _step(one, latest.get(one.code), on, since) for one in registrations}
    _end_open_periods(session, [code for code, step in steps.items() if step.ends], on)
    rows = [step.row for step in steps.values() if step.row is not None]
    insert_rows(session.connection(), _TABLE, rows, otherwise=_IN_PLACE)
    if rows:
        raise_version(session)
    return {code: step.effect for code, step in steps.items()}


def amend(session: Session, code: OrganisationCode, changes: Columns, *, on: date) -> None:
    """Change columns of an organisation from the day `on`. Raises NotFound when it is not in force then."""
    known = _latest(session, [code]).get(code)
    if known is None or known["valid_until"] is not None or known["valid_from"] > on:
        raise NotFound("The directory has no %(code)s on %(on)s.", code=code, on=on)
    said = {name: value for name, value in known.items() if name not in _DATES}
    step = _change({**said, **changes}, known, on)
    _end_open_periods(session, [code] if step.ends else [], on)
    if step.row:
        insert_rows(session.connection(), _TABLE, [step.row], otherwise=_IN_PLACE)
        raise_version(session)


def adopt(session: Session, code: OrganisationCode) -> None:
    """Write a fact down as a row, because rows take its place: what changes now must not change the past."""
    fact = _as_known(code)
    if fact is not None and not _latest(session, [code]):
        insert_rows(session.connection(), _TABLE, [fact])


def sites_in(session: Session, municipality: OrganisationCode, *, on: date) -> list[OrganisationCode]:
    """The school sites in a municipality that are there on the day `on` and not known to end, in order of code."""
    stands = (OrganisationRow.municipality == municipality) & OrganisationRow.valid_until.is_(None)
    there = stands & (OrganisationRow.kind == OrganisationKind.SCHOOL_SITE) & (OrganisationRow.valid_from <= on)
    found = session.scalars(select(OrganisationRow.code).where(there).order_by(OrganisationRow.code))
    return [OrganisationCode(code) for code in found]


def end(session: Session, code: OrganisationCode, *, on: date) -> None:
    """Let an organisation, stored or a fact, exist no more from the day `on`. Raises NotFound when it was not there."""
    known = _latest(session, [code]).get(code) or _as_known(code)
    if known is None or known["valid_until"] is not None or known["valid_from"] >= on:
        raise NotFound("The directory has no %(code)s on %(on)s.", code=code, on=on)
    insert_rows(session.connection(), _TABLE, [{**known, "valid_until": on}], otherwise=_IN_PLACE)
    raise_version(session)


def _as_known(code: OrganisationCode) -> Columns | None:
    """A fact as it would stand in the table; the row then takes its place."""
    facts = load_facts().organisations.get(code)
    if facts is None:
        return None
    registration = Registration(code, facts[0].kind, facts[0].name, "facts")
    return {**_columns_of(registration), "valid_from": facts[0].valid_from, "valid_until": facts[0].valid_until}


def _latest(session: Session, codes: Iterable[str]) -> dict[str, Columns]:
    of_codes = select(_TABLE).where(_TABLE.c.code.in_(list(codes)))
    found = of_codes.ext(distinct_on(_TABLE.c.code)).order_by(_TABLE.c.code, _TABLE.c.valid_from.desc())
    return {row["code"]: dict(row) for row in session.execute(found).mappings()}


def _step(registration: Registration, known: Columns | None, on: date, since: date) -> _Step:
    said = _columns_of(registration)
    if known is not None and registration.swv_override is None:
        said["swv_override"] = known["swv_override"]
    if known is None:
        return _Step(Effect.NEW, {**said, "valid_from": since, "valid_until": None})
    if known["valid_from"] > on or (known["valid_until"] or on) > on:
        return _Step(Effect.OUTDATED)
    if known["valid_until"] is not None:
        return _Step(Effect.NEW, {**said, "valid_from": on, "valid_until": None})
    return _change(said, known, on)


def _change(said: Columns, known: Columns, on: date) -> _Step:
    differs = {name for name, value in said.items() if value != known[name]}
    if not differs:
        return _Step(Effect.UNCHANGED)
    if differs <= _NO_HISTORY or known["valid_from"] == on:
        return _Step(Effect.UPDATED, {**said, "valid_from": known["valid_from"], "valid_until": None})
    return _Step(Effect.UPDATED, {**said, "valid_from": on, "valid_until": None}, ends=True)


def _end_open_periods(session: Session, codes: Sequence[str], on: date) -> None:
    if codes:
        still_open = OrganisationRow.code.in_(codes) & OrganisationRow.valid_until.is_(None)
        session.execute(update(OrganisationRow).where(still_open).values(valid_until=on))


def _columns_of(registration: Registration) -> Columns:
    contact = {"phone": registration.phone, "web": registration.web}
    override = registration.swv_override
    return {
        "code": registration.code,
        "kind": registration.kind.value,
        "name": registration.name,
        "parent": registration.parent,
        "municipality": registration.municipality,
        "types": sorted(kind.value for kind in registration.types),
        "pc4": registration.pc4,
        "cluster": registration.cluster,
        "swv_override": {sector.value: code for sector, code in override.items()} if override else None,
        "doubt": registration.doubt.name if registration.doubt else None,
        "contact": {name: value for name, value in contact.items() if value},
        "source": registration.source,
    }
