"""`hub border`: what partnerships settled about a case, made into a dated agreement that routing follows."""

from typing import Annotated
from uuid import UUID

import typer

from hub.borders.agreeing import agreement_from
from hub.directory import actions
from hub.manage.confirming import AsJson, Preview, Since, Way, Yes, carry_out
from hub.manage.foreseeing import Proposal
from hub.manage.office import Office

border = typer.Typer(help="What partnerships settled at their border.", no_args_is_help=True)


@border.callback()
def _border() -> None:
    """Keeps the name of the one command there is."""


@border.command()
def agreement(
    context: typer.Context,
    case: Annotated[UUID, typer.Argument(help="Id of the case about which they talked.")],
    name: Annotated[str, typer.Argument(help="A name for the agreement; the same name again replaces it.")],
    for_all: Annotated[
        bool, typer.Option("--for-all", help="For every school of the region, not for this one.")
    ] = False,
    preview: Preview = False,
    yes: Yes = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Draft the agreement that a settled talk comes to, show whom it affects, and write it when you confirm."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        entry = agreement_from(session, case, name, for_all=for_all)
    parties = sorted(entry.parties)
    answer = {
        "id": name,
        "kind": entry.kind,
        "parties": parties,
        "scope": entry.scope,
        "on": entry.valid_from,
        "until": entry.valid_until,
        "source": entry.source,
    }
    text = f"Vanaf {entry.valid_from} geldt afspraak {name} tussen {', '.join(parties)}."
    proposal = Proposal(lambda session: actions.conclude(session, entry), entry.valid_from, entry.valid_until)
    carry_out(office, proposal, lambda _: (answer, text), Way(preview, yes, since, as_json))
