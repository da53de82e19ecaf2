"""What one process of the hub works with: settings, database, vault, directory, readers. Made once, handed on."""

import gc
import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub import clock
from hub.access.roles import Role
from hub.directory.current import SnapshotHolder
from hub.directory.snapshot import Snapshot
from hub.errors import HubError, Problem
from hub.events.readers import Reader
from hub.privacy.master_keys import KeysOnFile
from hub.privacy.retention import Terms, read_terms
from hub.privacy.vault import Vault
from hub.reactions import readers
from hub.settings import Settings
from hub.store.engine import Sessions, make_engine, make_sessions

logger = logging.getLogger(__name__)


class UnsafeSettings(HubError):
    """Settings with which the hub would not be safe, so it does not start. Each is named, with what is wrong."""

    code = "unsafe-settings"
    title = "The hub does not start with these settings"
    next_step = "Correct these settings and start the hub again. See docs/operations.md."


def refuse_unsafe(settings: Settings) -> None:
    """Raises UnsafeSettings with everything that is wrong at once."""
    unknown = sorted(set(settings.second_factor_roles) - set(Role))
    problems = (
        *(Problem(f"HUB_{name}".upper(), message) for name, message in settings.unsafe.items()),
        *(Problem("HUB_SECOND_FACTOR_ROLES", "There is no role %(role)s.", {"role": role}) for role in unknown),
    )
    if problems:
        raise UnsafeSettings("These settings are not safe for a hub that others can reach.", problems=problems)


def no_directory(_: Session, __: datetime) -> Snapshot:
    """Stands for the directory where readers are only named, never run."""
    raise LookupError("readers without a directory cannot be run")


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts of one process."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    vault: Vault
    terms: Terms
    directory: SnapshotHolder
    readers: tuple[Reader, ...]

    def snapshot(self, session: Session, now: datetime | None = None) -> Snapshot:
        """The newest directory."""
        return self.directory.current(session, now or clock.now())

    def warm_up(self) -> None:
        """Fetch now what the first request or task would wait for; call it once, when all modules are loaded.

        What is there by then stays as long as the process, so the collector need not look at it again: with the whole
        directory in memory that would be a pause of a tenth of a second now and then.
        """
        try:
            with self.sessions() as session:
                self.snapshot(session)
        except SQLAlchemyError as error:
            logger.warning("started without the directory, the database is away: %s", type(error).__name__)
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        """Let the connections go."""
        self.engine.dispose()


def make_runtime(settings: Settings, database_url: str) -> Runtime:
    """The parts of a process that works on `database_url`.

    Raises UnsafeSettings, MasterKeyUnusable and TermsUnusable.
    """
    refuse_unsafe(settings)
    engine = make_engine(settings, database_url)
    directory = SnapshotHolder()
    return Runtime(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        vault=Vault(KeysOnFile(settings.master_key_path)),
        terms=read_terms(settings.terms_file),
        directory=directory,
        readers=readers(directory.newest, mails=settings.smtp_url is not None),
    )
