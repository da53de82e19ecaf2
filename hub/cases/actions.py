"""What receivers do with a case: one verb each. They lock the case, change it, and append what happened.

Repeating the last move changes nothing and says the same again; a move that the state does not allow is a Conflict
that names the moves that are possible.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.cases.clarifying import Correction, need_sensible, need_true_and_useful
from hub.cases.known import Clarified, course_until
from hub.cases.lifecycle import OVER, Move, State, after
from hub.cases.milestones import need_in_order, need_place
from hub.cases.parts import MAY, Part
from hub.cases.tables import Case, Party
from hub.clock import dutch_date
from hub.codes import HUB_ORGANISATION, HUB_SOURCE, DeclineCode, OrganisationCode, OrganisationKind, new_id
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, Gone, InvalidInput, NotAllowed, NotFound, Problem
from hub.events import log
from hub.events.log import Event, NewEvent
from hub.events.payloads import MilestoneRecorded
from hub.events.situation import Clarification
from hub.privacy.vault import Letter, Vault, commit, keep, letters_of, new_salt, seal
from hub.routing.terms.milestones import Reached, Recorder

RECEIVER_KINDS = frozenset(
    {
        OrganisationKind.SWV,
        OrganisationKind.SOCIAL_TEAM,
        OrganisationKind.ATTENDANCE_OFFICE,
        OrganisationKind.TRANSITION_POINT,
    }
)
"""Kinds of party that a case can be handed to."""


@dataclass(frozen=True, slots=True)
class Acting:
    """One receiver at one moment, with what its moves need."""

    session: Session
    vault: Vault
    organisation: OrganisationCode
    now: datetime


@dataclass(frozen=True, slots=True)
class HandingOn:
    """To whom a case is handed, and why."""

    to: OrganisationCode
    code: DeclineCode
    explanation: str | None = None


def accept(acting: Acting, case_id: UUID) -> None:
    """Take the case: from now on the receiver owes the school an answer."""
    case, party = _take(acting, case_id)
    if party.state == State.ACCEPTED:
        return
    _step(acting, case, party, Move.ACCEPT)
    _append(acting, case, "referral.accepted", {})


def decline(acting: Acting, case_id: UUID, code: DeclineCode, explanation: str | None) -> None:
    """Do not take the case; the router looks for the next receiver with what was learned."""
    case, party = _take(acting, case_id)
    if party.decline_code == code and party.state == "declined":
        return
    _step(acting, case, party, Move.DECLINE)
    party.state, party.decline_code = "declined", code
    data = {"code": code.value, "byHolder": party.role == "holder"}
    _append(acting, case, "referral.declined", data, _explained(explanation))


def redirect(acting: Acting, snapshot: Snapshot, case_id: UUID, handing: HandingOn) -> None:
    """Hand the case to another party; its history stays with it."""
    case, party = _take(acting, case_id)
    if party.state == "redirected" and _last_choice(acting, case_id) == (handing.to, handing.code):
        return
    _check_target(acting, snapshot, handing.to)
    is_triage = case.state == State.UNDECIDED
    _step(acting, case, party, Move.REDIRECT)
    party.state, party.decline_code = "redirected", handing.code
    data = {"to": handing.to, "code": handing.code.value, "triage": is_triage}
    _append(acting, case, "referral.redirected", data, _explained(handing.explanation))


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
    case, party = _take(acting, case_id)
    if party.state == "clarified" and _last_said(acting, case_id, "case.clarified").data["answers"] == answers:
        return
    _step(acting, case, party, Move.CLARIFY)
    history = log.events_of_case(acting.session, case_id)
    asked = next(event.data["missing"] for event in reversed(history) if event.type == "case.undecided")
    course = course_until(history, history[-1].position)
    need_true_and_useful(course, Clarified(acting.organisation, answers), asked, snapshot)
    party.state = "clarified"
    _append(acting, case, "case.clarified", {"answers": answers})
    if correction is not None:
        need_sensible(correction, snapshot, dutch_date(acting.now))
        _propose(acting, case, correction)


def answer(acting: Acting, case_id: UUID, outcome: str, text: str) -> None:
    """Give the school its answer: a code that can be counted, and a text that it can read."""
    case, party = _take(acting, case_id)
    if party.state == State.ANSWERED and _last_answer(acting, case_id) == (outcome, text):
        return
    _step(acting, case, party, Move.ANSWER)
    first = case.answered_on is None
    if first:
        case.answered_on = dutch_date(acting.now)
    data = {"outcome": outcome, "first": first, "byHolder": party.role == "holder"}
    _append(acting, case, "outcome.reported", data, {"answer": text})


def close(acting: Acting, case_id: UUID) -> None:
    """Close the case; only after the school has an answer."""
    case, party = _take(acting, case_id)
    if party.state == State.CLOSED:
        return
    _step(acting, case, party, Move.CLOSE)
    _append(acting, case, "case.closed", {})


def record(acting: Acting, case_id: UUID, said: MilestoneRecorded) -> None:
    """Record a milestone: the terms of the case are counted with it from now on.

    The school that sent the case records what happens with it, a receiver the rest. Raises InvalidInput for a milestone
    or a day that the case cannot have, Conflict for one whose turn it is not.
    """
    case, party = _locked(acting, case_id)
    recorder = Recorder.SCHOOL if acting.organisation == case.sender else Recorder.RECEIVER
    if recorder is Recorder.RECEIVER:
        _need_receiver(party)
    _need_running(case, party)
    if party.expired_on is not None:
        raise Gone("The term has passed for which your organisation may keep this case.")
    history = log.events_of_case(acting.session, case_id)
    course, new = course_until(history, history[-1].position), Reached(said.milestone, said.on)
    facts = course.facts()
    need_place(facts.request, new.milestone, recorder)
    if new in course.milestones:
        return
    if recorder is Recorder.RECEIVER and case.state in {State.ROUTING, State.UNDECIDED}:
        raise Conflict("Nobody has this case yet: it waits for the answer to a question.")
    need_in_order(facts, course.milestones, new)
    case.changed_at = acting.now
    _append(acting, case, "milestone.recorded", said.plain())


def mark_opened(acting: Acting, case_id: UUID) -> None:
    """Note that a receiver has read the case for the first time, so that the school can see it."""
    case, party = _take(acting, case_id)
    if party.opened_at is None and MAY[Part(party.role)].receives:
        party.opened_at = acting.now
        _append(acting, case, "referral.opened", {})


def _explained(explanation: str | None) -> dict[str, str]:
    return {"explanation": explanation} if explanation else {}


def _take(acting: Acting, case_id: UUID) -> tuple[Case, Party]:
    """The case, locked, and the caller's part in it as a receiver."""
    case, party = _locked(acting, case_id)
    _need_receiver(party)
    return case, party


