"""The file with the master keys is made once, for one user alone, and a damaged one is refused with what to do."""

import base64
import json
import os
import stat
from pathlib import Path

import pytest

from hub.privacy.master_keys import MasterKeys, MasterKeyUnusable, make_master_keys, read_master_keys

KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the keys are to be, in a folder that does not exist yet."""
    return tmp_path / "new" / "master.key"


def write(path: Path, document: object, mode: int = 0o600) -> Path:
    """A file with `document` as its content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    path.chmod(mode)
    return path


def test_a_new_file_can_be_read(path: Path) -> None:
    """A fresh file holds one key of 32 bytes, and that is the current one."""
    make_master_keys(path)
    keys = read_master_keys(path)
    assert list(keys.keys) == [keys.current]
    assert [len(key) for key in keys.keys.values()] == [32]


def test_a_new_file_is_for_its_user_alone(path: Path) -> None:
    """Nobody else can read the file, however generous the umask is."""
    before = os.umask(0)
    try:
        make_master_keys(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_file_has_its_own_key(tmp_path: Path) -> None:
    """Two hubs never share a key."""
    paths = tmp_path / "one", tmp_path / "two"
    for path in paths:
        make_master_keys(path)
    one, two = (next(iter(read_master_keys(path).keys.values())) for path in paths)
    assert one != two


def test_a_file_is_never_replaced(path: Path) -> None:
    """Making keys where there are keys fails, and leaves them: everything that was sealed depends on them."""
    make_master_keys(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        make_master_keys(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o777])
def test_a_file_that_others_may_touch_is_refused(path: Path, mode: int) -> None:
    """Any right of the group or of others is refused, with the command that takes it away."""
    make_master_keys(path)
    path.chmod(mode)
    with pytest.raises(MasterKeyUnusable) as refusal:
        read_master_keys(path)
    assert "chmod 600" in refusal.value.next_step


def test_older_keys_are_kept(path: Path) -> None:
    """A file may hold older keys beside the current one."""
    other = base64.b64encode(bytes(range(32))).decode()
    keys = read_master_keys(write(path, {"current": "b", "keys": {"a": KEY, "b": other}}))
    assert keys == MasterKeys("b", {"a": bytes(32), "b": bytes(range(32))})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "not json",
        [],
        {},
        {"current": "a"},
        {"current": "b", "keys": {"a": KEY}},
        {"current": 1, "keys": {"1": KEY}},
        {"current": "a", "keys": {"a": KEY[:-4]}},
        {"current": "a", "keys": {"a": KEY[:-1]}},
        {"current": "a", "keys": {"a": KEY, "b": ""}},
        {"current": "a", "keys": {"a": 5}},
        {"current": "a", "keys": {"a": "é" * 44}},
        {"current": "a", "keys": {"a": "*" + KEY}},
        {"current": "a", "keys": [KEY]},
        {"current": "", "keys": {"": KEY}},
        {"current": "a" * 256, "keys": {"a" * 256: KEY}},
    ],
)
def test_a_damaged_file_is_refused(path: Path, content: object) -> None:
    """Whatever is wrong inside, the answer is the same refusal, with the place and without the content."""
    with pytest.raises(MasterKeyUnusable) as refusal:
        read_master_keys(write(path, content))
    assert refusal.value.parameters == {"path": str(path)}


def test_an_absent_file_is_refused(path: Path) -> None:
    """Where there is no file, the refusal says how to make one."""
    with pytest.raises(MasterKeyUnusable) as refusal:
        read_master_keys(path)
    assert "hub key new" in refusal.value.next_step


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    """A folder in the place of the file is refused like an absent file."""
    with pytest.raises(MasterKeyUnusable):
        read_master_keys(tmp_path)
