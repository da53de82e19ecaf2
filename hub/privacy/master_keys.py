"""The master keys that wrap the data keys: a small file that only the hub's user may read.

New data keys are wrapped by the current one; the older ones stay until everything under them has been wrapped anew.
"""

import logging
import time
from pathlib import Path
from typing import Final

from hub.privacy.key_files import KeyFileUnusable, KeyRing, make_key_file, read_key_file

MasterKeys = KeyRing
"""The master keys of a hub."""

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0
"""A process that seals looks this often whether another key has come into use."""


class MasterKeyUnusable(KeyFileUnusable):
    """The file with the master keys is absent, open to others, or not what it should be."""

    code = "master-key-unusable"
    title = "The file with the master keys cannot be used"
    next_step = "Put the file back from its safe place, or make one for a new hub: hub key new."


def make_master_keys(path: Path) -> None:
    """Write a file with one fresh key at `path`, readable by this user only. Never replaces a file."""
    make_key_file(path)


def read_master_keys(path: Path) -> MasterKeys:
    """The keys in the file at `path`. Raises MasterKeyUnusable, with what to do."""
    return read_key_file(path, MasterKeyUnusable)


class KeysOnFile:
    """The master keys of a running process: it learns of new ones by itself, so that a rotation stops nobody."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._mark()
        self._looked_at = time.monotonic()
        self._keys = read_master_keys(path)

    def current(self) -> MasterKeys:
        """The keys as they were a second ago at most."""
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            self._look()
        return self._keys

    def newest(self) -> MasterKeys:
        """The keys as they are now: for something that was wrapped by a key that this process does not know."""
        self._look()
        return self._keys

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        mark = self._mark()
        if mark == self._seen:
            return
        try:
            self._keys, self._seen = read_master_keys(self._path), mark
        except MasterKeyUnusable as refusal:
            logger.error("the master keys cannot be read anew, the known ones stay: %s", refusal.code)  # noqa: TRY400

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size
