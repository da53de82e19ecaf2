"""What is offered to a team that is closed: who stands in for it is told beside it, and the school hears until when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from hub.clock import dutch_date
from hub.codes import HUB_ORGANISATION, HUB_SOURCE
from hub.deadlines.substitutes import closed_until, stands_in
from hub.deadlines.team import closures_since
from hub.events.log import Event, NewEvent

_RECEIVER_IN = {"referral.offered": "receiver", "case.undecided": "triage"}


class Covered(NamedTuple):
    """That somebody stands in for a team in a case, and the event that tells so."""

    case_id: UUID
    substitute: str
    event: NewEvent


def cover(session: Session, events: Sequence[Event], senders: Mapping[UUID, str], now: datetime) -> list[Covered]:
    """Find who stands in for the receivers of these offers. Append the events last."""
    offers = [(event, event.data[_RECEIVER_IN[event.type]]) for event in events if event.type in _RECEIVER_IN]
    if not offers:
        return []
    days = {event.position: dutch_date(event.recorded_at) for event, _ in offers}
    closures = closures_since(session, min(days.values()))
    found: list[Covered] = []
    for event, team in offers:
        day = days[event.position]
        substitute, until = stands_in(team, day, closures), closed_until(team, day, closures)
        if substitute is not None and until is not None:
            data = {"organisation": team, "to": substitute, "closedUntil": until.isoformat()}
            audience = (substitute, team, senders[event.case_id])
            found.append(Covered(event.case_id, substitute, _told(event.case_id, data, audience, now)))
    return found


def _told(case_id: UUID, data: dict[str, str], audience: tuple[str, ...], now: datetime) -> NewEvent:
    return NewEvent(
        type="substitute.told",
        case_id=case_id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data=data,
        audience=tuple(dict.fromkeys(audience)),
    )
