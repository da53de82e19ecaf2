"""Where a routing decision becomes rows and events: a case opens, or moves to its next holder.

Written for batches: the router opens hundreds of cases with a handful of statements.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.cases.lifecycle import State
from hub.cases.tables import AT_REST, Case, Party
from hub.codes import HUB_ORGANISATION, HUB_SOURCE, SchoolType
from hub.events.log import Event, NewEvent
from hub.routing.decision import Decision, Held, PartyRole, Undecided
from hub.store.bulk import Batch, insert_together

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a case is counted and listed by; all of it codes."""

    school: str
    school_type: SchoolType | None
    theme: str | None
    home_postcode: str | None
    municipality: str | None
    crosses_border: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """A case that has just been decided: the event that opened it, its profile, the decision, and the term."""

    opening: Event
    profile: Profile
    decision: Decision | Undecided
    lawful_swvs: tuple[str, ...]
    on: date
    due_on: date | None


def open_cases(session: Session, placements: Sequence[Placement], *, now: datetime) -> list[NewEvent]:
    """Write the cases and their parties; returns the events to append, one per receiver."""
    cases = [_case_row(placement, now) for placement in placements]
    parties = [row for placement in placements for row in _party_rows(placement, now)]
    insert_together(
        session.connection(),
        Batch(Case.__table__, cases),  # type: ignore[arg-type]  # declarative tables are Tables
        Batch(Party.__table__, parties),  # type: ignore[arg-type]
    )
    return [event for placement in placements for event in _offers(placement, now, is_first=True)]


def hand_over(session: Session, case: Case, placement: Placement, *, now: datetime) -> list[NewEvent]:
    """Give a case its next holder, after a decline or a redirection; returns the events to append."""
    _let_go(session, case, now)
    for row in _party_rows(placement, now):
        if row["role"] == "sender":
            continue
        values = {name: row[name] for name in ("role", "state", "due_on", "since", "opened_at")}
        session.execute(
            insert(Party)
            .values(row)
            .on_conflict_do_update(index_elements=["case_id", "organisation"], set_=values | AT_REST)
        )
    case.state = _state(placement)
    case.holder = _holder(placement)
    case.lawful_swvs = list(placement.lawful_swvs)
    case.due_on = placement.due_on
    case.alarm = _alarm(placement)
    case.changed_at = now
    called = [_called(session, case, placement, now)] if case.state == State.JOINT_TALK else []
    return [*_offers(placement, now, is_first=False), *called]


def describe_anew(case: Case, placement: Placement) -> None:
    """List and count a case by what is known of it now; what was counted before stays as it was."""
    profile = placement.profile
    case.school_type = profile.school_type
    case.home_postcode, case.municipality = profile.home_postcode, profile.municipality
    case.crosses_border = profile.crosses_border
    case.lead_swv = _lead(placement) or case.lead_swv


def _let_go(session: Session, case: Case, now: datetime) -> None:
    """The holder holds the case no more; a school that held its own question is its sender again, and hears of all."""
    held = update(Party).where(Party.case_id == case.id, Party.role == "holder")
    session.execute(
        held.where(Party.organisation == case.sender).values(role="sender", state="sender", due_on=None, **AT_REST)
    )
    session.execute(held.values(role="former", due_on=None, since=now, **AT_REST))


def cases_by_id(session: Session, case_ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, Case]:
    """The cases among `case_ids` that exist, locked for writing if asked."""
    statement = select(Case).where(Case.id.in_(list(case_ids))).order_by(Case.id)
    if lock:  # what was read before the lock may be another thing by now
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return {case.id: case for case in session.scalars(statement)}


def _state(placement: Placement) -> State:
    decision = placement.decision
    if not isinstance(decision, Undecided):
        return State.OFFERED
    return State.JOINT_TALK if decision.is_joint_talk else State.UNDECIDED


def _holder(placement: Placement) -> str:
    """Who has the case now. What nobody can take goes back to the school itself: a case is never without a holder."""
    decision = placement.decision
    if isinstance(decision, Undecided):
        return decision.triage or placement.opening.publisher
    return decision.receivers[0].organisation


def _case_row(placement: Placement, now: datetime) -> dict[str, Any]:
    profile, opening = placement.profile, placement.opening
    return {
        "id": opening.case_id,
        "type": opening.type,
        "state": _state(placement),
        "holder": _holder(placement),
        "sender": opening.publisher,
        "school": profile.school,
        "school_type": profile.school_type,
        "theme": profile.theme,
        "lead_swv": _lead(placement),
        "lawful_swvs": placement.lawful_swvs,
        "home_postcode": profile.home_postcode,
        "municipality": profile.municipality,
        "crosses_border": profile.crosses_border,
        "opened_on": placement.on,
        "due_on": placement.due_on,
        "answered_on": None,
        "changed_at": now,
        "alarm": _alarm(placement),
    }


