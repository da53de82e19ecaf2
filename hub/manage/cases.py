"""`hub cases`: see which cases wait for the operator, and let the rules decide again once the cause was mended."""

from typing import Annotated
from uuid import UUID

import typer

from hub import clock
from hub.cases import alarms
from hub.manage.office import Office, show

cases = typer.Typer(help="Cases that wait for the operator: see them, and let them go on.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


@cases.command()
def held(context: typer.Context, as_json: AsJson = False) -> None:
    """List what is held with an alarm, and what no partnership looks into; exit code 1 while there is an alarm."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        found = alarms.held_for_operator(session)
    rows = [
        {
            "case": str(one.case_id),
            "since": one.since,
            "alarm": one.has_alarm,
            "rules": one.rules,
            "questions": one.questions,
        }
        for one in found
    ]
    show(rows, "\n".join(map(_line, found)) or "Er wacht geen zaak op de beheerder.", as_json=as_json)
    raise typer.Exit(1 if any(one.has_alarm for one in found) else 0)


@cases.command()
def release(
    context: typer.Context,
    case: Annotated[UUID, typer.Argument(help="Id of the case, as `hub cases held` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Let the rules decide again on a case, after the rule, the agreement or the directory was mended."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session:
        alarms.release(session, case, now=clock.now())
    show({"released": str(case)}, "De regels beslissen opnieuw over deze zaak.", as_json=as_json)


def _line(one: alarms.Held) -> str:
    why = f"ALARM  {one.rules}" if one.has_alarm else f"vraag  {', '.join(one.questions)}"
    return f"{one.case_id}  {one.since:%Y-%m-%d %H:%M}  {why}"
