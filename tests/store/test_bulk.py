"""Rows that are written in bulk come back as they were, whatever the type of the column."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from importlib import import_module
from pkgutil import walk_packages
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Time,
    Uuid,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

import hub
from hub.store.base import Base
from hub.store.bulk import as_json, insert_rows

EVERY_TYPE = Table(
    "every_type",
    MetaData(),
    Column("key", Integer, primary_key=True),
    Column("small", SmallInteger),
    Column("large", BigInteger),
    Column("yes", Boolean),
    Column("words", Text),
    Column("day", Date),
    Column("hour", Time),
    Column("moment", DateTime(timezone=True)),
    Column("id", Uuid),
    Column("raw", LargeBinary),
    Column("document", JSONB),
    Column("list", ARRAY(Text)),
)

NIGHT = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
FULL: dict[str, Any] = {
    "key": 1,
    "small": -32768,
    "large": 2**63 - 1,
    "yes": False,
    "words": 'a "quoted" \\ back\\x00slash, 100% {curly}, a tab\t, a line\n, an emoji 🙂',
    "day": date(2026, 2, 28),
    "hour": time(8, 30),
    "moment": NIGHT,
    "id": UUID("0199c0de-0000-7000-8000-000000000001"),
    "raw": bytes(range(256)),
    "document": {"a": [1, 2.5, None, {"b": "ß"}], "empty": {}, "yes": True},
    "list": ["one", 'two "2"', "", "NULL", "with,comma", "{braces}"],
}
EMPTY: dict[str, Any] = {"key": 2, "words": "", "raw": b"", "document": {}, "list": []}


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection to a database that has a table with every type."""
    with engine.begin() as connection:
        EVERY_TYPE.create(connection)
        yield connection


def stored(connection: Connection) -> list[dict[str, Any]]:
    """All rows, as they come back."""
    rows = connection.execute(select(EVERY_TYPE).order_by(EVERY_TYPE.c.key))
    return [dict(row._mapping) for row in rows]


def test_every_type_comes_back(connection: Connection) -> None:
    """A value of each type is the same afterwards, to the last byte and microsecond."""
    insert_rows(connection, EVERY_TYPE, [FULL])
    assert stored(connection) == [FULL]


def test_moments_are_stored_in_utc(connection: Connection) -> None:
    """A moment with another offset is the same moment, told in UTC."""
    insert_rows(connection, EVERY_TYPE, [FULL])
    assert stored(connection)[0]["moment"].utcoffset() == timedelta(0)
    assert stored(connection)[0]["moment"] == NIGHT.astimezone(UTC)


def test_null_is_null(connection: Connection) -> None:
    """None becomes NULL in every type, also in a document, where JSON has a null of its own."""
    insert_rows(connection, EVERY_TYPE, [{**dict.fromkeys(FULL), "key": 1}])
    others = [column for column in EVERY_TYPE.c if column.name != "key"]
    assert connection.scalar(select(EVERY_TYPE.c.key).where(*(column.is_(None) for column in others))) == 1


def test_empty_is_not_null(connection: Connection) -> None:
    """Empty text, bytes, documents and lists stay what they are."""
    insert_rows(connection, EVERY_TYPE, [EMPTY])
    assert {name: stored(connection)[0][name] for name in EMPTY} == EMPTY


def test_columns_that_are_left_out_get_their_default(connection: Connection) -> None:
    """Rows may name some of the columns only."""
    insert_rows(connection, EVERY_TYPE, [{"key": 1}, {"key": 2}])
    assert [row["key"] for row in stored(connection)] == [1, 2]


def test_no_rows_need_no_table(connection: Connection) -> None:
    """For no rows, nothing is asked of the database at all."""
    insert_rows(connection, Table("no_such_table", MetaData()), [])


def test_many_rows_are_one_statement(connection: Connection) -> None:
    """Thousands of rows arrive together, in one go."""
    insert_rows(connection, EVERY_TYPE, [{"key": key, "id": uuid4()} for key in range(5_000)])
    assert len(stored(connection)) == 5_000


def test_a_row_that_is_there_already_is_an_error(connection: Connection) -> None:
    """Without another word, a key that exists is refused by the database."""
    with pytest.raises(IntegrityError), connection.begin_nested():
        insert_rows(connection, EVERY_TYPE, [{"key": 1}, {"key": 1}])


@pytest.mark.parametrize(
    ("otherwise", "words"), [("DO NOTHING", "old"), ("DO UPDATE SET words = excluded.words", "new")]
)
def test_a_row_that_is_there_already_can_be_kept_or_replaced(
    connection: Connection, otherwise: str, words: str
) -> None:
    """The caller says what happens to a key that exists."""
    insert_rows(connection, EVERY_TYPE, [{"key": 1, "words": "old"}])
    insert_rows(connection, EVERY_TYPE, [{"key": 1, "words": "new"}], otherwise=f"ON CONFLICT (key) {otherwise}")
    assert stored(connection)[0]["words"] == words


def test_a_value_that_no_column_holds_is_refused() -> None:
    """What cannot be written is refused before it reaches the database."""
    with pytest.raises(TypeError):
        as_json([{"key": 1j}])


def test_no_table_of_the_hub_has_a_type_that_is_not_tried_here() -> None:
    """Every type that a table of the hub uses stands in the table of this test."""
    for module in walk_packages(hub.__path__, "hub."):
        if module.name.endswith(".tables"):
            import_module(module.name)
    tried = {str(column.type) for column in EVERY_TYPE.c}
    columns = [column for table in Base.metadata.sorted_tables for column in table.c]
    assert {str(column) for column in columns if str(column.type) not in tried} == set()
