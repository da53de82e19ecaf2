"""The hash chain: each event carries the hash of the one before it, so an edit, a gap or a swap shows.

hash(n) = SHA-256( hash(n-1) ‖ position as 8 bytes, big-endian ‖ SHA-256(canonical content of n) )
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import orjson

GENESIS = bytes(32)


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no white space: the same value always gives the same bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


class Said(Protocol):
    """What an event says, before it has a place in the log and as a row of it."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def case_id(self) -> UUID: ...  # noqa: D102
    @property
    def publisher(self) -> str: ...  # noqa: D102
    @property
    def time(self) -> datetime: ...  # noqa: D102
    @property
    def data(self) -> dict[str, Any]: ...  # noqa: D102
    @property
    def sealed_id(self) -> UUID | None: ...  # noqa: D102
    @property
    def commitment(self) -> bytes | None: ...  # noqa: D102
    @property
    def traceparent(self) -> str | None: ...  # noqa: D102


def content_digest(said: Said, recorded_at: datetime, audience: Iterable[str]) -> bytes:
    """The digest of everything an event says, apart from its place in the log."""
    moments = [moment.astimezone(UTC).isoformat() for moment in (said.time, recorded_at)]
    sealed = [said.sealed_id, said.commitment.hex() if said.commitment else None]
    names = [said.source, said.id, said.type, said.case_id, said.publisher, said.traceparent]
    return hashlib.sha256(canonical([*names, moments, said.data, sealed, sorted(set(audience))])).digest()


def link(previous: bytes, position: int, digest: bytes) -> bytes:
    """The hash of the event at `position`, given the hash of the event before it."""
    return hashlib.sha256(previous + position.to_bytes(8, "big") + digest).digest()
