"""The postman of a process: a thread that hands due messages to the mail server, at work when it is woken."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub import clock as machine_clock
from hub.access.people import Sealing, particulars_of
from hub.access.tables import Person
from hub.directory.snapshot import Snapshot
from hub.mail import claims, queries
from hub.mail.actions import suspend
from hub.mail.answers import Answer
from hub.mail.claims import Claimed
from hub.mail.composing import AddressUnusable, Letter, Office, compose
from hub.mail.moments import Pace
from hub.mail.server import SECONDS, Connection, MailServer, ServerAway
from hub.store.engine import Sessions

AT_ONCE = 20
"""Messages claimed together, and handed over in one conversation."""

LEASE = timedelta(minutes=5)
"""How long a claim holds. A postman that dies delays what it held by this."""

_STEPS = 5  # of a conversation that each may take its time: from, to, data, text, quit
_FIT_SECONDS = LEASE.total_seconds() - _STEPS * SECONDS - 15

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Directory = Callable[[Session, datetime], Snapshot]


class Round(NamedTuple):
    """What the postman takes along: claimed messages with what they are made of."""

    letters: list[tuple[Claimed, Letter]]
    claimed_at: float  # in time.monotonic()


class Bag:
    """The postman's side of the database. `clock`: None is the database's own time."""

    def __init__(self, sessions: Sessions, sealing: Sealing, directory: Directory, clock: Clock | None) -> None:
        self._sessions = sessions
        self._sealing = sealing
        self._directory = directory
        self._clock = clock

    @property
    def now(self) -> datetime:
        """The present moment."""
        return (self._clock or machine_clock.now)()

    def fill(self) -> Round | None:
        """Claim what is due; None when nothing is. What need not be sent any more is dropped."""
        claimed_at = time.monotonic()
        with self._sessions.begin() as session:
            claimed = claims.claim(session, AT_ONCE, lease=LEASE, now=self._clock and self._clock())
        if not claimed:
            return None
        with self._sessions.begin() as session:
            letters = [(one, letter) for one in claimed if (letter := self._letter(session, one)) is not None]
        return Round(letters, claimed_at)

    def record(self, claimed: Claimed, answer: Answer) -> None:
        """How a try ended."""
        with self._sessions.begin() as session:
            claims.record(session, claimed, answer, now=self.now)

    def give_back(self, claimed: Claimed) -> None:
        """It was not tried."""
        with self._sessions.begin() as session:
            claims.give_back(session, claimed)

    def condemn(self, claimed: Claimed) -> None:
        """Its address is none."""
        with self._sessions.begin() as session:
            claims.drop(session, claimed, now=self.now)
            suspend(session, claimed.person_id, "address unusable", now=self.now)

    def _letter(self, session: Session, claimed: Claimed) -> Letter | None:
        """What to send. Who may open no case there now, wants no mail or has no address gets none."""
        directory = self._directory(session, self.now)
        readers = queries.readers_of(session, [claimed.organisation], directory, now=self.now)
        reader = next((one for one in readers if one.person_id == claimed.person_id), None)
        address = particulars_of(self._sealing, session.get_one(Person, claimed.person_id)).email
        if reader is None or reader.wishes.pace is Pace.NONE or address is None:
            claims.drop(session, claimed, now=self.now)
            return None
        return Letter(claimed.mail_id, address, reader.wishes.language, claimed.case_ids)


class Postman:
    """Brings messages to the mail server; any number of processes may each have one. Without a server it is idle."""

    def __init__(self, bag: Bag, office: Office, server: MailServer | None) -> None:
        self._bag = bag
        self._office = office
        self._server = server
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Look for what is due; returns at once. Waking it many times is waking it once."""
        if self._server is None:
            return
        with self._lock:
            if not self._stopping.is_set() and not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="mail", daemon=True)
                self._thread.start()
        self._woken.set()

    def stop(self, grace_seconds: float) -> None:
        """End what is being handed over, within `grace_seconds`, give back the rest, and stop for good."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._stopping.set()
        self._woken.set()
        if thread is not None:
            thread.join(grace_seconds)

    def deliver(self) -> int:
        """Hand over what is due, until nothing is or the server is away; how many messages were tried."""
        tried = 0
        while self._server and not self._stopping.is_set() and (filled := self._bag.fill()):
            brought = self._bring(self._server, filled)
            tried += brought
            if brought < len(filled.letters):
                return tried
        return tried

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait()
            self._woken.clear()
            try:
                self.deliver()
            except SQLAlchemyError as error:
                logger.warning("mail waits, the database is away: %s", type(error).__name__)
            except Exception:
                logger.exception("mail: a round failed; its leases end by themselves")

    def _bring(self, server: MailServer, filled: Round) -> int:
        """How many of a round were tried. Where the server is away, one has been tried for all."""
        left = list(filled.letters)
        try:
            with server.conversation() as connection:
                while left and self._may_go_on(filled):
                    self._hand_over(connection, *left[0])
                    left.pop(0)
        except ServerAway as away:
            logger.warning("mail waits, the mail server is away: %s", away.word)
            for claimed, _ in left:
                self._bag.record(claimed, Answer(None, error=away.word))
        else:
            for claimed, _ in left:
                self._bag.give_back(claimed)
        return len(filled.letters) - len(left)

    def _may_go_on(self, filled: Round) -> bool:
        """Whether the lease leaves time for one more."""
        return not self._stopping.is_set() and time.monotonic() < filled.claimed_at + _FIT_SECONDS

    def _hand_over(self, connection: Connection, claimed: Claimed, letter: Letter) -> None:
        try:
            message = compose(self._office, letter, now=self._bag.now)
        except AddressUnusable:
            self._bag.condemn(claimed)
        else:
            self._bag.record(claimed, connection.hand_over(self._office.sender, letter.address, message))
