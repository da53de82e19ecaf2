"""`hub privacy`: what is due, erase a case, give out everything about one, make the statement for parents."""

import json
import os
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from hub import clock
from hub.cases.erasing import Lasting, all_lasting, erase as erase_case
from hub.cases.export import export_case, note_export
from hub.cases.statement import Making, statement_of
from hub.codes import HUB_ORGANISATION
from hub.delivery.queries import deliveries_of_case
from hub.errors import InvalidInput
from hub.i18n import Language
from hub.manage.office import Office, show
from hub.privacy.ledger import Action, Entry, Viewer, record
from hub.privacy.purposes import Purpose
from hub.privacy.retention import Term
from hub.privacy.retention_runs import runs
from hub.privacy.statement.content import document_of
from hub.privacy.statement.page import page
from hub.privacy.statement.pdf import pdf
from hub.privacy.visibility import Visible
from hub.runtime import Runtime

privacy = typer.Typer(help="Terms, erasure, access, and the statement for parents.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
CaseId = Annotated[UUID, typer.Argument(help="Id of the case, as it stands in its address.")]
_SHOWN_RUNS = 7
_SHOWN_CASES = 50


class In(StrEnum):
    """The languages in which a statement is made."""

    NL = "nl"
    EN = "en"


@privacy.command()
def terms(context: typer.Context, as_json: AsJson = False) -> None:
    """The terms in force, each with its source: those of the package, with the operator's before them."""
    office: Office = context.obj
    lines = sorted(office.terms().lines, key=lambda line: line.place)
    rows = [line.model_dump(mode="json") for line in lines]
    show(rows, "\n".join(map(_term, lines)), as_json=as_json)


@privacy.command()
def due(
    context: typer.Context,
    within: Annotated[int, typer.Option(min=0, max=3660, help="Also what is due within so many days.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Cases whose term has passed or soon will, those that still run although it has, and the last daily runs."""
    office: Office = context.obj
    today = clock.dutch_date(clock.now())
    with office.runtime() as runtime, runtime.sessions() as session:
        last = runs(session, limit=_SHOWN_RUNS)
        found = all_lasting(session, runtime.terms, runtime.snapshot(session), on=today + timedelta(days=within))
    days = [{"day": run.day, "ended": run.ended_at, "erased": run.erased} for run in last]
    cases = [_row(one, today) for one in found]
    lines = [f"{_days(r)}  {r['case']}  {r['type']:<20} {'loopt nog' if r['running'] else ''}" for r in cases]
    lines = lines[:_SHOWN_CASES] + ([f"… en nog {len(lines) - _SHOWN_CASES}"] if len(lines) > _SHOWN_CASES else [])
    lines += [f"{d['day']}: {d['erased']} gewist" for d in days]
    show({"cases": cases, "runs": days}, "\n".join(lines) or "Er is niets te wissen.", as_json=as_json)


@privacy.command()
def erase(
    context: typer.Context,
    case: CaseId,
    running: Annotated[bool, typer.Option("--even-if-running", help="Also one that still runs; it is ended.")] = False,
    as_json: AsJson = False,
) -> None:
    """Destroy the key of a case, for good: no one can read its personal data any more. Log and figures stay."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session:
        done = erase_case(session, case, even_if_running=running, now=clock.now())
    text = f"Dossier {case} is gewist." if done else f"Dossier {case} was al gewist."
    show({"case": str(case), "erased": done}, text, as_json=as_json)


@privacy.command()
def export(
    context: typer.Context,
    case: CaseId,
    to: Annotated[Path | None, typer.Option(help="File to write, for you alone; otherwise it is printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Everything that is kept about a case, and who read it, as JSON: for a request for access (AVG article 15).

    It is written in the disclosure ledger that it was given out, and by whom on this machine.
    """
    office: Office = context.obj
    began_at = clock.now()
    with office.runtime() as runtime, runtime.sessions.begin() as session:
        found = _everything(session, runtime, case)
        note_export(session, case, _who(), began_at=began_at, now=clock.now())
    written = json.dumps(found, ensure_ascii=False, indent=2, default=_plain)
    if to is None:
        typer.echo(written)
        return
    _write(to, written.encode())
    show({"case": str(case), "file": str(to)}, f"Alles over dossier {case} staat in {to}.", as_json=as_json)


@privacy.command()
def statement(
    context: typer.Context,
    case: CaseId,
    to: Annotated[Path, typer.Option(help="File to write: its name ends in .pdf or .html.")],
    language: Annotated[In, typer.Option(help="Language of the statement.")] = In.NL,
    as_json: AsJson = False,
) -> None:
    """The statement for parents: what was shared, with whom, why, who read it, until when, how to object."""
    office: Office = context.obj
    if to.suffix not in {".pdf", ".html"}:
        raise InvalidInput("The name of the file must end in .pdf or .html.")
    now = clock.now()
    with office.runtime() as runtime, runtime.sessions.begin() as session:
        facts = statement_of(Making(session, runtime.terms, runtime.snapshot(session), now), case)
        nothing, viewer = Visible(frozenset(), None), Viewer(HUB_ORGANISATION, _who())
        entry = Entry(Action.STATEMENT, case, viewer, nothing, None, Purpose.ACCESS_REQUEST, now)
        record(session, entry, now=clock.now())
    chosen: Language = "en" if language is In.EN else "nl"
    document = document_of(facts, chosen)
    _write(to, pdf(document, now) if to.suffix == ".pdf" else page(document).encode())
    show({"case": str(case), "file": str(to)}, f"Overzicht van dossier {case} in {to}.", as_json=as_json)


def _everything(session: Session, runtime: Runtime, case: UUID) -> dict[str, Any]:
    making = Making(session, runtime.terms, runtime.snapshot(session), clock.now())
    told = [
        {"to": one.organisation, "position": one.position, "state": one.state, "finished_at": one.finished_at}
        for one in deliveries_of_case(session, case)
    ]
    return export_case(making, runtime.vault, case) | {"messages": told}


def _who() -> str:
    """Who gives the command, as the machine knows it: the number of an account, never a name."""
    return f"command:{os.getuid() if hasattr(os, 'getuid') else 0}"


def _write(path: Path, content: bytes) -> None:
    """For its owner alone, whatever was there before."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _plain(value: object) -> str | list[str]:
    match value:
        case datetime() | date():
            return value.isoformat()
        case frozenset():
            return sorted(map(str, value))
        case _:
            return str(value)


def _row(one: Lasting, today: date) -> dict[str, Any]:
    left = (one.until - today).days
    return {"case": str(one.case_id), "type": one.type, "until": one.until, "days": left, "running": one.is_running}


def _days(row: dict[str, Any]) -> str:
    return f"{row['until']} ({row['days']:>5} dagen)"


def _term(line: Term) -> str:
    length = " en ".join(f"{n} {word}" for n, word in ((line.years, "jaar"), (line.months, "maanden")) if n)
    when = "als hulp begon" if line.when == "help_started" else ""
    begins = "na het antwoord" if line.counts_from == "answer" else "na de laatste wijziging"
    return f"{line.case:<20} {line.party:<18} {length:>10} {begins:<24} {when:<15} {line.source}"
