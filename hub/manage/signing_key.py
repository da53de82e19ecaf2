"""`hub signing-key`: the keys that the hub signs access tokens with."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from hub import clock
from hub.access import signing_keys
from hub.access.tables import SigningKey
from hub.manage.office import Office, show
from hub.privacy.master_keys import read_master_keys
from hub.privacy.vault import Vault

signing_key = typer.Typer(help="The keys under the hub's access tokens: see, rotate, withdraw.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
_BEFORE = int(signing_keys.PUBLISHED_BEFORE.total_seconds() // 60)


@signing_key.command("list")
def list_keys(context: typer.Context, as_json: AsJson = False) -> None:
    """Which keys there are and were, and which of them signs now."""
    office: Office = context.obj
    now = clock.now()
    with office.sessions() as sessions, sessions() as session:
        published = {row.kid for row in signing_keys.published_keys(session, now=now)}
        signing = signing_keys.signing_at(session, now)
        kid = None if signing is None else signing.kid
        rows = [_row(row, kid, published, now) for row in signing_keys.signing_keys(session)]
    lines = [f"{r['kid']:<44} {r['state']:<10} {r['signsFrom']:%Y-%m-%d %H:%M}" for r in rows]
    nothing = "Er zijn nog geen sleutels; de eerste komt er bij het eerste token."
    show(rows, "\n".join(lines) or nothing, as_json=as_json)


@signing_key.command()
def rotate(
    context: typer.Context,
    minutes: Annotated[int, typer.Option(min=0, max=1440, help="So long published before it signs.")] = _BEFORE,
    as_json: AsJson = False,
) -> None:
    """Make a new key. It is published now and signs later; the old one stays published while its tokens live."""
    office: Office = context.obj
    vault = Vault(read_master_keys(office.settings.master_key_path))
    with office.sessions() as sessions, sessions.begin() as session:
        made = signing_keys.rotate(session, vault, after=timedelta(minutes=minutes), now=clock.now())
    answer = {"kid": made.kid, "signsFrom": made.signs_from}
    show(answer, f"Nieuwe sleutel {made.kid}; ondertekent vanaf {made.signs_from:%Y-%m-%d %H:%M} UTC.", as_json=as_json)


@signing_key.command()
def withdraw(
    context: typer.Context,
    kid: Annotated[str, typer.Argument(help="Id of the key, as `hub signing-key list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Stop a key that others may know. Every token under it is worth nothing within seconds; clients fetch new ones."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session:
        done = signing_keys.withdraw_signing_key(session, kid, now=clock.now())
    text = "Sleutel ingetrokken." if done else "Er is geen sleutel met dit id in gebruik."
    show({"withdrawn": int(done)}, text, as_json=as_json)
    raise typer.Exit(0 if done else 1)


def _row(row: SigningKey, signing: str | None, published: set[str], now: datetime) -> dict[str, Any]:
    if row.withdrawn_at is not None:
        state = "withdrawn"
    elif row.kid == signing:
        state = "signing"
    elif row.signs_from > now:
        state = "waiting"
    else:
        state = "published" if row.kid in published else "over"
    return {"kid": row.kid, "state": state, "made": row.made_at, "signsFrom": row.signs_from}
