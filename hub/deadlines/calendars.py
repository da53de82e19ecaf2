"""The calendars of teams, out of what they wrote down and what their region agreed."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode
from hub.deadlines.tables import ClosureRow, OpeningHoursRow
from hub.deadlines.team_calendar import USUAL_HOURS, Calendars, Hours, Span, TeamCalendar
from hub.directory.calendar import school_holidays
from hub.directory.snapshot import Snapshot
from hub.routing.answer_terms import SCHOOL_HOLIDAYS


def calendars_of(session: Session, organisations: Collection[str], snapshot: Snapshot, on: date) -> Calendars:
    """The calendars of organisations, with the agreements in force on a day."""
    asked = sorted(set(organisations))
    closures: defaultdict[str, list[Span]] = defaultdict(list)
    for row in session.scalars(select(ClosureRow).where(ClosureRow.organisation.in_(asked))):
        closures[row.organisation].append(Span(row.first_day, row.last_day))
    hours: defaultdict[str, dict[int, Hours]] = defaultdict(dict)
    for day in session.scalars(select(OpeningHoursRow).where(OpeningHoursRow.organisation.in_(asked))):
        hours[day.organisation][day.weekday] = Hours(day.opens, day.closes)
    return {
        one: TeamCalendar(hours.get(one, USUAL_HOURS), (*closures[one], *_agreed_holidays(one, snapshot, on)))
        for one in asked
    }


def _agreed_holidays(organisation: str, snapshot: Snapshot, on: date) -> Iterator[Span]:
    """The school holidays in which a team does not work: it or its municipality is party to an agreement."""
    code = OrganisationCode(organisation)
    found = snapshot.organisation(code, on)
    parties = {code, *([found.municipality] if found and found.municipality else [])}
    agreed = (one for party in parties for one in snapshot.agreements_of(SCHOOL_HOLIDAYS, party, on))
    regions = {agreement.scope["region"] for agreement in agreed}
    return (Span(one.first_day, one.last_day) for one in school_holidays() if one.region in regions)
