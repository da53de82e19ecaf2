"""`hub directory proposals`: corrections of the directory that triage proposed, with the command that writes each."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from hub import clock
from hub.codes import HUB_ORGANISATION, Sector
from hub.directory.current import build_snapshot
from hub.directory.snapshot import Snapshot
from hub.events import log
from hub.events.log import Event
from hub.manage.office import Office, show

_AT_ONCE = 500

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def proposals(context: typer.Context, as_json: AsJson = False) -> None:
    """List the corrections that were proposed and do not stand in the directory yet, the oldest first."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        snapshot = build_snapshot(session)
        rows = [_row(event) for event in _proposed(session) if not _stands(event.data, snapshot)]
    lines = [f"{row['at']:%Y-%m-%d}  {row['by']:<12} zaak {row['case']}\n    {row['command']}" for row in rows]
    show(rows, "\n".join(lines) or "Er staat geen voorstel open.", as_json=as_json)


def _proposed(session: Session) -> Iterator[Event]:
    after = 0
    while some := log.events_for(session, HUB_ORGANISATION, after=after, limit=_AT_ONCE):
        yield from (event for event in some if event.type == "directory.correction.proposed")
        after = some[-1].position


def _row(event: Event) -> dict[str, Any]:
    pc4, code = event.data["pc4"], event.data["organisation"]
    command = f'hub directory change area {pc4} {code} --on {clock.dutch_date(event.time)} --source "{event.publisher}"'
    case = str(event.case_id)
    return {"at": event.time, "by": event.publisher, "case": case, **event.data, "command": command}


def _stands(data: dict[str, Any], snapshot: Snapshot) -> bool:
    """Whether the directory says so today, by this proposal or by another change."""
    today = clock.dutch_date(clock.now())
    if data["sector"] is None:
        return snapshot.municipalities(data["pc4"], today) == (data["organisation"],)
    area = snapshot.area(data["pc4"], Sector(data["sector"]), today)
    return area is not None and area.doubt is None and area.swv == data["organisation"]
