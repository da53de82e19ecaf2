"""`hub log`: prove that the log is whole, and deal with what is parked."""

from typing import Annotated
from uuid import UUID

import typer

from hub import clock
from hub.events import log as event_log, readers
from hub.manage.office import Office, show
from hub.runtime import make_runtime

log = typer.Typer(help="The log of events: verify it, and resume what was parked.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


@log.command()
def verify(context: typer.Context, as_json: AsJson = False) -> None:
    """Recompute the hash chain; exit code 1 names the first place that is wrong."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        wrong = event_log.verify(session)
        last = event_log.head(session).position
    if wrong is None:
        show({"whole": True, "events": last}, f"Het logboek is heel: {last} gebeurtenissen.", as_json=as_json)
        return
    text = f"Het logboek klopt niet vanaf plaats {wrong.position} ({wrong.what}). Zet een reservekopie terug."
    show({"whole": False, "position": wrong.position, "what": wrong.what}, text, as_json=as_json)
    raise typer.Exit(1)


@log.command()
def parked(context: typer.Context, as_json: AsJson = False) -> None:
    """List events that a reader could not apply, with those of the same case that wait behind them."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        found = readers.parked(session)
    rows = [
        {"reader": p.reader, "position": p.position, "case": str(p.case_id), "error": p.error, "since": p.parked_at}
        for p in found
    ]
    lines = [f"{r['reader']:<12} {r['position']:>10}  {r['case']}  {r['error'] or 'wacht'}" for r in rows]
    show(rows, "\n".join(lines) or "Er is niets geparkeerd.", as_json=as_json)


@log.command()
def unpark(
    context: typer.Context,
    reader: Annotated[str, typer.Argument(help="Name of the reader, as `hub log parked` shows it.")],
    case: Annotated[UUID, typer.Argument(help="Id of the case.")],
    as_json: AsJson = False,
) -> None:
    """Apply the parked events of a case again, in order; use it after the defect has been mended."""
    office: Office = context.obj
    with office.sessions(), office.database() as url:
        runtime = make_runtime(office.settings, url)
        chosen = next((each for each in runtime.readers if each.name == reader), None)
        if chosen is None:
            names = ", ".join(each.name for each in runtime.readers)
            typer.echo(f"Deze lezer bestaat niet. Kies uit: {names}.", err=True)
            raise typer.Exit(2)
        with runtime.sessions.begin() as session:
            number = readers.unpark(session, chosen, case, now=clock.now())
        runtime.close()
    show({"applied": number}, f"{number} gebeurtenissen alsnog verwerkt.", as_json=as_json)
