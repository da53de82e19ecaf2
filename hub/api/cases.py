"""The moves of a receiver in a case."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, StringConstraints

from hub.api.moves import REFUSALS_OF_A_MOVE, InCase, Moved
from hub.api.wire import RequestBody
from hub.cases import actions, talking, teamwork
from hub.cases.actions import Contesting, HandingOn
from hub.cases.clarifying import Correction
from hub.codes import ContestCode, DeclineCode, OrganisationCode, Outcome, PauseCode, Sector
from hub.events.situation import Clarification
from hub.privacy.identifiers import forbidden

router = APIRouter(prefix="/cases/{caseId}", tags=["cases"])


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


class Closure(RequestBody):
    """With what the case closes; absent: with the outcome of the last answer."""

    outcome: Outcome | None = None


class QuestionAsked(RequestBody):
    """What the receiver wants to know of the school."""

    text: _Text


class Written(RequestBody):
    """A text for one party; `to` may be left out: for a receiver it is the school, for the school the holder."""

    to: OrganisationCode | None = None
    text: _Text


class NoteAdded(RequestBody):
    """A text that only the own organisation ever sees."""

    text: _Text


class Assignment(RequestBody):
    """Who in the team goes on with the case: a code that only the team can read, never a name. Null: nobody."""

    to: UUID | None


class Pause(RequestBody):
    """Why the case rests, and the last day on which it does; at most 91 days ahead."""

    code: PauseCode
    until_date: date


class Contestation(RequestBody):
    """Why the school does not agree, and with whose answer; without `of` that is the holder's."""

    code: ContestCode
    explanation: _Text | None = None
    of: OrganisationCode | None = None


class CorrectionProposed(RequestBody):
    """A proposal for the directory: the partnership (with a sector) or the municipality (without) of a postcode."""

    postcode: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}$")]
    organisation: OrganisationCode
    sector: Sector | None = None


class Clarified(RequestBody):
    """The answer to what the hub asked, and a correction of the directory if that was the cause."""

    answers: Clarification
    correction: CorrectionProposed | None = None


@router.post("/acceptance", operation_id="acceptCase", responses=REFUSALS_OF_A_MOVE)
def accept(move: InCase) -> Moved:
    """Take the case: you owe the school an answer from now on. 409 tells which colleague was first."""
    actions.accept(move.acting, move.case_id)
    return move.moved()


@router.post("/retraction", operation_id="retractAcceptance", responses=REFUSALS_OF_A_MOVE)
def retract(move: InCase) -> Moved:
    """Take back your acceptance, within a day: the case is offered as it was."""
    actions.retract(move.acting, move.case_id)
    return move.moved()


@router.post("/declination", operation_id="declineCase", responses=REFUSALS_OF_A_MOVE)
def decline(body: Declination, move: InCase) -> Moved:
    """Do not take the case, with a code; the hub looks for the right receiver with what it learned."""
    actions.decline(move.acting, move.case_id, body.code, body.explanation)
    return move.moved()


@router.post("/redirection", operation_id="redirectCase", responses=REFUSALS_OF_A_MOVE)
def redirect(body: Redirection, move: InCase) -> Moved:
    """Hand the case to another party; its history stays with it. After a joint talk, to the party agreed on there."""
    actions.redirect(move.acting, move.snapshot, move.case_id, HandingOn(body.to, body.code, body.explanation))
    return move.moved()


@router.post("/clarification", operation_id="clarifyCase", responses=REFUSALS_OF_A_MOVE)
def clarify(body: Clarified, move: InCase) -> Moved:
    """Answer the questions of a case that no rule could place: the rules decide again with your answers.

    Each answer must be possible on the day of the case: a municipality, partnership or school that was there then.
    """
    proposed = body.correction
    correction = Correction(proposed.postcode, proposed.organisation, proposed.sector) if proposed else None
    actions.clarify(move.acting, move.snapshot, move.case_id, body.answers, correction)
    return move.moved()


@router.post("/question", operation_id="askSchool", responses=REFUSALS_OF_A_MOVE)
def ask(body: QuestionAsked, move: InCase) -> Moved:
    """Ask the school something. Until it replies, the case visibly waits for the school."""
    talking.ask(move.acting, move.case_id, body.text)
    return move.moved()


@router.post("/reply", operation_id="replyAsSchool", responses=REFUSALS_OF_A_MOVE)
def reply(body: Written, move: InCase) -> Moved:
    """Answer the question of a receiver, as the school that sent the case; only that receiver reads it."""
    talking.reply(move.acting, move.case_id, body.to, body.text)
    return move.moved()


@router.post("/message", operation_id="sendMessage", responses=REFUSALS_OF_A_MOVE)
def send_message(body: Written, move: InCase) -> Moved:
    """Write to the school, or as the school to a receiver; nobody else reads it. Nothing waits for an answer."""
    talking.send_message(move.acting, move.case_id, body.to, body.text)
    return move.moved()


@router.post("/note", operation_id="addNote", responses=REFUSALS_OF_A_MOVE)
def add_note(body: NoteAdded, move: InCase) -> Moved:
    """Write something down for your own organisation; no other one ever sees it, or knows that it is there."""
    talking.add_note(move.acting, move.case_id, body.text)
    return move.moved()


@router.post("/assignment", operation_id="assignCase", responses=REFUSALS_OF_A_MOVE)
def assign(body: Assignment, move: InCase) -> Moved:
    """Say who in your team goes on with the case. Every colleague can still act; other parties do not see it."""
    teamwork.assign(move.acting, move.case_id, body.to)
    return move.moved()


@router.post("/pause", operation_id="pauseCase", responses=REFUSALS_OF_A_MOVE)
def pause(body: Pause, move: InCase) -> Moved:
    """Let a case rest that you have in hand; everybody in it sees why and until when. Your term runs on."""
    teamwork.pause(move.acting, move.case_id, body.code, body.until_date)
    return move.moved()


@router.post("/resumption", operation_id="resumeCase", responses=REFUSALS_OF_A_MOVE)
def resume(move: InCase) -> Moved:
    """Go on with a case that rests. After the last day of its pause it does so by itself."""
    teamwork.resume(move.acting, move.case_id)
    return move.moved()


@router.post("/answer", operation_id="answerCase", responses=REFUSALS_OF_A_MOVE)
def answer(body: AnswerGiven, move: InCase) -> Moved:
    """Give the school its answer."""
    actions.answer(move.acting, move.case_id, body.outcome, body.text)
    return move.moved()


@router.post("/closure", operation_id="closeCase", responses=REFUSALS_OF_A_MOVE)
def close(move: InCase, body: Closure | None = None) -> Moved:
    """Close the case, with the code of its outcome; only after the school has its answer."""
    actions.close(move.acting, move.case_id, body.outcome if body else None)
    return move.moved()


@router.post("/contestation", operation_id="contestAnswer", responses=REFUSALS_OF_A_MOVE)
def contest(body: Contestation, move: InCase) -> Moved:
    """Say as the school that you do not agree with an answer: its receiver looks again, within five working days."""
    actions.contest(move.acting, move.case_id, Contesting(body.code, body.explanation, body.of))
    return move.moved()


@router.post("/reopening", operation_id="reopenCase", responses=REFUSALS_OF_A_MOVE)
def reopen(move: InCase) -> Moved:
    """Take a case in hand again that was contested, or that you closed too early; the school gets another answer."""
    actions.reopen(move.acting, move.case_id)
    return move.moved()
