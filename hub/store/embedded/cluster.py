"""The folders of the embedded database: where they are, who owns them, and how they are made.

<data_dir>/postgres/            the home: owned by the caller, passable for the server's account
    data/                       PostgreSQL's own folder, the server account's
    socket/                     its Unix socket
    password                    of the superuser and of the hub
    postgres.log                what the server has to say
    programs-18.4/              a copy of the programs, only where the account cannot reach the originals
"""

import errno
import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from hub.store.embedded.account import Account, account_for
from hub.store.embedded.postmaster import ENVIRONMENT
from hub.store.embedded.programs import OLDEST_MAJOR, Programs, programs_on_this_machine
from hub.store.embedded.refusals import EmbeddedDatabaseUnusable

HUB = "hub"  # role and database of the application; not a superuser, so that row security holds for it too

_SUPERUSER = "postgres"
_ELSEWHERE = Path("/var/lib/samenspel")  # for root, when no other account may enter the folders above the data folder
_OURS = {"master.key"}  # what a data folder may hold before its database is made
_SOCKET_PATH_BYTES = 100  # macOS allows 103, Linux 107
_FIRST_WITH_OWN_UNICODE = 17  # PostgreSQL's own C.UTF-8, the same on every machine


@dataclass(frozen=True, slots=True)
class Cluster:
    """One database cluster: its home and the account that its server runs as."""

    home: Path
    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """Where the server writes."""
        return self.home / "postgres.log"

    @property
    def socket_dir(self) -> Path:
        """Where the server's socket is, with a path that is short enough for one."""
        return (self.home / "socket").resolve()

    @property
    def password(self) -> str:
        """The password of superuser and hub, made with the cluster."""
        return (self.home / "password").read_text(encoding="ascii")

    @property
    def being_made(self) -> Path:
        """A mark: nothing in the cluster is of worth yet, so that an interrupted first start is simply done again."""
        return self.home / "being-made"


def cluster_in(data_dir: Path) -> Cluster:
    """The cluster of a hub's data folder, whose home is made if it is not there yet."""
    try:
        home = _home_in(data_dir.absolute())
        if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return Cluster(home, account_for(home / "data"))
    except OSError as error:
        raise EmbeddedDatabaseUnusable(
            "The folder %(folder)s cannot be used: %(reason)s.",
            next_step="Start the hub as the owner of this folder, or choose another one with HUB_DATA_DIR.",
            folder=data_dir,
            reason=error.strerror,
        ) from error


def programs_for(cluster: Cluster) -> Programs:
    """The PostgreSQL that can read the cluster's data (any, when there is none yet) and that its account can start."""
    mark = cluster.data / "PG_VERSION"
    wanted = int(mark.read_text(encoding="ascii")) if mark.exists() else None
    for found in programs_on_this_machine():
        if wanted in {None, found.major} and (usable := _within_reach(found, cluster)):
            return usable
    raise EmbeddedDatabaseUnusable(
        "No PostgreSQL %(version)s was found on this machine.",
        next_step="Install it (Debian, Ubuntu: postgresql; macOS: brew install postgresql@18), "
        "or give an existing database with HUB_DATABASE_URL.",
        version=wanted or f"{OLDEST_MAJOR}+",
    )


def create_data(cluster: Cluster, programs: Programs) -> None:
    """Make the data folder, marked as being made; `save_data` is still to come."""
    cluster.being_made.touch()
    shutil.rmtree(cluster.data, ignore_errors=True)
    cluster.data.mkdir()
    cluster.account.take(cluster.data, 0o700)
    _make_password(cluster)
    _initialise(cluster, programs)


def save_data(cluster: Cluster, programs: Programs) -> subprocess.Popen[bytes]:
    """The process that makes sure that a new data folder is on the disk; the server may already run meanwhile."""
    return _start_program(cluster, programs.folder / "initdb", "--sync-only", "-D", str(cluster.data))


