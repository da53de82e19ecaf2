"""The steps of a declaration of admissibility (TLV), for the partnership that decides and the one that pays."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter

from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext, InSession
from hub.api.moves import CaseId, TheReceiver
from hub.api.needs import needs
from hub.api.wire import Answer, reads, refusals
from hub.cases.acting import Acting
from hub.codes import SchoolType
from hub.declarations import actions, queries
from hub.declarations.course import Course
from hub.errors import InvalidInput
from hub.events.admission_payloads import (
    AdmissionAdvised,
    AdmissionAgreed,
    AdmissionHeard,
    AdmissionIssued,
    AdmissionRefused,
    Expert,
)
from hub.privacy.identifiers import forbidden

router = APIRouter(prefix="/cases/{caseId}/declaration", tags=["declarations"])


class HearingRead(Answer):
    """Who was heard on a day."""

    who: list[str]
    on: date


class AdviceRead(Answer):
    """What an expert advised."""

    expert: Expert
    admits: bool
    on: date


class DecisionRead(Answer):
    """What was decided. The number of a declaration, and why one was refused, stand in the case itself."""

    outcome: Literal["issued", "refused"]
    by: str
    on: date
    category: int | None
    starts_on: date | None
    ends_on: date | None
    ground: str | None


class DeclarationRead(Answer):
    """How far a request has come. `payer` is another partnership, which must agree first; null: whoever decides pays.

    `isOpen`: a decision can be made now.
    """

    id: UUID
    school_type: SchoolType
    payer: str | None
    payer_agrees: bool | None
    hearings: list[HearingRead]
    advice: list[AdviceRead]
    decision: DecisionRead | None
    is_open: bool


_REFUSALS = refusals(400, 401, 403, 404, 406, 409, 410, 415, 503)


@reads(router, "", operation_id="readDeclaration", responses=refusals(400, 401, 403, 404, 406, 503))
def read_declaration(
    case_id: CaseId, caller: Annotated[Caller, needs(Right.READ_CASES)], session: InSession
) -> DeclarationRead:
    """How far a request for a declaration has come, for its school and for the partnerships that decide and pay."""
    return _read(queries.declaration_of(session, case_id, caller.organisation), case_id)


@router.post("/hearing", operation_id="recordHearing", responses=_REFUSALS)
def hear(case_id: CaseId, body: AdmissionHeard, acting: TheReceiver) -> DeclarationRead:
    """Record who was heard before the decision."""
    actions.hear(acting, case_id, body)
    return _after(acting, case_id)


@router.post("/advice", operation_id="recordAdvice", responses=_REFUSALS)
def advise(case_id: CaseId, body: AdmissionAdvised, acting: TheReceiver) -> DeclarationRead:
    """Record that an expert advised, and whether to admit. The advice itself stays with the partnership."""
    actions.advise(acting, case_id, body)
    return _after(acting, case_id)


@router.post("/agreement", operation_id="agreeToPay", responses=_REFUSALS)
def agree(case_id: CaseId, body: AdmissionAgreed, acting: TheReceiver) -> DeclarationRead:
    """Agree, or not, with a place in sbo that your partnership would pay (rule A5b)."""
    actions.agree(acting, case_id, body)
    return _after(acting, case_id)


@router.post("/issuance", operation_id="issueDeclaration", responses=_REFUSALS)
def issue(case_id: CaseId, body: AdmissionIssued, acting: TheReceiver, parts: InContext) -> DeclarationRead:
    """Issue the declaration. Its dates and category are checked by the law; the term for an objection begins."""
    actions.issue(acting, parts.runtime.snapshot(acting.session), case_id, body)
    return _after(acting, case_id)


@router.post("/refusal", operation_id="refuseDeclaration", responses=_REFUSALS)
def refuse(case_id: CaseId, body: AdmissionRefused, acting: TheReceiver) -> DeclarationRead:
    """Issue no declaration, and say why; the term for an objection begins."""
    problems = tuple(forbidden({"explanation": body.explanation}))
    if problems:
        raise InvalidInput("The input is not valid.", problems=problems)
    actions.refuse(acting, case_id, body)
    return _after(acting, case_id)


def _after(acting: Acting, case_id: UUID) -> DeclarationRead:
    return _read(queries.declaration_of(acting.session, case_id, acting.organisation), case_id)


def _read(course: Course, case_id: UUID) -> DeclarationRead:
    return DeclarationRead(
        id=case_id,
        school_type=course.school_type,
        payer=course.payer,
        payer_agrees=course.payer_agrees,
        hearings=[HearingRead(who=e.data["who"], on=e.data["on"]) for e in course.heard],
        advice=[AdviceRead(expert=e.data["expert"], admits=e.data["admits"], on=e.data["on"]) for e in course.advised],
        decision=_decision(course),
        is_open=course.is_open,
    )


def _decision(course: Course) -> DecisionRead | None:
    made = course.decision
    if made is None:
        return None
    return DecisionRead(
        outcome="issued" if made.type == "admission.issued" else "refused",
        by=made.publisher,
        on=made.data["on"],
        category=made.data.get("category"),
        starts_on=made.data.get("startsOn"),
        ends_on=made.data.get("endsOn"),
        ground=made.data.get("ground"),
    )
