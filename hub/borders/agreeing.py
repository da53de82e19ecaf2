"""A border talk that was settled, as a dated agreement of the region: routing can follow it from then on."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.borders.protocol import SETTLED
from hub.borders.tables import BorderProposalRow, BorderTalk
from hub.cases.tables import Case
from hub.clock import dutch_date
from hub.codes import OUTSIDE, OrganisationCode
from hub.directory.entries import Agreement
from hub.errors import Conflict, NotFound
from hub.routing.agreements import need_readable

_ONE_DAY = timedelta(days=1)


def agreement_from(session: Session, case_id: UUID, name: str, *, for_all: bool = False) -> Agreement:
    """What the last settled talk about a case comes to, for the school of the case or `for_all` schools of the region.

    Its kind is a departure from the rule that the two named: the side that leads acts instead. It holds for the days
    that were agreed on. Raises NotFound without such a talk, Conflict where it names no rule or a party outside the
    network leads, InvalidInput for a rule of the law: that cannot be agreed away.
    """
    talk = session.scalar(
        select(BorderTalk)
        .where(BorderTalk.case_id == case_id, BorderTalk.stage.in_(SETTLED))
        .order_by(BorderTalk.changed_at.desc(), BorderTalk.id.desc())
        .limit(1)
    )
    if talk is None:
        raise NotFound("No talk about this case was settled.", next_step="Check the id of the case.")
    said = _last(session, talk)
    if said.rule is None or said.leads == OUTSIDE:
        raise Conflict(
            "An agreement of the region departs from a rule, and names who acts instead within the network.",
            next_step="Let the two settle it again: with the rule that they depart from, and a side that leads.",
        )
    agreement = Agreement(
        id=name,
        kind=f"custom:{said.rule}",
        parties=frozenset(map(OrganisationCode, (talk.inviter, talk.invited))),
        scope={"party": said.leads} | ({} if for_all else {"sites": [session.get_one(Case, case_id).school]}),
        valid_from=said.starts_on,
        valid_until=said.ends_on + _ONE_DAY,
        source=f"Grensoverleg van {talk.inviter} en {talk.invited}, {dutch_date(talk.changed_at)}",
    )
    need_readable(agreement)
    return agreement


def _last(session: Session, talk: BorderTalk) -> BorderProposalRow:
    """What was settled: the last that lay on the table."""
    rows = select(BorderProposalRow).where(BorderProposalRow.talk_id == talk.id)
    return session.scalars(rows.order_by(BorderProposalRow.number.desc()).limit(1)).one()
