"""Bringing a database to the level that this version needs, and telling which level it has.

Migrations run under a lock, with time-outs, so that two starting at once or a long-running query do no harm.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('samenspel migrations'))")
_PATIENCE = text("SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10min'")
_OF_ALL = text("SELECT set_config('hub.acting_for', '*', true)")  # row security binds the owner too


def migrate(engine: Engine) -> None:
    """Bring the database to the newest level; nothing happens when it is there."""
    with alone(engine) as connection:
        command.upgrade(_config(connection), "head")


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which the database is changed by nobody else, as its owner and with a view of every row."""
    with engine.begin() as connection:
        for statement in (_PATIENCE, _LOCK, _OF_ALL):
            connection.execute(statement)
        yield connection


def level(connection: Connection) -> str | None:
    """The level of the database; None when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_level() -> str | None:
    """The level that this version of the hub needs."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def is_fit(connection: Connection) -> bool:
    """Whether this version can work on the database: it is at its level, or at one that only later versions know.

    In a rolling update the database moves on first; processes of the version before go on until it is their turn.
    """
    found = level(connection)
    return found is not None and (found == newest_level() or found not in _known_levels())


@cache
def _known_levels() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions())


def write_migration(engine: Engine, target: MetaData, message: str) -> None:
    """Write the migration that leads from the database to `target`; for developers."""
    with engine.begin() as connection:
        config = _config(connection)
        config.attributes["target"] = target
        command.revision(config, message, autogenerate=True)


def drift(engine: Engine, target: MetaData) -> list[object]:
    """What differs between the migrated database and `target`; empty when nothing does."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), target))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
