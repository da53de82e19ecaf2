"""`hub directory`: bring in schools, ask who is responsible for a postcode, see what the directory holds."""

from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.exc import OperationalError, ProgrammingError

from hub import clock
from hub.codes import OrganisationKind, Sector
from hub.directory import actions, queries
from hub.directory.current import build_snapshot
from hub.directory.importing import ImportReport
from hub.directory.snapshot import Snapshot
from hub.errors import HubError
from hub.i18n import translate
from hub.manage.directory_changes import change, four_digits
from hub.manage.office import Office, show
from hub.manage.proposals import proposals

directory = typer.Typer(help="Who is who: schools, partnerships, teams, areas.", no_args_is_help=True)
imports = typer.Typer(help="Bring in lists of others.", no_args_is_help=True)
directory.add_typer(imports, name="import")
directory.add_typer(change, name="change")
directory.command()(proposals)

_SHOWN = 20  # lines of one kind on a screen; --json gives all
_KINDS = {
    OrganisationKind.SWV: "samenwerkingsverbanden",
    OrganisationKind.MUNICIPALITY: "gemeenten",
    OrganisationKind.SCHOOL_BOARD: "schoolbesturen",
    OrganisationKind.SCHOOL_SITE: "schoolvestigingen",
    OrganisationKind.SOCIAL_TEAM: "sociale teams",
    OrganisationKind.ATTENDANCE_OFFICE: "bureaus leerplicht",
    OrganisationKind.TRANSITION_POINT: "doorstroompunten",
}

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
On = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day it is about; today if absent.")
]


@imports.command("duo")
def import_duo(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Address files of schools, as DUO publishes them.")],
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Take DUO's school files (basisonderwijs, voortgezet, sbo/so/vso; current and older layout). Repeating is safe."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session, _bar() as bar:
        task = bar.add_task("vestigingen", total=None)
        report = actions.import_duo(
            session, files, clock.now(), lambda done, total: bar.update(task, completed=done, total=total), on=_day(on)
        )
    show(_report_as_json(report), _report_as_text(report), as_json=as_json)


@directory.command()
def who(
    context: typer.Context,
    postcode: Annotated[str, typer.Option(help="The four digits of a postcode.")],
    sector: Annotated[Sector | None, typer.Option(help="po or vo; both if absent.")] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Who is responsible for a postcode on a day, and why. Works without a database too, then without teams."""
    day = _day(on) or _today()
    snapshot = _snapshot(context.obj)
    answer = queries.who(snapshot, four_digits(postcode), sector, day)
    text = "\n".join(sentence.text("nl") for sentence in answer.sentences)
    show(queries.as_json(answer, snapshot), text, as_json=as_json)


@directory.command()
def version(context: typer.Context, on: On = None, as_json: AsJson = False) -> None:
    """The version of the directory and how many parties it has on a day."""
    day = _day(on) or _today()
    snapshot = _snapshot(context.obj)
    counts = queries.counts(snapshot, day)
    lines = [f"Register versie {snapshot.version}, op {day}:"]
    lines += [f"{counts[kind]:>7} {name}" for kind, name in _KINDS.items()]
    numbers = {kind.value: counts[kind] for kind in _KINDS}
    show({"version": snapshot.version, "on": day, "counts": numbers}, "\n".join(lines), as_json=as_json)


@directory.command("list")
def list_parties(
    context: typer.Context,
    kind: Annotated[OrganisationKind | None, typer.Option(help="Only this kind.")] = None,
    search: Annotated[str, typer.Option(help="Part of the name or the code.")] = "",
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Look up codes: partnerships, municipalities, boards, sites, teams and offices."""
    found = queries.search(_snapshot(context.obj), search, kind, _day(on) or _today())
    rows = [{"code": one.code, "kind": one.kind.value, "name": one.name} for one in found]
    lines = [f"{row['code']:<18} {row['kind']:<18} {row['name']}" for row in rows]
    show(rows, "\n".join(_first(lines)) or "Niets gevonden.", as_json=as_json)


@directory.command()
def concerns(context: typer.Context, on: On = None, as_json: AsJson = False) -> None:
    """School sites whose partnership a person must look at, with the reason."""
    found = queries.concerns(_snapshot(context.obj), _day(on) or _today())
    rows = [
        {
            "code": one.site.code,
            "name": one.site.name,
            "sector": one.sector.value,
            "doubt": one.doubt.name.lower() if one.doubt else "no_partnership_found",
        }
        for one in found
    ]
    lines = [f"{row['code']}  {row['sector']}  {row['doubt']:<26}  {row['name']}" for row in rows]
    show(
        rows, "\n".join(_first(lines)) or "Van alle vestigingen is het samenwerkingsverband duidelijk.", as_json=as_json
    )


@directory.command()
def schools(context: typer.Context, on: On = None, as_json: AsJson = False) -> None:
    """How many school sites each partnership has, and why the others have none that is plain."""
    counted, reasons = queries.schools_per_swv(_snapshot(context.obj), _day(on) or _today())
    lines = [f"{number:>7} {swv}" for swv, number in sorted(counted.items())]
    lines += [f"{number:>7} {translate(reason, 'nl')}" for reason, number in reasons.most_common()]
    show({"swv": counted, "reasons": reasons}, "\n".join(lines) or "Het register heeft geen scholen.", as_json=as_json)


def _snapshot(office: Office) -> Snapshot:
    """The stored directory, or the facts alone where there is no database yet or it does not answer."""
    if office.settings.database_url is None and not (office.settings.data_dir / "postgres").exists():
        return Snapshot.from_facts()
    try:
        with office.sessions() as sessions, sessions() as session:
            return build_snapshot(session)
    except (OperationalError, ProgrammingError, HubError):
        typer.echo("De database geeft geen antwoord: dit antwoord komt alleen uit de wet, zonder teams.", err=True)
        return Snapshot.from_facts()


def _bar() -> Progress:
    """A progress bar on the error stream: the answer itself stays clean for a pipe."""
    return Progress(console=Console(stderr=True), transient=True)


def _report_as_json(report: ImportReport) -> dict[str, Any]:
    return asdict(report)


def _report_as_text(report: ImportReport) -> str:
    lines = [f"{report.taken} nieuw, {report.updated} gewijzigd, {report.unchanged} gelijk gebleven."]
    reasons = Counter((skipped.file, skipped.reason) for skipped in report.skipped)
    for (file, reason), number in reasons.items():
        first = next(one.line for one in report.skipped if (one.file, one.reason) == (file, reason))
        lines.append(f"{number} overgeslagen in {file}, het eerst in regel {first}: {translate(reason, 'nl')}")
    if report.without_postcode:
        lines.append(f"{len(report.without_postcode)} zonder postcode, dus zonder samenwerkingsverband:")
        lines += _first(report.without_postcode)
    if report.no_longer_listed:
        lines.append(f"{len(report.no_longer_listed)} staan wel in het register maar niet meer in deze lijst:")
        lines += _first(report.no_longer_listed)
    return "\n".join(lines)


def _first(lines: list[str] | tuple[str, ...]) -> list[str]:
    rest = len(lines) - _SHOWN
    return [*lines[:_SHOWN], *([f"en nog {rest}; --json geeft ze alle"] if rest > 0 else [])]


def _day(on: datetime | None) -> date | None:
    return on.date() if on else None


def _today() -> date:
    return clock.dutch_date(clock.now())
