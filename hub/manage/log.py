"""`hub log`: prove that nothing was changed, sign checkpoints, and deal with what is parked."""

import sys
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import orjson
import typer

from hub import clock
from hub.events import readers
from hub.manage.office import Office, show
from hub.privacy import proof
from hub.privacy.checkpoint_keys import (
    PublicKeys,
    read_checkpoint_keys,
    read_or_make_checkpoint_keys,
    read_public_keys,
    verifying_keys,
)
from hub.privacy.checkpoints import Filed
from hub.privacy.processing import as_otlp, batches
from hub.privacy.queries import records
from hub.runtime import make_runtime
from hub.settings import Settings

log = typer.Typer(help="The log of events: prove it, and resume what was parked.", no_args_is_help=True)

_SPANS_A_LINE = 1_000

_PARTS = {"log": "Het logboek", "ledger": "Het inzageregister", "checkpoints": "De rij ijkpunten"}

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


@log.command()
def verify(
    context: typer.Context,
    public: Annotated[
        Path | None, typer.Option("--public-keys", help="What `hub key public --json` wrote, instead of the key file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove log, disclosure ledger and checkpoints; exit code 1 names the first place that is wrong in each."""
    office: Office = context.obj
    keys = read_public_keys(public) if public else _verifying_keys(office.settings)
    with office.sessions() as sessions, sessions() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        found = proof.verify(session, office.settings.checkpoint_folder, keys)
    counted = {"events": found.events, "disclosures": found.entries, "checkpoints": found.checkpoints}
    if not found.findings:
        text = f"Alles is heel: {found.events} gebeurtenissen, {found.entries} inzagen, {found.checkpoints} ijkpunten."
        show({"whole": True, **counted}, text, as_json=as_json)
        return
    wrong = [{"part": part, "position": position, "what": what} for part, position, what in found.findings]
    lines = [f"{_PARTS[part]} klopt niet vanaf plaats {position} ({what})." for part, position, what in found.findings]
    lines.append("Bewaar database en ijkpunten zoals ze zijn, en zet een reservekopie terug.")
    show({"whole": False, "wrong": wrong, **counted}, "\n".join(lines), as_json=as_json)
    raise typer.Exit(1)


@log.command()
def checkpoint(context: typer.Context, as_json: AsJson = False) -> None:
    """Sign now where log and ledger stand; workers do so by themselves every HUB_CHECKPOINT_MINUTES."""
    office: Office = context.obj
    settings = office.settings
    ring = read_or_make_checkpoint_keys(settings.checkpoint_key_path)
    with office.sessions() as sessions, sessions.begin() as session:
        filed = proof.take_checkpoint(session, settings.checkpoint_folder, ring, now=clock.now())
    if filed is None:
        show({"sequence": None}, "Er is niets nieuws sinds het laatste ijkpunt.", as_json=as_json)
    else:
        _show_filed(filed, as_json=as_json)


@log.command()
def restored(context: typer.Context, as_json: AsJson = False) -> None:
    """Tell that a backup was restored: feeds start anew, and it is signed that what came later is lost."""
    office: Office = context.obj
    settings = office.settings
    ring = read_or_make_checkpoint_keys(settings.checkpoint_key_path)
    with office.sessions() as sessions, sessions.begin() as session:
        filed = proof.start_epoch(session, settings.checkpoint_folder, ring, now=clock.now())
    _show_filed(filed, as_json=as_json)


@log.command()
def processing(
    context: typer.Context,
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; it counts too.")],
    file: Annotated[Path | None, typer.Option(help="File to write; otherwise it is printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Logboek Dataverwerkingen: every action with the data of a person, as OTLP in JSON, one request a line."""
    office: Office = context.obj
    first = since.replace(tzinfo=clock.DUTCH_TIME)
    last = (until + timedelta(days=1)).replace(tzinfo=clock.DUTCH_TIME)
    number = 0
    with ExitStack() as stack:
        session = stack.enter_context(stack.enter_context(office.sessions())())
        output = stack.enter_context(file.open("wb")) if file else sys.stdout.buffer
        for batch in batches(records(session, since=first, until=last), _SPANS_A_LINE):
            output.write(orjson.dumps(as_otlp(batch, office.settings.processing_register_url)) + b"\n")
            number += len(batch)
    if file:
        show({"records": number, "file": str(file)}, f"{number} verwerkingen in {file}.", as_json=as_json)


def _verifying_keys(settings: Settings) -> PublicKeys:
    """Of the key file; without one, nothing was ever signed here."""
    path = settings.checkpoint_key_path
    return verifying_keys(read_checkpoint_keys(path)) if path.exists() else {}


def _show_filed(filed: Filed, *, as_json: bool) -> None:
    signed = filed.checkpoint
    answer = {
        "sequence": signed.sequence,
        "events": signed.log.position,
        "disclosures": signed.ledger.position,
        "epoch": str(signed.epoch),
    }
    text = f"IJkpunt {signed.sequence}: {signed.log.position} gebeurtenissen, {signed.ledger.position} inzagen."
    show(answer, text, as_json=as_json)


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
