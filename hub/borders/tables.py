"""Tables of border talks: where a talk stands, and what was proposed. Texts lie in the vault."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.cases.tables import Case
from hub.store.base import Base
from hub.store.rows import Condition, Rows, both, either, of, owners_through, parties_of

_TALKS = "border_talks"
_AT_THE_TABLE = either(of("inviter"), of("invited"), of("arbiter"))
_OPEN = "stage IN ('invited', 'proposed', 'refused')"


class BorderTalk(Base):
    """A talk of two partnerships about a case, from invitation to agreement. The school that sent the case reads it."""

    __tablename__ = _TALKS
    rows = Rows(
        read=either(_AT_THE_TABLE, of("sender")),
        add=both(of("inviter"), parties_of("case_id")),
        change=_AT_THE_TABLE,
    )
    __table_args__ = (
        Index(None, "case_id", "made_at"),
        Index("ix_border_talks_clock", "due_on", postgresql_where=text(f"reminded_on IS NULL AND {_OPEN}")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id))
    sender: Mapped[str]  # of the case
    inviter: Mapped[str]
    invited: Mapped[str]  # a partnership, or "outside"
    arbiter: Mapped[str | None]
    stage: Mapped[str]
    spoke_last: Mapped[str]
    turned_down: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[date]  # the last day before either side may call the arbiter
    reminded_on: Mapped[date | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


def _through(owner: str) -> Condition:
    return owners_through(_TALKS, "talk_id", owner=owner)


class BorderProposalRow(Base):
    """One proposal, counter-proposal or decision: who leads, who pays which share, from and until when."""

    __tablename__ = "border_proposals"
    rows = Rows(
        read=either(*map(_through, ("inviter", "invited", "arbiter", "sender"))),
        add=both(of("made_by"), either(*map(_through, ("inviter", "invited", "arbiter")))),
        is_history=True,
    )

    talk_id: Mapped[UUID] = mapped_column(ForeignKey(BorderTalk.id), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    leads: Mapped[str]
    pays: Mapped[str]
    share: Mapped[int] = mapped_column(SmallInteger)  # percent of the costs
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # the last day
    basis: Mapped[str]
    rule: Mapped[str | None]
