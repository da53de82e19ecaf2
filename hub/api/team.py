"""GET and PUT /v1/team/calendar: when a team works, when it is closed, and who stands in meanwhile."""

from datetime import date, time
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext, InSession
from hub.api.needs import needs
from hub.api.wire import Answer, RequestBody, reads, refusals
from hub.codes import OrganisationCode
from hub.deadlines.substitutes import Closure
from hub.deadlines.team import MOST_CLOSURES, TeamTimes, times_of
from hub.deadlines.team_calendar import WEEKDAYS, Hours, Span
from hub.reactions import keep_team_times

router = APIRouter(prefix="/team", tags=["team"])

_Time = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class HoursSaid(RequestBody):
    """When a team opens and closes on a day, in Dutch time. Without `closes` the day counts to its end."""

    opens: _Time
    closes: _Time | None = None


class WeekSaid(RequestBody):
    """The days on which a team works; a day that is left out it does not."""

    monday: HoursSaid | None = None
    tuesday: HoursSaid | None = None
    wednesday: HoursSaid | None = None
    thursday: HoursSaid | None = None
    friday: HoursSaid | None = None


class ClosureSaid(RequestBody):
    """Days on which a team is closed, both included, and the code of the organisation that stands in for it."""

    first_day: date
    last_day: date
    substitute: OrganisationCode | None = None


class CalendarSaid(RequestBody):
    """The whole calendar of a team, from now on."""

    opening_hours: WeekSaid
    closures: Annotated[list[ClosureSaid], Field(max_length=MOST_CLOSURES)] = Field(default_factory=list)


class HoursRead(Answer):
    """When a team opens and closes on a day, in Dutch time."""

    opens: str
    closes: str | None


class WeekRead(Answer):
    """The days on which a team works."""

    monday: HoursRead | None = None
    tuesday: HoursRead | None = None
    wednesday: HoursRead | None = None
    thursday: HoursRead | None = None
    friday: HoursRead | None = None


class ClosureRead(Answer):
    """Days on which a team is closed, both included, and who stands in for it."""

    first_day: date
    last_day: date
    substitute: str | None


class CalendarRead(Answer):
    """The calendar of the caller's organisation; closures that are over are left out."""

    organisation: str
    opening_hours: WeekRead
    closures: list[ClosureRead]


@reads(router, "/calendar", operation_id="readTeamCalendar", responses=refusals(401, 403, 406, 503))
def read_calendar(caller: Annotated[Caller, needs(Right.READ_CASES)], session: InSession) -> CalendarRead:
    """When your organisation works, by which its deadlines are counted. Public holidays count for everybody."""
    return _read(caller.organisation, times_of(session, caller.organisation, now=clock.now()))


@router.put("/calendar", operation_id="keepTeamCalendar", responses=refusals(400, 401, 403, 406, 415, 503))
def keep_calendar(
    body: CalendarSaid,
    caller: Annotated[Caller, needs(Right.MANAGE_CALENDAR)],
    parts: InContext,
    session: InSession,
) -> CalendarRead:
    """Say when your organisation works, instead of what was said before; its running deadlines are counted anew.

    A closure begins today or later. One that has begun can be made longer or shorter, and ends when it is left out.
    """
    now = clock.now()
    keep_team_times(session, parts.runtime.snapshot(session), caller.organisation, _times(body), now=now)
    return _read(caller.organisation, times_of(session, caller.organisation, now=now))


def _times(body: CalendarSaid) -> TeamTimes:
    week = [getattr(body.opening_hours, name) for name in WEEKDAYS]
    hours = {weekday: _hours(day) for weekday, day in enumerate(week) if day is not None}
    return TeamTimes(hours, [Closure(Span(one.first_day, one.last_day), one.substitute) for one in body.closures])


def _hours(day: HoursSaid) -> Hours:
    closes = None if day.closes is None else time.fromisoformat(day.closes)
    return Hours(time.fromisoformat(day.opens), closes)


def _read(organisation: str, times: TeamTimes) -> CalendarRead:
    week = {
        WEEKDAYS[weekday]: HoursRead(opens=f"{day.opens:%H:%M}", closes=day.closes and f"{day.closes:%H:%M}")
        for weekday, day in times.hours.items()
    }
    return CalendarRead(
        organisation=organisation,
        opening_hours=WeekRead(**week),
        closures=[
            ClosureRead(first_day=one.span.first_day, last_day=one.span.last_day, substitute=one.substitute)
            for one in times.closures
        ],
    )
