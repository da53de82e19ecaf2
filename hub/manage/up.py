"""`hub up`: the whole hub in one process on this machine, with a database of its own. For trying out and developing."""

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from sqlalchemy.orm import Session

from hub import clock
from hub.access.tokens import grant_of
from hub.demo.cast import make_tokens
from hub.demo.people import add_people
from hub.demo.stage import Tokens
from hub.demo.stories import ORGANISATIONS
from hub.directory.actions import load_demo
from hub.errors import HubError, NotSignedIn
from hub.events import log
from hub.events.envelope import MEDIA_TYPE
from hub.hints import Hints
from hub.main import make_app
from hub.manage.demo import play
from hub.manage.office import Office
from hub.preparing import prepare
from hub.privacy.master_keys import make_master_keys
from hub.runtime import Runtime, make_runtime
from hub.settings import Settings
from hub.telemetry import set_up_logging
from hub.workers.app import hint_sender
from hub.workers.run import WorkerBeside

_TOKENS_VALID_FOR = timedelta(days=90)
_A_DAYS_WORK = timedelta(days=1)
_PATIENCE_SECONDS = 30.0


class PortTaken(HubError):
    """Another program listens where the hub would."""

    code = "port-taken"
    next_step = "Stop that program, or choose another port: hub up --port 8010."


def up(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port to listen on; otherwise HUB_PORT.")] = None,
    quiet: Annotated[bool, typer.Option("--no-demo", help="Do not play the demo on the first start.")] = False,
) -> None:
    """Run the whole hub here: database, API and workers in one process. Ctrl-C stops it."""
    office: Office = context.obj
    listener = _listen(office.settings.host, office.settings.port if port is None else port)
    settings = office.settings.model_copy(update=_for_one_machine(office.settings, listener))
    set_up_logging(settings.log_format, "WARNING")
    for stop in (signal.SIGTERM, signal.SIGINT):  # a supervisor's stop is as clean as Ctrl-C, which a script may ignore
        signal.signal(stop, signal.default_int_handler)
    if not settings.master_key_path.exists():
        make_master_keys(settings.master_key_path)
    with office.database() as url:
        prepare(settings, url)
        runtime = make_runtime(settings, url)
        tokens, is_first = _set_the_stage(runtime)
        if settings.demo_sign_in:
            with runtime.sessions.begin() as session:
                add_people(session, runtime.vault, now=clock.now())
        with _running(settings, url, runtime, listener) as server:
            if is_first and not quiet:
                play(_address(settings), tokens)
            _welcome(settings, tokens)
            server.wait()


def _listen(host: str, port: int) -> socket.socket:
    """The port, taken before anything is started: 0 takes a free one. Raises PortTaken."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise PortTaken("Port %(port)s on %(host)s is in use by another program.", port=port, host=host) from error


def _for_one_machine(settings: Settings, listener: socket.socket) -> dict[str, object]:
    """What is open on the machine of somebody who tries the hub out, and stays shut as soon as others can reach it."""
    changes: dict[str, object] = {"port": listener.getsockname()[1], "redis_url": None}
    changes["opaque_tokens"] = True  # those of the demo
    if "public_url" not in settings.model_fields_set:
        changes["public_url"] = _address(settings.model_copy(update=changes))
    local = settings.model_copy(update=changes)
    changes["webhooks_to_loopback"] = local.is_for_this_machine
    if "demo_sign_in" not in settings.model_fields_set:
        changes["demo_sign_in"] = local.model_copy(update={"demo_sign_in": True}).unsafe == {}
    return changes


def _address(settings: Settings) -> str:
    """Where the hub is for programs on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104  # read, not bound
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _set_the_stage(runtime: Runtime) -> tuple[Tokens, bool]:
    """The demo region and its tokens, made when there are none that are valid; and whether the log is still empty."""
    now = clock.now()
    path = runtime.settings.data_dir / "demo-tokens.json"
    with runtime.sessions.begin() as session:
        is_first = log.head(session).position == 0
        kept = _kept_tokens(session, path, now)
        if kept:
            return kept, is_first
        load_demo(session, now)
        tokens = make_tokens(session, ORGANISATIONS, label="hub up", valid_for=_TOKENS_VALID_FOR, now=now)
    _keep_to_ourselves(path, tokens)
    return tokens, is_first


def _kept_tokens(session: Session, path: Path, now: datetime) -> Tokens | None:
    """The tokens of an earlier start, if this database knows them all and they last for a day."""
    if not path.exists():
        return None
    tokens: dict[str, str] = json.loads(path.read_text())
    try:
        lasts = [grant_of(session, tokens[code], now=now).expires_at > now + _A_DAYS_WORK for code in ORGANISATIONS]
    except (KeyError, NotSignedIn):
        return None
    return tokens if all(lasts) else None


def _keep_to_ourselves(path: Path, tokens: Tokens) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(tokens, file, indent=2)


class _Server:
    """The API in a thread of its own, so that this one can play the demo and wait for Ctrl-C."""

    def __init__(self, server: uvicorn.Server, listener: socket.socket) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.run, args=([listener],), name="api", daemon=True)

    def start(self) -> None:
        """Begin to answer; what comes in meanwhile waits in the listener."""
        self._thread.start()

    def wait(self) -> None:
        """Until Ctrl-C."""
        try:
            while self._thread.is_alive():
                self._thread.join(1)
        except KeyboardInterrupt:
            typer.echo("\nDe hub stopt.")

    def stop(self) -> None:
        """Finish the requests that run, then stop."""
        self._server.should_exit = True
        self._thread.join(_PATIENCE_SECONDS)


@contextmanager
def _running(settings: Settings, url: str, runtime: Runtime, listener: socket.socket) -> Iterator[_Server]:
    worker = WorkerBeside(settings, url)
    app = make_app(runtime, Hints(hint_sender(settings)))
    config = uvicorn.Config(
        app,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=5,
    )
    server = _Server(uvicorn.Server(config), listener)
    server.start()
    worker.start()
    try:
        yield server
    finally:
        server.stop()
        worker.stop()


def _welcome(settings: Settings, tokens: Tokens) -> None:
    """Where the hub is, how to come in, and one call that works."""
    typer.echo(f"\nSamenspel draait op {settings.public_url}   (Ctrl-C stopt)")
    if settings.demo_sign_in:
        typer.echo(f"Rondkijken als iemand uit de proefregio: open {settings.public_url}/sign-in in uw browser.")
    typer.echo("\nTokens van de proefregio:")
    for organisation, secret in tokens.items():
        typer.echo(f"  {organisation:<10} {secret}")
    event = {
        "specversion": "1.0",
        "id": "$(date +%s%N)",
        "source": "urn:nld:oin:00000099000000000001:systeem:demo",
        "type": "nl.samenspel.signal.raised.v1",
        "time": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
        "data": {
            "school": "99AA00",
            "homePostcode": "9403",
            "theme": "wellbeing",
            "ask": "think_along",
            "question": "Wie denkt met ons mee?",
        },
    }
    body = json.dumps(event).replace('"', '\\"')
    here = _address(settings)
    typer.echo("\nEen signaal geven als school:")
    typer.echo(
        f'  curl -sS {here}/v1/events -H "Authorization: Bearer {tokens["B00001"]}" '
        f'-H "Content-Type: {MEDIA_TYPE}" -d "{body}"'
    )
    typer.echo("\nZien wat er bij het sociaal team van Assen wacht:")
    typer.echo(f'  curl -sS {here}/v1/inbox -H "Authorization: Bearer {tokens["GM0106-ST"]}"\n')
