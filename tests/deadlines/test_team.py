"""A team says when it works: its deadlines move with it, what has passed stays, and what cannot be is refused."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from hub.cases.tables import Case, Party
from hub.codes import OrganisationCode
from hub.deadlines.substitutes import Closure
from hub.deadlines.tables import DeadlineRow
from hub.deadlines.team import TeamTimes, times_of
from hub.deadlines.team_calendar import USUAL_HOURS, Hours, Span
from hub.errors import InvalidInput
from hub.reactions import keep_team_times
from hub.store.engine import acting_for
from tests.support.moves import OFFICE, OTHER_TEAM, SWV
from tests.support.small_hub import A_REFERRAL, AN_ABSENCE, BOARD, NOW, TEAM, SmallHub

TODAY = date(2026, 11, 19)


@pytest.fixture
def hub(small_hub: SmallHub) -> SmallHub:
    """A hub with an empty log."""
    return small_hub


def closed(first: int, last: int, substitute: str | None = None) -> Closure:
    """Closed from so many days after today to so many."""
    return Closure(Span(TODAY + timedelta(days=first), TODAY + timedelta(days=last)), substitute)


def keep(
    hub: SmallHub,
    *closures: Closure,
    team: str = TEAM,
    hours: dict[int, Hours] | None = None,
    now: datetime = NOW,
) -> None:
    """A team keeps its calendar, with no more rights in the database than it has."""
    times = TeamTimes(USUAL_HOURS if hours is None else hours, closures)
    with acting_for(hub.sessions, team) as session, session.begin():
        keep_team_times(session, hub.snapshot, OrganisationCode(team), times, now=now)


def kept(hub: SmallHub, team: str = TEAM, now: datetime = NOW) -> Sequence[Closure]:
    """The closures that a team finds again."""
    with acting_for(hub.sessions, team) as session:
        return list(times_of(session, OrganisationCode(team), now=now).closures)


def due(hub: SmallHub, case: UUID, team: str = TEAM) -> tuple[date | None, date | None, date | None]:
    """The last day for an answer: of the deadline, in the inbox, and of the case."""
    with hub.sessions() as session:
        answer = (DeadlineRow.case_id == case, DeadlineRow.organisation == team, DeadlineRow.kind == "answer")
        last = session.scalar(select(DeadlineRow.due_on).where(*answer))
        return last, session.get_one(Party, (case, team)).due_on, session.get_one(Case, case).due_on


def test_a_closure_moves_what_runs(hub: SmallHub) -> None:
    """And what the inbox lists by; of a case of others only its own part. Without it all is as before."""
    case, shared = hub.routed("referral.submitted", A_REFERRAL), hub.routed("absence.reported", AN_ABSENCE)
    usual, later = date(2026, 11, 26), date(2026, 11, 30)
    assert due(hub, case) == (usual, usual, usual)
    keep(hub, closed(1, 4))
    assert due(hub, case) == (later, later, later)
    keep(hub, closed(1, 4), team=OFFICE)
    assert due(hub, shared, OFFICE) == (later, later, usual)
    keep(hub)
    assert due(hub, case) == (usual, usual, usual)


def test_what_is_offered_during_a_closure_counts_from_its_end(hub: SmallHub) -> None:
    """Five working days after the team is back."""
    keep(hub, closed(0, 14))
    case = hub.routed("referral.submitted", A_REFERRAL)
    last = date(2026, 12, 10)
    assert due(hub, case) == (last, last, last)


def test_a_team_that_works_two_days_a_week(hub: SmallHub) -> None:
    """Tuesdays and Thursdays, until noon; what comes in the afternoon came a day later."""
    keep(hub, hours={1: Hours(time(9), time(12)), 3: Hours(time(9), time(12))})
    in_the_morning = hub.routed("referral.submitted", A_REFERRAL)
    assert due(hub, in_the_morning)[0] == date(2026, 12, 8)


def test_the_same_calendar_again_changes_nothing(hub: SmallHub) -> None:
    """However often it is said."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    for _ in range(2):
        keep(hub, closed(1, 4, OTHER_TEAM), closed(30, 40))
        assert kept(hub) == [closed(1, 4, OTHER_TEAM), closed(30, 40)]
        assert due(hub, case)[0] == date(2026, 11, 30)


