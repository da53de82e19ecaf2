"""`hub routing`: take the decisions of a period again on a draft, and see what would change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from hub.cases.known import facts_of
from hub.directory.current import read_contents, version_of
from hub.directory.entries import Contents
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput
from hub.events import log
from hub.events.catalogue import OPENING
from hub.manage.drafts import read_directory, read_rules
from hub.manage.office import Office, show
from hub.routing.facts import Facts
from hub.routing.replay import Report, World, compare
from hub.routing.ruleset import CURRENT

routing = typer.Typer(help="The rules of routing: see what a draft would change.", no_args_is_help=True)
_SHOWN = 20


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
    """Take the first decision of every case of a period again, on a draft, and count what would change."""
    if directory is None and rules is None and as_if is None:
        raise InvalidInput(
            "Nothing to compare with.", next_step="Give --directory, --rules or --as-if: see docs/replay.md."
        )
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        contents, version = read_contents(session), version_of(session)
        drafted = contents if directory is None else read_directory(directory).over(contents)
        now = World(_snapshot(contents, version))
        draft_rules = CURRENT if rules is None else read_rules(rules)
        draft = World(_snapshot(drafted, version), draft_rules, as_if.date() if as_if else None)
        report = compare(_cases(session, since.date(), until.date()), now, draft)
    show(report.to_data(), _as_text(report), as_json=as_json)


def _snapshot(contents: Contents, version: int) -> Snapshot:
    return Snapshot.from_facts(contents, version=version)


def _cases(session: Session, first: date, last: date) -> Iterator[tuple[str, Facts]]:
    """Every case that was opened in the period, both days included."""
    since = datetime.combine(first, time(), UTC)
    until = datetime.combine(last + timedelta(days=1), time(), UTC)
    for event in log.events_of_types(session, OPENING, since=since, until=until):
        yield str(event.case_id), facts_of(event)


def _as_text(report: Report) -> str:
    data = report.to_data()
    lines = [f"{report.judged} besluiten opnieuw genomen; {report.changed} worden anders."]
    lines += [
        f"{shift['cases']:>8}  {shift['request']:<10} {shift['what']:<8} {shift['before']} -> {shift['after']}"
        for shift in data["shifts"][:_SHOWN]
    ]
    if len(data["shifts"]) > _SHOWN:
        lines.append(f"en nog {len(data['shifts']) - _SHOWN}; --json geeft ze alle")
    lines += [f"{number:>8}  meer voor {code}" for code, number in list(data["gained"].items())[:_SHOWN]]
    lines += [f"{number:>8}  minder voor {code}" for code, number in list(data["lost"].items())[:_SHOWN]]
    return "\n".join(lines)
