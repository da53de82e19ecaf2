"""`hub key`: the master keys of the vault, and bringing another one into use while the hub runs.

hub key add       a fresh key into the file; every machine gets the file
hub key rotate    use it, and wrap everything anew
hub key retire    take out of the file what protects nothing any more
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.access import people, providers, signing_keys
from hub.access.tables import Person, Provider, SigningKey
from hub.delivery.tables import Subscription
from hub.errors import Conflict
from hub.manage.office import Office, show
from hub.privacy.checkpoint_keys import public_keys, read_checkpoint_keys
from hub.privacy.key_files import KeyRing, replace_key_file
from hub.privacy.master_keys import LOOK_SECONDS, make_master_keys, read_master_keys
from hub.privacy.rewrapping import DATA_KEYS, SealedColumn, Under, protected, rewrap as rewrap_columns
from hub.privacy.vault import Vault
from hub.store.base import Base
from hub.store.engine import Sessions

key = typer.Typer(help="Master keys of the vault: make, rotate, retire.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def _sealed(table: type[Base], id_: str, column: str, *purpose: Callable[[Any], bytes]) -> SealedColumn:
    return SealedColumn(table.metadata.tables[table.__tablename__], id_, column, *purpose)


SEALED: tuple[SealedColumn, ...] = (
    DATA_KEYS,
    _sealed(Subscription, "id", "secret"),
    _sealed(SigningKey, "kid", "sealed", signing_keys.purpose),
    _sealed(Provider, "code", "sealed", providers.purpose),
    _sealed(Person, "id", "sealed", people.purpose),
)
"""Everything that a master key protects. A test looks for what is missing here."""


@key.command("new")
def new_key(
    path: Annotated[Path, typer.Argument(help="File to write; it must not exist yet.")], as_json: AsJson = False
) -> None:
    """Make a file with a new master key. Keep a copy in a safe place: without it, no case can be read."""
    if path.exists():
        typer.echo("Dit bestand bestaat al. De hub schrijft nooit over sleutels heen.", err=True)
        raise typer.Exit(1)
    make_master_keys(path)
    show({"file": str(path)}, f"Sleutel gemaakt in {path}. Bewaar een kopie op een veilige plek.", as_json=as_json)


@key.command("add")
def add_key(context: typer.Context, as_json: AsJson = False) -> None:
    """Put a fresh master key into the file, not yet in use. Bring the file to every machine before you rotate."""
    office: Office = context.obj
    path = office.settings.master_key_path
    ring = read_master_keys(path).with_another()
    replace_key_file(path, ring)
    text = f"Sleutel {ring.newest} staat in {path}. Breng dit bestand naar elke machine, en dan: hub key rotate."
    show({"added": ring.newest, "inUse": ring.current}, text, as_json=as_json)


@key.command("rotate")
def rotate(context: typer.Context, as_json: AsJson = False) -> None:
    """Use the newest master key, or a fresh one, and wrap everything anew under it; the hub goes on meanwhile.

    It can be stopped and given again at any moment. Older keys stay in the file until `hub key retire`.
    """
    office: Office = context.obj
    path = office.settings.master_key_path
    with office.sessions() as sessions:
        ring = read_master_keys(path)
        if ring.newest == ring.current and not _is_under_way(sessions, ring):
            ring = ring.with_another()
        ring = ring.using(ring.newest)
        replace_key_file(path, ring)
        number = _rewrap_all(sessions, ring)
        time.sleep(2 * LOOK_SECONDS)  # by then every process on this file uses the new key
        number += _rewrap_all(sessions, ring)
    text = f"Sleutel {ring.current} is in gebruik; {number} sleutels en geheimen zijn opnieuw verpakt."
    show({"inUse": ring.current, "rewrapped": number}, text, as_json=as_json)


@key.command("rewrap")
def rewrap(context: typer.Context, as_json: AsJson = False) -> None:
    """Wrap anew what is not under the key in use yet: after a rotation that was cut short, or on many machines."""
    office: Office = context.obj
    ring = read_master_keys(office.settings.master_key_path)
    with office.sessions() as sessions:
        number = _rewrap_all(sessions, ring)
    text = f"{number} sleutels en geheimen zijn opnieuw verpakt onder {ring.current}."
    show({"inUse": ring.current, "rewrapped": number}, text, as_json=as_json)


@key.command("status")
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Which master keys there are, which one is in use, and what each protects."""
    office: Office = context.obj
    ring = read_master_keys(office.settings.master_key_path)
    with office.sessions() as sessions, sessions() as session:
        found = protected(session, SEALED)
    rows = [{"key": id_, "inUse": id_ == ring.current, "protects": _of(id_, found)} for id_ in ring.keys]
    lines = [f"{r['key']:<12} {'in gebruik' if r['inUse'] else '':<11} {r['protects']}" for r in rows]
    show(rows, "\n".join(lines), as_json=as_json)


@key.command("retire")
def retire(context: typer.Context, as_json: AsJson = False) -> None:
    """Take those keys out of the file that are not in use and protect nothing any more."""
    office: Office = context.obj
    path = office.settings.master_key_path
    ring = read_master_keys(path)
    with office.sessions() as sessions, sessions() as session:
        needed = {row.key_id for row in protected(session, SEALED)}
    old = frozenset(ring.keys) - {ring.current}
    if old and old <= needed:
        raise Conflict(
            "The older master keys still protect something.",
            next_step="Wrap it anew first: hub key rewrap. `hub key status` shows what it is.",
        )
    retired = old - needed
    replace_key_file(path, ring.without(retired))
    text = f"Uit het bestand: {', '.join(sorted(retired)) or 'niets'}. Breng het bestand naar elke machine."
    show({"retired": sorted(retired), "inUse": ring.current}, text, as_json=as_json)


@key.command("public")
def public(context: typer.Context, as_json: AsJson = False) -> None:
    """The public keys that checkpoints are verified with: for an auditor, who then needs no secret."""
    office: Office = context.obj
    keys = public_keys(read_checkpoint_keys(office.settings.checkpoint_key_path))
    show(keys, json.dumps(keys, indent=2), as_json=as_json)


def _rewrap_all(sessions: Sessions, ring: KeyRing) -> int:
    return sum(batch.number for batch in rewrap_columns(sessions, Vault(ring), SEALED))


def _is_under_way(sessions: Sessions, ring: KeyRing) -> bool:
    """Whether an earlier rotation to the key in use was cut short."""
    with sessions() as session:
        return any(row.key_id != ring.current for row in protected(session, SEALED))


def _of(key_id: str, found: list[Under]) -> dict[str, int]:
    return {row.column: row.number for row in found if row.key_id == key_id}
