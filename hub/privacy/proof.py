"""Proof that nothing was changed: taking checkpoints, and verifying log, ledger and checkpoints against each other.

Found is every edit, deletion, swap, insertion and truncation, up to the last checkpoint also by somebody who computes
the hash chains anew. What is newer than that is protected by its chain alone: take checkpoints often, and keep a copy
of the folder where the hub cannot reach it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.codes import new_id
from hub.errors import Conflict
from hub.events import log
from hub.events.chain import GENESIS
from hub.events.tables import EventRow
from hub.privacy import ledger
from hub.privacy.checkpoint_keys import PublicKeys, verifying_keys
from hub.privacy.checkpoints import (
    NONE_BEFORE,
    Checkpoint,
    Filed,
    Mark,
    files_in,
    path_of,
    read_checkpoint,
    write_checkpoint,
)
from hub.privacy.key_files import KeyRing
from hub.privacy.tables import CheckpointHead, Disclosure

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('samenspel checkpoint'))")


class CheckpointRefused(Conflict):
    """A checkpoint cannot be signed, because what there is does not fit together."""

    code = "checkpoint-refused"
    title = "The hub does not sign what does not fit together"
    next_step = "Keep database and folder as they are, and see what hub log verify says."


class Finding(NamedTuple):
    """The first place that is wrong in a part: `log`, `ledger` or `checkpoints`."""

    part: str
    position: int
    what: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How much was looked at, and what is wrong; the earliest part first."""

    events: int
    entries: int
    checkpoints: int
    findings: tuple[Finding, ...]


def take_checkpoint(session: Session, folder: Path, ring: KeyRing, *, now: datetime) -> Filed | None:
    """Sign where log and ledger stand; None when nothing is new since the last one. Commit at once afterwards.

    Raises CheckpointRefused where the folder does not fit the database.
    """
    session.execute(_ONE_AT_A_TIME)
    last = _last(session, folder, ring)
    marks = _marks(session)
    epoch = log.head(session).epoch
    if last is not None:
        before = last.checkpoint
        if (before.log, before.ledger) == marks and before.epoch == epoch:
            return None
        if before.epoch != epoch or not _still_holds(session, before):
            raise CheckpointRefused(
                "The log or the ledger is not what the last checkpoint says of it.",
                next_step="If a backup was restored: hub log restored. Otherwise see what hub log verify says.",
            )
    return _sign(session, folder, ring, _next(last, epoch, marks, now))


def start_epoch(session: Session, folder: Path, ring: KeyRing, *, now: datetime) -> Filed:
    """After a backup was restored: give the log a new epoch, and sign that what was beyond it is lost.

    Raises CheckpointRefused when what was restored is not an earlier state of this very hub.
    """
    session.execute(_ONE_AT_A_TIME)
    filed = _read_all(folder, verifying_keys(ring))
    marks = _marks(session)
    findings = _chains(session, [one for one in filed if _reaches(marks, one.checkpoint)])
    if findings:
        raise CheckpointRefused(
            "What was restored is not an earlier state of this hub: %(part)s, place %(position)s.",
            part=findings[0].part,
            position=findings[0].position,
        )
    epoch = new_id()
    log.head(session).epoch = epoch
    session.flush()
    last = filed[-1] if filed else None
    return _sign(session, folder, ring, _next(last, epoch, marks, now, is_restart=True))


def is_due(session: Session, every: timedelta, *, now: datetime) -> bool:
    """Whether it is time for a checkpoint; whether there is anything new is seen when it is taken."""
    last = session.scalar(select(CheckpointHead.written_at))
    return last is None or now - last >= every


def verify(session: Session, folder: Path, keys: PublicKeys) -> Proof:
    """Verify everything. The session must see one moment (REPEATABLE READ) where others write meanwhile."""
    paths = files_in(folder)
    filed = [read_checkpoint(path, keys) for path in paths]
    good = [one for one in filed if one is not None]
    findings = [*_chains(session, good), *_checkpoints(session, folder, paths, filed)]
    return Proof(log.head(session).position, ledger.head(session).position, len(paths), tuple(findings))


def _chains(session: Session, filed: Sequence[Filed]) -> list[Finding]:
    """What is wrong with log and ledger, by themselves and against what was signed of them."""
    standing = _standing([one.checkpoint for one in filed])
    found = {
        "log": log.verify(session, {one.log.position: one.log.hash for one in standing}),
        "ledger": ledger.verify(session, {one.ledger.position: one.ledger.hash for one in standing}),
    }
    return [Finding(part, *wrong) for part, wrong in found.items() if wrong is not None]


def _standing(checkpoints: Iterable[Checkpoint]) -> list[Checkpoint]:
    """Without those whose place was lost with a restored backup."""
    standing: list[Checkpoint] = []
    for checkpoint in checkpoints:
        if checkpoint.is_restart:
            marks = (checkpoint.log, checkpoint.ledger)
            standing = [earlier for earlier in standing if _reaches(marks, earlier)]
        standing.append(checkpoint)
    return standing


