"""`hub routes`: where nobody answers."""

from typing import Any

import typer

from hub import clock
from hub.directory.current import build_snapshot
from hub.manage.office import Office, show
from hub.manage.token import AsJson
from hub.silent_routes import Kind, silent_organisations, unused_rules

routes = typer.Typer(help="Whether what is routed arrives somewhere.", no_args_is_help=True)

_WORDS = {
    Kind.NEVER_OPENS: "opent niets: {count} vragen ongelezen",
    Kind.NOTHING_ARRIVES: "onbereikbaar: {count} adressen werken niet",
    Kind.NO_COORDINATOR: "niemand leest antwoorden: {count} vragen gesteld",
    Kind.RULE_UNUSED: "regel een jaar niet gebruikt",
}


@routes.callback()
def _group() -> None:
    """Keep `silent` a command of its own, also while it is the only one."""


@routes.command()
def silent(context: typer.Context, as_json: AsJson = False) -> None:
    """Who opens no case, at whom nothing arrives, schools without coordinator, unused rules; exit code 1 if any."""
    office: Office = context.obj
    now = clock.now()
    with office.sessions() as sessions, sessions() as session:
        found = [*silent_organisations(session, build_snapshot(session), now=now), *unused_rules(session, now=now)]
    rows: list[dict[str, Any]] = [
        {"kind": one.kind.value, "subject": one.subject, "since": one.since, "count": one.count} for one in found
    ]
    show(rows, "\n".join(map(_line, rows)) or "Overal antwoordt iemand.", as_json=as_json)
    raise typer.Exit(1 if rows else 0)


def _line(row: dict[str, Any]) -> str:
    since = "" if row["since"] is None else f", sinds {row['since']:%d-%m-%Y}"
    return f"{row['subject']:<12} {_WORDS[Kind(row['kind'])].format(count=row['count'])}{since}"
