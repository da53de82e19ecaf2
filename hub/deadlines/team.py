"""The calendar that a team keeps itself: opening hours, closures, and who stands in meanwhile.

What has passed stays as it was: a closure that is written down afterwards would undo that a team was late.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub.clock import dutch_date
from hub.codes import OrganisationCode, OrganisationKind
from hub.deadlines.actions import recount
from hub.deadlines.calendars import calendars_of
from hub.deadlines.running import Deadline
from hub.deadlines.substitutes import Closure, Closures, comes_back_to, overlapping
from hub.deadlines.tables import ClosureRow, OpeningHoursRow
from hub.deadlines.team_calendar import USUAL_HOURS, Hours, Span
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput, Problem

MOST_CLOSURES = 50
MOST_DAYS_AHEAD = 730
_ONE_DAY = timedelta(days=1)
_STANDING_IN = frozenset(
    {
        OrganisationKind.SWV,
        OrganisationKind.SOCIAL_TEAM,
        OrganisationKind.ATTENDANCE_OFFICE,
        OrganisationKind.TRANSITION_POINT,
    }
)

_NOTHING_DONE = "The calendar is not right: nothing has been changed."
_NO_DAY_MESSAGE = "A team works on at least one day, Monday to Friday."
_HOURS_MESSAGE = "A team closes after it opens."
_ORDER_MESSAGE = "The last day of a closure is not before its first day."
_PAST_MESSAGE = "A closure begins today or later: what has passed stays as it was."
_FAR_MESSAGE = "This day is more than two years ahead."
_OVERLAP_MESSAGE = "Two closures share days: make one of them."
_SUBSTITUTE_MESSAGE = "The hub knows no receiver with this code that could stand in."
_CIRCLE_MESSAGE = "The chain of those who stand in leads back to your own team: then nobody would."


@dataclass(frozen=True, slots=True)
class TeamTimes:
    """When a team works: `hours` by weekday (0 is Monday; left out: closed), and closures from now on."""

    hours: Mapping[int, Hours]
    closures: Sequence[Closure]


def times_of(session: Session, organisation: OrganisationCode, *, now: datetime) -> TeamTimes:
    """What a team wrote down, without closures that are over; the usual hours when it wrote none."""
    rows = session.scalars(select(OpeningHoursRow).where(OpeningHoursRow.organisation == organisation)).all()
    hours = {row.weekday: Hours(row.opens, row.closes) for row in rows}
    return TeamTimes(hours or USUAL_HOURS, closures_since(session, dutch_date(now)).get(organisation, ()))


def closures_since(session: Session, day: date) -> Closures:
    """The closures of all teams that were not over before a day, the first one first."""
    found: defaultdict[str, list[Closure]] = defaultdict(list)
    rows = session.scalars(select(ClosureRow).where(ClosureRow.last_day >= day).order_by(ClosureRow.first_day))
    for row in rows:
        found[row.organisation].append(Closure(Span(row.first_day, row.last_day), row.substitute))
    return found


def keep_times(
    session: Session, snapshot: Snapshot, organisation: OrganisationCode, times: TeamTimes, *, now: datetime
) -> list[Deadline]:
    """Keep these times instead of what there was, and count the running deadlines anew; those that became different.

    A closure that has begun and is not among them ends yesterday. Raises InvalidInput with every problem.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("samenspel closures"))))  # a circle takes two
    today = dutch_date(now)
    there = closures_since(session, today)
    problems = (*_hours_problems(times.hours), *_closure_problems(snapshot, organisation, times.closures, there, today))
    if problems:
        raise InvalidInput(_NOTHING_DONE, problems=problems)
    _replace_hours(session, organisation, times.hours)
    _replace_closures(session, organisation, times.closures, today)
    session.flush()
    return recount(session, organisation, calendars_of(session, [organisation], snapshot, today))


def _hours_problems(hours: Mapping[int, Hours]) -> Iterator[Problem]:
    if not hours:
        yield Problem("/openingHours", _NO_DAY_MESSAGE)
    if any(day.closes is not None and day.closes <= day.opens for day in hours.values()):
        yield Problem("/openingHours", _HOURS_MESSAGE)


def _closure_problems(
    snapshot: Snapshot, organisation: OrganisationCode, closures: Sequence[Closure], there: Closures, today: date
) -> Iterator[Problem]:
    begun = {one.span.first_day for one in there.get(organisation, ()) if one.span.first_day < today}
    shared = overlapping(one.span for one in closures)
    for place, closure in enumerate(closures):
        at, span = f"/closures/{place}", closure.span
        if span.last_day < span.first_day:
            yield Problem(f"{at}/lastDay", _ORDER_MESSAGE)
        elif span.first_day < today and span.first_day not in begun:
            yield Problem(f"{at}/firstDay", _PAST_MESSAGE)
        elif span.last_day < today - _ONE_DAY:
            yield Problem(f"{at}/lastDay", _PAST_MESSAGE)
        elif span.last_day > today + timedelta(days=MOST_DAYS_AHEAD):
            yield Problem(f"{at}/lastDay", _FAR_MESSAGE)
        elif span is shared:
            yield Problem(f"{at}/firstDay", _OVERLAP_MESSAGE)
        if closure.substitute is not None and not _can_stand_in(snapshot, closure.substitute, today):
            yield Problem(f"{at}/substitute", _SUBSTITUTE_MESSAGE)
        elif comes_back_to(organisation, closure, there):
            yield Problem(f"{at}/substitute", _CIRCLE_MESSAGE)


def _can_stand_in(snapshot: Snapshot, code: str, on: date) -> bool:
    found = snapshot.organisation(code, on)
    return found is not None and found.kind in _STANDING_IN


def _replace_hours(session: Session, organisation: OrganisationCode, hours: Mapping[int, Hours]) -> None:
    session.execute(delete(OpeningHoursRow).where(OpeningHoursRow.organisation == organisation))
    session.add_all(
        OpeningHoursRow(organisation=organisation, weekday=weekday, opens=day.opens, closes=day.closes)
        for weekday, day in hours.items()
    )


def _replace_closures(
    session: Session, organisation: OrganisationCode, closures: Sequence[Closure], today: date
) -> None:
    """Those that are over stay: deadlines were counted with them."""
    wanted = {closure.span.first_day: closure for closure in closures}
    mine = (ClosureRow.organisation == organisation, ClosureRow.last_day >= today)
    for row in session.scalars(select(ClosureRow).where(*mine)):
        closure = wanted.pop(row.first_day, None)
        if closure is not None:
            row.last_day, row.substitute = closure.span.last_day, closure.substitute
        elif row.first_day < today:
            row.last_day = today - _ONE_DAY
        else:
            session.delete(row)
    session.add_all(
        ClosureRow(
            organisation=organisation,
            first_day=closure.span.first_day,
            last_day=closure.span.last_day,
            substitute=closure.substitute,
        )
        for closure in wanted.values()
    )
