"""Tables of the vault: a data key per case, and what was sealed with it.

They are apart so that a backup can leave the keys out, and so that destroying one row makes a case unreadable for good.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base


class CaseKey(Base):
    """The data key of a case, wrapped by a master key; `wrapped` is NULL once the key is destroyed."""

    __tablename__ = "case_keys"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class Sealed(Base):
    """One sealed document of a case; the log refers to it by id."""

    __tablename__ = "sealed"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(CaseKey.case_id))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class Disclosure(Base):
    """That an organisation was shown personal data of a case: who, when, which document, on what ground."""

    __tablename__ = "disclosures"
    __table_args__ = (Index(None, "case_id", "read_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    organisation: Mapped[str]
    caller: Mapped[str]
    fields: Mapped[str]
    ground: Mapped[str]
    read_at: Mapped[datetime]
