"""Every way to change a log, a ledger or a folder of checkpoints that somebody may think of, at random places.

Each change returns the part in which it must be found, and the place if that can only be one. The skilled ones know how
the chains are computed, and compute them anew; only the signatures they cannot make.
"""

import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.events.chain import GENESIS, content_digest, link
from hub.privacy.checkpoint_keys import verifying_keys
from hub.privacy.checkpoints import files_in, path_of, read_checkpoint, write_checkpoint
from hub.privacy.key_files import KeyRing
from hub.privacy.ledger import entry_digest
from tests.support.postgres import as_owner

Where = tuple[str, int | None]


@dataclass(frozen=True)
class Scene:
    """What is changed: the database as this session sees it, and the folder with files; with what it held before."""

    session: Session
    folder: Path
    ring: KeyRing
    pick: random.Random
    events: int
    entries: int
    checkpoints: int

    def run(self, statement: str, **values: Any) -> None:
        """A statement on the database, as its owner gives it."""
        as_owner(self.session)
        self.session.execute(text(statement), values)


EVENT_EDITS = {
    "source": "source || 'x'",
    "id": "id || 'x'",
    "type": "'signal.withdrawn'",
    "case_id": "gen_random_uuid()",
    "publisher": "'B00009'",
    "time": "time + interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 hour'",
    "data": """jsonb_set(data, '{theme}', '"poverty"')""",
    "sealed_id": "gen_random_uuid()",
    "commitment": "sha256(coalesce(commitment, ''))",
    "traceparent": "coalesce(traceparent, '') || '0'",
    "hash": "sha256(hash)",
}
ENTRY_EDITS = {
    "action": "'export'",
    "case_id": "gen_random_uuid()",
    "id": "gen_random_uuid()",
    "organisation": "'PO9999'",
    "caller": "'somebody else'",
    "role": "'former'",
    "fields": "'nothing'",
    "ground": "'safety'",
    "purpose": "'complaint'",
    "traceparent": "coalesce(traceparent, '') || '0'",
    "began_at": "began_at - interval '1 second'",
    "read_at": "read_at - interval '1 second'",
    "hash": "sha256(hash)",
}


def edit_event(scene: Scene) -> Where:
    """One column of one event."""
    column, place = scene.pick.choice(sorted(EVENT_EDITS)), scene.pick.randint(1, scene.events)
    scene.run(f"UPDATE events SET {column} = {EVENT_EDITS[column]} WHERE position = :p", p=place)
    return "log", place


def edit_entry(scene: Scene) -> Where:
    """One column of one entry of the ledger."""
    column, place = scene.pick.choice(sorted(ENTRY_EDITS)), scene.pick.randint(1, scene.entries)
    scene.run(f"UPDATE disclosures SET {column} = {ENTRY_EDITS[column]} WHERE position = :p", p=place)
    return "ledger", place


def delete_event(scene: Scene) -> Where:
    """One event, with or without its audience."""
    place = scene.pick.randint(1, scene.events)
    scene.run("DELETE FROM events WHERE position = :p", p=place)
    if scene.pick.random() < 0.5:
        scene.run("DELETE FROM event_audience WHERE position = :p", p=place)
    return "log", place


def delete_entry(scene: Scene) -> Where:
    """One entry of the ledger."""
    place = scene.pick.randint(1, scene.entries)
    scene.run("DELETE FROM disclosures WHERE position = :p", p=place)
    return "ledger", place


def swap_events(scene: Scene) -> Where:
    """Two events change places."""
    one, other = sorted(scene.pick.sample(range(1, scene.events + 1), 2))
    _swap(scene, "events", one, other)
    _swap(scene, "event_audience", one, other)
    return "log", one


def swap_entries(scene: Scene) -> Where:
    """Two entries of the ledger change places."""
    one, other = sorted(scene.pick.sample(range(1, scene.entries + 1), 2))
    _swap(scene, "disclosures", one, other)
    return "ledger", one


def _swap(scene: Scene, table: str, one: int, other: int) -> None:
    for before, after in ((one, -one), (other, one), (-one, other)):
        scene.run(f"UPDATE {table} SET position = :after WHERE position = :before", before=before, after=after)


