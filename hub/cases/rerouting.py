"""The next holder: after a decline, an answer of triage or consent the rules decide again with what was learned.

A redirection names it itself.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from hub.cases.ending import tell
from hub.cases.known import course_until, waits_for_consent
from hub.cases.lifecycle import State
from hub.cases.opening import Placement, cases_by_id, describe_anew, hand_over
from hub.cases.placing import Choice, place
from hub.cases.tables import Case
from hub.codes import HUB_ORGANISATION, HUB_SOURCE, DeclineCode, OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.events.log import Event, NewEvent, events_of_case, events_of_cases
from hub.routing.rules.hub_protocol import chosen_by_holder


def find_next(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    """Offer declined cases to whoever the rules name next. Only the holder's decline moves a case."""
    doubts = _doubts(session, events, now)
    return doubts + _hand_over_all(session, [e for e in events if e.data["byHolder"]], snapshot, now)


def follow(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    """Offer redirected cases to the party that the holder chose."""
    doubts = _doubts(session, [event for event in events if not event.data["triage"]], now)
    return doubts + _hand_over_all(session, events, snapshot, now)


def decide_again(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    """Decide again with what triage found out, or after a mend; from now on cases are listed and counted by it."""
    return _hand_over_all(session, events, snapshot, now, describe_anew)


def with_consent(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    """Decide again on cases that waited for consent; the parties of the others hear that they may see more."""
    cases = cases_by_id(session, (event.case_id for event in events), lock=True)
    written: list[NewEvent] = []
    for event in events:
        case = cases[event.case_id]
        history = events_of_case(session, event.case_id)
        if case.state == State.UNDECIDED and waits_for_consent(history, event.position):
            written += hand_over(session, case, _next(session, event, snapshot), now=now)
        else:
            written += tell(session, [event], now)
    return written


_NOT_OURS = frozenset({DeclineCode.NOT_OUR_AREA, DeclineCode.NOT_OUR_TASK})


def _doubts(session: Session, events: Sequence[Event], now: datetime) -> list[NewEvent]:
    """A refusal teaches: where the rules chose a receiver and it says "not ours", the directory may be wrong.

    Only the operator of the hub is told, with the case as evidence.
    """
    refused = [event for event in events if event.data["code"] in _NOT_OURS]
    histories = events_of_cases(session, {event.case_id for event in refused}) if refused else {}
    return [_doubt(event, now) for event in refused if _was_chosen_by_rules(event, histories[event.case_id])]


def _was_chosen_by_rules(refused: Event, history: Sequence[Event]) -> bool:
    """Whether the last offer to the one who refused came from the rules, and not from a person who chose it."""
    offers = [
        event
        for event in history
        if event.type == "referral.offered"
        and event.data["receiver"] == refused.publisher
        and event.position < refused.position
    ]
    return bool(offers) and all(reason["rule"] != chosen_by_holder.id for reason in offers[-1].data["reasons"])


def _doubt(refused: Event, now: datetime) -> NewEvent:
    data = {"organisation": refused.publisher, "code": refused.data["code"], "to": refused.data.get("to")}
    return NewEvent(
        type="directory.doubted",
        case_id=refused.case_id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data=data,
        audience=(HUB_ORGANISATION,),
        traceparent=refused.traceparent,
    )


def _hand_over_all(
    session: Session,
    events: Sequence[Event],
    snapshot: Snapshot,
    now: datetime,
    also: Callable[[Case, Placement], None] = lambda _case, _placement: None,
) -> list[NewEvent]:
    cases = cases_by_id(session, (event.case_id for event in events), lock=True)
    written: list[NewEvent] = []
    for event in events:
        case = cases[event.case_id]
        if case.state == State.ROUTING:  # consent or the question itself may have been taken back meanwhile
            placement = _next(session, event, snapshot)
            written += hand_over(session, case, placement, now=now)
            also(case, placement)
    return written


def _next(session: Session, moved: Event, snapshot: Snapshot) -> Placement:
    course = course_until(events_of_case(session, moved.case_id), moved.position)
    return place(course, snapshot, _choice(moved) if moved.type == "referral.redirected" else None)


def _choice(moved: Event) -> Choice:
    return Choice(
        OrganisationCode(moved.publisher), OrganisationCode(moved.data["to"]), is_triage=bool(moved.data["triage"])
    )
