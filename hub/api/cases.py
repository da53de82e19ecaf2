"""The moves of a receiver in a case."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import AfterValidator, StringConstraints

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext, InMovingSession
from hub.api.needs import needs
from hub.api.wire import Answer, RequestBody, refusals
from hub.cases import actions, queries
from hub.cases.actions import Acting, HandingOn
from hub.cases.clarifying import Correction
from hub.cases.lifecycle import Move, State
from hub.codes import DeclineCode, OrganisationCode, Sector
from hub.events.situation import Clarification
from hub.privacy.identifiers import forbidden

router = APIRouter(prefix="/cases/{caseId}", tags=["cases"])

Outcome = Literal["help_started", "advice_given", "declaration_issued", "no_help_needed", "already_in_care", "other"]


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


def _acting(caller: Annotated[Caller, needs(Right.ANSWER_CASES)], parts: InContext, session: InMovingSession) -> Acting:
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
