"""A ledger from before it was a chain becomes one: every entry keeps what it said, and gets its place and hash."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from hub.privacy import ledger
from hub.settings import Settings
from hub.store import migrate as migrations
from hub.store.engine import make_engine

_ENTRIES = text(
    "INSERT INTO disclosures (id, case_id, organisation, caller, fields, ground, read_at) "
    "SELECT gen_random_uuid(), gen_random_uuid(), 'GM0106-ST', 'token', 'question', 'consent', "
    "now() - n * interval '1 day' FROM generate_series(1, 7) AS n"
)


@pytest.fixture
def old(empty_database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A database of the first version, with seven openings of cases."""
    engine = make_engine(Settings(data_dir=tmp_path), empty_database_url)
    with engine.begin() as connection:
        command.upgrade(migrations._config(connection), "0001")
        connection.execute(_ENTRIES)
    yield engine
    engine.dispose()


def test_entries_from_before_are_chained(old: Engine) -> None:
    """In order of time; from then on the ledger proves itself like any other."""
    migrations.migrate(old)
    with Session(old) as session:
        assert ledger.head(session).position == 7
        assert ledger.verify(session) is None
        rows = session.execute(text("SELECT action, read_at FROM disclosures ORDER BY position")).all()
        assert [row.action for row in rows] == ["read"] * 7
        assert [row.read_at for row in rows] == sorted(row.read_at for row in rows)


def test_an_empty_ledger_stays_empty(empty_database_url: str, tmp_path: Path) -> None:
    """A new database begins at nothing."""
    engine = make_engine(Settings(data_dir=tmp_path), empty_database_url)
    migrations.migrate(engine)
    with Session(engine) as session:
        assert ledger.head(session).position == 0
        assert ledger.verify(session) is None
    engine.dispose()
