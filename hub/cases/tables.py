"""Tables of the case: what the case is now, and which parties are in it. How it came there stands in the log."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base
from hub.store.rows import Rows, both, either, fellow_parties_of, of, parties_of, saying, sender_of


class Case(Base):
    """A case. It always has exactly one holder; `lead_swv` leads for the education side."""

    __tablename__ = "cases"
    rows = Rows(read=either(of("sender"), parties_of("id")), change=parties_of("id"))
    __table_args__ = (
        Index(None, "sender", "changed_at", "id"),
        Index("ix_cases_alarm", "id", postgresql_where=text("alarm IS NOT NULL AND state = 'undecided'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]  # of the event that opened it
    state: Mapped[str]
    holder: Mapped[str]
    sender: Mapped[str]  # the organisation whose token published it
    school: Mapped[str]
    school_type: Mapped[str | None]
    theme: Mapped[str | None]
    lead_swv: Mapped[str | None]
    lawful_swvs: Mapped[list[str]] = mapped_column(ARRAY(Text))  # those that may see the pupil by law (H3)
    home_postcode: Mapped[str | None]
    municipality: Mapped[str | None]
    crosses_border: Mapped[bool]
    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    alarm: Mapped[str | None]  # the rules that failed or contradict each other, while that holds the case


TERM = "coalesce(due_on, '9999-12-31'::date)"
"""Until when a party has time, for sorting and comparing: what has no term comes last."""

WAITING = (
    "role IN ('holder', 'asked') AND "
    "state IN ('offered', 'accepted', 'undecided', 'joint_talk', 'answered', 'contested')"
)
"""What a party was asked and has not finished. Written out, so that the planner knows the index of the inbox by it."""


class Party(Base):
    """An organisation in a case: as holder, asked beside the holder, or only named; with what it did so far."""

    __tablename__ = "case_parties"
    # Who is in a case may name another party in it, and no more than name it: the hub itself gives every other role.
    rows = Rows(
        read=either(of("organisation"), fellow_parties_of("case_id")),
        add=both(fellow_parties_of("case_id"), saying("role", "named")),
        change=either(of("organisation"), sender_of("case_id")),
    )
    __table_args__ = (
        Index(None, "organisation", "state", "due_on", "case_id"),
        Index("ix_case_parties_inbox", "organisation", text(TERM), "case_id", postgresql_where=text(WAITING)),
        Index("uq_case_parties_one_holder", "case_id", unique=True, postgresql_where=text("role = 'holder'")),
        Index("ix_case_parties_asked_school", "case_id", postgresql_where=text("asked_at IS NOT NULL")),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id), primary_key=True)
    organisation: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    state: Mapped[str]
    decline_code: Mapped[str | None]
    due_on: Mapped[date | None]
    since: Mapped[datetime]  # in this role
    opened_at: Mapped[datetime | None]
    expired_on: Mapped[date | None]  # its term has passed: from this day on it sees nothing personal of the case
    accepted_at: Mapped[datetime | None]  # while it has the case in hand
    accepted_by: Mapped[str | None]  # the label of a person or system, never a name
    acted_by: Mapped[str | None]  # the same, of its last move
    assignee: Mapped[UUID | None]  # who in the team goes on with it: a code that only the team can read
    asked_at: Mapped[datetime | None]  # since when it waits for the school's answer to a question
    pause_code: Mapped[str | None]
    paused_until: Mapped[date | None]  # the last day of the pause


AT_REST = dict.fromkeys(("accepted_at", "accepted_by", "assignee", "asked_at", "pause_code", "paused_until"))
"""How the columns stand of a party that has nothing in hand."""
