"""What can be read of border talks: their stage, their proposals, and what the reader can do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.borders.actions import standing_of
from hub.borders.protocol import Move, possible_moves
from hub.borders.tables import BorderProposalRow, BorderTalk
from hub.cases.tables import Case, Party
from hub.codes import OrganisationCode
from hub.errors import NotFound


@dataclass(frozen=True, slots=True)
class TalkView:
    """A talk with its proposals, the first first, and what the reader can do now."""

    talk: BorderTalk
    proposals: Sequence[BorderProposalRow]
    moves: tuple[Move, ...]


def talks_of(session: Session, case_id: UUID, organisation: OrganisationCode, *, on: date) -> list[TalkView]:
    """The talks about a case, the last first: all for its school, and to others those they take part in.

    Raises NotFound alike for a foreign case and for none.
    """
    if session.get(Case, case_id) is None or session.get(Party, (case_id, organisation)) is None:
        raise NotFound("There is no case with this id for your organisation.")
    at_table = (BorderTalk.sender, BorderTalk.inviter, BorderTalk.invited, BorderTalk.arbiter)
    mine = [column == organisation for column in at_table]
    talks = session.scalars(
        select(BorderTalk)
        .where(BorderTalk.case_id == case_id, mine[0] | mine[1] | mine[2] | mine[3])
        .order_by(BorderTalk.made_at.desc(), BorderTalk.id.desc())
    )
    return [_view(session, talk, organisation, on) for talk in talks]


def _view(session: Session, talk: BorderTalk, organisation: OrganisationCode, on: date) -> TalkView:
    rows = select(BorderProposalRow).where(BorderProposalRow.talk_id == talk.id).order_by(BorderProposalRow.number)
    return TalkView(talk, session.scalars(rows).all(), possible_moves(standing_of(talk), organisation, on))
