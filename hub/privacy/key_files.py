"""Files with secret keys: small, for the hub's user alone, and replaced only as a whole.

    {"current": "a1b2c3d4", "keys": {"a1b2c3d4": "<32 bytes in base64>"}}

New things are made with `current`; the older keys stay for what was made with them. The newest stands last.
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


class KeyFileUnusable(HubError):
    """A file with keys is absent, open to others, or not what it should be."""

    status = 500
    code = "key-file-unusable"
    title = "A file with keys cannot be used"
    next_step = "Put the file back from its safe place."


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys by id, the newest last, and the id of the one in use. Never shown: there is no repr."""

    current: str
    keys: dict[str, bytes]

    @property
    def newest(self) -> str:
        """The id of the key that was added last."""
        return next(reversed(self.keys))

    def with_another(self) -> "KeyRing":
        """The same with a fresh key beside the others, not yet in use."""
        return KeyRing(self.current, {**self.keys, secrets.token_hex(4): secrets.token_bytes(_KEY_BYTES)})

    def using(self, key_id: str) -> "KeyRing":
        """The same, with this key in use."""
        if key_id not in self.keys:
            raise KeyError(key_id)
        return KeyRing(key_id, self.keys)

    def without(self, key_ids: frozenset[str]) -> "KeyRing":
        """The same without these keys; the one in use is never among them."""
        gone = key_ids - {self.current}
        return KeyRing(self.current, {id_: key for id_, key in self.keys.items() if id_ not in gone})


def make_key_file(path: Path) -> None:
    """Write a file with one fresh key at `path`, readable by this user only. Never replaces a file."""
    key_id = secrets.token_hex(4)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    _write(beside, KeyRing(key_id, {key_id: secrets.token_bytes(_KEY_BYTES)}))
    try:
        os.link(beside, path)  # unlike a rename it fails where something is
    finally:
        beside.unlink()


def replace_key_file(path: Path, ring: KeyRing) -> None:
    """Put `ring` in the place of what the file holds: whoever reads meanwhile sees the old file or the new one."""
    beside = _beside(path)
    _write(beside, ring)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_key_file(path: Path, refusal: type[KeyFileUnusable] = KeyFileUnusable) -> KeyRing:
    """The keys in the file at `path`. Raises `refusal`, with what to do."""
    try:
        mode = path.stat().st_mode
        document = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise refusal("The file with keys is absent or damaged: %(path)s", path=str(path)) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and not _handed_in_by_a_secret_store(path):
        raise refusal(
            "Others on this machine may read the file with keys: %(path)s",
            next_step="Take their rights away: chmod 600, and start again.",
            path=str(path),
        )
    ring = _parse(document)
    if ring is None:
        raise refusal(
            "The file with keys does not hold what it should: %(path)s",
            next_step="Put the file back from its safe place.",
            path=str(path),
        )
    return ring


def _beside(path: Path) -> Path:
    """A new name in the same folder, so that a file gets its own name only when it is whole."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}")


def _write(path: Path, ring: KeyRing) -> None:
    encoded = {key_id: base64.b64encode(key).decode() for key_id, key in ring.keys.items()}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(orjson.dumps({"current": ring.current, "keys": encoded}))
        file.flush()
        os.fsync(file.fileno())


def _handed_in_by_a_secret_store(path: Path) -> bool:
    """Container engines mount secrets below /run/secrets, on a file system that only the container sees."""
    return path.is_relative_to("/run/secrets")


def _parse(document: object) -> KeyRing | None:
    match document:
        case {"current": str(current), "keys": dict(encoded)} if current in encoded:
            keys = {key_id: _decoded(key) for key_id, key in encoded.items() if _is_id(key_id)}
            if len(keys) == len(encoded) and all(len(key) == _KEY_BYTES for key in keys.values()):
                return KeyRing(current, keys)
    return None


def _is_id(key_id: str) -> bool:
    """What is made with a key carries its id, with its length in one byte."""
    return 0 < len(key_id.encode()) <= _LONGEST_ID_BYTES


def _decoded(key: object) -> bytes:
    """The bytes of a key; none where it is not base64."""
    try:
        return base64.b64decode(key, validate=True) if isinstance(key, str) else b""
    except ValueError:
        return b""
