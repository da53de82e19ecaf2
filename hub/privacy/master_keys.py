"""The master keys that wrap the data keys: a small file that only the hub's user may read.

    {"current": "2026-11-22-a1b2", "keys": {"2026-11-22-a1b2": "<32 bytes in base64>"}}

New data keys are wrapped by `current`; the older ones stay until everything under them has been wrapped anew.
"""

import base64
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

import orjson

from hub.errors import HubError

_KEY_BYTES = 32
_LONGEST_ID_BYTES = 255


class MasterKeyUnusable(HubError):
    """The file with the master keys is absent, open to others, or not what it should be."""

    status = 500
    code = "master-key-unusable"
    title = "The file with the master keys cannot be used"


@dataclass(frozen=True, slots=True, repr=False)
class MasterKeys:
    """The keys by id, and the id of the one to wrap with. Never shown: there is no repr."""

    current: str
    keys: dict[str, bytes]


def make_master_keys(path: Path) -> None:
    """Write a file with one fresh key at `path`, readable by this user only. Never replaces a file."""
    key_id = secrets.token_hex(4)
    document = {"current": key_id, "keys": {key_id: base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}}
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(orjson.dumps(document))
        file.flush()
        os.fsync(file.fileno())


def read_master_keys(path: Path) -> MasterKeys:
    """The keys in the file at `path`. Raises MasterKeyUnusable, with what to do."""
    try:
        mode = path.stat().st_mode
        document = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise MasterKeyUnusable(
            "The file with the master keys is absent or damaged: %(path)s",
            next_step="Put the file back from its safe place, or make one for a new hub: hub key new.",
            path=str(path),
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and not _handed_in_by_a_secret_store(path):
        raise MasterKeyUnusable(
            "Others on this machine may read the file with the master keys: %(path)s",
            next_step="Take their rights away: chmod 600, and start again.",
            path=str(path),
        )
    return _parse(path, document)


def _handed_in_by_a_secret_store(path: Path) -> bool:
    """Container engines mount secrets below /run/secrets, on a file system that only the container sees."""
    return path.is_relative_to("/run/secrets")


def _parse(path: Path, document: object) -> MasterKeys:
    match document:
        case {"current": str(current), "keys": dict(encoded)} if current in encoded:
            keys = {key_id: _decoded(key) for key_id, key in encoded.items() if _is_id(key_id)}
            if len(keys) == len(encoded) and all(len(key) == _KEY_BYTES for key in keys.values()):
                return MasterKeys(current, keys)
    raise MasterKeyUnusable(
        "The file with the master keys does not hold what it should: %(path)s",
        next_step="Put the file back from its safe place.",
        path=str(path),
    )


def _is_id(key_id: str) -> bool:
    """What is wrapped carries the id of its key, with its length in one byte."""
    return 0 < len(key_id.encode()) <= _LONGEST_ID_BYTES


def _decoded(key: object) -> bytes:
    """The bytes of a key; none where it is not base64."""
    try:
        return base64.b64decode(key, validate=True) if isinstance(key, str) else b""
    except ValueError:
        return b""
