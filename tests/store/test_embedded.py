"""The embedded PostgreSQL through its public door: start, join, leave, and every way to fall over in between."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE

import psycopg
import pytest

from hub.store.embedded import EmbeddedPostgres
from tests.store.private_server import A_HUB_THAT_WAITS, WRITE, ask, data, kill_server, pid_of, server


def test_a_new_folder_becomes_a_database_and_keeps_what_was_written(hub_data_dir: Path) -> None:
    """The first start makes the cluster, a later one finds what was committed."""
    with EmbeddedPostgres(hub_data_dir) as url:
        ask(url, *WRITE)
    assert pid_of(hub_data_dir) is None
    with server(hub_data_dir) as url:
        assert ask(url, "SELECT seven FROM kept") == 7


def test_the_hub_is_no_superuser_and_every_commit_reaches_the_disk(made_data_dir: Path) -> None:
    """Row security holds for the hub's role, and durability is not traded for speed."""
    with EmbeddedPostgres(made_data_dir) as url:
        assert ask(url, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") is False
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert ask(url, f"SHOW {setting}") == "on"
        assert int(str(ask(url, "SHOW server_version_num"))) >= 150_000


def test_nobody_gets_in_without_the_password_or_over_the_network(made_data_dir: Path) -> None:
    """A wrong password is refused on the socket, and there is no TCP port at all."""
    with server(made_data_dir) as url:
        password = url.split("@")[0].rsplit(":", 1)[1]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            ask(url.replace(password, "guess"), "SELECT 1")
        assert ask(url, "SHOW listen_addresses") == ""
    assert stat.S_IMODE((made_data_dir / "postgres" / "password").stat().st_mode) == 0o600


def test_a_server_that_was_killed_recovers_at_the_next_start(made_data_dir: Path) -> None:
    """What was committed before a kill -9 of the server is there after the next start."""
    killed = EmbeddedPostgres(made_data_dir)
    ask(killed.start(), *WRITE)
    kill_server(made_data_dir)
    with server(made_data_dir) as url:
        assert ask(url, "SELECT seven FROM kept") == 7
    killed.stop()


def test_a_pid_file_that_names_somebody_elses_process_is_not_in_the_way(made_data_dir: Path) -> None:
    """After a reboot the old pid may be anyone's: the hub starts all the same, and leaves that process alone."""
    with server(made_data_dir):
        contents = (data(made_data_dir) / "postmaster.pid").read_text()
    with subprocess.Popen(["sleep", "60"]) as bystander:
        lines = [str(bystander.pid), *contents.splitlines()[1:]]
        (data(made_data_dir) / "postmaster.pid").write_text("\n".join(lines) + "\n")
        with server(made_data_dir) as url:
            assert ask(url, "SELECT 1") == 1
        assert bystander.poll() is None
        bystander.kill()


def test_a_first_start_that_was_interrupted_is_taken_up_again(hub_data_dir: Path) -> None:
    """What a kill during the first start leaves is done again from the beginning, even while its server runs."""
    with server(hub_data_dir) as url:
        ask(url, "CREATE TABLE half_a_start ()", "SELECT 1")
    (hub_data_dir / "postgres" / "being-made").touch()
    with server(hub_data_dir) as url:
        assert ask(url, "SELECT 1") == 1


def test_a_second_hub_joins_and_the_last_one_stops_theserver(made_data_dir: Path) -> None:
    """Two users of one folder share a server; it goes on when the first leaves and stops when the last does."""
    first, second = server(made_data_dir), server(made_data_dir)
    url = first.start()
    assert second.start() == url
    first.stop()
    assert ask(url, "SELECT 1") == 1
    second.stop()
    second.stop()
    assert pid_of(made_data_dir) is None


def test_many_hubs_that_start_at_once_share_oneserver(hub_data_dir: Path) -> None:
    """Whoever comes first makes and starts the server, the others wait for it."""
    hubs = [server(hub_data_dir) for _ in range(6)]
    with ThreadPoolExecutor(len(hubs)) as threads:
        urls = set(threads.map(EmbeddedPostgres.start, hubs))
        assert len(urls) == 1
        assert ask(urls.pop(), "SELECT 1") == 1
        list(threads.map(EmbeddedPostgres.stop, hubs))
    assert pid_of(hub_data_dir) is None


def test_a_hub_that_was_killed_leaves_its_server_to_the_next(made_data_dir: Path) -> None:
    """The server outlives a kill -9 of the hub; the next hub takes it over and stops it when it leaves."""
    command = [sys.executable, "-c", A_HUB_THAT_WAITS, str(made_data_dir)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as hub:
        assert hub.stdout
        url = hub.stdout.readline().strip()
        before = pid_of(made_data_dir)
        hub.kill()
    with server(made_data_dir) as taken_over:
        assert taken_over == url
        assert pid_of(made_data_dir) == before
    assert pid_of(made_data_dir) is None


def test_ctrl_c_does_not_reach_the_server_before_the_hub_is_done_with_it(made_data_dir: Path) -> None:
    """The server is in a session of its own, where a terminal's interrupt does not come."""
    with server(made_data_dir):
        pid = pid_of(made_data_dir)
        assert pid
        assert os.getsid(pid) == pid != os.getsid(0)


def test_a_path_that_is_too_long_for_a_socket_is_no_obstacle(hub_data_dir: Path) -> None:
    """The socket moves to a short path, and is gone when the server stops."""
    deep = hub_data_dir / ("long" * 30)
    with server(deep) as url:
        assert ask(url, "SELECT 1") == 1
        socket_dir = (deep / "postgres" / "socket").resolve()
        assert len(str(socket_dir)) < 100
    assert not socket_dir.exists()


def test_a_folder_with_spaces_and_percent_signs_is_only_a_name(hub_data_dir: Path) -> None:
    """The URL quotes what a path may contain."""
    with server(hub_data_dir / "100% my data") as url:
        assert ask(url, "SELECT 1") == 1


def test_what_a_statement_held_is_not_in_the_servers_log(made_data_dir: Path) -> None:
    """A refused row appears in no log: neither its values nor the statement."""
    with server(made_data_dir) as url:
        insert = "INSERT INTO people VALUES ('Jantje') RETURNING 1"
        with pytest.raises(psycopg.errors.UniqueViolation):
            ask(url, "CREATE TABLE people (name text PRIMARY KEY)", insert, insert)
    log = (made_data_dir / "postgres" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "Jantje" not in log
