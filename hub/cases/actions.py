"""What the parties do with a case: one verb each. They lock the case, change it, and append what happened.

Repeating the last move changes nothing and says the same again; a move that the state does not allow is a Conflict
that names the moves that are possible.
"""

from dataclasses import dataclass
from uuid import UUID

from hub.cases.acting import Acting
from hub.cases.clarifying import Correction, need_sensible, need_true_and_useful
from hub.cases.known import Clarified, course_until
from hub.cases.lifecycle import Move, State
from hub.cases.moving import ask_again, step, take, take_as_school
from hub.cases.parts import MAY, Part
from hub.cases.tables import Case, Party
from hub.cases.telling import append, last_said, text_of
from hub.cases.transitions import ACKNOWLEDGED, ANNOUNCED
from hub.clock import dutch_date
from hub.codes import (
    HUB_ORGANISATION,
    HUB_SOURCE,
    ContestCode,
    DeclineCode,
    OrganisationCode,
    OrganisationKind,
    Outcome,
)
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, Gone, InvalidInput, Problem
from hub.events import log
from hub.events.log import NewEvent
from hub.events.situation import Clarification

RECEIVER_KINDS = frozenset(
    {
        OrganisationKind.SWV,
        OrganisationKind.SOCIAL_TEAM,
        OrganisationKind.ATTENDANCE_OFFICE,
        OrganisationKind.TRANSITION_POINT,
    }
)
"""Kinds of party that a case can be handed to."""

_BY_PERSONS = frozenset({State.UNDECIDED, State.JOINT_TALK})
"""States in which the holder does not pass a case on, but finds out for all who takes it."""


@dataclass(frozen=True, slots=True)
class HandingOn:
    """To whom a case is handed, and why."""

    to: OrganisationCode
    code: DeclineCode
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class Contesting:
    """Which answer the school does not agree with (without `of`: the holder's), and why."""

    code: ContestCode
    explanation: str | None = None
    of: OrganisationCode | None = None


def accept(acting: Acting, case_id: UUID) -> None:
    """Take the case: from now on the receiver owes the school an answer.

    Raises Conflict when a colleague of the same team took it before, and says who that was.
    """
    case, party = take(acting, case_id)
    if party.state == State.ACCEPTED:
        return _need_same_person(acting, party)
    step(acting, case, party, Move.ACCEPT)
    party.accepted_at, party.accepted_by = acting.now, acting.label
    is_again = last_said(acting, case_id, "acceptance.retracted") is not None
    append(acting, case, _acceptance(case, party), {"again": True} if is_again else {})
    return None


def retract(acting: Acting, case_id: UUID) -> None:
    """Take back an acceptance of less than a day ago: the case is offered as it was."""
    case, party = take(acting, case_id)
    if party.state == State.OFFERED and last_said(acting, case_id, "acceptance.retracted"):
        return
    step(acting, case, party, Move.RETRACT)
    append(acting, case, "acceptance.retracted", {})


def _acceptance(case: Case, party: Party) -> str:
    """A school that takes a handover acknowledges the transition."""
    return ACKNOWLEDGED if case.type == ANNOUNCED and party.role == Part.HOLDER else "referral.accepted"


def decline(acting: Acting, case_id: UUID, code: DeclineCode, explanation: str | None) -> None:
    """Do not take the case; the router looks for the next receiver with what was learned."""
    case, party = take(acting, case_id)
    if party.decline_code == code and party.state == "declined":
        return
    step(acting, case, party, Move.DECLINE)
    party.state, party.decline_code = "declined", code
    data = {"code": code.value, "byHolder": party.role == "holder"}
    append(acting, case, "referral.declined", data, _explained(explanation))


def redirect(acting: Acting, snapshot: Snapshot, case_id: UUID, handing: HandingOn) -> None:
    """Hand the case to another party; its history stays with it. After a joint talk: to the one who was agreed on."""
    case, party = take(acting, case_id)
    if party.state == "redirected" and _last_choice(acting, case_id) == (handing.to, handing.code):
        return
    _check_target(acting, snapshot, handing.to)
    before = State(case.state)
    step(acting, case, party, Move.REDIRECT)
    party.state, party.decline_code = "redirected", handing.code
    data = {"to": handing.to, "code": handing.code.value, "triage": before in _BY_PERSONS}
    agreed = {"agreed": True} if before is State.JOINT_TALK else {}
    append(acting, case, "referral.redirected", data | agreed, _explained(handing.explanation))


def clarify(
    acting: Acting, snapshot: Snapshot, case_id: UUID, found: Clarification, correction: Correction | None = None
) -> None:
    """Answer what was asked: the rules decide again with it. A correction of the directory may be proposed beside it.

    Raises InvalidInput for no answer, for one that the directory of the case's day contradicts, and for one that leaves
    the same question open; Conflict for a case that waits for none.
    """
    answers = found.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    if not answers:
        raise InvalidInput("Give at least one answer.")
    case, party = take(acting, case_id)
    said = last_said(acting, case_id, "case.clarified")
    if party.state == "clarified" and said and said.data["answers"] == answers:
        return
    step(acting, case, party, Move.CLARIFY)
    history = log.events_of_case(acting.session, case_id)
    asked = next(event.data["missing"] for event in reversed(history) if event.type == "case.undecided")
    course = course_until(history, history[-1].position)
    need_true_and_useful(course, Clarified(acting.organisation, answers), asked, snapshot)
    party.state = "clarified"
    append(acting, case, "case.clarified", {"answers": answers})
    if correction is not None:
        need_sensible(correction, snapshot, dutch_date(acting.now))
        _propose(acting, case, correction)