def _reaches(marks: tuple[Mark, Mark], earlier: Checkpoint) -> bool:
    return earlier.log.position <= marks[0].position and earlier.ledger.position <= marks[1].position


def _checkpoints(session: Session, folder: Path, paths: Sequence[Path], filed: Sequence[Filed | None]) -> list[Finding]:
    """The first thing that is wrong with the checkpoints themselves."""
    previous, last = NONE_BEFORE, None
    for sequence, (path, one) in enumerate(zip(paths, filed, strict=True), start=1):
        if path != path_of(folder, sequence):
            return [Finding("checkpoints", sequence, "missing")]
        if one is None:
            return [Finding("checkpoints", sequence, "not what was signed")]
        if (one.checkpoint.sequence, one.checkpoint.previous) != (sequence, previous):
            return [Finding("checkpoints", sequence, "changed")]
        previous, last = one.hash, one
    return _against_the_database(session, last)


def _against_the_database(session: Session, last: Filed | None) -> list[Finding]:
    """The database knows the last checkpoint, or the one before: a file is written first, and known then."""
    known = session.execute(select(CheckpointHead.sequence, CheckpointHead.hash)).one_or_none()
    sequence, hash_ = (known.sequence, bytes(known.hash)) if known else (0, NONE_BEFORE)
    there = last.checkpoint.sequence if last else 0
    if there < sequence:
        return [Finding("checkpoints", there + 1, "cut off")]
    if last is None:
        return []
    is_known = (there, last.hash) == (sequence, hash_)
    is_next = (there, last.checkpoint.previous) == (sequence + 1, hash_)
    if not is_known and not is_next:
        return [Finding("checkpoints", min(there, sequence + 1), "not what the database knows")]
    if last.checkpoint.epoch != log.head(session).epoch:
        return [Finding("log", last.checkpoint.log.position, "another epoch than was signed")]
    return []


def _marks(session: Session) -> tuple[Mark, Mark]:
    """The ledger first, as all who take both: what is appended meanwhile is for the next checkpoint."""
    noted, written = ledger.head(session), log.head(session)
    return Mark(written.position, bytes(written.hash)), Mark(noted.position, bytes(noted.hash))


def _next(
    last: Filed | None, epoch: UUID, marks: tuple[Mark, Mark], now: datetime, *, is_restart: bool = False
) -> Checkpoint:
    sequence = last.checkpoint.sequence + 1 if last else 1
    return Checkpoint(sequence, last.hash if last else NONE_BEFORE, now, epoch, *marks, is_restart)


def _still_holds(session: Session, signed: Checkpoint) -> bool:
    """Whether log and ledger still have, in the places that were signed, what was signed of them."""
    event = session.scalar(select(EventRow.hash).where(EventRow.position == signed.log.position))
    entry = session.scalar(select(Disclosure.hash).where(Disclosure.position == signed.ledger.position))
    return (event or GENESIS, entry or GENESIS) == (signed.log.hash, signed.ledger.hash)


def _sign(session: Session, folder: Path, ring: KeyRing, checkpoint: Checkpoint) -> Filed:
    try:
        filed = write_checkpoint(folder, checkpoint, ring)
    except FileExistsError as error:
        raise CheckpointRefused("A file lies where the next checkpoint belongs.") from error
    _know(session, filed)
    return filed


def _know(session: Session, filed: Filed) -> None:
    row = {
        "single": 1,
        "sequence": filed.checkpoint.sequence,
        "hash": filed.hash,
        "written_at": filed.checkpoint.at,
    }
    known = insert(CheckpointHead).values(row)
    session.execute(known.on_conflict_do_update(index_elements=["single"], set_=row))


def _read_all(folder: Path, keys: PublicKeys) -> list[Filed]:
    filed = [read_checkpoint(path, keys) for path in files_in(folder)]
    good = [one for one in filed if one is not None]
    if len(good) < len(filed):
        raise CheckpointRefused("A file in the folder of checkpoints is not what was signed.")
    return good


def _last(session: Session, folder: Path, ring: KeyRing) -> Filed | None:
    """The last checkpoint. One that was written when its process died before the database knew is taken over."""
    known = session.execute(select(CheckpointHead.sequence, CheckpointHead.hash)).one_or_none()
    sequence, hash_ = (known.sequence, bytes(known.hash)) if known else (0, NONE_BEFORE)
    keys = verifying_keys(ring)
    orphan = read_checkpoint(path_of(folder, sequence + 1), keys)
    if orphan is not None and orphan.checkpoint.previous == hash_:
        return orphan
    if sequence == 0:
        return None
    last = read_checkpoint(path_of(folder, sequence), keys)
    if last is None or last.hash != hash_:
        raise CheckpointRefused("The last checkpoint is not in its folder as it was written.")
    return last
