"""What has to be done now and then, by whichever worker sweeps: deadlines, erasing, checkpoints, border talks.

What was done is known to the database, so it is done once whatever number of workers there is, and made up for after
they have all been away. Each look costs a few small queries.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from hub.access.people import forget_people
from hub.borders import reminding as borders
from hub.cases.erasing import AT_ONCE, Step, erase_next, erase_unplaced
from hub.cases.transitions import escalate
from hub.clock import dutch_date
from hub.deadlines import actions as deadlines
from hub.declarations import reminding as declarations
from hub.errors import HubError
from hub.mail.actions import forget
from hub.privacy import proof
from hub.privacy.checkpoint_keys import read_or_make_checkpoint_keys
from hub.privacy.erasure import sweep_remains
from hub.privacy.retention_runs import begin_run, count_run, end_run
from hub.reactions import take_due_steps
from hub.runtime import Runtime

logger = logging.getLogger(__name__)

_REST = timedelta(minutes=1)  # after something failed


class Upkeep:
    """The upkeep of one worker process."""

    def __init__(self, runtime: Runtime, clock: Callable[[], datetime]) -> None:
        self._runtime = runtime
        self._clock = clock
        self._resting_until: datetime | None = None
        self._escalated_on: date | None = None  # by this process; another one finds nothing left to do

    def look(self) -> None:
        """Do what is due. What fails is logged, holds up nothing else, and is tried again a minute later."""
        if self._resting_until is not None and self._clock() < self._resting_until:
            return
        self._resting_until = None
        self._try(self.take_due_steps)
        self._try(self.erase_what_is_due)
        self._try(self.escalate_transitions)
        self._try(self.take_checkpoint)
        self._try(self.remind)

    def take_due_steps(self) -> int:
        """Remind and escalate where it is time by the database's own clock; how many deadlines were looked at."""
        number, is_full = 0, True
        while is_full:
            with self._runtime.sessions.begin() as session:
                now = session.execute(select(func.now())).scalar_one()
                taken = take_due_steps(session, self._runtime.snapshot(session), now=now)
            number, is_full = number + taken, taken == deadlines.AT_ONCE
        return number

    def erase_what_is_due(self) -> int | None:
        """Once a day: erase the cases whose terms have passed; how many, or None when it was done today."""
        day = dutch_date(self._clock())
        with self._runtime.sessions.begin() as session:
            if not begin_run(session, day, now=self._clock()):
                return None
        running = self._erase_all(day)
        with self._runtime.sessions.begin() as session:
            erased = end_run(session, day, now=self._clock())
            forget(session, now=self._clock())
        if running:
            logger.warning("terms: %d cases still run although their term has passed, see hub privacy due", running)
        logger.info("terms: %d cases erased", erased)
        return erased

    def escalate_transitions(self) -> int | None:
        """Once a day: ask partnerships to step in where nobody acknowledged a transition; how many, or None."""
        day = dutch_date(self._clock())
        if self._escalated_on == day:
            return None
        with self._runtime.sessions.begin() as session:
            escalated = escalate(session, day, now=self._clock())
        self._escalated_on = day
        return escalated

    def take_checkpoint(self) -> bool:
        """Sign a checkpoint when it is time and something is new; whether one was written. Raises CheckpointRefused."""
        settings = self._runtime.settings
        with self._runtime.sessions.begin() as session:
            if not proof.is_due(session, timedelta(minutes=settings.checkpoint_minutes), now=self._clock()):
                return False
            ring = read_or_make_checkpoint_keys(settings.checkpoint_key_path)
            return proof.take_checkpoint(session, settings.checkpoint_folder, ring, now=self._clock()) is not None

    def remind(self) -> int:
        """Remind of border talks whose time is over and of declarations that are about to end, each once; how many."""
        reminded = 0
        for remind in (borders.remind, declarations.remind):
            with self._runtime.sessions.begin() as session:
                reminded += remind(session, now=self._clock())
        return reminded

    def _try(self, job: Callable[[], object]) -> None:
        try:
            job()
        except HubError as refusal:
            logger.error("upkeep put off, %s: %s", refusal.code, refusal.message)  # noqa: TRY400  # no defect
        except (SQLAlchemyError, OSError) as error:
            logger.warning("upkeep put off, the database or a folder is in the way: %s", type(error).__name__)
        except Exception:
            logger.exception("upkeep failed; it is tried again")
        else:
            return
        self._resting_until = self._clock() + _REST

    def _erase_all(self, day: date) -> int:
        """Erase in short transactions, so that a stop in the middle loses nothing; how many are due but still run."""
        running = 0
        step = self._erase_some(day, Step(0, 0, None))
        while step.last is not None:
            running += step.running
            step = self._erase_some(day, step)
        self._erase_the_rest(day)
        return running

    def _erase_some(self, day: date, before: Step) -> Step:
        with self._runtime.sessions.begin() as session:
            snapshot = self._runtime.snapshot(session)
            step = erase_next(session, self._runtime.terms, snapshot, after=before.last, now=self._clock())
            count_run(session, day, step.erased)
            return step

    def _erase_the_rest(self, day: date) -> None:
        """What never became a case, what is left of cases that were erased, and people whose time is long over."""
        is_full = True
        while is_full:
            with self._runtime.sessions.begin() as session:
                unplaced = erase_unplaced(session, self._runtime.terms, now=self._clock())
                remains = sweep_remains(session, limit=AT_ONCE)
                forgotten = forget_people(session, now=self._clock(), limit=AT_ONCE)
                count_run(session, day, unplaced)
                is_full = AT_ONCE in {unplaced, remains, forgotten}
