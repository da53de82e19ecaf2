"""The calendar of a team: what it wrote down itself, and the school holidays that its region agreed on."""

from datetime import date, time

import pytest
from sqlalchemy import text

from hub.codes import OrganisationCode, OrganisationKind
from hub.deadlines.calendars import calendars_of
from hub.deadlines.team_calendar import Hours
from hub.directory.entries import START, Agreement, Contents, Organisation
from hub.directory.snapshot import Snapshot
from hub.store.engine import Sessions
from tests.support.small_hub import TEAM

ASSEN = OrganisationCode("GM0106")
TODAY, AUTUMN = date(2026, 10, 1), date(2026, 10, 14)  # holiday in the region Noord, not in Midden


def region(*parties: str, where: str = "Noord", until: date | None = None) -> Snapshot:
    """A directory with the team of Assen, and an agreement about school holidays."""
    team = Organisation(TEAM, OrganisationKind.SOCIAL_TEAM, "Team", ASSEN, ASSEN, START, None)
    codes = frozenset(map(OrganisationCode, parties))
    agreed = Agreement("vakanties", "school_holidays", codes, {"region": where}, START, until, "afspraak")
    return Snapshot.from_facts(Contents(organisations=[team], agreements=[agreed]))


@pytest.mark.parametrize(
    ("directory", "is_closed"),
    [
        (region(TEAM), True),
        (region(ASSEN), True),  # for all teams of the municipality
        (region("GM0118"), False),
        (region(TEAM, where="Midden"), False),
        (region(TEAM, until=TODAY), False),  # it is over
    ],
)
def test_school_holidays_count_where_they_were_agreed(
    sessions: Sessions, directory: Snapshot, *, is_closed: bool
) -> None:
    """For the parties of the agreement, as long as it holds; for others they are days as any."""
    with sessions() as session:
        calendar = calendars_of(session, [TEAM], directory, TODAY)[TEAM]
    assert (AUTUMN in calendar) is is_closed


def test_each_team_has_what_it_wrote_down(sessions: Sessions) -> None:
    """And the usual week when it wrote nothing."""
    with sessions.begin() as session:
        session.execute(text(f"INSERT INTO closures VALUES ('{TEAM}', '2026-10-05', '2026-10-06', NULL)"))
        session.execute(
            text(f"INSERT INTO opening_hours VALUES ('{TEAM}', 0, '09:00', '12:30'), ('{TEAM}', 1, '10:00', NULL)")
        )
        found = calendars_of(session, [TEAM, "GM0118-ST"], region("GM0118"), TODAY)
    assert found[TEAM].hours == {0: Hours(time(9), time(12, 30)), 1: Hours(time(10))}
    days = [date(2026, 10, day) for day in range(5, 14)]
    assert [day.day for day in days if day not in found[TEAM]] == [12, 13]
    assert [day.day for day in days if day not in found["GM0118-ST"]] == [5, 6, 7, 8, 9, 12, 13]
