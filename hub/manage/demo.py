"""`hub demo`: play the seven stories against a running hub."""

from datetime import timedelta
from typing import Annotated

import httpx
import typer

from hub import clock
from hub.demo.cast import make_tokens
from hub.demo.stage import Stage, Tokens
from hub.demo.stories import ORGANISATIONS, play_all
from hub.directory.actions import load_demo
from hub.manage.office import Office

_VALID_FOR = timedelta(minutes=15)
_CALL_SECONDS = 10.0


def demo(
    context: typer.Context,
    url: Annotated[str, typer.Option(help="Address of the running hub.")] = "http://127.0.0.1:8000",
) -> None:
    """Play seven stories through the API of a running hub, and print what happens, why, and how long it took.

    It needs the hub's database too, to make its short-lived tokens and, if absent, the invented demo region.
    """
    office: Office = context.obj
    now = clock.now()
    with office.sessions() as sessions, sessions.begin() as session:
        load_demo(session, now)
        tokens = make_tokens(session, ORGANISATIONS, label="hub demo", valid_for=_VALID_FOR, now=now)
    play(url, tokens)


def play(url: str, tokens: Tokens) -> None:
    """Play the stories on the hub at `url`."""
    with httpx.Client(base_url=url, timeout=_CALL_SECONDS, trust_env=False) as client:
        play_all(Stage(client, tokens, typer.echo))
