"""A case: reading it, and the moves of a receiver."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from pydantic import AfterValidator, Field, StringConstraints

from hub import clock
from hub.access.callers import Caller, Right
from hub.api.context import Context, InContext, InMovingSession, TheCaller, kind_of
from hub.api.reasons import ReasonGiven, reason_given
from hub.api.wire import Answer, RequestBody, reads, refusals
from hub.cases import actions, queries
from hub.cases.actions import Acting, HandingOn
from hub.cases.clarifying import Correction
from hub.cases.lifecycle import Move, State
from hub.cases.queries import CaseView, Moment
from hub.codes import DeclineCode, OrganisationCode, Sector
from hub.directory.snapshot import Snapshot
from hub.events.envelope import full_type
from hub.events.situation import Clarification
from hub.hints import AFTER_A_MOVE
from hub.i18n import Language, language_of
from hub.privacy import ledger
from hub.privacy.identifiers import forbidden
from hub.privacy.ledger import Viewer
from hub.privacy.visibility import Ground
from hub.routing.decision import Question, Reason

router = APIRouter(prefix="/cases/{caseId}", tags=["cases"])

Outcome = Literal["help_started", "advice_given", "declaration_issued", "no_help_needed", "already_in_care", "other"]


class PartyOfCase(Answer):
    """An organisation in the case: as sender, holder, asked beside the holder, only named, or formerly."""

    organisation: str
    name: str | None
    role: str
    state: str
    due_date: date | None


class Happening(Answer):
    """Something that happened. `texts` holds what was written by people, as far as the reader may see it."""

    type: str
    at: datetime
    organisation: str
    name: str | None
    data: dict[str, Any]
    reasons: list[ReasonGiven] = Field(default_factory=list)
    questions: list[str] = Field(default_factory=list)
    texts: dict[str, Any] = Field(default_factory=dict)


class CaseRead(Answer):
    """A case as the caller may see it. While `state` is received, the hub is looking for the receiver.

    `homePostcode` and `municipality` are the home area as it is known now: what triage found out counts before what the
    school wrote. Only the sender and the receivers see it.
    """

    id: UUID
    type: str
    state: State | Literal["received"]
    school: str
    school_name: str | None
    theme: str | None
    home_postcode: str | None
    municipality: str | None
    holder: str | None
    holder_name: str | None
    lead_swv: str | None
    due_date: date | None
    ground: Ground | None
    is_erased: bool
    possible_moves: list[Move]
    parties: list[PartyOfCase]
    timeline: list[Happening]


def _without_forbidden_numbers(text: str) -> str:
    for problem in forbidden(text):
        raise ValueError(problem.message)
    return text


_Text = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=8_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
    ),
    AfterValidator(_without_forbidden_numbers),
]


class Declination(RequestBody):
    """Why the case is not taken."""

    code: DeclineCode
    explanation: _Text | None = None


class Redirection(RequestBody):
    """To whom the case goes, and why."""

    to: OrganisationCode
    code: DeclineCode
    explanation: _Text | None = None


class AnswerGiven(RequestBody):
    """The answer to the school: a code that can be counted, and a text that it can read."""

    outcome: Outcome
    text: _Text


class CorrectionProposed(RequestBody):
    """A proposal for the directory: the partnership (with a sector) or the municipality (without) of a postcode."""

    postcode: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}$")]
    organisation: OrganisationCode
    sector: Sector | None = None


class Clarified(RequestBody):
    """The answer to what the hub asked, and a correction of the directory if that was the cause."""

    answers: Clarification
    correction: CorrectionProposed | None = None


class Moved(Answer):
    """Where the case stands after a move, and what is possible next."""

    id: UUID
    state: State
    possible_moves: list[Move]


CaseId = Annotated[UUID, Path(alias="caseId", description="id of the case")]
_REFUSALS = refusals(400, 401, 403, 404, 406, 409, 410, 415, 503)


@reads(router, "", operation_id="readCase", responses=refusals(400, 401, 403, 404, 406, 503))
def read_case(case_id: CaseId, request: Request, caller: TheCaller, parts: InContext) -> CaseRead:
    """The case with its timeline, and the reasons of every routing step.

    That personal data was shown is written in the disclosure ledger; the first reading by a receiver is told to the
    school.
    """
    caller.need(Right.READ_CASES)
    vault = parts.runtime.vault
    with parts.at_one_moment() as session:
        snapshot = parts.runtime.snapshot(session)
        kind = kind_of(caller, snapshot)
        view = queries.case_view(session, vault, case_id, caller.organisation, kind)
    if request.method == "GET":  # HEAD shows nothing to anybody
        _write_down(view, caller, parts)
    return _read(view, snapshot, language_of(request.headers.get("accept-language")), clock.now())


def _write_down(view: CaseView, caller: Caller, parts: Context) -> None:
    """What was read, before the answer leaves."""
    now = clock.now()
    with parts.runtime.sessions.begin() as session:
        ledger.record(session, view.case_id, Viewer(caller.organisation, caller.label), view.disclosed, now=now)
        if view.is_first_reading:
            actions.mark_opened(Acting(session, parts.runtime.vault, caller.organisation, now), view.case_id)
    if view.is_first_reading:
        parts.hints.give(*AFTER_A_MOVE)


def _acting(caller: TheCaller, parts: InContext, session: InMovingSession) -> Acting:
    caller.need(Right.ANSWER_CASES)
    return Acting(session, parts.runtime.vault, caller.organisation, clock.now())


TheReceiver = Annotated[Acting, Depends(_acting)]


@router.post("/acceptance", operation_id="acceptCase", responses=_REFUSALS)
def accept(case_id: CaseId, acting: TheReceiver) -> Moved:
    """Take the case: you owe the school an answer from now on."""
    actions.accept(acting, case_id)
    return _moved(acting, case_id)


@router.post("/declination", operation_id="declineCase", responses=_REFUSALS)
def decline(case_id: CaseId, body: Declination, acting: TheReceiver) -> Moved:
    """Do not take the case, with a code; the hub looks for the right receiver with what it learned."""
    actions.decline(acting, case_id, body.code, body.explanation)
    return _moved(acting, case_id)


@router.post("/redirection", operation_id="redirectCase", responses=_REFUSALS)
def redirect(case_id: CaseId, body: Redirection, acting: TheReceiver, parts: InContext) -> Moved:
    """Hand the case to another party; its history stays with it."""
    snapshot = parts.runtime.snapshot(acting.session)
    actions.redirect(acting, snapshot, case_id, HandingOn(body.to, body.code, body.explanation))
    return _moved(acting, case_id)


@router.post("/clarification", operation_id="clarifyCase", responses=_REFUSALS)
def clarify(case_id: CaseId, body: Clarified, acting: TheReceiver, parts: InContext) -> Moved:
    """Answer the questions of a case that no rule could place: the rules decide again with your answers.

    Each answer must be possible on the day of the case: a municipality, partnership or school that was there then.
    """
    proposed = body.correction
    correction = Correction(proposed.postcode, proposed.organisation, proposed.sector) if proposed else None
    actions.clarify(acting, parts.runtime.snapshot(acting.session), case_id, body.answers, correction)
    return _moved(acting, case_id)


@router.post("/answer", operation_id="answerCase", responses=_REFUSALS)
def answer(case_id: CaseId, body: AnswerGiven, acting: TheReceiver) -> Moved:
    """Give the school its answer."""
    actions.answer(acting, case_id, body.outcome, body.text)
    return _moved(acting, case_id)


@router.post("/closure", operation_id="closeCase", responses=_REFUSALS)
def close(case_id: CaseId, acting: TheReceiver) -> Moved:
    """Close the case; only after the school has its answer."""
    actions.close(acting, case_id)
    return _moved(acting, case_id)


def _moved(acting: Acting, case_id: UUID) -> Moved:
    standing = queries.standing_of(acting.session, case_id, acting.organisation)
    return Moved(id=case_id, state=standing.state, possible_moves=list(standing.moves))


def _read(view: CaseView, snapshot: Snapshot, language: Language, now: datetime) -> CaseRead:
    names = _names(view, snapshot, clock.dutch_date(now))
    case, data = view.case, view.opening.data
    holder = case.holder if case and view.is_inside else None
    return CaseRead(
        id=view.case_id,
        type=full_type(view.opening.type),
        state=State(case.state) if case else "received",
        school=data["school"],
        school_name=names.get(data["school"]),
        theme=data.get("theme"),
        home_postcode=case.home_postcode if case and view.is_inside else None,
        municipality=case.municipality if case and view.is_inside else None,
        holder=holder,
        holder_name=names.get(holder) if holder else None,
        lead_swv=case.lead_swv if case else None,
        due_date=case.due_on if case else None,
        ground=view.shown.ground,
        is_erased=view.is_erased,
        possible_moves=list(view.moves),
        parties=[
            PartyOfCase(
                organisation=p.organisation,
                name=names.get(p.organisation),
                role=p.role,
                state=p.state,
                due_date=p.due_on,
            )
            for p in view.parties
            if view.is_inside or p is view.party
        ],
        timeline=[_happening(moment, names, language) for moment in view.moments],
    )


def _names(view: CaseView, snapshot: Snapshot, on: date) -> Mapping[str, str]:
    """What the organisations in the case are called today."""
    codes = {view.opening.data["school"], *(moment.event.publisher for moment in view.moments)}
    codes |= {party.organisation for party in view.parties}
    found = {code: snapshot.organisation(code, on) for code in codes}
    return {code: organisation.name for code, organisation in found.items() if organisation}


def _happening(moment: Moment, names: Mapping[str, str], language: Language) -> Happening:
    event = moment.event
    apart = {"reasons", "missing"}
    return Happening(
        type=full_type(event.type),
        at=event.time,
        organisation=event.publisher,
        name=names.get(event.publisher),
        data={name: value for name, value in event.data.items() if name not in apart},
        reasons=[reason_given(Reason.from_data(reason), language) for reason in event.data.get("reasons", ())],
        questions=[Question.from_data(missing).sentence(language) for missing in event.data.get("missing", ())],
        texts=dict(moment.personal),
    )