def _lead(placement: Placement) -> str | None:
    decision = placement.decision
    return decision.triage if isinstance(decision, Undecided) else decision.lead_swv


def _alarm(placement: Placement) -> str | None:
    """The rules that hold a case because they failed; said aloud here, where its id is known."""
    decision = placement.decision
    if not isinstance(decision, Held) or not decision.alarm:
        return None
    rules = "; ".join(question.facts["rules"] for question in decision.missing)
    logger.error("alarm: case %s is held: %s; see hub cases held", placement.opening.case_id, rules)
    return rules


def _party_rows(placement: Placement, now: datetime) -> list[dict[str, Any]]:
    """The parties of a case, each once; who is in it twice keeps the strongest role."""
    roles: dict[str, str] = {}
    decision = placement.decision
    if isinstance(decision, Decision):
        roles |= {named.organisation: "named" for named in decision.named}
        roles |= {r.organisation: "asked" for r in decision.receivers if r.role is PartyRole.ASKED}
    roles[placement.opening.publisher] = "sender"
    roles[_holder(placement)] = "holder"
    state = _state(placement)
    return [_party_row(placement, organisation, role, state, now) for organisation, role in roles.items()]


def _party_row(placement: Placement, organisation: str, role: str, state: State, now: datetime) -> dict[str, Any]:
    receives = role in {"holder", "asked"}
    return {
        "case_id": placement.opening.case_id,
        "organisation": organisation,
        "role": role,
        "state": state if receives else role,
        "decline_code": None,
        "due_on": placement.due_on if receives else None,
        "since": now,
        "opened_at": None,
    }


def _offers(placement: Placement, now: datetime, *, is_first: bool) -> list[NewEvent]:
    decision = placement.decision
    if isinstance(decision, Undecided):
        return [_undecided(placement, decision, now, is_first=is_first)]
    return [
        _offer(placement, decision, place, now, is_first=is_first and place == 0)
        for place in range(len(decision.receivers))
    ]


def _offer(placement: Placement, decision: Decision, place: int, now: datetime, *, is_first: bool) -> NewEvent:
    receiver = decision.receivers[place]
    named = [party.organisation for party in decision.named]
    told = named if place == 0 else []
    data = {
        "receiver": receiver.organisation,
        "role": receiver.role.value,
        "dueOn": placement.due_on.isoformat() if placement.due_on else None,
        "leadSwv": decision.lead_swv,
        "named": named,
        "desk": receiver.desk,
        "payer": decision.payer,
        "declarationUntil": decision.declaration_until.isoformat() if decision.declaration_until else None,
        "openWithin": decision.open_within_working_days,
        "answerWithin": decision.answer_within_working_days,
        "reasons": [reason.to_data() for reason in decision.reasons],
        "first": is_first,
    }
    audience = (placement.opening.publisher, receiver.organisation, *told)
    return _by_hub(placement, "referral.offered", data, audience, now)


def _undecided(placement: Placement, decision: Undecided, now: datetime, *, is_first: bool) -> NewEvent:
    data = {
        "triage": decision.triage,
        "heldBy": decision.rule if isinstance(decision, Held) else None,
        "alarm": isinstance(decision, Held) and decision.alarm,
        "missing": [question.to_data() for question in decision.missing],
        "reasons": [reason.to_data() for reason in decision.reasons],
        "first": is_first,
    }
    return _by_hub(placement, "case.undecided", data, (placement.opening.publisher, _holder(placement)), now)


def _called(session: Session, case: Case, placement: Placement, now: datetime) -> NewEvent:
    """Everybody who had the case is called to the talk, with its school."""
    were_in_it = (Party.case_id == case.id, Party.role != "named")
    parties = sorted({case.sender, *session.scalars(select(Party.organisation).where(*were_in_it))})
    leader = None if case.holder == case.sender else case.holder
    data = {"ledBy": leader, "parties": parties}
    return _by_hub(placement, "joint_talk.called", data, tuple(parties), now)


def _by_hub(
    placement: Placement, type_: str, data: dict[str, Any], audience: tuple[str, ...], now: datetime
) -> NewEvent:
    return NewEvent(
        type=type_,
        case_id=placement.opening.case_id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data=data,
        audience=audience,
        traceparent=placement.opening.traceparent,
    )