def test_what_has_passed_stays(hub: SmallHub) -> None:
    """A closure that has begun can be longer, or end yesterday; that there was one is never undone."""
    keep(hub, closed(0, 3))
    monday = NOW + timedelta(days=4)
    assert kept(hub, now=monday) == []
    saturday = NOW + timedelta(days=2)
    keep(hub, closed(0, 6), now=saturday)
    assert kept(hub, now=saturday) == [closed(0, 6)]
    keep(hub, now=saturday)
    assert kept(hub, now=saturday) == []
    with hub.sessions() as session:
        rows = session.execute(text("SELECT organisation, first_day, last_day FROM closures"))
        assert [tuple(row) for row in rows] == [(TEAM, TODAY, TODAY + timedelta(days=1))]


REFUSED: list[tuple[Closure, str]] = [
    (closed(4, 3), "/closures/0/lastDay"),
    (closed(-1, 3), "/closures/0/firstDay"),
    (closed(700, 731), "/closures/0/lastDay"),
    (closed(1, 3, "GM9999-ST"), "/closures/0/substitute"),
    (closed(1, 3, BOARD), "/closures/0/substitute"),
    (closed(1, 3, TEAM), "/closures/0/substitute"),
    (closed(1, 3, OTHER_TEAM), "/closures/0/substitute"),  # for which this team stands in itself
]


@pytest.mark.parametrize(("closure", "pointer"), REFUSED)
def test_what_cannot_be_is_refused(hub: SmallHub, closure: Closure, pointer: str) -> None:
    """With the place of what is wrong, and nothing is changed."""
    keep(hub, closed(3, 5, TEAM), team=OTHER_TEAM)
    keep(hub, closed(10, 11))
    with pytest.raises(InvalidInput) as refusal:
        keep(hub, closure)
    assert [problem.pointer for problem in refusal.value.problems] == [pointer]
    assert kept(hub) == [closed(10, 11)]


def test_two_closures_on_one_day_are_refused(hub: SmallHub) -> None:
    """Nobody could say which of two substitutes stands in."""
    with pytest.raises(InvalidInput) as refusal:
        keep(hub, closed(5, 9, SWV), closed(1, 5, OTHER_TEAM))
    assert [problem.pointer for problem in refusal.value.problems] == ["/closures/0/firstDay"]


@pytest.mark.parametrize("hours", [{}, {0: Hours(time(9), time(9))}, {0: Hours(time(17), time(9))}])
def test_hours_that_nobody_could_work(hub: SmallHub, hours: dict[int, Hours]) -> None:
    """A term would never end, or a day end before it begins."""
    with pytest.raises(InvalidInput) as refusal:
        keep(hub, hours=hours)
    assert [problem.pointer for problem in refusal.value.problems] == ["/openingHours"]


def told(hub: SmallHub, case: UUID) -> list[tuple[str, str]]:
    """For whom somebody stands in, and who."""
    said = [event for event in hub.events(case) if event.type == "substitute.told"]
    return [(event.data["organisation"], event.data["to"]) for event in said]


def test_who_stands_in_is_told_beside_the_holder(hub: SmallHub) -> None:
    """Down the chain; it sees for whom it stands in and nothing of the child, and the holder stays what it is."""
    keep(hub, closed(0, 8, OTHER_TEAM))
    keep(hub, closed(0, 2, OFFICE), team=OTHER_TEAM)
    case = hub.routed("referral.submitted", A_REFERRAL)
    hub.read()
    assert told(hub, case) == [(TEAM, OFFICE)]
    assert hub.parties(case) == {BOARD: ("sender", "sender"), TEAM: ("holder", "offered"), OFFICE: ("named", "told")}
    assert [event.type for event in hub.feed(OFFICE)] == ["substitute.told"]
    assert "substitute.told" in [event.type for event in hub.feed(BOARD)]
    view = hub.view(case, OFFICE)
    assert [moment.event.type for moment in view.moments][-1] == "substitute.told"
    assert view.shown.fields == frozenset()


def test_nobody_is_told_while_the_team_is_open(hub: SmallHub) -> None:
    """Nor where the closed team named nobody."""
    keep(hub, closed(1, 8, OTHER_TEAM))
    assert told(hub, hub.routed("referral.submitted", A_REFERRAL)) == []
    keep(hub, closed(0, 8))
    assert told(hub, hub.routed("referral.submitted", A_REFERRAL)) == []
