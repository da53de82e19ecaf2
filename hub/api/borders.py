"""The talk of partnerships about a pupil who crosses their border: who leads, who pays, for how long."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext, InSession, TheViewer
from hub.api.moves import CaseId, TheReceiver
from hub.api.needs import needs
from hub.api.wire import Answer, RequestBody, reads, refusals
from hub.borders import actions, queries
from hub.borders.letter import document_of, facts_of
from hub.borders.protocol import Move, Stage
from hub.borders.queries import TalkView
from hub.cases.acting import Acting
from hub.clock import dutch_date
from hub.errors import InvalidInput
from hub.events.border_payloads import BorderBasis, BorderInvitation, BorderProposal, BorderRefused, OutsideReply
from hub.i18n import language_of
from hub.privacy.identifiers import forbidden
from hub.privacy.ledger import Action, Entry, record
from hub.privacy.purposes import Purpose
from hub.privacy.statement.pdf import pdf
from hub.privacy.visibility import Ground, Visible

router = APIRouter(prefix="/cases/{caseId}/border", tags=["border"])
letters = APIRouter(prefix="/cases/{caseId}/border", tags=["border"])

_PDF = "application/pdf"


class ProposalRead(Answer):
    """A proposal, a counter-proposal, or the decision of the arbiter. `share` is in percent; both days belong to it."""

    number: int
    by: str
    at: datetime
    leads: str
    pays: str
    share: int
    starts_on: date
    ends_on: date
    basis: BorderBasis
    rule: str | None


class TalkRead(Answer):
    """A talk. After `dueDate`, or after two refusals or counter-proposals, either side may call the arbiter."""

    inviter: str
    invited: str
    arbiter: str | None
    stage: Stage
    spoke_last: str
    due_date: date
    proposals: list[ProposalRead]
    possible_moves: list[Move]


class TalksRead(Answer):
    """The talks about a case that the reader may know of, the last first. Reasoning stands in the case itself."""

    id: UUID
    talks: list[TalkRead]


class AgreementGiven(RequestBody):
    """With which proposal you agree: the number of the last one."""

    number: Annotated[int, Field(ge=1, le=32_767)]


def _clean(request_body: BorderInvitation | BorderProposal | BorderRefused) -> None:
    """Raises InvalidInput for a number that may never come in, wherever it stands."""
    problems = tuple(forbidden(request_body.model_dump(mode="json")))
    if problems:
        raise InvalidInput("The input is not valid.", problems=problems)


_REFUSALS = refusals(400, 401, 403, 404, 406, 409, 410, 415, 503)


@reads(router, "", operation_id="readBorderTalks", responses=refusals(400, 401, 403, 404, 406, 503))
def read_talks(case_id: CaseId, caller: Annotated[Caller, needs(Right.READ_CASES)], session: InSession) -> TalksRead:
    """The talks about a case: all for the school that sent it, to others those at which they sit."""
    return _read(queries.talks_of(session, case_id, caller.organisation, on=dutch_date(clock.now())), case_id)


@router.post("/invitation", operation_id="inviteToBorderTalk", responses=_REFUSALS)
def invite(case_id: CaseId, body: BorderInvitation, acting: TheReceiver, parts: InContext) -> TalksRead:
    """Ask another partnership to the table, or a party outside the network. You hold the case, and go on holding it.

    The other side sees the question, the rules and the terms, and never the child.
    """
    _clean(body)
    actions.invite(acting, parts.runtime.snapshot(acting.session), case_id, body)
    return _after(acting, case_id)


@router.post("/proposal", operation_id="proposeAtBorder", responses=_REFUSALS)
def propose(case_id: CaseId, body: BorderProposal, acting: TheReceiver) -> TalksRead:
    """Propose who leads, who pays, and for how long; where another's proposal lies on the table, this counters it."""
    _clean(body)
    actions.propose(acting, case_id, body)
    return _after(acting, case_id)


