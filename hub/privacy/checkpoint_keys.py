"""The keys that sign checkpoints (Ed25519, RFC 8032): in a file of their own, apart from the master keys.

Whoever has only the database cannot sign. An auditor verifies with the public keys alone.
"""

import base64
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.errors import InvalidInput
from hub.privacy.key_files import KeyFileUnusable, KeyRing, make_key_file, read_key_file

PublicKeys = Mapping[str, Ed25519PublicKey]


class CheckpointKeyUnusable(KeyFileUnusable):
    """The file with the keys that sign checkpoints is absent, open to others, or not what it should be."""

    code = "checkpoint-key-unusable"
    title = "The file with the keys for checkpoints cannot be used"
    next_step = "Put the file back from its safe place. A new hub makes one by itself."


def read_checkpoint_keys(path: Path) -> KeyRing:
    """The keys in the file at `path`. Raises CheckpointKeyUnusable."""
    return read_key_file(path, CheckpointKeyUnusable)


def read_or_make_checkpoint_keys(path: Path) -> KeyRing:
    """The same, and a new file where there is none; two processes that begin at once get the same one."""
    if not path.exists():
        with suppress(FileExistsError):
            make_key_file(path)
    return read_checkpoint_keys(path)


def sign(ring: KeyRing, message: bytes) -> bytes:
    """The signature of `message` with the key in use."""
    return Ed25519PrivateKey.from_private_bytes(ring.keys[ring.current]).sign(message)


def is_signed(keys: PublicKeys, key_id: str, signature: bytes, message: bytes) -> bool:
    """Whether `signature` is of this message, by a key that is known."""
    if key_id not in keys:
        return False
    try:
        keys[key_id].verify(signature, message)
    except InvalidSignature:
        return False
    return True


def verifying_keys(ring: KeyRing) -> PublicKeys:
    """The public halves of the keys in a file."""
    return {key_id: Ed25519PrivateKey.from_private_bytes(key).public_key() for key_id, key in ring.keys.items()}


def public_keys(ring: KeyRing) -> dict[str, str]:
    """The public halves as they are given away: base64 by key id."""
    return {key_id: base64.b64encode(key.public_bytes_raw()).decode() for key_id, key in verifying_keys(ring).items()}


def read_public_keys(path: Path) -> PublicKeys:
    """What `hub key public` wrote. Raises InvalidInput."""
    try:
        document = orjson.loads(path.read_bytes())
        return {
            str(key_id): Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
            for key_id, key in document.items()
        }
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise InvalidInput(
            "This file holds no public keys: %(path)s", next_step="Make it with: hub key public --json.", path=str(path)
        ) from error