def _locked(acting: Acting, case_id: UUID) -> tuple[Case, Party]:
    """The case, locked, and the caller's part in it. Raises NotFound alike for a foreign case and for none."""
    case = acting.session.scalar(select(Case).where(Case.id == case_id).with_for_update())
    party = acting.session.get(Party, (case_id, acting.organisation)) if case else None
    if case is None or party is None:
        raise NotFound("There is no case with this id for your organisation.")
    return case, party


def _need_receiver(party: Party) -> None:
    if Part(party.role) is not Part.FORMER and not MAY[Part(party.role)].receives:
        raise NotAllowed(
            "Your organisation is in this case, but does not receive it: only the receiver can do this.",
            next_step="Wait for the receiver. You see in the case what happens.",
        )


def _step(acting: Acting, case: Case, party: Party, move: Move) -> None:
    """Move the party on, and the case with it when the party holds it."""
    _need_running(case, party)
    if move not in MAY[Part(party.role)].moves:
        raise Conflict(
            "Your organisation was asked beside the holder: only the holder can do this.",
            next_step="Answer, or decline with a reason.",
        )
    passed_on = party.state in {"declined", "redirected", "clarified"}
    party.state = after(State.ROUTING if passed_on else State(party.state), move)
    if party.role == "holder":
        case.state = after(State(case.state), move)
    if party.state in {State.ANSWERED, State.CLOSED}:
        party.due_on = None
    case.changed_at = acting.now


def _need_running(case: Case, party: Party) -> None:
    """Raises Gone for a case that was taken back, Conflict for a party that has passed it on."""
    if State(case.state) in OVER and case.state != State.CLOSED:
        raise Gone("The school has taken this case back, or consent was withdrawn. Nothing more can be done with it.")
    if party.role == Part.FORMER:
        raise Conflict(
            "Your organisation has passed this case on: another party holds it now.",
            next_step="Call the party that holds the case if you still have something to tell.",
        )


def _check_target(acting: Acting, snapshot: Snapshot, to: OrganisationCode) -> None:
    target = snapshot.organisation(to, dutch_date(acting.now))
    if target is None or target.kind not in RECEIVER_KINDS or to == acting.organisation:
        message = "The hub knows no receiver with this code."
        raise InvalidInput(
            message,
            next_step="Choose a social team, a samenwerkingsverband, an attendance office or a transition point.",
            problems=(Problem("/to", message),),
        )


def _append(
    acting: Acting, case: Case, type_: str, data: dict[str, Any], personal: Mapping[str, str] | None = None
) -> None:
    """Append what happened, for everyone in the case; what is personal goes into the vault."""
    connection = acting.session.connection()
    sealed_id = commitment = None
    if personal:
        salt, sealed_id = new_salt(), new_id()
        case_key = acting.vault.key_of(connection, case.id)
        commitment = commit(salt, {"data": data, "personal": dict(personal)})
        keep(connection, [], [seal(case_key, sealed_id, Letter(salt, dict(personal)))])
    acting.session.flush()
    event = NewEvent(
        type=type_,
        case_id=case.id,
        source=HUB_SOURCE,
        publisher=acting.organisation,
        time=acting.now,
        data=data,
        audience=tuple(_others(acting, case)),
        sealed_id=sealed_id,
        commitment=commitment,
    )
    log.append(connection, [event], now=acting.now)


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


def _others(acting: Acting, case: Case) -> list[str]:
    """Who is told: the school always, and whoever holds the case or was asked; not the one who acts."""
    parties = select(Party.organisation).where(
        Party.case_id == case.id,
        Party.role.in_(("sender", "holder", "asked")),
        Party.organisation != acting.organisation,
    )
    return list(acting.session.scalars(parties))


def _last_choice(acting: Acting, case_id: UUID) -> tuple[str, str]:
    """To whom, and with which code, the caller handed the case on last."""
    said = _last_said(acting, case_id, "referral.redirected")
    return said.data["to"], said.data["code"]


def _last_answer(acting: Acting, case_id: UUID) -> tuple[str, str]:
    """Outcome and text of the caller's last answer. Raises Erased."""
    said = _last_said(acting, case_id, "outcome.reported")
    assert said.sealed_id is not None, "an answer has a text"
    return said.data["outcome"], letters_of(acting.session, acting.vault, case_id)[said.sealed_id].fields["answer"]


def _last_said(acting: Acting, case_id: UUID, type_: str) -> Event:
    """The caller's last event of this type in the case."""
    own = (type_, acting.organisation)
    return [said for said in log.events_of_case(acting.session, case_id) if (said.type, said.publisher) == own][-1]
