"""`hub directory proposals`: where the directory may be wrong.

Corrections that triage proposed, with the command that writes each; and receivers that the rules chose and that said
"not ours", with what shows why they were chosen.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from hub import clock
from hub.cases.known import Course, course_until
from hub.codes import HUB_ORGANISATION, Sector
from hub.directory.current import build_snapshot
from hub.directory.snapshot import Snapshot
from hub.events import log
from hub.events.log import Event
from hub.manage.office import Office, show
from hub.routing.decide import decide
from hub.routing.decision import Decision
from hub.routing.words import spoken

_AT_ONCE = 500

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def proposals(context: typer.Context, as_json: AsJson = False) -> None:
    """List what was proposed and does not stand in the directory yet, the oldest first."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        snapshot = build_snapshot(session)
        found = (_PROPOSALS[event.type](session, event, snapshot) for event in _proposed(session))
        rows = [row for row in found if row is not None]
    lines = [_line(row) for row in rows]
    show(rows, "\n".join(lines) or "Er staat geen voorstel open.", as_json=as_json)


def _proposed(session: Session) -> Iterator[Event]:
    after = 0
    while some := log.events_for(session, HUB_ORGANISATION, after=after, limit=_AT_ONCE):
        yield from (event for event in some if event.type in _PROPOSALS)
        after = some[-1].position


def _line(row: dict[str, Any]) -> str:
    why = f"  {row['organisation']}: {spoken('decline', row['code'], 'nl')}" if "code" in row else ""
    return f"{row['at']:%Y-%m-%d}  {row['by']:<12} zaak {row['case']}{why}\n    {row['command']}"


def _correction(_: Session, event: Event, snapshot: Snapshot) -> dict[str, Any] | None:
    """None where the directory says so today, by this proposal or by another change."""
    if _stands(event.data, snapshot):
        return None
    pc4, code = event.data["pc4"], event.data["organisation"]
    command = f'hub directory change area {pc4} {code} --on {clock.dutch_date(event.time)} --source "{event.publisher}"'
    case = str(event.case_id)
    return {"at": event.time, "by": event.publisher, "case": case, **event.data, "command": command}


def _doubt(session: Session, event: Event, snapshot: Snapshot) -> dict[str, Any] | None:
    """None where the rules no longer choose that receiver for such a case, on the directory of today."""
    course = course_until(log.events_of_case(session, event.case_id), event.position)
    organisation = event.data["organisation"]
    if not _is_chosen(course, organisation, snapshot):
        return None
    pc4 = course.facts().home_postcode
    command = f"hub directory who --postcode {pc4}" if pc4 else "hub directory list"
    said = {"organisation": organisation, "code": event.data["code"], "to": event.data["to"], "pc4": pc4}
    return {"at": event.time, "by": organisation, "case": str(event.case_id), **said, "command": command}


def _is_chosen(course: Course, organisation: str, snapshot: Snapshot) -> bool:
    facts = replace(course._replace(declined=(), settled=0).facts(), on=clock.dutch_date(clock.now()))
    decision = decide(facts, snapshot)
    return isinstance(decision, Decision) and organisation in {one.organisation for one in decision.receivers}


def _stands(data: dict[str, Any], snapshot: Snapshot) -> bool:
    today = clock.dutch_date(clock.now())
    if data["sector"] is None:
        return snapshot.municipalities(data["pc4"], today) == (data["organisation"],)
    area = snapshot.area(data["pc4"], Sector(data["sector"]), today)
    return area is not None and area.doubt is None and area.swv == data["organisation"]


_PROPOSALS: dict[str, Callable[[Session, Event, Snapshot], dict[str, Any] | None]] = {
    "directory.correction.proposed": _correction,
    "directory.doubted": _doubt,
}
