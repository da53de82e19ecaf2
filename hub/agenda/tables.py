"""Table of the agenda: counts of what happened, without anything that points at a case or a person."""

from datetime import date

from sqlalchemy import Index, Integer, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base
from hub.store.rows import PUBLIC


class Count(Base):
    """How often something happened, per month and place; what is unknown is an empty text, because NULL is not a key.

    Every partition of the log has counts of its own, so that concurrent readers never wait for one another.
    """

    __tablename__ = "agenda_counts"
    rows = PUBLIC
    __table_args__ = (Index(None, "municipality", "month"), Index(None, "swv", "month"))

    month: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[str] = mapped_column(primary_key=True)
    theme: Mapped[str] = mapped_column(primary_key=True)
    school_type: Mapped[str] = mapped_column(primary_key=True)
    swv: Mapped[str] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(primary_key=True)
    crosses_border: Mapped[bool] = mapped_column(primary_key=True)
    working_days: Mapped[int] = mapped_column(SmallInteger, primary_key=True)  # to the first answer; -1 elsewhere
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
