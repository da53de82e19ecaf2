"""Migrations lead from nothing to exactly what the tables say, and may be run at any time by anyone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, text

import hub.preparing  # noqa: F401  # it names all tables
from hub.settings import Settings
from hub.store.base import Base
from hub.store.engine import make_engine
from hub.store.migrate import drift, is_fit, level, migrate, newest_level


@pytest.fixture
def empty(empty_database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """Connections to a database without any table."""
    engine = make_engine(Settings(data_dir=tmp_path), empty_database_url)
    yield engine
    engine.dispose()


def test_migrations_lead_to_what_the_tables_say(empty: Engine) -> None:
    """No column, index or constraint is only in the code, or only in the database."""
    migrate(empty)
    assert drift(empty, Base.metadata) == []


def test_migrating_twice_is_harmless(empty: Engine) -> None:
    """Every start does it."""
    migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO log_head VALUES (1, 7, '', gen_random_uuid())"))
    migrate(empty)
    with empty.connect() as connection:
        assert level(connection) == newest_level()
        assert connection.scalar(text("SELECT position FROM log_head")) == 7


def test_two_that_migrate_at_once_do_no_harm(empty: Engine) -> None:
    """One does the work, the other waits and finds it done."""
    start = Barrier(2)

    def begin() -> None:
        start.wait()
        migrate(empty)

    with ThreadPoolExecutor(2) as threads:
        for one in [threads.submit(begin) for _ in range(2)]:
            one.result(timeout=60)
    assert drift(empty, Base.metadata) == []


def test_a_database_that_was_never_migrated_is_not_fit(empty: Engine) -> None:
    """Nor does asking change that."""
    with empty.connect() as connection:
        assert not is_fit(connection)


def test_a_database_that_a_later_version_moved_on_is_fit(engine: Engine) -> None:
    """In a rolling update the processes of the version before go on working."""
    with engine.begin() as connection:
        assert is_fit(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert is_fit(connection)
