"""Row security: whose rows a table holds, declared once beside each table and kept by PostgreSQL itself.

Every transaction says for whom it acts: for one organisation, or for the hub itself (workers, commands, the way in).
One that says nothing sees nothing. The application works as the role `hub_app`, which owns nothing and cannot change
what was declared; FORCE binds the owner too. The same declaration gives the queries above it their filter, so a mistake
must be made twice before it shows a row.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, literal, literal_column, or_, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ProgrammingError

from hub.errors import HubError
from hub.store.base import Base
from hub.store.rows import Condition, Rows

APP_ROLE = "hub_app"
THE_HUB = "*"
"""For whom the hub's own work acts: it sees every row."""

_SETTING = "hub.acting_for"
_NOW_ACTING = f"(SELECT current_setting('{_SETTING}', true))"
_ACT = text(f"SELECT set_config('role', '{APP_ROLE}', true), set_config('{_SETTING}', :acting_for, true)")
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # the library leaves its constructor untyped


class RoleMissing(HubError):
    """The role that the application works as is not there, and the owner of the database may not make it."""

    code = "role-missing"
    title = "The database misses a role"
    next_step = (
        "Let the administrator of the database server make the role hub_app and grant it to the owner of the hub's "
        "database, as deploy/postgres/hub.sql does. Then run this again."
    )


def mine(model: type[Base], organisation: str) -> ColumnElement[bool]:
    """The filter of a query on the rows of `model` that `organisation` may read, out of the same declaration."""
    return model.rows.read(table_of(model).c.__getitem__, literal(organisation))


def table_of(model: type[Base]) -> Table:
    """The table behind a model."""
    found = model.__table__
    assert isinstance(found, Table), "declarative tables are Tables"
    return found


def act(connection: Connection, acting_for: str) -> None:
    """Act for an organisation, or for THE_HUB, until the transaction ends."""
    connection.execute(_ACT, {"acting_for": acting_for})


def secure(connection: Connection, models: Iterable[type[Base]]) -> None:
    """Bring policies and grants in the database to what the tables declare; nothing happens when they are there.

    Raises RoleMissing when the role of the application can neither be found nor made.
    """
    statements = [
        f"GRANT SELECT ON alembic_version TO {APP_ROLE}",
        *_FUNCTIONS,
        *(line for model in models for line in _statements(table_of(model), model.rows)),
    ]
    mark = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    _need_role(connection)
    if connection.scalar(_MARK) == mark:
        return
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"COMMENT ON FUNCTION hub_is_party(uuid, text) IS '{mark}'")


_MARK = text("SELECT obj_description(to_regprocedure('hub_is_party(uuid, text)'), 'pg_proc')")

# A policy may not ask its own table, but a function may: it finds the asker's own row, which the asker may read anyway.
_FUNCTIONS = (
    """
CREATE OR REPLACE FUNCTION hub_is_party(one uuid, asker text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN EXISTS (SELECT FROM case_parties AS p WHERE p.case_id = one AND p.organisation = asker)
""",
    """
CREATE OR REPLACE FUNCTION hub_is_sender(one uuid, asker text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN EXISTS (SELECT FROM cases AS c WHERE c.id = one AND c.sender = asker)
""",
)

_MAKE_ROLE = text(
    """
DO $$
DECLARE
    needed text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_app') THEN
        CREATE ROLE hub_app NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'hub_app', needed) THEN
        EXECUTE format('GRANT hub_app TO %I', current_user);
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
    NULL;  -- another database of the same server made it at this moment
END $$
"""
)


def _need_role(connection: Connection) -> None:
    try:
        with connection.begin_nested():
            connection.execute(_MAKE_ROLE)
    except ProgrammingError as error:
        raise RoleMissing("The hub works as the role hub_app, and may not make it here.") from error


def _statements(of_table: Table, rows: Rows) -> Iterator[str]:
    name = of_table.name
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    yield f"REVOKE ALL ON {name} FROM {APP_ROLE}"
    yield f"GRANT SELECT, INSERT{'' if rows.is_history else ', UPDATE, DELETE'} ON {name} TO {APP_ROLE}"
    for each in of_table.columns:
        if each is of_table.autoincrement_column:
            yield _GRANT_SEQUENCE.format(table=name, column=each.name)
    for policy, what in _policies(of_table, rows).items():
        yield f"DROP POLICY IF EXISTS {policy} ON {name}"
        yield f"CREATE POLICY {policy} ON {name} {what}"


def _policies(of_table: Table, rows: Rows) -> dict[str, str]:
    """A policy per command."""
    read, add, change, remove = (_policy(of_table, c) for c in (rows.read, rows.add, rows.change, rows.remove))
    return {
        "reading": f"FOR SELECT USING ({read})",
        "adding": f"FOR INSERT WITH CHECK ({add})",
        "changing": f"FOR UPDATE USING ({change}) WITH CHECK ({change})",
        "removing": f"FOR DELETE USING ({remove})",
    }


_GRANT_SEQUENCE = """
DO $$ BEGIN
    IF pg_get_serial_sequence('{table}', '{column}') IS NOT NULL THEN
        EXECUTE 'GRANT USAGE ON SEQUENCE ' || pg_get_serial_sequence('{table}', '{column}') || ' TO hub_app';
    END IF;
END $$
"""


def _policy(of_table: Table, condition: Condition) -> str:
    """A condition as PostgreSQL keeps it; the hub itself passes before the condition is looked at."""
    acting: ColumnElement[str] = literal_column(_NOW_ACTING)
    of_row = partial(_column_of, of_table)
    meant = or_(acting == literal_column(f"'{THE_HUB}'"), condition(of_row, acting))
    return str(meant.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def _column_of(of_table: Table, name: str) -> ColumnElement[Any]:
    """A column of the row that a policy looks at. Raises KeyError for a column that is not there."""
    return literal_column(f"{of_table.name}.{of_table.c[name].name}")
