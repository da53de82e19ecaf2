"""The disclosure ledger: each time a case was opened, by whom, for what purpose, what was shown and on what ground.

Entries have dense positions and a hash chain like the log, so that an edit, a gap or a swap shows:
hash(n) = SHA-256( hash(n-1) ‖ position as 8 bytes, big-endian ‖ SHA-256(canonical content of n) ).

Who needs both locks takes the ledger's before the log's: `record` first, `log.append` last.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.orm import Session

from hub.codes import new_id
from hub.events.chain import GENESIS, canonical, link
from hub.events.log import BEFORE_ALL, Tampered, Walk
from hub.privacy.purposes import Purpose
from hub.privacy.tables import Disclosure, LedgerHead
from hub.privacy.visibility import Visible

_AT_ONCE = 5_000


class Action(StrEnum):
    """What was done with a case."""

    READ = "read"
    REFUSED = "refused"  # somebody outside the case asked for it, and was told that there is none
    STATEMENT = "statement"  # the account for the parents was made
    EXPORT = "export"  # everything, for a request for access


class Viewer(NamedTuple):
    """Who looked: an organisation, the token or person that acted for it, and its trace (W3C) if it sent one."""

    organisation: str
    label: str
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written of one opening. `began_at`: when the request came in. No `shown` fields: nothing personal."""

    action: Action
    case_id: UUID
    viewer: Viewer
    shown: Visible
    role: str | None
    purpose: Purpose | None
    began_at: datetime


def start_ledger(connection: Connection) -> None:
    """Give a new database its empty ledger; one that is there stays as it is."""
    empty = {"single": 1, "position": 0, "hash": GENESIS}
    connection.execute(insert_or_leave(LedgerHead).on_conflict_do_nothing(), empty)


def head(session: Session) -> LedgerHead:
    """The head row: last position and its hash."""
    return session.execute(select(LedgerHead)).scalar_one()


def record(session: Session, entry: Entry, *, now: datetime) -> int:
    """Write an entry and return its position. Other writers wait for the commit from here on."""
    row = _row(entry, now)
    connection = session.connection()
    top = connection.execute(text("SELECT position, hash FROM ledger_head FOR UPDATE")).one()
    position = top.position + 1
    hash_ = link(bytes(top.hash), position, entry_digest(row))
    connection.execute(insert(Disclosure), row | {"position": position, "hash": hash_})
    connection.execute(
        text("UPDATE ledger_head SET position = :position, hash = :hash"), {"position": position, "hash": hash_}
    )
    return int(position)


def entry_digest(row: Mapping[str, Any]) -> bytes:
    """The digest of everything an entry says, apart from its place in the ledger."""
    moments = [row[name].astimezone(UTC).isoformat() for name in ("began_at", "read_at")]
    said = [row[name] for name in _SAID]
    return hashlib.sha256(canonical([row["id"], row["case_id"], *said, *moments])).digest()


_SAID = ("action", "organisation", "caller", "role", "fields", "ground", "purpose", "traceparent")


def disclosures_of(session: Session, case_id: UUID) -> list[Disclosure]:
    """Every entry about a case, oldest first."""
    return list(session.scalars(select(Disclosure).where(Disclosure.case_id == case_id).order_by(Disclosure.position)))


def verify(session: Session, signed: Mapping[int, bytes] | None = None) -> Tampered | None:
    """Recompute the whole chain; the first place that is wrong, or None when the ledger is whole.

    `signed` is the hash that a signed checkpoint tells of a position: it must still be the same.
    """
    walked = Walk(dict(signed or {}))
    for row in _rows(session):
        wrong = walked.step(row["position"], entry_digest(row), bytes(row["hash"]))
        if wrong is not None:
            return wrong
    top = head(session)
    return walked.end(top.position, bytes(top.hash))


def _row(entry: Entry, now: datetime) -> dict[str, Any]:
    shown = entry.shown
    return {
        "id": new_id(),
        "action": entry.action.value,
        "case_id": entry.case_id,
        "organisation": entry.viewer.organisation,
        "caller": entry.viewer.label,
        "role": entry.role,
        "fields": " ".join(sorted(shown.fields)),
        "ground": shown.ground.value if shown.ground and shown.fields else None,
        "purpose": entry.purpose.value if entry.purpose else None,
        "traceparent": entry.viewer.traceparent,
        "began_at": entry.began_at,
        "read_at": now,
    }


def _rows(session: Session) -> Iterator[dict[str, Any]]:
    after = BEFORE_ALL
    while rows := _batch(session, after):
        yield from rows
        after = rows[-1]["position"]


def _batch(session: Session, after: int) -> list[dict[str, Any]]:
    entries = Disclosure.__table__
    next_ones = select(entries).where(entries.c.position > after).order_by(entries.c.position).limit(_AT_ONCE)
    return [dict(row) for row in session.execute(next_ones).mappings()]
