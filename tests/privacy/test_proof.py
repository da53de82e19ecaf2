"""Log, ledger and checkpoints prove each other: whatever is changed in one of them is found, and named."""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.codes import new_id
from hub.events.log import append
from hub.privacy import proof
from hub.privacy.checkpoint_keys import public_keys, read_or_make_checkpoint_keys, read_public_keys, verifying_keys
from hub.privacy.checkpoints import Checkpoint, Filed, Mark, files_in, path_of, read_checkpoint, write_checkpoint
from hub.privacy.key_files import KeyRing
from hub.privacy.ledger import Action, Entry, Viewer, record
from hub.privacy.proof import CheckpointRefused, Finding, Proof
from hub.privacy.purposes import Purpose
from hub.privacy.visibility import Ground, Visible
from hub.store.engine import Sessions
from tests.privacy.tampering import CHANGES, FILES, Scene, put_right
from tests.support.events import NOW, an_event
from tests.support.postgres import as_owner

SHOWN = Visible(frozenset({"question"}), Ground.CONSENT)
CHANGED_AT_RANDOM = 1_000


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """The keys that sign."""
    return read_or_make_checkpoint_keys(tmp_path / "checkpoint.key")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where checkpoints are written; it does not exist yet."""
    return tmp_path / "checkpoints"


def lives(sessions: Sessions, events: int = 4, entries: int = 3) -> None:
    """Something happens, and somebody reads it."""
    for n in range(events):
        with sessions.begin() as session:
            case = new_id()
            append(session.connection(), [an_event(case, audience=("GM0106-ST", f"PO220{n}"))], now=NOW)
    for n in range(entries):
        with sessions.begin() as session:
            viewer = Viewer("GM0106-ST", f"person:{n}")
            record(session, Entry(Action.READ, uuid4(), viewer, SHOWN, "holder", Purpose.HANDLE, NOW), now=NOW)


def signs(sessions: Sessions, folder: Path, ring: KeyRing) -> Filed | None:
    """A checkpoint, if something is new."""
    with sessions.begin() as session:
        return proof.take_checkpoint(session, folder, ring, now=NOW)


def proven(sessions: Sessions, folder: Path, ring: KeyRing) -> Proof:
    """What verification says."""
    with sessions() as session:
        return proof.verify(session, folder, verifying_keys(ring))


def test_what_is_whole_is_proven(sessions: Sessions, folder: Path, ring: KeyRing) -> None:
    """With how much was looked at; also what is newer than the last checkpoint."""
    assert proven(sessions, folder, ring) == Proof(0, 0, 0, ())
    for _ in range(3):
        lives(sessions)
        assert signs(sessions, folder, ring) is not None
    assert signs(sessions, folder, ring) is None  # nothing is new
    lives(sessions)
    assert proven(sessions, folder, ring) == Proof(16, 12, 3, ())


def test_a_checkpoint_can_be_verified_by_anybody_with_the_public_key(
    sessions: Sessions, folder: Path, ring: KeyRing, tmp_path: Path
) -> None:
    """An auditor needs no secret, and sees a file that nobody may write."""
    lives(sessions)
    filed = signs(sessions, folder, ring)
    assert filed is not None
    published = tmp_path / "public.json"
    published.write_text(str(public_keys(ring)).replace("'", '"'))
    path = path_of(folder, 1)
    assert read_checkpoint(path, read_public_keys(published)) == filed
    assert read_checkpoint(path, verifying_keys(KeyRing(ring.current, {ring.current: bytes(32)}))) is None
    assert read_checkpoint(path, {}) is None
    assert path.stat().st_mode & 0o222 == 0


def test_a_thousand_changes_are_all_found(sessions: Sessions, folder: Path, ring: KeyRing, tmp_path: Path) -> None:
    """Edits, deletions, swaps, insertions, truncations, and chains that were computed anew, at random places."""
    for _ in range(4):
        lives(sessions)
        signs(sessions, folder, ring)
    whole = proven(sessions, folder, ring)
    assert whole == Proof(16, 12, 4, ())
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    pick = random.Random(20261121)
    missed, tried = [], Counter[str]()
    with sessions() as session:
        for number in range(CHANGED_AT_RANDOM):
            change = CHANGES[number % len(CHANGES)]
            scene = Scene(session, folder, ring, pick, 16, 12, 4)
            part, place = change(scene)
            session.expire_all()
            found = proof.verify(session, folder, verifying_keys(ring)).findings
            if not any(one.part == part and place in {None, one.position} for one in found):
                missed.append((number, change.__name__, part, place, found))
            tried[part] += 1
            session.rollback()
            if change in FILES:
                put_right(folder, copy)
    assert missed == []
    assert sum(tried.values()) == CHANGED_AT_RANDOM
    assert min(tried.values()) > 200
    assert proven(sessions, folder, ring) == whole


def test_the_first_wrong_place_is_named(sessions: Sessions, folder: Path, ring: KeyRing) -> None:
    """In each part."""
    lives(sessions, 5, 5)
    signs(sessions, folder, ring)
    with sessions.begin() as session:
        as_owner(session)
        session.execute(text("UPDATE events SET publisher = 'x' WHERE position IN (3, 4)"))
        session.execute(text("DELETE FROM disclosures WHERE position = 2"))
    path_of(folder, 1).unlink()
    assert proven(sessions, folder, ring).findings == (
        Finding("log", 3, "changed"),
        Finding("ledger", 2, "missing"),
        Finding("checkpoints", 1, "cut off"),
    )


def test_what_was_changed_is_not_signed(sessions: Sessions, folder: Path, ring: KeyRing) -> None:
    """A worker does not put its name under a log that is no longer what it signed before."""
    lives(sessions)
    signs(sessions, folder, ring)
    with sessions.begin() as session:
        as_owner(session)
        session.execute(text("UPDATE events SET hash = sha256(hash) WHERE position = 4"))
    lives(sessions, 1, 0)
    with pytest.raises(CheckpointRefused):
        signs(sessions, folder, ring)
    assert len(files_in(folder)) == 1


@pytest.mark.parametrize("wrong", [lambda path: path.unlink(), lambda path: path.write_text("{}")])
def test_a_folder_that_does_not_fit_is_not_written_to(
    sessions: Sessions, folder: Path, ring: KeyRing, wrong: Callable[[Path], object]
) -> None:
    """The last checkpoint must be there as it was written."""
    lives(sessions)
    signs(sessions, folder, ring)
    path = path_of(folder, 1)
    path.chmod(0o640)
    wrong(path)
    lives(sessions)
    with pytest.raises(CheckpointRefused):
        signs(sessions, folder, ring)


def test_a_file_whose_process_died_is_taken_over(sessions: Sessions, folder: Path, ring: KeyRing) -> None:
    """It was written, and the database did not get to know: that is no tampering, and the next one follows on it."""
    lives(sessions)
    with sessions() as session:
        proof.take_checkpoint(session, folder, ring, now=NOW)
        session.rollback()
    assert proven(sessions, folder, ring).findings == ()
    assert signs(sessions, folder, ring) is None
    lives(sessions)
    assert signs(sessions, folder, ring) is not None
    assert proven(sessions, folder, ring) == Proof(8, 6, 2, ())


def test_something_in_the_way_is_not_overwritten(sessions: Sessions, folder: Path, ring: KeyRing) -> None:
    """Nor taken for a checkpoint."""
    lives(sessions)
    folder.mkdir()
    path_of(folder, 1).write_text("something else")
    with pytest.raises(CheckpointRefused):
        signs(sessions, folder, ring)
    assert path_of(folder, 1).read_text() == "something else"


def _lose_the_end(session: Session) -> None:
    """As a backup from before the second checkpoint does."""
    as_owner(session)
    for statement in (
        "DELETE FROM events WHERE position > 5",
        "DELETE FROM event_audience WHERE position > 5",
        "DELETE FROM disclosures WHERE position > 4",
        "UPDATE log_head SET position = 5, hash = (SELECT hash FROM events WHERE position = 5)",
        "UPDATE ledger_head SET position = 4, hash = (SELECT hash FROM disclosures WHERE position = 4)",
        "UPDATE checkpoint_head SET sequence = 1, hash = decode('00', 'hex')",
    ):
        session.execute(text(statement))


def test_a_restored_backup_is_signed_for(sessions: Sessions, folder: Path, ring: KeyRing) -> None:
    """Somebody with the key tells that it was meant so; without that it is a log that was cut off."""
    for _ in range(3):
        lives(sessions)
        signs(sessions, folder, ring)
    with sessions.begin() as session:
        _lose_the_end(session)
    assert {one.part for one in proven(sessions, folder, ring).findings} == {"log", "ledger", "checkpoints"}
    with sessions.begin() as session:
        proof.start_epoch(session, folder, ring, now=NOW + timedelta(hours=1))
    assert proven(sessions, folder, ring) == Proof(5, 4, 4, ())
    lives(sessions)
    assert signs(sessions, folder, ring) is not None
    assert proven(sessions, folder, ring) == Proof(9, 7, 5, ())
    with sessions.begin() as session:
        as_owner(session)
        session.execute(text("UPDATE events SET publisher = 'x' WHERE position = 2"))
    assert proven(sessions, folder, ring).findings == (Finding("log", 2, "changed"),)


def test_another_log_is_not_taken_for_a_backup(sessions: Sessions, folder: Path, ring: KeyRing) -> None:
    """What was signed of the beginning must be there still."""
    lives(sessions)
    other = Mark(4, bytes(32))
    write_checkpoint(folder, Checkpoint(1, bytes(32), NOW, uuid4(), other, Mark(0, bytes(32)), False), ring)
    with sessions.begin() as session, pytest.raises(CheckpointRefused):
        proof.start_epoch(session, folder, ring, now=NOW)
