"""Under whose account the embedded PostgreSQL runs: the caller's own, or an unprivileged one when the caller is root.

PostgreSQL refuses to run as root, so root has to choose an account that owns the data folder and can reach it.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

_PREFERRED = ("samenspel", "postgres", "nobody")


class StartedAs(TypedDict, total=False):
    """The arguments with which `subprocess` starts a program under an account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the server; `switched` when it is another than the caller's."""

    uid: int
    gid: int
    switched: bool

    def started_as(self) -> StartedAs:
        """How `subprocess` starts a program under this account; nothing to say when it is the caller's own."""
        return StartedAs(user=self.uid, group=self.gid, extra_groups=[]) if self.switched else StartedAs()

    def take(self, path: Path, mode: int) -> None:
        """Make `path` this account's own, with `mode`."""
        if self.switched:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
        path.chmod(mode)

    def can_reach(self, path: Path) -> bool:
        """Whether this account may pass through every folder above `path`."""
        return not self.switched or all(map(self._can_pass, path.resolve().parents))

    def _can_pass(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        return bool(status.st_mode & (0o010 if status.st_gid == self.gid else 0o001))


def account_for(cluster: Path) -> Account:
    """The account for the server of the data folder `cluster`: its owner's if it exists and the caller is root."""
    if os.geteuid() != 0:
        return Account(os.getuid(), os.getgid(), switched=False)
    owner = cluster.stat().st_uid if cluster.exists() else 0
    entry = pwd.getpwuid(owner) if owner else _unprivileged()
    return Account(entry.pw_uid, entry.pw_gid, switched=True)


def _unprivileged() -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _PREFERRED if name in known)
