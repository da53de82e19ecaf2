"""The days and hours on which a team works: public holidays, agreed school holidays, closures, opening hours. Pure.

Monday to Friday are working days, as everywhere in the law; a team can work on fewer of them, and not on more.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from hub.clock import DUTCH_TIME
from hub.directory.calendar import public_holidays

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a team opens and closes on a day, in Dutch time. Without `closes` the day counts to its end."""

    opens: time
    closes: time | None = None


USUAL_HOURS: Mapping[int, Hours] = dict.fromkeys(range(len(WEEKDAYS)), Hours(time(8)))
"""Of a team that said nothing; by weekday, 0 is Monday."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days on end; both days belong to it."""

    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first_day <= day <= self.last_day

    def shared_with(self, other: "Span") -> "Span | None":
        """The days that lie in both; None when there are none."""
        first_day, last_day = max(self.first_day, other.first_day), min(self.last_day, other.last_day)
        return Span(first_day, last_day) if first_day <= last_day else None


@dataclass(frozen=True, slots=True)
class TeamCalendar(Container[date]):
    """The calendar of a team. What it contains are the days on which the team does not work."""

    hours: Mapping[int, Hours] = field(default_factory=lambda: USUAL_HOURS)
    closed: tuple[Span, ...] = ()

    def __contains__(self, day: object) -> bool:
        """Whether the team does not work on a day."""
        if not isinstance(day, date):
            return False
        is_off = day.weekday() not in self.hours or day in public_holidays(day.year)
        return is_off or any(span.covers(day) for span in self.closed)

    def counts_from(self, moment: datetime) -> date:
        """The day after which a term counts that begins at a moment: what comes after closing time came a day later."""
        local = moment.astimezone(DUTCH_TIME)
        hours = self.hours.get(local.weekday())
        is_late = hours is not None and hours.closes is not None and local.time() >= hours.closes
        return local.date() + _ONE_DAY if is_late else local.date()

    def opening(self, day: date) -> datetime:
        """The moment at which the team opens on a day."""
        hours = self.hours.get(day.weekday(), USUAL_HOURS[0])
        return datetime.combine(day, hours.opens, DUTCH_TIME)


Calendars = Mapping[str, TeamCalendar]
"""The calendar of each organisation that was asked for."""
