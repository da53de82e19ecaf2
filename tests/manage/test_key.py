"""`hub key`: another master key comes into use, everything moves over, and the old one goes."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from hub.errors import Conflict
from hub.privacy.master_keys import read_master_keys
from hub.privacy.vault import Letter, Vault, keep, letters_of, seal
from hub.store.engine import Sessions
from tests.manage.conftest import NOW, Answer, Command

LETTER = Letter(b"s" * 16, {"question": "Hoe nu verder?"})


@pytest.fixture
def file(tmp_path: Path, command: Command) -> Path:
    """The hub's own master key."""
    path = tmp_path / "master.key"
    command("key", "new", str(path))
    return path


def a_case(sessions: Sessions, file: Path) -> UUID:
    """A case with something in it."""
    vault, case = Vault(read_master_keys(file)), uuid4()
    with sessions.begin() as session:
        key, row = vault.new_key(case, now=NOW)
        keep(session.connection(), [row], [seal(key, uuid4(), LETTER)])
    return case


def reads(sessions: Sessions, file: Path, case: UUID) -> bool:
    """Whether the keys of the file open the case."""
    with sessions() as session:
        return list(letters_of(session, Vault(read_master_keys(file)), case).values()) == [LETTER]


def test_a_whole_rotation(answer: Answer, sessions: Sessions, file: Path) -> None:
    """Add, rotate, retire: the case can be read all along, and in the end by the new key alone."""
    case, first = a_case(sessions, file), read_master_keys(file).current
    added = answer("key", "add")["added"]
    assert read_master_keys(file).current == first
    assert answer("key", "rotate") == {"inUse": added, "rewrapped": 1}
    assert reads(sessions, file, case)
    assert [row["protects"] for row in answer("key", "status")] == [{}, {"case_keys.wrapped": 1}]
    assert answer("key", "retire") == {"retired": [first], "inUse": added}
    assert list(read_master_keys(file).keys) == [added]
    assert reads(sessions, file, case)


def test_a_rotation_makes_a_key_when_there_is_none(answer: Answer, file: Path) -> None:
    """On one machine nothing has to be brought anywhere first."""
    first = read_master_keys(file).current
    assert answer("key", "rotate")["inUse"] != first


def test_a_rotation_that_was_cut_short_goes_on(answer: Answer, sessions: Sessions, file: Path) -> None:
    """It does not begin another one."""
    case, old = a_case(sessions, file), read_master_keys(file)
    answer("key", "rotate")
    rotated = read_master_keys(file)
    file.write_text(file.read_text().replace(f'"current":"{rotated.current}"', f'"current":"{old.current}"'))
    late = a_case(sessions, file)  # a process that had not noticed yet
    file.write_text(file.read_text().replace(f'"current":"{old.current}"', f'"current":"{rotated.current}"'))
    assert answer("key", "rotate") == {"inUse": rotated.current, "rewrapped": 1}
    assert answer("key", "rewrap") == {"inUse": rotated.current, "rewrapped": 0}
    assert all(reads(sessions, file, one) for one in (case, late))


def test_a_key_that_still_protects_something_stays(
    command: Command, answer: Answer, sessions: Sessions, file: Path
) -> None:
    """Taking it out would be losing cases."""
    a_case(sessions, file)
    old = read_master_keys(file)
    answer("key", "add")
    ring = read_master_keys(file)
    file.write_text(file.read_text().replace(f'"current":"{old.current}"', f'"current":"{ring.newest}"'))
    with pytest.raises(Conflict):
        command("key", "retire")
    assert read_master_keys(file).keys.keys() == ring.keys.keys()
    answer("key", "rewrap")
    assert answer("key", "retire")["retired"] == [old.current]


def test_keys_are_never_shown(command: Command, file: Path) -> None:
    """Ids and numbers, and public keys; never what is secret."""
    secrets = json.loads(file.read_text())["keys"].values()
    command("log", "checkpoint")
    said = "".join(command("key", name).stdout for name in ("status", "add", "rotate", "retire", "public"))
    secrets = {*secrets, *json.loads(file.read_text())["keys"].values()}
    secrets |= set(json.loads((file.parent / "checkpoint.key").read_text())["keys"].values())
    assert [secret for secret in secrets if secret in said] == []
