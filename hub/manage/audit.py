"""`hub audit`: look at who reads what, because a log that nobody reads protects nobody."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from hub import clock
from hub.directory.calendar import days_off_from
from hub.manage.office import Office, show
from hub.privacy.queries import openings
from hub.privacy.review import Sign, Unusual, review as unusual_in

audit = typer.Typer(help="Who reads what.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]

_SIGNS = {
    Sign.MANY_CASES: "opende {number} dossiers op een dag (meer dan {usual:g} is ongewoon)",
    Sign.OUTSIDE_OWN_CASES: "vroeg {number} dossiers op die niet (meer) van de eigen organisatie zijn",
    Sign.AT_NIGHT: "opende {number} keer een dossier in de avond, de nacht of het weekend",
    Sign.ABOVE_COLLEAGUES: "opende {number} dossiers; collega's openden er meestal {usual:g}",
}


@audit.command()
def review(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to look back.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Unusual reading: many cases, outside own cases, at night or in weekends, far above colleagues."""
    office: Office = context.obj
    until = clock.now()
    since = until - timedelta(days=days)
    with office.sessions() as sessions, sessions() as session:
        found = unusual_in(openings(session, since=since, until=until), days_off_from(clock.dutch_date(since)))
    rows = [asdict(one) | {"sign": one.sign.value} for one in found]
    show(rows, "\n".join(map(_line, found)) or "Niets ongewoons gezien.", as_json=as_json)


@audit.command("reads")
def reads(
    context: typer.Context,
    organisation: Annotated[str, typer.Argument(help="Code of the organisation.")],
    caller: Annotated[str, typer.Argument(help="Label of the person or system, as `hub audit review` shows it.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to look back.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Everything that one person or system opened, to look into what the review points at."""
    office: Office = context.obj
    until = clock.now()
    with office.sessions() as sessions, sessions() as session:
        theirs = [
            one
            for one in openings(session, since=until - timedelta(days=days), until=until)
            if (one.organisation, one.caller) == (organisation.upper(), caller)
        ]
    rows = [one._asdict() for one in theirs]
    lines = [f"{one.at:%Y-%m-%d %H:%M}  {one.case_id}  {one.action:<8} {one.role or '-'}" for one in theirs]
    show(rows, "\n".join(lines) or "Niets geopend.", as_json=as_json)


def _line(one: Unusual) -> str:
    what = _SIGNS[one.sign].format(number=one.number, usual=one.usual)
    period = f"{one.first_at:%Y-%m-%d %H:%M} – {one.last_at:%Y-%m-%d %H:%M}"  # noqa: RUF001  # from, until
    return f"{one.organisation:<12} {one.caller:<44} {what}  [{period}]"
