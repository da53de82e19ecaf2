"""The command line: `hub up` for one machine, the other commands for many machines and for the operator.

Each command is a few lines: read the options, call what does the work, print. `--json` prints an answer for programs.
"""

import sys
from typing import Annotated

import httpx
import typer
import uvicorn
from pydantic import ValidationError

from hub import __version__
from hub.errors import HubError
from hub.i18n import translate
from hub.manage.audit import audit
from hub.manage.border import border
from hub.manage.cases import cases
from hub.manage.client import client
from hub.manage.deadlines import deadlines
from hub.manage.demo import demo
from hub.manage.directory import directory
from hub.manage.key import key
from hub.manage.log import log
from hub.manage.mail import mail
from hub.manage.office import Office, show
from hub.manage.people import people
from hub.manage.privacy import privacy
from hub.manage.providers import providers
from hub.manage.routes import routes
from hub.manage.routing import routing
from hub.manage.signing_key import signing_key
from hub.manage.token import AsJson, token, tokens
from hub.manage.up import up
from hub.preparing import prepare
from hub.privacy.master_keys import read_master_keys
from hub.runtime import refuse_unsafe
from hub.settings import Settings
from hub.telemetry import set_up_logging
from hub.workers.run import run_worker

app = typer.Typer(
    name="hub",
    help="Samenspel: brings a school's signal to the party that must help, and brings back the answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(key, name="key")
app.add_typer(privacy, name="privacy")
app.add_typer(audit, name="audit")
app.add_typer(log, name="log")
app.add_typer(cases, name="cases")
app.add_typer(deadlines, name="deadlines")
app.add_typer(border, name="border")
app.add_typer(directory, name="directory")
app.add_typer(routing, name="routing")
app.add_typer(routes, name="routes")
app.add_typer(tokens, name="tokens")
app.add_typer(client, name="client")
app.add_typer(signing_key, name="signing-key")
app.add_typer(people, name="person")
app.add_typer(providers, name="provider")
app.add_typer(mail, name="mail")
app.command()(up)
app.command()(demo)
app.command()(token)


def main() -> None:
    """Run the command line; a refusal is told in words, not in a trace."""
    try:
        app()
    except HubError as error:
        typer.echo(translate(error.message, "nl", error.parameters), err=True)
        for problem in error.problems:
            typer.echo(f"  {problem.pointer}: {translate(problem.message, 'nl', problem.parameters)}", err=True)
        typer.echo(translate(error.next_step, "nl"), err=True)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _office(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit
    try:
        context.obj = Office(Settings())
    except ValidationError as error:
        wrong = ", ".join(f"HUB_{'.'.join(map(str, item['loc']))}".upper() for item in error.errors())
        typer.echo(f"Deze instellingen kloppen niet: {wrong}. Zie docs/operations.md.", err=True)
        raise typer.Exit(2) from error


@app.command()
def migrate(context: typer.Context, as_json: AsJson = False) -> None:
    """Bring the database to the level of this version; run it before the new version starts."""
    office: Office = context.obj
    with office.database() as url:
        prepare(office.settings, url)
    show({"migrated": True}, "De database is bij.", as_json=as_json)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Number of API processes.")] = 1,
) -> None:
    """Run API processes on HUB_DATABASE_URL; workers run beside them with `hub worker`."""
    office: Office = context.obj
    office.need_database_url("hub serve")
    refuse_unsafe(office.settings)
    read_master_keys(office.settings.master_key_path)
    office.terms()
    uvicorn.run(
        "hub.main:app_from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        server_header=False,
        access_log=False,
        log_config=None,
        forwarded_allow_ips=office.settings.proxies,
        timeout_graceful_shutdown=10,
    )


@app.command()
def worker(
    context: typer.Context,
    concurrency: Annotated[int, typer.Option(min=1, help="Number of processes that do the work.")] = 2,
) -> None:
    """Run a Celery worker on HUB_DATABASE_URL, with HUB_REDIS_URL as its broker. Without a broker it works, slower."""
    office: Office = context.obj
    url = office.need_database_url("hub worker")
    refuse_unsafe(office.settings)
    read_master_keys(office.settings.master_key_path)
    office.terms()
    set_up_logging(office.settings.log_format)
    run_worker(office.settings, url, concurrency)


@app.command()
def health(
    url: Annotated[str, typer.Option(help="Address of the hub.")] = "http://127.0.0.1:8000",
    live: Annotated[bool, typer.Option("--live", help="Ask only whether the process answers.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask a running hub how it is; exit code 1 when it cannot do its work."""
    try:
        answer = httpx.get(f"{url}/health/{'live' if live else 'ready'}", timeout=5, trust_env=False)
    except httpx.HTTPError as error:
        typer.echo("De hub geeft geen antwoord. Kijk of hij draait en of het adres klopt.", err=True)
        raise typer.Exit(1) from error
    typer.echo(answer.text if as_json else answer.json()["status"] if answer.is_success else "away")
    raise typer.Exit(0 if answer.is_success else 1)


if __name__ == "__main__":
    main()