def cut_off_events(scene: Scene) -> Where:
    """The end of the log; half of the time its head is put back too."""
    place = scene.pick.randint(1, scene.events)
    for table in ("events", "event_audience"):
        scene.run(f"DELETE FROM {table} WHERE position >= :p", p=place)
    if scene.pick.random() < 0.5:
        _put_back(scene, "log_head", "events", place - 1)
    return "log", place


def cut_off_entries(scene: Scene) -> Where:
    """The end of the ledger; half of the time its head is put back too."""
    place = scene.pick.randint(1, scene.entries)
    scene.run("DELETE FROM disclosures WHERE position >= :p", p=place)
    if scene.pick.random() < 0.5:
        _put_back(scene, "ledger_head", "disclosures", place - 1)
    return "ledger", place


def _put_back(scene: Scene, head: str, table: str, place: int) -> None:
    hash_ = f"coalesce((SELECT hash FROM {table} WHERE position = :p), :genesis)"
    scene.run(f"UPDATE {head} SET position = :p, hash = {hash_}", p=place, genesis=GENESIS)


def put_in_event(scene: Scene) -> Where:
    """A copy of an event under another id, before the first or after the last."""
    names = ", ".join(name for name in EVENT_EDITS if name != "id")
    place = scene.pick.choice([0, -5, scene.events + 1])
    scene.run(
        f"INSERT INTO events (position, partition, id, {names}) "
        f"SELECT :to, partition, 'copy', {names} FROM events WHERE position = :p",
        to=place,
        p=scene.pick.randint(1, scene.events),
    )
    return "log", None


def change_audience(scene: Scene) -> Where:
    """Somebody more, somebody less or somebody else may know of an event, or of one that is not there."""
    place = scene.pick.randint(1, scene.events)
    how = scene.pick.choice(["more", "less", "else", "nothing"])
    if how == "more":
        scene.run("INSERT INTO event_audience VALUES ('PO9999', :p)", p=place)
    elif how == "less":
        scene.run("DELETE FROM event_audience WHERE position = :p", p=place)
    elif how == "else":
        scene.run("UPDATE event_audience SET organisation = organisation || 'x' WHERE position = :p", p=place)
    else:
        place = scene.events + 7
        scene.run("INSERT INTO event_audience VALUES ('PO9999', :p)", p=place)
    return "log", place


def change_heads(scene: Scene) -> Where:
    """What the database knows of the ends."""
    statement, part = scene.pick.choice(
        [
            ("UPDATE log_head SET position = position - 1", "log"),
            ("UPDATE log_head SET hash = sha256(hash)", "log"),
            ("UPDATE log_head SET epoch = gen_random_uuid()", "log"),
            ("UPDATE ledger_head SET position = position + 1", "ledger"),
            ("UPDATE ledger_head SET hash = sha256(hash)", "ledger"),
            ("UPDATE checkpoint_head SET sequence = sequence + 1", "checkpoints"),
            ("UPDATE checkpoint_head SET hash = sha256(hash)", "checkpoints"),
            ("DELETE FROM checkpoint_head", "checkpoints"),
            ("UPDATE events SET partition = (partition + 1) % 8 WHERE position = 3", "log"),
        ]
    )
    scene.run(statement)
    return part, None


def rewrite_events(scene: Scene) -> Where:
    """Skilled: change or take away an event, close the gap, and compute every hash after it anew."""
    place = scene.pick.randint(1, scene.events)
    if scene.pick.random() < 0.5:
        scene.run("UPDATE events SET publisher = 'B00009' WHERE position = :p", p=place)
    else:
        for table in ("events", "event_audience"):
            scene.run(f"DELETE FROM {table} WHERE position = :p", p=place)
            for later in range(place + 1, scene.events + 1):
                scene.run(f"UPDATE {table} SET position = :p - 1 WHERE position = :p", p=later)
    _chain_anew(scene, "events", "log_head", _digest_of_event)
    return "log", None


def rewrite_entries(scene: Scene) -> Where:
    """Skilled: the same with the ledger."""
    place = scene.pick.randint(1, scene.entries)
    if scene.pick.random() < 0.5:
        scene.run("UPDATE disclosures SET caller = 'nobody' WHERE position = :p", p=place)
    else:
        scene.run("DELETE FROM disclosures WHERE position = :p", p=place)
        for later in range(place + 1, scene.entries + 1):
            scene.run("UPDATE disclosures SET position = :p - 1 WHERE position = :p", p=later)
    _chain_anew(scene, "disclosures", "ledger_head", lambda _, row: entry_digest(row))
    return "ledger", None


