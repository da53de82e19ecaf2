"""The database of docker-compose.yml, made outside a container with the same arguments, settings and SQL."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import conninfo

from hub.store.embedded import postmaster
from hub.store.embedded.account import account_for
from hub.store.embedded.programs import programs_on_this_machine
from tests.deploy.project import ROOT
from tests.deploy.test_compose import SERVICES
from tests.support.schema import lay_schema
from tests.support.test_run import run_folder

POSTGRES = SERVICES["postgres"]
PROGRAMS = next(programs_on_this_machine()).folder


@pytest.fixture
def service() -> Iterator[Path]:
    """The folder with the socket of a server that was made and started as the compose file says."""
    folder = run_folder() / uuid4().hex[:8]
    folder.mkdir()
    account = account_for(folder / "data")
    (folder / "password").write_text("first")
    for path in (folder, folder / "password"):
        account.take(path, 0o700)
    made_with = shlex.split(POSTGRES["environment"]["POSTGRES_INITDB_ARGS"])
    command: list[str | Path] = [PROGRAMS / "initdb", "-D", folder / "data", "-U", "postgres", *made_with]
    command += ["--pwfile", folder / "password"]
    subprocess.run(command, check=True, capture_output=True, env=postmaster.ENVIRONMENT, **account.started_as())
    settings = dict(word.split("=") for word in POSTGRES["command"] if "=" in word) | {"listen_addresses": ""}
    start = postmaster.Start(PROGRAMS / "postgres", folder / "data", folder, settings, account, folder / "log")
    process = postmaster.start(start)
    yield folder
    postmaster.stop(folder / "data")
    process.wait()
    shutil.rmtree(folder)


def _run_sql(service: Path) -> None:
    """Run deploy/postgres/hub.sql the way the image of PostgreSQL does."""
    command: list[str | Path] = [
        PROGRAMS / "psql",
        "-v",
        "ON_ERROR_STOP=1",
        "--no-password",
        "--no-psqlrc",
        "-U",
        "postgres",
    ]
    secrets = {"PGPASSWORD": "first", "HUB_DATABASE_PASSWORD": "second", "PGHOST": str(service)}
    script = ROOT / "deploy" / "postgres" / "hub.sql"
    subprocess.run([*command, "-f", script], env=os.environ | secrets, check=True, capture_output=True)


def test_the_hub_gets_a_role_without_power_and_a_database_of_its_own(service: Path) -> None:
    """The role is no superuser, the database is closed to others, and the hub can lay its schema in it."""
    _run_sql(service)
    with psycopg.connect(host=str(service), user="hub", password="second", dbname="hub") as connection:
        role = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(role).fetchone() == (False, False, False, False)
        assert connection.execute("SELECT lower('É'), current_setting('server_encoding')").fetchone() == ("é", "UTF8")
    lay_schema(f"postgresql://hub:second@localhost/hub?host={service}")


def test_a_wrong_password_does_not_come_in(service: Path) -> None:
    """Every connection asks a password, the superuser's too."""
    place = conninfo.make_conninfo(host=str(service), user="postgres", password="guess", dbname="postgres")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(place)
