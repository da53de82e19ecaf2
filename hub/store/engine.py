"""Connections to PostgreSQL: one engine per process, with time-outs on everything that could wait for ever."""

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from hub.settings import Settings
from hub.store.row_security import THE_HUB, act

Sessions = sessionmaker[Session]

_IDLE_IN_TRANSACTION_MS = 30_000
_CONNECT_SECONDS = 3


def make_engine(settings: Settings, database_url: str, *, pool_size: int = 10) -> Engine:
    """An engine on `database_url`; connections are tested when taken, so a restarted database needs no restart here."""
    options = (
        f"-c statement_timeout={settings.statement_timeout_ms} -c lock_timeout={settings.lock_timeout_ms} "
        f"-c idle_in_transaction_session_timeout={_IDLE_IN_TRANSACTION_MS} -c timezone=UTC -c jit=off"
    )
    return create_engine(
        _with_driver(database_url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_CONNECT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,  # what a statement carries may be personal; its errors end up in logs
        json_serializer=_as_json,
        json_deserializer=orjson.loads,
        connect_args={"options": options, "connect_timeout": _CONNECT_SECONDS, "application_name": "samenspel"},
    )


def make_sessions(engine: Engine) -> Sessions:
    """The factory of sessions on `engine`, which act for the hub itself; see `acting_for`.

    Rows stay readable after commit, because answers are built from them.
    """
    made = sessionmaker(engine, expire_on_commit=False, info={_ACTING_FOR: THE_HUB})
    event.listen(made, "after_begin", _say_for_whom)
    return made


def acting_for(sessions: Sessions, organisation: str) -> Session:
    """A session that sees and changes what belongs to `organisation`, and nothing else."""
    return sessions(info={_ACTING_FOR: organisation})


_ACTING_FOR = "acting_for"


def _say_for_whom(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        act(connection, session.info[_ACTING_FOR])


def _as_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _with_driver(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in {"postgres", "postgresql"} else url