def _digest_of_event(scene: Scene, row: Mapping[str, Any]) -> bytes:
    audience = scene.session.scalars(
        text("SELECT organisation FROM event_audience WHERE position = :p"), {"p": row["position"]}
    ).all()
    said = type("Said", (), dict(row))()
    return content_digest(said, row["recorded_at"], audience)


def _chain_anew(scene: Scene, table: str, head: str, digest: Callable[[Scene, Mapping[str, Any]], bytes]) -> None:
    rows = [dict(row) for row in scene.session.execute(text(f"SELECT * FROM {table} ORDER BY position")).mappings()]
    previous = GENESIS
    for row in rows:
        previous = link(previous, row["position"], digest(scene, row))
        scene.run(f"UPDATE {table} SET hash = :hash WHERE position = :p", hash=previous, p=row["position"])
    scene.run(f"UPDATE {head} SET position = :p, hash = :hash", p=len(rows), hash=previous)


def edit_file(scene: Scene) -> Where:
    """One byte of one checkpoint."""
    sequence = scene.pick.randint(1, scene.checkpoints)
    path = path_of(scene.folder, sequence)
    content = bytearray(path.read_bytes())
    content[scene.pick.randrange(len(content))] ^= 1 << scene.pick.randrange(8)
    _write(path, bytes(content))
    return "checkpoints", sequence


def add_to_file(scene: Scene) -> Where:
    """White space that no reader of JSON would see, or the end cut off."""
    sequence = scene.pick.randint(1, scene.checkpoints)
    path = path_of(scene.folder, sequence)
    content = path.read_bytes()
    _write(path, scene.pick.choice([content + b"\n", content[:-1], content.replace(b",", b", ", 1), content[:40], b""]))
    return "checkpoints", sequence


def delete_files(scene: Scene) -> Where:
    """One checkpoint, or the last few, or all of them."""
    sequence = scene.pick.randint(1, scene.checkpoints)
    gone = scene.pick.choice([[sequence], list(range(sequence, scene.checkpoints + 1))])
    for one in gone:
        path_of(scene.folder, one).unlink()
    return "checkpoints", sequence


def swap_files(scene: Scene) -> Where:
    """Two checkpoints change names."""
    one, other = sorted(scene.pick.sample(range(1, scene.checkpoints + 1), 2))
    first, second = path_of(scene.folder, one), path_of(scene.folder, other)
    content, other_content = first.read_bytes(), second.read_bytes()
    _write(first, other_content)
    _write(second, content)
    return "checkpoints", one


def sign_with_another_key(scene: Scene) -> Where:
    """Skilled, but without the key: a checkpoint that says the same, signed by somebody else under the same name."""
    sequence = scene.pick.randint(1, scene.checkpoints)
    path = path_of(scene.folder, sequence)
    filed = read_checkpoint(path, verifying_keys(scene.ring))
    assert filed is not None
    path.unlink()
    forged = KeyRing(scene.ring.current, {scene.ring.current: scene.pick.randbytes(32)})
    write_checkpoint(scene.folder, filed.checkpoint, forged)
    return "checkpoints", sequence


def add_file(scene: Scene) -> Where:
    """A copy of a checkpoint beyond the last."""
    copied = path_of(scene.folder, scene.pick.randint(1, scene.checkpoints))
    beyond = scene.checkpoints + scene.pick.randint(1, 3)
    shutil.copy(copied, path_of(scene.folder, beyond))
    return "checkpoints", scene.checkpoints + 1


def _write(path: Path, content: bytes) -> None:
    path.chmod(0o640)
    path.write_bytes(content)


CHANGES: tuple[Callable[[Scene], Where], ...] = (
    *(edit_event, delete_event, swap_events, cut_off_events, put_in_event, change_audience, rewrite_events),
    *(edit_entry, delete_entry, swap_entries, cut_off_entries, rewrite_entries),
    *(edit_file, add_to_file, delete_files, swap_files, sign_with_another_key, add_file),
    change_heads,
)
FILES = frozenset({edit_file, add_to_file, delete_files, swap_files, sign_with_another_key, add_file})


def put_right(folder: Path, copy: Path) -> None:
    """The files as they were."""
    for path in files_in(folder):
        path.unlink()
    for path in files_in(copy):
        shutil.copy2(path, folder / path.name)
