"""The table of declarations that run: whose they are and when they end, so that somebody is reminded in time."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.cases.tables import Case
from hub.store.base import Base
from hub.store.rows import Rows, both, either, of, parties_of


class DeclarationRow(Base):
    """The declaration that was issued in a case; its number is sealed in the vault and nowhere else."""

    __tablename__ = "declarations"
    rows = Rows(
        read=either(of("issued_by"), of("sender")),
        add=both(of("issued_by"), parties_of("case_id")),
        change=of("issued_by"),
    )
    __table_args__ = (Index("ix_declarations_ending", "ends_on", postgresql_where=text("reminded_on IS NULL")),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id), primary_key=True)
    issued_by: Mapped[str]
    sender: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day; none for practical education
    issued_at: Mapped[datetime]
    reminded_on: Mapped[date | None]
