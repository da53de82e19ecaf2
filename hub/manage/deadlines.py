"""`hub deadlines`: see which deadlines run out, and whether a step waits that should have been taken."""

from datetime import timedelta
from typing import Annotated

import typer

from hub import clock
from hub.deadlines.queries import due_until, oldest_step
from hub.deadlines.tables import DeadlineRow
from hub.manage.office import Office, show

deadlines = typer.Typer(help="Until when receivers open and answer: what is due.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]

_KINDS = {"open": "openen", "answer": "antwoorden"}
_STEPS = {"remind": "herinneren", "escalate_to_lead": "naar de teamleider", "escalate_to_swv": "naar het swv"}
_PATIENCE = timedelta(minutes=15)


@deadlines.command()
def due(
    context: typer.Context,
    within: Annotated[int, typer.Option(min=0, max=60, help="Days ahead; 0 is up to today.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most lines.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List deadlines with their last day, the first due first; exit code 1 when a step waits that nobody takes."""
    office: Office = context.obj
    now = clock.now()
    with office.sessions() as sessions, sessions() as session:
        found = due_until(session, clock.dutch_date(now) + timedelta(days=within), limit=limit)
        oldest = oldest_step(session, now=now)
    rows = [
        {
            "case": str(row.case_id),
            "organisation": row.organisation,
            "kind": row.kind,
            "dueOn": row.due_on,
            "nextStep": row.next_step,
            "nextAt": row.next_at,
        }
        for row in found
    ]
    text = "\n".join(map(_line, found)) or "Er verloopt geen termijn."
    show({"deadlines": rows, "oldestStep": oldest}, text, as_json=as_json)
    raise typer.Exit(1 if oldest is not None and now - oldest > _PATIENCE else 0)


def _line(row: DeadlineRow) -> str:
    step = "klaar" if row.next_step is None else f"{row.next_at:%d-%m %H:%M} {_STEPS[row.next_step]}"
    return f"{row.case_id}  {row.organisation:<10} {_KINDS[row.kind]:<10} {row.due_on:%d-%m-%Y}  {step}"