def make_socket_dir(cluster: Cluster) -> None:
    """Make the folder for the server's socket afresh: in /tmp where the home's own path is too long for a socket."""
    remove_socket_dir(cluster)
    place = cluster.home / "socket"
    if len(os.fsencode(place)) + len("/.s.PGSQL.5432") <= _SOCKET_PATH_BYTES:
        place.mkdir()
    else:
        place.symlink_to(tempfile.mkdtemp(prefix="samenspel-", dir="/tmp"))
    cluster.account.take(cluster.socket_dir, 0o700)


def remove_socket_dir(cluster: Cluster) -> None:
    """Remove the folder of a server that does not run, and what it left there."""
    shutil.rmtree(cluster.socket_dir, ignore_errors=True)
    (cluster.home / "socket").unlink(missing_ok=True)


def prepare(cluster: Cluster) -> None:
    """Give the hub its role and its database on the running server; from now on the cluster is of worth."""
    hub, password = sql.Identifier(HUB), sql.Literal(cluster.password)
    where = conninfo.make_conninfo(
        host=str(cluster.socket_dir), user=_SUPERUSER, password=cluster.password, dbname="template1"
    )
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}").format(hub, password))
        # The empty database that comes with every cluster: renaming it writes nothing, making one writes 8 MB.
        connection.execute(sql.SQL("ALTER DATABASE postgres RENAME TO {}").format(hub))
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(hub, hub))
    cluster.being_made.unlink()


def _home_in(data_dir: Path) -> Path:
    place = data_dir / "postgres"
    if place.is_symlink() or place.exists():
        return place.resolve(strict=True)
    _make_passable(data_dir)
    if account_for(place).can_reach(place):
        place.mkdir(mode=0o711, exist_ok=True)
        return place.resolve()
    _make_passable(_ELSEWHERE)
    home = Path(tempfile.mkdtemp(prefix="postgres-", dir=_ELSEWHERE))
    home.chmod(0o711)
    place.symlink_to(home)
    return home


def _make_passable(folder: Path) -> None:
    """Make a folder of the hub's own, which the server's account may pass through without seeing what is in it."""
    ours = folder == _ELSEWHERE or not folder.exists() or {entry.name for entry in folder.iterdir()} <= _OURS
    folder.mkdir(parents=True, exist_ok=True)
    if ours and folder.stat().st_uid == os.geteuid():
        folder.chmod(0o711)


def _within_reach(programs: Programs, cluster: Cluster) -> Programs | None:
    if cluster.account.can_reach(programs.folder / "postgres"):
        return programs
    if not programs.bundled:
        return None
    copy = cluster.home / f"programs-{programs.version}"
    if not copy.exists():
        for older in cluster.home.glob("programs-*"):
            shutil.rmtree(older)
        unfinished = cluster.home / "programs.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(programs.folder.parent, unfinished, symlinks=True, ignore=shutil.ignore_patterns("include"))
        unfinished.rename(copy)
    return Programs(copy / "bin", programs.version, bundled=True)


def _make_password(cluster: Cluster) -> None:
    place = cluster.home / "password"
    place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    cluster.account.take(place, 0o600)


def _initialise(cluster: Cluster, programs: Programs) -> None:
    arguments = ["-D", str(cluster.data), "-U", _SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]
    if programs.major >= _FIRST_WITH_OWN_UNICODE:
        arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    arguments += ["--pwfile", str(cluster.home / "password"), "--no-sync", "--no-instructions"]
    with _start_program(cluster, programs.folder / "initdb", *arguments) as process:
        said, _ = process.communicate()
    if process.returncode:
        last_line = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise EmbeddedDatabaseUnusable("The embedded database cannot be made: %(complaint)s", complaint=last_line)


def _start_program(cluster: Cluster, program: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - no shell; program and folders are ours
        [str(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=cluster.home,
        env=ENVIRONMENT,
        **cluster.account.started_as(),
    )