@router.post("/refusal", operation_id="refuseAtBorder", responses=_REFUSALS)
def refuse(case_id: CaseId, body: BorderRefused, acting: TheReceiver) -> TalksRead:
    """Refuse the proposal, or the invitation itself, on a ground."""
    _clean(body)
    actions.refuse(acting, case_id, body)
    return _after(acting, case_id)


@router.post("/agreement", operation_id="agreeAtBorder", responses=_REFUSALS)
def agree(case_id: CaseId, body: AgreementGiven, acting: TheReceiver) -> TalksRead:
    """Agree with the last proposal of the other side. The case goes to the side that leads."""
    actions.agree(acting, case_id, body.number)
    return _after(acting, case_id)


@router.post("/arbiter", operation_id="callArbiter", responses=_REFUSALS)
def call_arbiter(case_id: CaseId, acting: TheReceiver) -> TalksRead:
    """Lay the talk before the arbiter: after two refusals or counter-proposals, or after ten working days."""
    actions.call_arbiter(acting, case_id)
    return _after(acting, case_id)


@router.post("/decision", operation_id="decideAtBorder", responses=_REFUSALS)
def decide(case_id: CaseId, body: BorderProposal, acting: TheReceiver) -> TalksRead:
    """Decide as the arbiter. It holds as if both sides had agreed."""
    _clean(body)
    actions.decide(acting, case_id, body)
    return _after(acting, case_id)


@router.post("/reply", operation_id="recordOutsideReply", responses=_REFUSALS)
def record_reply(case_id: CaseId, body: OutsideReply, acting: TheReceiver) -> TalksRead:
    """Write down what a party outside the network answered to your letter."""
    actions.record_reply(acting, case_id, body)
    return _after(acting, case_id)


_LETTER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The letter.",
        "content": {_PDF: {"schema": {"type": "string", "contentMediaType": _PDF}}},
    }
}


@letters.post(
    "/letter",
    operation_id="writeBorderLetter",
    response_class=Response,
    responses=_LETTER | refusals(400, 401, 403, 404, 406, 409, 410, 503),
)
def write_letter(
    case_id: CaseId, request: Request, acting: TheReceiver, viewer: TheViewer, parts: InContext
) -> Response:
    """The letter to a party outside the network, as a PDF: the question, the rules, the proposal, and until when.

    It never tells who the child is. That it was made is written in the disclosure ledger.
    """
    facts = facts_of(acting, parts.runtime.snapshot(acting.session), case_id)
    shown = Visible(frozenset({"question"}), Ground.QUESTION_ONLY)
    entry = Entry(Action.READ, case_id, viewer, shown, "holder", Purpose.HANDLE, acting.now)
    record(acting.session, entry, now=acting.now)
    language = language_of(request.headers.get("accept-language"))
    name = {"Content-Disposition": f'inline; filename="samenspel-{case_id}.pdf"', "Content-Language": language}
    return Response(pdf(document_of(facts, language), acting.now), media_type=_PDF, headers=name)


def _after(acting: Acting, case_id: UUID) -> TalksRead:
    acting.session.flush()
    talks = queries.talks_of(acting.session, case_id, acting.organisation, on=dutch_date(acting.now))
    return _read(talks, case_id)


def _read(talks: list[TalkView], case_id: UUID) -> TalksRead:
    return TalksRead(id=case_id, talks=[_talk(view) for view in talks])


def _talk(view: TalkView) -> TalkRead:
    talk = view.talk
    return TalkRead(
        inviter=talk.inviter,
        invited=talk.invited,
        arbiter=talk.arbiter,
        stage=Stage(talk.stage),
        spoke_last=talk.spoke_last,
        due_date=talk.due_on,
        proposals=[
            ProposalRead(
                number=row.number,
                by=row.made_by,
                at=row.made_at,
                leads=row.leads,
                pays=row.pays,
                share=row.share,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                basis=BorderBasis(row.basis),
                rule=row.rule,
            )
            for row in view.proposals
        ],
        possible_moves=list(view.moves),
    )
