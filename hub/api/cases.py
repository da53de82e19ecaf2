"""The moves of a receiver in a case."""

import re
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import AfterValidator, StringConstraints

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext, InMovingSession
from hub.api.needs import needs
from hub.api.wire import Answer, RequestBody, refusals
from hub.cases import actions, queries, talking, teamwork
from hub.cases.actions import Contesting, HandingOn
from hub.cases.clarifying import Correction
from hub.cases.lifecycle import Move, State, Status
from hub.cases.moving import Acting
from hub.codes import ContestCode, DeclineCode, OrganisationCode, Outcome, PauseCode, Sector
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput, Problem
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


class Moved(Answer):
    """Where the case stands after a move, for what it waits, and what is possible next. Its ETag is the new version."""

    id: UUID
    state: State
    status: Status
    possible_moves: list[Move]


CaseId = Annotated[UUID, Path(alias="caseId", description="id of the case")]
_REFUSALS = refusals(400, 401, 403, 404, 406, 409, 410, 412, 415, 503)
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"', re.ASCII)

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="ETag of the case as you read it: if it changed since, nothing happens, and you are told what did",
    ),
]


def etag(version: int) -> str:
    """A version of a case as the header ETag has it."""
    return f'"{version}"'


def _seen(if_match: str | None) -> int | None:
    """The newest version that a caller says it saw; None where it does not mind. Raises InvalidInput.

    What is well-formed but not of the hub was seen before everything.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    tags = [tag.strip() for tag in if_match.split(",")]
    if not all(_ETAG.fullmatch(tag) for tag in tags):
        message = "If-Match holds the ETag of the case, between quotation marks."
        raise InvalidInput(message, problems=(Problem("/header/If-Match", message),))
    return max(int(number) if (number := tag.strip('"')).isdecimal() and len(number) < 19 else 0 for tag in tags)


def _acting(
    caller: Annotated[Caller, needs(Right.ANSWER_CASES)],
    parts: InContext,
    session: InMovingSession,
    if_match: IfMatch = None,
) -> Acting:
    seen = _seen(if_match)
    return Acting(session, parts.runtime.vault, caller.organisation, clock.now(), caller.label, seen)


TheReceiver = Annotated[Acting, Depends(_acting)]


class Moving:
    """A party that makes one move in a case, and what it is told then."""

    def __init__(self, case_id: CaseId, acting: TheReceiver, parts: InContext, response: Response) -> None:
        self.case_id = case_id
        self.acting = acting
        self._parts = parts
        self._response = response

    @property
    def snapshot(self) -> Snapshot:
        """The directory of now."""
        return self._parts.runtime.snapshot(self.acting.session)

    def moved(self) -> Moved:
        """Where the case stands after the move."""
        acting = self.acting
        standing = queries.standing_of(acting.session, self.case_id, acting.organisation, now=acting.now)
        self._response.headers["ETag"] = etag(standing.version)
        return Moved(id=self.case_id, state=standing.state, status=standing.status, possible_moves=list(standing.moves))


InCase = Annotated[Moving, Depends()]


@router.post("/acceptance", operation_id="acceptCase", responses=_REFUSALS)
def accept(move: InCase) -> Moved:
    """Take the case: you owe the school an answer from now on. 409 tells which colleague was first."""
    actions.accept(move.acting, move.case_id)
    return move.moved()


@router.post("/retraction", operation_id="retractAcceptance", responses=_REFUSALS)
def retract(move: InCase) -> Moved:
    """Take back your acceptance, within a day: the case is offered as it was."""
    actions.retract(move.acting, move.case_id)
    return move.moved()


@router.post("/declination", operation_id="declineCase", responses=_REFUSALS)
def decline(body: Declination, move: InCase) -> Moved:
    """Do not take the case, with a code; the hub looks for the right receiver with what it learned."""
    actions.decline(move.acting, move.case_id, body.code, body.explanation)
    return move.moved()


@router.post("/redirection", operation_id="redirectCase", responses=_REFUSALS)
def redirect(body: Redirection, move: InCase) -> Moved:
    """Hand the case to another party; its history stays with it. After a joint talk, to the party agreed on there."""
    actions.redirect(move.acting, move.snapshot, move.case_id, HandingOn(body.to, body.code, body.explanation))
    return move.moved()


@router.post("/clarification", operation_id="clarifyCase", responses=_REFUSALS)
def clarify(body: Clarified, move: InCase) -> Moved:
    """Answer the questions of a case that no rule could place: the rules decide again with your answers.

    Each answer must be possible on the day of the case: a municipality, partnership or school that was there then.
    """
    proposed = body.correction
    correction = Correction(proposed.postcode, proposed.organisation, proposed.sector) if proposed else None
    actions.clarify(move.acting, move.snapshot, move.case_id, body.answers, correction)
    return move.moved()


@router.post("/question", operation_id="askSchool", responses=_REFUSALS)
def ask(body: QuestionAsked, move: InCase) -> Moved:
    """Ask the school something. Until it replies, the case visibly waits for the school."""
    talking.ask(move.acting, move.case_id, body.text)
    return move.moved()


@router.post("/reply", operation_id="replyAsSchool", responses=_REFUSALS)
def reply(body: Written, move: InCase) -> Moved:
    """Answer the question of a receiver, as the school that sent the case; only that receiver reads it."""
    talking.reply(move.acting, move.case_id, body.to, body.text)
    return move.moved()


@router.post("/message", operation_id="sendMessage", responses=_REFUSALS)
def send_message(body: Written, move: InCase) -> Moved:
    """Write to the school, or as the school to a receiver; nobody else reads it. Nothing waits for an answer."""
    talking.send_message(move.acting, move.case_id, body.to, body.text)
    return move.moved()


@router.post("/note", operation_id="addNote", responses=_REFUSALS)
def add_note(body: NoteAdded, move: InCase) -> Moved:
    """Write something down for your own organisation; no other one ever sees it, or knows that it is there."""
    talking.add_note(move.acting, move.case_id, body.text)
    return move.moved()


@router.post("/assignment", operation_id="assignCase", responses=_REFUSALS)
def assign(body: Assignment, move: InCase) -> Moved:
    """Say who in your team goes on with the case. Every colleague can still act; other parties do not see it."""
    teamwork.assign(move.acting, move.case_id, body.to)
    return move.moved()


@router.post("/pause", operation_id="pauseCase", responses=_REFUSALS)
def pause(body: Pause, move: InCase) -> Moved:
    """Let a case rest that you have in hand; everybody in it sees why and until when. Your term runs on."""
    teamwork.pause(move.acting, move.case_id, body.code, body.until_date)
    return move.moved()


@router.post("/resumption", operation_id="resumeCase", responses=_REFUSALS)
def resume(move: InCase) -> Moved:
    """Go on with a case that rests. After the last day of its pause it does so by itself."""
    teamwork.resume(move.acting, move.case_id)
    return move.moved()


@router.post("/answer", operation_id="answerCase", responses=_REFUSALS)
def answer(body: AnswerGiven, move: InCase) -> Moved:
    """Give the school its answer."""
    actions.answer(move.acting, move.case_id, body.outcome, body.text)
    return move.moved()


@router.post("/closure", operation_id="closeCase", responses=_REFUSALS)
def close(move: InCase, body: Closure | None = None) -> Moved:
    """Close the case, with the code of its outcome; only after the school has its answer."""
    actions.close(move.acting, move.case_id, body.outcome if body else None)
    return move.moved()


@router.post("/contestation", operation_id="contestAnswer", responses=_REFUSALS)
def contest(body: Contestation, move: InCase) -> Moved:
    """Say as the school that you do not agree with an answer: its receiver looks again, within five working days."""
    actions.contest(move.acting, move.case_id, Contesting(body.code, body.explanation, body.of))
    return move.moved()


@router.post("/reopening", operation_id="reopenCase", responses=_REFUSALS)
def reopen(move: InCase) -> Moved:
    """Take a case in hand again that was contested, or that you closed too early; the school gets another answer."""
    actions.reopen(move.acting, move.case_id)
    return move.moved()
