"""Writes of deadlines: what events do to them, and the steps that are due. They are read back under a lock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, delete, inspect, select, text, update
from sqlalchemy.orm import Session

from hub.clock import dutch_date
from hub.codes import HUB_ORGANISATION, HUB_SOURCE
from hub.deadlines.calendars import calendars_of
from hub.deadlines.hearing import Hearing, concerns, teams_in
from hub.deadlines.running import Deadline, Kind, State, Step
from hub.deadlines.tables import DeadlineRow
from hub.deadlines.team_calendar import Calendars
from hub.directory.snapshot import Snapshot
from hub.events.log import PARTITIONS, Event, NewEvent
from hub.store.bulk import insert_rows
from hub.store.row_security import table_of

AT_ONCE = 500
"""Most steps that are taken in one transaction."""

READER = "clock"
"""The reader of the log that hears what happens to deadlines."""

_NAMES = tuple(column.name for column in inspect(DeadlineRow).columns)
_COLUMNS = tuple(getattr(DeadlineRow, name) for name in _NAMES)
_KEY = (DeadlineRow.case_id, DeadlineRow.organisation, DeadlineRow.kind)
_OTHERWISE = "ON CONFLICT (case_id, organisation, kind) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in _NAMES if name not in {"case_id", "organisation", "kind"}
)

_DUE = text(
    f"""
    WITH due AS MATERIALIZED (
        SELECT w.case_id, w.organisation, w.kind
        FROM (SELECT case_id, organisation, kind FROM deadlines WHERE state = 'running' AND next_at <= :now
              ORDER BY next_at OFFSET 0) w  -- in this order, so that no more are looked into than are taken
        -- What was not heard yet may have met it. The partition is worked out as `partition_of` does.
        WHERE coalesce((SELECT max(e.position) FROM events e WHERE e.case_id = w.case_id), 0)
              <= (ARRAY(SELECT c.position FROM checkpoints c WHERE c.reader = :reader ORDER BY c.partition))
                 [1 + get_byte(uuid_send(w.case_id), 15) % {PARTITIONS}]
          AND w.case_id NOT IN (SELECT p.case_id FROM parked_events p WHERE p.reader = :reader)
        LIMIT :limit
    )
    SELECT {", ".join(f"d.{name}" for name in _NAMES)}
    FROM deadlines d JOIN due USING (case_id, organisation, kind)
    WHERE d.state = 'running' AND d.next_at <= :now
    ORDER BY d.next_at FOR UPDATE OF d SKIP LOCKED
    """  # noqa: S608  # only names out of our own table definition
)


class Taken(NamedTuple):
    """Steps that were taken: the events that tell of them, and the partnerships that are told of cases by them."""

    number: int
    events: Sequence[NewEvent]
    told: Mapping[UUID, str]


def hear(
    session: Session, events: Sequence[Event], senders: Mapping[UUID, str], snapshot: Snapshot, now: datetime
) -> list[Deadline]:
    """Let events do their work on the deadlines of their cases; what became different."""
    heard = [event for event in events if concerns(event)]
    if not heard:
        return []
    deadlines = _locked(session, {event.case_id for event in heard})
    teams = teams_in(heard) | {deadline.organisation for deadline in deadlines}
    hearing = Hearing(deadlines, senders, calendars_of(session, teams, snapshot, dutch_date(now)))
    for event in heard:
        hearing.hear(event)
    _save(session, hearing.changed)
    erased = [event.case_id for event in heard if event.type == "case.erased"]
    if erased:
        session.execute(delete(DeadlineRow).where(DeadlineRow.case_id.in_(erased)))
    return hearing.changed


def take_steps(session: Session, snapshot: Snapshot, *, limit: int = AT_ONCE, now: datetime) -> Taken:
    """Take steps that are due, the oldest first: each once, whoever else does so at this moment.

    What is due is counted again first, because a calendar or an agreement may have changed. Append the events last.
    """
    deadlines = claim(session, limit=limit, now=now)
    calendars = calendars_of(session, {one.organisation for one in deadlines}, snapshot, dutch_date(now))
    counted = [one.counted(calendars[one.organisation]) for one in deadlines]
    due = [one for one in counted if one.next_at is not None and one.next_at <= now]
    later = [one for one in counted if one.next_at is not None and one.next_at > now]
    _save(session, [*later, *_stepped(due, calendars, now)])
    told = {one.case_id: one.lead_swv for one in due if one.next_step is Step.TO_SWV and one.lead_swv is not None}
    return Taken(len(deadlines), [_news(one, now) for one in due], told)


def claim(session: Session, *, limit: int = AT_ONCE, now: datetime) -> list[Deadline]:
    """The deadlines of which a step is due, the oldest first; nobody else gets them until the transaction ends.

    Those that somebody else has at this moment are left out, so there may be more even where none are found.
    """
    rows = session.execute(_DUE, {"now": now, "limit": limit, "reader": READER})
    return [_deadline(row) for row in rows]


def recount(session: Session, organisation: str, calendars: Calendars) -> list[Deadline]:
    """Count the running deadlines of an organisation anew, after its calendar changed; those that became different."""
    mine = (DeadlineRow.organisation == organisation, DeadlineRow.state == State.RUNNING)
    running = session.execute(select(*_COLUMNS).where(*mine).order_by(*_KEY).with_for_update())
    counted = [(one, one.counted(calendars[organisation])) for one in map(_deadline, running)]
    changed = [after for before, after in counted if after != before]
    if changed:
        session.execute(update(DeadlineRow), [asdict(one) for one in changed])
    return changed


def _stepped(due: Sequence[Deadline], calendars: Calendars, now: datetime) -> list[Deadline]:
    return [one.stepped(dutch_date(now), calendars[one.organisation]) for one in due]


def _news(deadline: Deadline, now: datetime) -> NewEvent:
    """What a step says, and to whom: a reminder to the team alone, what escalates to the school too."""
    is_reminder = deadline.next_step is Step.REMIND
    data = {"organisation": deadline.organisation, "kind": deadline.kind.value, "dueOn": _written(deadline)}
    if is_reminder:
        audience = [deadline.organisation]
    else:
        to_swv = deadline.next_step is Step.TO_SWV
        to = deadline.lead_swv if to_swv and deadline.lead_swv else deadline.organisation
        data |= {"to": to, "role": "swv" if to_swv else "team_lead"}
        audience = [deadline.organisation, deadline.sender, to]
    return NewEvent(
        type="referral.reminded" if is_reminder else "referral.escalated",
        case_id=deadline.case_id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data=data,
        audience=tuple(dict.fromkeys(audience)),
    )


def _written(deadline: Deadline) -> str:
    assert deadline.due_on is not None, "what is due has a last day"
    return deadline.due_on.isoformat()


def _locked(session: Session, case_ids: Collection[UUID]) -> list[Deadline]:
    of_cases = select(*_COLUMNS).where(DeadlineRow.case_id.in_(case_ids))
    return [_deadline(row) for row in session.execute(of_cases.order_by(*_KEY).with_for_update())]


def _deadline(row: Row[Any]) -> Deadline:
    said = dict(zip(_NAMES, row, strict=True))
    step = said.pop("next_step")
    kind, state = Kind(said.pop("kind")), State(said.pop("state"))
    return Deadline(**said, kind=kind, state=state, next_step=None if step is None else Step(step))


def _save(session: Session, deadlines: Sequence[Deadline]) -> None:
    rows = [asdict(one) for one in deadlines]
    insert_rows(session.connection(), table_of(DeadlineRow), rows, otherwise=_OTHERWISE)
