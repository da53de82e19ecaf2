"""Tables of the directory. Every row holds during [valid_from, valid_until); facts of the package are not stored."""

from datetime import date
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base
from hub.store.rows import PUBLIC

_PERIOD = "valid_until IS NULL OR valid_until > valid_from"
_POSTCODE = "pc4 ~ '^[1-9][0-9]{3}$'"


class OrganisationRow(Base):
    """An organisation during one period; a change of anything but its contact data begins a new one."""

    __tablename__ = "organisations"
    rows = PUBLIC
    __table_args__ = (
        CheckConstraint(_PERIOD, name="period"),
        CheckConstraint(_POSTCODE, name="postcode"),
        Index("uq_organisations_one_open", "code", unique=True, postgresql_where=text("valid_until IS NULL")),
        Index(None, "kind"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_until: Mapped[date | None]
    kind: Mapped[str]
    name: Mapped[str]
    parent: Mapped[str | None]
    municipality: Mapped[str | None]
    types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    pc4: Mapped[str | None]
    cluster: Mapped[str | None]
    swv_override: Mapped[dict[str, Any] | None]  # sector -> partnership, where an official list says so
    doubt: Mapped[str | None]  # name of a member of entries.Doubt
    contact: Mapped[dict[str, Any]]  # phone and web of the office; never of a person
    source: Mapped[str]


class AreaRow(Base):
    """A correction of the facts: the partnership of a postcode for a sector, or without sector its municipality."""

    __tablename__ = "areas"
    rows = PUBLIC
    __table_args__ = (
        CheckConstraint(_PERIOD, name="period"),
        CheckConstraint(_POSTCODE, name="postcode"),
        UniqueConstraint("pc4", "sector", "valid_from", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    sector: Mapped[str | None]
    pc4: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    source: Mapped[str]


class AgreementRow(Base):
    """A dated regional agreement during one period, such as who leads for a village on the border."""

    __tablename__ = "agreements"
    rows = PUBLIC
    __table_args__ = (CheckConstraint(_PERIOD, name="period"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    parties: Mapped[list[str]] = mapped_column(ARRAY(Text))
    scope: Mapped[dict[str, Any]]
    valid_until: Mapped[date | None]
    source: Mapped[str]


class CoverageRow(Base):
    """Where a social team or attendance office works; no postcodes: the whole municipality, no themes: all."""

    __tablename__ = "coverage"
    rows = PUBLIC
    __table_args__ = (CheckConstraint(_PERIOD, name="period"),)

    organisation: Mapped[str] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_until: Mapped[date | None]
    pc4s: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    themes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class VersionRow(Base):
    """One row: the version of the directory, raised by every change and locked by whoever makes one."""

    __tablename__ = "directory_version"
    rows = PUBLIC
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    version: Mapped[int]
