"""The lines of docs/operations.md for backups and restoring, given as they stand: what was erased stays erased."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, text

from hub.cases.erasing import erase
from hub.events.log import head
from hub.privacy.key_files import KeyRing, replace_key_file
from hub.privacy.tables import CaseKey, Sealed
from hub.privacy.vault import Erased, Vault, letters_of
from hub.settings import Settings
from hub.store.embedded.programs import programs_on_this_machine
from hub.store.engine import make_engine, make_sessions
from tests.deploy.project import ROOT
from tests.support.postgres import DatabaseServer
from tests.support.small_hub import A_REFERRAL, NOW, SmallHub, withdrawal

pytestmark = pytest.mark.slow

KEYS = KeyRing("toets", {"toets": bytes(range(32))})  # those of the small hub


def lines_under(heading: str) -> str:
    """The shell lines of a chapter of the page."""
    chapter = (ROOT / "docs/operations.md").read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL))


@dataclass(frozen=True)
class Operator:
    """Somebody at a machine with a hub, in a folder of its own."""

    folder: Path
    environment: dict[str, str]

    def does(self, lines: str, **more: str) -> str:
        """Give the lines to a shell that stops at the first that fails."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", lines],
            cwd=self.folder,
            env={**os.environ, **self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{lines}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture
def operator(database_url: str, tmp_path: Path) -> Operator:
    """With the hub's settings, the programs of the server's own version, and the command `hub`."""
    replace_key_file(tmp_path / "master.key", KEYS)
    programs = tmp_path / "bin"
    programs.mkdir()
    command = programs / "hub"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m hub "$@"\n')
    command.chmod(0o755)
    path = f"{programs}:{_programs_of(database_url)}:{os.environ['PATH']}"
    settings = {"HUB_DATABASE_URL": database_url, "HUB_DATA_DIR": str(tmp_path), "PATH": path}
    return Operator(tmp_path, settings)


def _programs_of(url: str) -> Path:
    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10_000
    there = (one.folder for one in programs_on_this_machine() if one.major == major)
    found = next((folder for folder in there if (folder / "pg_dump").exists()), None)
    assert found is not None, f"pg_dump of version {major} is not on this machine"
    return found


def reads(url: str, tmp_path: Path, case: UUID) -> dict[str, object]:
    """What can be read of a case in a database. Raises Erased."""
    engine = make_engine(Settings(data_dir=tmp_path), url)
    try:
        with make_sessions(engine)() as session:
            letters = letters_of(session, Vault(KEYS), case)
            return {name: value for letter in letters.values() for name, value in letter.fields.items()}
    finally:
        engine.dispose()


def test_what_was_erased_stays_erased_in_a_restored_backup(
    operator: Operator, small_hub: SmallHub, database_server: DatabaseServer, tmp_path: Path, database_url: str
) -> None:
    """The dump is from before the erasure, the data keys from after it; another case can be read as before."""
    gone, stays = (small_hub.routed("referral.submitted", A_REFERRAL) for _ in range(2))
    operator.does("hub log checkpoint")
    allowed, dump, keys = lines_under("Backups").strip().splitlines()
    operator.does(f"{allowed}\n{dump}")
    small_hub.publish(withdrawal("signal.withdrawn", gone))
    small_hub.read()
    with small_hub.sessions.begin() as session:
        assert erase(session, gone, now=NOW)
    operator.does("hub log checkpoint")
    operator.does(f"{allowed}\n{keys}")
    new = database_server.create()
    try:
        said = operator.does(lines_under("Restoring"), NEW=new)
        assert "Alles is heel" in said
        with pytest.raises(Erased):
            reads(new, tmp_path, gone)
        assert reads(new, tmp_path, stays)["parentsWords"] == "Wij willen graag hulp."
        _look_into(new, tmp_path, gone)
    finally:
        database_server.drop(new)
    assert reads(database_url, tmp_path, stays)


def _look_into(url: str, tmp_path: Path, gone: UUID) -> None:
    """The ciphertext is back, and nobody has its key; the log is shorter and has another epoch."""
    engine = make_engine(Settings(data_dir=tmp_path), url)
    with make_sessions(engine)() as session:
        assert session.scalars(select(Sealed).where(Sealed.case_id == gone)).all()
        assert session.get_one(CaseKey, gone).wrapped is None
        assert head(session).position == 4
    engine.dispose()


def test_a_dump_alone_holds_no_key(operator: Operator, small_hub: SmallHub) -> None:
    """Whoever finds it, with the master keys too, can open nothing."""
    case = small_hub.routed("referral.submitted", A_REFERRAL)
    operator.does("\n".join(lines_under("Backups").strip().splitlines()[:2]))
    listed = operator.does("pg_restore --data-only --table case_keys --file - hub.dump")
    sealed = operator.does("pg_restore --data-only --table sealed --file - hub.dump")
    assert str(case) not in listed
    assert str(case) in sealed
    with small_hub.sessions() as session:
        wrapped = session.scalar(text("SELECT encode(wrapped, 'hex') FROM case_keys"))
    assert wrapped
    assert wrapped not in operator.does("pg_restore --file - hub.dump")


def test_the_lines_for_every_week_and_for_another_key_work(operator: Operator, small_hub: SmallHub) -> None:
    """On a hub with a case in it, one after the other."""
    case = small_hub.routed("referral.submitted", A_REFERRAL)
    operator.does("hub log checkpoint")
    assert "Alles is heel" in operator.does(lines_under("Every day, every week"))
    assert "opnieuw verpakt" in operator.does(lines_under("Another master key"))
    assert str(case) in operator.does(f"hub privacy export {case}")
