"""When somebody is told by e-mail. Pure: wishes and a moment in, a moment out."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from hub.clock import DUTCH_TIME
from hub.errors import InvalidInput
from hub.i18n import DEFAULT, Language
from hub.workdays import is_working_day

DIGEST_AT = time(8, 30)
"""When the one message of a working day goes out, in Dutch time."""

PAUSE = timedelta(minutes=15)
"""The shortest time between two messages to somebody: what happens meanwhile goes into the next one."""

_ONE_DAY = timedelta(days=1)


class Pace(StrEnum):
    """How often somebody is told: at once, one time a working day, or never."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of the day, in Dutch time, in which nothing is sent; nor is anything on days off.

    They may go past midnight. Raises InvalidInput for hours that begin when they end.
    """

    begin: time
    end: time

    def __post_init__(self) -> None:
        if self.begin == self.end:
            raise InvalidInput("Quiet hours begin and end at different times.")

    def hold(self, at: time) -> bool:
        """Whether nothing is sent at this time."""
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


USUAL_QUIET_HOURS = QuietHours(time(18), time(8))


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants to be told; `quiet` None means at any hour of any day."""

    pace: Pace = Pace.AT_ONCE
    quiet: QuietHours | None = USUAL_QUIET_HOURS
    language: Language = DEFAULT


def moment(wishes: Wishes, earliest: datetime, closed: Container[date]) -> datetime | None:
    """When to tell somebody of something, not before `earliest`; None for never. `closed` are the days off."""
    if wishes.pace is Pace.NONE:
        return None
    local = earliest.astimezone(DUTCH_TIME)
    if wishes.pace is Pace.DIGEST:
        local = _next_digest(local, closed)
    return _outside_quiet_hours(wishes.quiet, local, closed).astimezone(UTC)


def _next_digest(at: datetime, closed: Container[date]) -> datetime:
    day = at.date() if at.time() <= DIGEST_AT else at.date() + _ONE_DAY
    while not is_working_day(day, closed):
        day += _ONE_DAY
    return datetime.combine(day, DIGEST_AT, DUTCH_TIME)


def _outside_quiet_hours(quiet: QuietHours | None, at: datetime, closed: Container[date]) -> datetime:
    if quiet is None:
        return at
    while True:
        if not is_working_day(at.date(), closed):
            at = datetime.combine(at.date() + _ONE_DAY, time(), DUTCH_TIME)
        elif quiet.hold(at.time()):
            goes_past_midnight = at.time() >= quiet.end
            at = datetime.combine(at.date() + _ONE_DAY * goes_past_midnight, quiet.end, DUTCH_TIME)
        else:
            return at
