"""A deadline and what can become of it: it runs, stands still, begins anew, is met, or steps up a ladder. Pure.

The ladder: the team is reminded when the last day begins; the team's lead is told on the working day after it, and the
partnership that leads two working days later. A step that should have been taken while no worker was there is taken
once, and the next one counts from then: nobody is passed over because the hub was away.
"""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from hub.deadlines.team_calendar import TeamCalendar
from hub.workdays import add_working_days, working_days_between

_LEAD_AFTER_WORKING_DAYS = 1
_SWV_AFTER_WORKING_DAYS = 2


class Kind(StrEnum):
    """What is to be done before a deadline."""

    OPEN = "open"
    ANSWER = "answer"


class State(StrEnum):
    """Where a deadline stands."""

    RUNNING = "running"
    PAUSED = "paused"  # the team waits for the school
    MET = "met"
    ENDED = "ended"  # nobody waits for it any more


class Step(StrEnum):
    """What happens when a deadline is not met, in this order."""

    REMIND = "remind"
    TO_LEAD = "escalate_to_lead"
    TO_SWV = "escalate_to_swv"


class Key(NamedTuple):
    """Of whom a deadline is, and for what."""

    case_id: UUID
    organisation: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term of a team in working days: `days` in all, of which `days_left` count after the day `counts_from`.

    `due_on` is the last day, None while it stands still. `next_step` is taken at `next_at`; both are None when nothing
    is to follow. `stepped_on` is the day of the step before. `sender` and `lead_swv` are told.
    """

    case_id: UUID
    organisation: str
    kind: Kind
    sender: str
    lead_swv: str | None
    state: State
    days: int
    counts_from: date
    days_left: int
    due_on: date | None = None
    next_step: Step | None = None
    next_at: datetime | None = None
    stepped_on: date | None = None
    met_on: date | None = None

    @property
    def key(self) -> Key:
        """Of whom it is, and for what."""
        return Key(self.case_id, self.organisation, self.kind)

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for it."""
        return self.state in {State.RUNNING, State.PAUSED}

    def begun(self, days: int, since: date, calendar: TeamCalendar) -> "Deadline":
        """It runs for `days` working days after the day `since`."""
        begun = replace(self, state=State.RUNNING, days=days, days_left=days, counts_from=since, met_on=None)
        return replace(begun, next_step=Step.REMIND, stepped_on=None).counted(calendar)

    def taken_over_by(self, organisation: str, calendar: TeamCalendar) -> "Deadline":
        """The same term for another partnership, which leads from now on."""
        return replace(self, organisation=organisation, lead_swv=organisation).counted(calendar)

    def paused(self, on: date, calendar: Container[date]) -> "Deadline":
        """It stands still: the team cannot go on without the school. Of a term that is over a day remains."""
        if self.state is not State.RUNNING or self.due_on is None:
            return self
        left = max(working_days_between(on, self.due_on, calendar), 1)
        return replace(self, state=State.PAUSED, days_left=left, due_on=None, next_step=None, next_at=None)

    def resumed(self, since: date, calendar: TeamCalendar) -> "Deadline":
        """It goes on with what was left."""
        if self.state is not State.PAUSED:
            return self
        running = replace(self, state=State.RUNNING, counts_from=since, next_step=Step.REMIND, stepped_on=None)
        return running.counted(calendar)

    def met(self, on: date) -> "Deadline":
        """What it was for has been done."""
        if not self.is_open:
            return self
        return replace(self, state=State.MET, met_on=on, next_step=None, next_at=None)

    def ended(self) -> "Deadline":
        """Nobody waits for it any more."""
        if not self.is_open:
            return self
        return replace(self, state=State.ENDED, next_step=None, next_at=None)

    def counted(self, calendar: TeamCalendar) -> "Deadline":
        """Its last day and its next step, by the calendar as it is now."""
        if self.state is not State.RUNNING:
            return self
        due_on = add_working_days(self.counts_from, self.days_left, calendar)
        if self.next_step is None:
            return replace(self, due_on=due_on)
        day = _day_of(self.next_step, due_on, self.stepped_on or due_on, calendar)
        return replace(self, due_on=due_on, next_at=calendar.opening(day))

    def stepped(self, on: date, calendar: TeamCalendar) -> "Deadline":
        """The step has been taken on a day; what follows counts from then."""
        following = self._following()
        if following is None:
            return replace(self, next_step=None, next_at=None, stepped_on=on)
        return replace(self, next_step=following, stepped_on=on).counted(calendar)

    def _following(self) -> Step | None:
        """A partnership that is late itself has nobody above it, and some schools have none that leads."""
        if self.next_step is Step.REMIND:
            return Step.TO_LEAD
        leads = self.lead_swv is not None and self.lead_swv != self.organisation
        return Step.TO_SWV if self.next_step is Step.TO_LEAD and leads else None


def _day_of(step: Step, due_on: date, stepped_on: date, calendar: Container[date]) -> date:
    match step:
        case Step.REMIND:
            return due_on
        case Step.TO_LEAD:
            return add_working_days(max(due_on, stepped_on), _LEAD_AFTER_WORKING_DAYS, calendar)
        case Step.TO_SWV:
            return add_working_days(max(due_on, stepped_on), _SWV_AFTER_WORKING_DAYS, calendar)
