"""Signed checkpoints: where the log and the ledger stood at a moment, in files outside the database.

Whoever can change the database can compute its hash chains anew, but cannot sign. Each checkpoint carries the hash of
the one before, and the database knows the last of them, so that a file that is changed, taken away or put in shows too.
A file holds exactly the canonical JSON of its checkpoint, and is never written again.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from hub.events.chain import canonical
from hub.privacy.checkpoint_keys import PublicKeys, is_signed, sign
from hub.privacy.key_files import KeyRing

NONE_BEFORE = bytes(32)

_VERSION = 1
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """The last place of a chain, and its hash."""

    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed. `is_restart`: a backup was restored; what was signed beyond its marks has been lost with it."""

    sequence: int
    previous: bytes
    at: datetime
    epoch: UUID
    log: Mark
    ledger: Mark
    is_restart: bool


@dataclass(frozen=True, slots=True)
class Filed:
    """A checkpoint with the bytes of its file."""

    checkpoint: Checkpoint
    content: bytes

    @property
    def hash(self) -> bytes:
        """What the next checkpoint calls `previous`."""
        return hashlib.sha256(self.content).digest()


def write_checkpoint(folder: Path, checkpoint: Checkpoint, ring: KeyRing) -> Filed:
    """Sign a checkpoint and write its file, which others may read and nobody change. Raises FileExistsError."""
    said = _said(checkpoint) | {"key": ring.current}
    signature = base64.b64encode(sign(ring, canonical(said))).decode()
    content = canonical(said | {"signature": signature}) + b"\n"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    path = path_of(folder, checkpoint.sequence)
    beside = folder / f".{path.name}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)  # unlike a rename it fails where something is
    finally:
        beside.unlink()
    return Filed(checkpoint, content)


def path_of(folder: Path, sequence: int) -> Path:
    """The file of a checkpoint; names sort in their order."""
    return folder / f"checkpoint-{sequence:0{_DIGITS}}.json"


def files_in(folder: Path) -> list[Path]:
    """All files that are named like checkpoints, in order."""
    return sorted(folder.glob("checkpoint-*.json")) if folder.is_dir() else []


def read_checkpoint(path: Path, keys: PublicKeys) -> Filed | None:
    """The checkpoint in a file, or None for anything but what one of these keys signed, byte for byte."""
    try:
        content = path.read_bytes()
        document = orjson.loads(content)
        signature = base64.b64decode(document["signature"], validate=True)
        said = {name: value for name, value in document.items() if name != "signature"}
        whole = canonical(said | {"signature": document["signature"]}) + b"\n"
        if content != whole or not is_signed(keys, document["key"], signature, canonical(said)):
            return None
        return Filed(_checkpoint(document), content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _said(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "sequence": checkpoint.sequence,
        "previous": checkpoint.previous.hex(),
        "at": checkpoint.at.astimezone(UTC).isoformat(),
        "epoch": str(checkpoint.epoch),
        "log": _mark_said(checkpoint.log),
        "ledger": _mark_said(checkpoint.ledger),
        "restart": checkpoint.is_restart,
    }


def _mark_said(mark: Mark) -> dict[str, Any]:
    return {"position": mark.position, "hash": mark.hash.hex()}


def _checkpoint(document: Mapping[str, Any]) -> Checkpoint:
    if document["version"] != _VERSION:
        raise ValueError("a version that is not known")
    return Checkpoint(
        sequence=document["sequence"],
        previous=bytes.fromhex(document["previous"]),
        at=datetime.fromisoformat(document["at"]),
        epoch=UUID(document["epoch"]),
        log=_mark(document["log"]),
        ledger=_mark(document["ledger"]),
        is_restart=document["restart"],
    )


def _mark(document: Mapping[str, Any]) -> Mark:
    return Mark(document["position"], bytes.fromhex(document["hash"]))
