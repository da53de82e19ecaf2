"""Tables of privacy: a data key per case and what was sealed with it; the ledger of what was shown; what upkeep did.

Keys and what they seal are apart, so that a backup can leave the keys out, and destroying one row makes a case
unreadable for good.
"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base
from hub.store.rows import HUB_ONLY, Rows, authors_of, either, everybody, of, owners_through, parties_of

_OF_THE_CASE = Rows(read=either(parties_of("case_id"), authors_of("case_id")))


class CaseKey(Base):
    """The data key of a case, wrapped by a master key; `wrapped` is NULL once the key is destroyed."""

    __tablename__ = "case_keys"
    rows = _OF_THE_CASE

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class Sealed(Base):
    """One sealed document of a case; the log refers to it by id."""

    __tablename__ = "sealed"
    rows = replace(_OF_THE_CASE, add=parties_of("case_id"))
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(CaseKey.case_id))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class Disclosure(Base):
    """One entry of the disclosure ledger: who opened which case, when, for what, what was shown and on what ground.

    Entries are only ever added. Like events they have dense positions and carry the hash of the entry before.
    """

    __tablename__ = "disclosures"
    rows = Rows(
        read=either(of("organisation"), owners_through("cases", "case_id", owner="sender")),
        add=of("organisation"),
        is_history=True,
    )
    __table_args__ = (
        Index(None, "case_id", "read_at"),
        Index(None, "read_at", "caller"),
        UniqueConstraint("position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
    action: Mapped[str]  # read, refused, statement, export
    case_id: Mapped[UUID]
    organisation: Mapped[str]
    caller: Mapped[str]
    role: Mapped[str | None]  # of the organisation in the case at that moment
    fields: Mapped[str]  # empty: nothing personal was there to be seen
    ground: Mapped[str | None]
    purpose: Mapped[str | None]
    traceparent: Mapped[str | None]
    began_at: Mapped[datetime]
    read_at: Mapped[datetime]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerHead(Base):
    """One row: the last position of the ledger and its hash. Whoever locks it writes the next entry."""

    __tablename__ = "ledger_head"
    rows = Rows(read=everybody, change=everybody)
    __table_args__ = (CheckConstraint("single = 1", name="one_row"),)

    single: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class CheckpointHead(Base):
    """One row: the last signed checkpoint, whose file lies outside the database."""

    __tablename__ = "checkpoint_head"
    rows = HUB_ONLY
    __table_args__ = (CheckConstraint("single = 1", name="one_row"),)

    single: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[datetime]


class RetentionRun(Base):
    """That the terms were looked at on a day, and how many cases were erased; without an end it is under way."""

    __tablename__ = "retention_runs"
    rows = HUB_ONLY

    day: Mapped[date] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    erased: Mapped[int]
