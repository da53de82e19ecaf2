"""`hub routing`: take the decisions of a period again on a draft, and see what would change."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hub.cases.history import decisions_between
from hub.directory.current import read_contents, version_of
from hub.directory.entries import Contents
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput
from hub.manage.drafts import read_directory, read_rules
from hub.manage.office import Office, show
from hub.manage.what_if import lines_of
from hub.routing.replay import World, compare
from hub.routing.ruleset import CURRENT

routing = typer.Typer(help="The rules of routing: see what a draft would change.", no_args_is_help=True)


@routing.callback()
def _group() -> None:
    """Keep `replay` a command of its own, also while it is the only one."""


@routing.command()
def replay(
    context: typer.Context,
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the period.")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day of the period.")],
    directory: Annotated[Path | None, typer.Option(help="A draft of the directory: JSON, or CSV of postcodes.")] = None,
    rules: Annotated[Path | None, typer.Option(help="A draft of the rules: JSON.")] = None,
    as_if: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Judge every case as if it came on this day.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Take every decision of a period again on a draft, first and later ones, and count what would change."""
    if directory is None and rules is None and as_if is None:
        raise InvalidInput(
            "Nothing to compare with.", next_step="Give --directory, --rules or --as-if: see docs/replay.md."
        )
    if until < since:
        raise InvalidInput("The period ends before it begins.", next_step="Give --from an earlier day than --to.")
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        contents, version = read_contents(session), version_of(session)
        drafted = contents if directory is None else read_directory(directory).over(contents)
        now = World(_snapshot(contents, version))
        draft_rules = CURRENT if rules is None else read_rules(rules)
        draft = World(_snapshot(drafted, version), draft_rules, as_if.date() if as_if else None)
        report = compare(decisions_between(session, since.date(), until.date()), now, draft)
    show(report.to_data(), "\n".join(lines_of(report)), as_json=as_json)


def _snapshot(contents: Contents, version: int) -> Snapshot:
    return Snapshot.from_facts(contents, version=version)