def answer(acting: Acting, case_id: UUID, outcome: Outcome, text: str) -> None:
    """Give the school its answer: a code that can be counted, and a text that it can read."""
    case, party = take(acting, case_id)
    if party.state == State.ANSWERED and _last_answer(acting, case_id) == (outcome, text):
        return
    step(acting, case, party, Move.ANSWER)
    first = case.answered_on is None
    if first:
        case.answered_on = dutch_date(acting.now)
    data = {"outcome": outcome, "first": first, "byHolder": party.role == "holder"}
    append(acting, case, "outcome.reported", data, {"answer": text})


def close(acting: Acting, case_id: UUID, outcome: Outcome | None = None) -> None:
    """Close the case, only after the school has an answer; without an outcome, with that of the last answer."""
    case, party = take(acting, case_id)
    if party.state == State.CLOSED:
        said = last_said(acting, case_id, "case.closed")
        if outcome is None or said is None or said.data.get("outcome") == outcome:
            return
    step(acting, case, party, Move.CLOSE)
    said = last_said(acting, case_id, "outcome.reported")
    assert said is not None, "a case closes after an answer of its holder"
    is_again = any(event.type == "case.closed" for event in log.events_of_case(acting.session, case_id))
    data = {"outcome": outcome or said.data["outcome"]}
    append(acting, case, "case.closed", data | {"again": True} if is_again else data)


def contest(acting: Acting, case_id: UUID, contesting: Contesting) -> None:
    """The school does not agree with an answer: the receiver must look at the case again, within a new term."""
    case, party = take_as_school(acting, case_id, contesting.of)
    if party.state == State.CONTESTED and _last_contest(acting, case_id, contesting.of) == (
        party.organisation,
        contesting,
    ):
        return
    if party.expired_on is not None:
        raise Gone(
            "This party may not keep the case any longer, so it cannot look at it again.",
            next_step="Raise a new question if you still need help.",
        )
    step(acting, case, party, Move.CONTEST)
    ask_again(acting, case, party)
    data = {"of": party.organisation, "code": contesting.code.value}
    append(acting, case, "case.contested", data, _explained(contesting.explanation))


def reopen(acting: Acting, case_id: UUID) -> None:
    """Take a case in hand again that was contested, or closed too early; the school will get another answer."""
    case, party = take(acting, case_id)
    if party.state == State.ACCEPTED and last_said(acting, case_id, "case.reopened"):
        return
    was_closed = party.state == State.CLOSED
    step(acting, case, party, Move.REOPEN)
    if was_closed:
        ask_again(acting, case, party)
    append(acting, case, "case.reopened", {})


def mark_opened(acting: Acting, case_id: UUID) -> None:
    """Note that a receiver has read the case for the first time, so that the school can see it."""
    case, party = take(acting, case_id)
    if party.opened_at is None and MAY[Part(party.role)].receives:
        party.opened_at = acting.now
        append(acting, case, "referral.opened", {})


def _need_same_person(acting: Acting, party: Party) -> None:
    """Whoever repeats its own acceptance hears that it is done; a colleague hears who was first."""
    if party.accepted_by is not None and party.accepted_by != acting.label:
        raise Conflict(
            "A colleague has taken this case already: %(by)s, at %(at)s.",
            next_step="Agree with your colleague who goes on with it. Everybody in your team can act in the case.",
            by=party.accepted_by,
            at=party.accepted_at.isoformat(timespec="seconds") if party.accepted_at else "-",
        )


def _explained(explanation: str | None) -> dict[str, str]:
    return {"explanation": explanation} if explanation else {}


def _check_target(acting: Acting, snapshot: Snapshot, to: OrganisationCode) -> None:
    target = snapshot.organisation(to, dutch_date(acting.now))
    if target is None or target.kind not in RECEIVER_KINDS or to == acting.organisation:
        message = "The hub knows no receiver with this code."
        raise InvalidInput(
            message,
            next_step="Choose a social team, a samenwerkingsverband, an attendance office or a transition point.",
            problems=(Problem("/to", message),),
        )


def _propose(acting: Acting, case: Case, correction: Correction) -> None:
    """Only the operator of the hub is told: a correction concerns everybody, and not this case alone."""
    data = {"pc4": correction.pc4, "sector": correction.sector, "organisation": correction.organisation}
    event = NewEvent(
        type="directory.correction.proposed",
        case_id=case.id,
        source=HUB_SOURCE,
        publisher=acting.organisation,
        time=acting.now,
        data=data,
        audience=(HUB_ORGANISATION,),
    )
    log.append(acting.session.connection(), [event], now=acting.now)


def _last_choice(acting: Acting, case_id: UUID) -> tuple[str, str] | None:
    """To whom, and with which code, the caller handed the case on last."""
    said = last_said(acting, case_id, "referral.redirected")
    return (said.data["to"], said.data["code"]) if said else None


def _last_answer(acting: Acting, case_id: UUID) -> tuple[str, str | None] | None:
    """Outcome and text of the caller's last answer. Raises Erased."""
    said = last_said(acting, case_id, "outcome.reported")
    return (said.data["outcome"], text_of(acting, said, "answer")) if said else None


def _last_contest(acting: Acting, case_id: UUID, of: OrganisationCode | None) -> tuple[str, Contesting] | None:
    """Whose answer the caller contested last, and how. Raises Erased."""
    said = last_said(acting, case_id, "case.contested")
    if said is None:
        return None
    return said.data["of"], Contesting(ContestCode(said.data["code"]), text_of(acting, said, "explanation"), of)
