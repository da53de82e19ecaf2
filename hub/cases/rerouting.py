"""The next holder: after a decline the rules decide again with what was learned; a redirection names it itself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from hub.cases.lifecycle import State
from hub.cases.opening import Placement, cases_by_id, hand_over
from hub.cases.placing import Choice, place
from hub.codes import DeclineCode, OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.events.catalogue import OPENING
from hub.events.log import Event, NewEvent, events_of_case
from hub.routing.facts import Declined


def find_next(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    """Offer declined cases to whoever the rules name next. Only the holder's decline moves a case."""
    return _hand_over_all(session, [e for e in events if e.data["byHolder"]], snapshot, now)


def follow(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    """Offer redirected cases to the party that the holder chose."""
    return _hand_over_all(session, events, snapshot, now)


def decide_again(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    """Decide on clarified cases again, with what triage found out."""
    return _hand_over_all(session, events, snapshot, now)


def _hand_over_all(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    cases = cases_by_id(session, (event.case_id for event in events), lock=True)
    written: list[NewEvent] = []
    for event in events:
        case = cases[event.case_id]
        if case.state == State.ROUTING:  # consent or the question itself may have been taken back meanwhile
            written += hand_over(session, case, _next(session, event, snapshot), now=now)
    return written


def _next(session: Session, moved: Event, snapshot: Snapshot) -> Placement:
    history = [event for event in events_of_case(session, moved.case_id) if event.position <= moved.position]
    opening = next(event for event in history if event.type in OPENING)
    learned = [_learned(event) for event in history if _passed_on(event)]
    clarified = [event for event in history if event.type == "case.clarified"]
    choice = _choice(moved) if moved.type == "referral.redirected" else None
    return place(opening, snapshot, learned, choice, clarified)


def _choice(moved: Event) -> Choice:
    return Choice(
        OrganisationCode(moved.publisher), OrganisationCode(moved.data["to"]), is_triage=bool(moved.data["triage"])
    )


def _passed_on(event: Event) -> bool:
    """Whoever does triage sends a case on its way; it does not pass it on."""
    if event.type == "referral.redirected":
        return not event.data["triage"]
    return event.type == "referral.declined" and bool(event.data["byHolder"])


def _learned(event: Event) -> Declined:
    return Declined(OrganisationCode(event.publisher), DeclineCode(event.data["code"]))
