"""The vault: personal data sealed per case, so that destroying one key erases a case for good.

Envelope encryption: a document is sealed with the data key of its case, which is itself wrapped by a master key that
lives outside the database. Both with AES-256-GCM (NIST SP 800-38D); the associated data binds every ciphertext to its
case, so that one cannot be moved to another.

A wrapped key is  length of key id (1 byte) ‖ key id ‖ nonce (12) ‖ ciphertext and tag; a sealed document  nonce ‖ same.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from hub.errors import Gone
from hub.events.chain import canonical
from hub.privacy.master_keys import KeysOnFile, MasterKeys
from hub.privacy.tables import CaseKey, Sealed
from hub.store.bulk import Batch, insert_together

_NONCE_BYTES = 12
_KEY_BYTES = 32
_SALT_BYTES = 16


class Erased(Gone):
    """The key of this case was destroyed: nobody can read it any more, and that is meant so."""

    code = "erased"
    title = "This case has been erased"
    next_step = "Its personal data is gone for good. Ask the school if you need it again."


class Unreadable(Exception):
    """A ciphertext does not fit its key or its case: damage, or somebody moved it. A defect, not a refusal."""


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """The opened key of one case."""

    case_id: UUID
    cipher: AESGCM


@dataclass(frozen=True, slots=True)
class Letter:
    """Personal fields of one event, with the salt of the commitment that the log holds."""

    salt: bytes
    fields: dict[str, Any]


class Vault:
    """Makes, opens and uses the data keys of cases."""

    def __init__(self, master_keys: MasterKeys | KeysOnFile) -> None:
        self._master_keys = master_keys
        self._masters: dict[str, AESGCM] = {}

    @property
    def current_key(self) -> str:
        """The id of the master key that is in use."""
        return self._ring().current

    def new_key(self, case_id: UUID, *, now: datetime) -> tuple[DataKey, dict[str, Any]]:
        """A fresh key for a case, and the row of `case_keys` that keeps it."""
        key = os.urandom(_KEY_BYTES)
        wrapped = self.seal_secret(case_id.bytes, key)
        row = {"case_id": case_id, "wrapped": wrapped, "made_at": now, "destroyed_at": None}
        return DataKey(case_id, AESGCM(key)), row

    def unwrap(self, case_id: UUID, wrapped: bytes) -> DataKey:
        """The key of a case out of its row."""
        return DataKey(case_id, AESGCM(self.open_secret(case_id.bytes, wrapped)))

    def seal_secret(self, purpose: bytes, secret: bytes) -> bytes:
        """`secret` under the current master key, with that key's id inside; it opens for the same `purpose` only."""
        nonce = os.urandom(_NONCE_BYTES)
        current = self.current_key
        return key_prefix(current) + nonce + self._master(current).encrypt(nonce, secret, purpose)

    def open_secret(self, purpose: bytes, sealed: bytes) -> bytes:
        """What `seal_secret` sealed. Raises Unreadable for another purpose, KeyError when its master key is gone."""
        start = 1 + sealed[0]
        master = self._master(sealed[1:start].decode())
        return _decrypt(master, sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :], purpose)

    def _ring(self) -> MasterKeys:
        keys = self._master_keys
        return keys.current() if isinstance(keys, KeysOnFile) else keys

    def _master(self, key_id: str) -> AESGCM:
        """Raises KeyError when that key is gone; one that has come into use since this process began is found."""
        if key_id not in self._masters:
            keys = self._ring().keys
            if key_id not in keys and isinstance(self._master_keys, KeysOnFile):
                keys = self._master_keys.newest().keys
            self._masters[key_id] = AESGCM(keys[key_id])
        return self._masters[key_id]

    def keys_of(self, connection: Connection, case_ids: Iterable[UUID]) -> dict[UUID, DataKey]:
        """The keys of those cases that still have one."""
        rows = connection.execute(
            select(CaseKey.case_id, CaseKey.wrapped).where(
                CaseKey.case_id.in_(list(case_ids)), CaseKey.wrapped.is_not(None)
            )
        )
        return {row.case_id: self.unwrap(row.case_id, bytes(row.wrapped)) for row in rows}

    def key_of(self, connection: Connection, case_id: UUID) -> DataKey:
        """The key of a case. Raises Erased when it was destroyed."""
        keys = self.keys_of(connection, [case_id])
        if case_id not in keys:
            raise Erased("The personal data of this case has been erased.")
        return keys[case_id]


def key_prefix(key_id: str) -> bytes:
    """How everything begins that is sealed under this master key."""
    written = key_id.encode()
    return bytes([len(written)]) + written


def new_salt() -> bytes:
    """Salt for a commitment: without it, the commitment of a short name could be guessed."""
    return os.urandom(_SALT_BYTES)


def commit(salt: bytes, body: Mapping[str, Any]) -> bytes:
    """The commitment to a whole event that the log holds: it proves what was said, and tells nothing by itself."""
    return hmac.digest(salt, canonical(body), hashlib.sha256)


def seal(key: DataKey, sealed_id: UUID, letter: Letter) -> dict[str, Any]:
    """The row of `sealed` that keeps `letter`."""
    nonce = os.urandom(_NONCE_BYTES)
    plain = letter.salt + orjson.dumps(letter.fields)
    ciphertext = nonce + key.cipher.encrypt(nonce, plain, key.case_id.bytes + sealed_id.bytes)
    return {"id": sealed_id, "case_id": key.case_id, "ciphertext": ciphertext}


def unseal(key: DataKey, sealed_id: UUID, ciphertext: bytes) -> Letter:
    """What was sealed. Raises Unreadable where the ciphertext is not of this case and document."""
    nonce, sealed = ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:]
    plain = _decrypt(key.cipher, nonce, sealed, key.case_id.bytes + sealed_id.bytes)
    return Letter(plain[:_SALT_BYTES], orjson.loads(plain[_SALT_BYTES:]))


def keep(connection: Connection, keys: Sequence[dict[str, Any]], letters: Sequence[dict[str, Any]]) -> None:
    """Write rows of `new_key` and `seal`."""
    insert_together(
        connection,
        Batch(CaseKey.__table__, keys),  # type: ignore[arg-type]  # declarative tables are Tables
        Batch(Sealed.__table__, letters),  # type: ignore[arg-type]
    )


def letters_of(session: Session, vault: Vault, case_id: UUID) -> dict[UUID, Letter]:
    """Everything sealed in a case, by document. Raises Erased when its key was destroyed."""
    connection = session.connection()
    rows = connection.execute(select(Sealed.id, Sealed.ciphertext).where(Sealed.case_id == case_id)).all()
    if not rows:
        _check_not_erased(connection, case_id)
        return {}
    key = vault.key_of(connection, case_id)
    return {row.id: unseal(key, row.id, bytes(row.ciphertext)) for row in rows}


def _check_not_erased(connection: Connection, case_id: UUID) -> None:
    """A case in which nothing was ever sealed is not an erased one."""
    gone = select(CaseKey.case_id).where(CaseKey.case_id == case_id, CaseKey.wrapped.is_(None))
    if connection.execute(gone).first() is not None:
        raise Erased("The personal data of this case has been erased.")


def _decrypt(cipher: AESGCM, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, sealed, associated)
    except InvalidTag as error:
        raise Unreadable from error
