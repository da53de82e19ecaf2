"""Wrapping anew, under the master key that is in use, everything that older master keys protect.

In batches, each a short transaction: a row that changed meanwhile, such as the key of a case that was erased, keeps its
change. So it can be stopped and taken up again at any moment, while readers and writers go on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, Uuid, func, select
from sqlalchemy.orm import Session

from hub.privacy.master_keys import MasterKeyUnusable
from hub.privacy.tables import CaseKey
from hub.privacy.vault import Vault, key_prefix
from hub.store.bulk import as_json
from hub.store.engine import Sessions

AT_ONCE = 500


def _by_id(id_: Any) -> bytes:
    own: bytes = id_.bytes
    return own


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column with what `Vault.seal_secret` made, the id of its rows, and the purpose that follows from the id."""

    table: Table
    id: str
    column: str
    purpose: Callable[[Any], bytes] = _by_id

    @property
    def name(self) -> str:
        """Table and column, for people."""
        return f"{self.table.name}.{self.column}"

    @property
    def id_type(self) -> str:
        """The type of its id in PostgreSQL."""
        return "uuid" if isinstance(self.table.c[self.id].type, Uuid) else "text"


DATA_KEYS = SealedColumn(CaseKey.__table__, "case_id", "wrapped")  # type: ignore[arg-type]  # declarative tables are Tables


class Under(NamedTuple):
    """How much of a column a master key protects."""

    column: str
    key_id: str
    number: int


def rewrap(sessions: Sessions, vault: Vault, columns: Sequence[SealedColumn]) -> Iterator[Under]:
    """Wrap anew what is not yet under the key in use; after each batch, how many rows it was."""
    for column in columns:
        after: object = None
        while rows := _next(sessions, vault, column, after):
            with sessions.begin() as session:
                yield Under(column.name, vault.current_key, _write(session, vault, column, rows))
            after = rows[-1].id


def protected(session: Session, columns: Sequence[SealedColumn]) -> list[Under]:
    """What each master key protects now."""
    return [row for column in columns for row in _counted(session, column)]


class _Row(NamedTuple):
    id: Any
    sealed: bytes


def _next(sessions: Sessions, vault: Vault, column: SealedColumn, after: object) -> list[_Row]:
    id_, sealed = _parts(column)
    prefix = key_prefix(vault.current_key)
    old = func.substring(sealed, 1, len(prefix)) != prefix
    statement = select(id_, sealed).where(sealed.is_not(None), old)
    if after is not None:
        statement = statement.where(id_ > after)
    with sessions() as session:
        return [_Row(row[0], bytes(row[1])) for row in session.execute(statement.order_by(id_).limit(AT_ONCE))]


def _write(session: Session, vault: Vault, column: SealedColumn, rows: Sequence[_Row]) -> int:
    """Only where nothing has changed since it was read."""
    # Only names out of our own table definitions are composed here, never a value.
    statement = (
        f"UPDATE {column.table.name} t SET {column.column} = r.anew "  # noqa: S608
        "FROM json_to_recordset(%s::json) AS r(id text, before bytea, anew bytea) "
        f"WHERE t.{column.id} = r.id::{_id_type(column)} AND t.{column.column} = r.before"
    )
    changes = [{"id": str(row.id), "before": row.sealed, "anew": _anew(vault, column, row)} for row in rows]
    return session.connection().exec_driver_sql(statement, (as_json(changes),)).rowcount


def _anew(vault: Vault, column: SealedColumn, row: _Row) -> bytes:
    purpose = column.purpose(row.id)
    try:
        return vault.seal_secret(purpose, vault.open_secret(purpose, row.sealed))
    except KeyError as error:
        raise MasterKeyUnusable(
            "Something is under the master key %(key)s, which is not in the file.",
            next_step="Put that key back into the file from its safe place, and go on with: hub key rewrap.",
            key=error.args[0],
        ) from error


def _counted(session: Session, column: SealedColumn) -> list[Under]:
    _, sealed = _parts(column)
    key_id = func.convert_from(func.substring(sealed, 2, func.get_byte(sealed, 0)), "UTF8").label("key_id")
    counted = select(key_id, func.count()).where(sealed.is_not(None)).group_by(key_id).order_by(key_id)
    return [Under(column.name, row[0], row[1]) for row in session.execute(counted)]


def _id_type(column: SealedColumn) -> str:
    return "uuid" if isinstance(column.table.c[column.id].type, Uuid) else "text"


def _parts(column: SealedColumn) -> tuple[Column[Any], Column[Any]]:
    return column.table.c[column.id], column.table.c[column.column]
