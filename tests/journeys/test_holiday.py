"""The team of De Wolden is closed for a week: nothing counts meanwhile, and another team is told that it stands in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from hub.clock import dutch_date, now
from hub.directory.calendar import days_off_from
from hub.workdays import add_working_days
from tests.journeys.words import referral
from tests.support.callers import Json, Organisation, document, happenings
from tests.support.hub import RunningHub
from tests.support.waiting import wait_until

USUAL: Json = {name: {"opens": "08:00"} for name in ("monday", "tuesday", "wednesday", "thursday", "friday")}
TEAM, NEIGHBOUR = "GM1690-ST", "GM1701-ST"


def keeps(team: Organisation, *closures: Json) -> Json:
    """A team keeps its usual hours with these closures."""
    said = {"openingHours": USUAL, "closures": list(closures)}
    return document(team.call("PUT", "/team/calendar", json=said), 200)


@pytest.fixture
def team(hub: RunningHub) -> Iterator[Organisation]:
    """The team, which is open again afterwards."""
    found = hub.organisation(TEAM)
    yield found
    keeps(found)


def test_a_holiday(hub: RunningHub, team: Organisation) -> None:
    """What is offered in that week counts from its end; the neighbours know of it, and the school whom to call."""
    board, neighbour = hub.organisation("B00001"), hub.organisation(NEIGHBOUR)
    today = dutch_date(now())
    back = today + timedelta(days=7)
    week = {"firstDay": today.isoformat(), "lastDay": back.isoformat(), "substitute": NEIGHBOUR}
    assert keeps(team, week)["closures"] == [week]
    assert team.read("/team/calendar")["openingHours"]["friday"] == {"opens": "08:00", "closes": None}

    case = board.publish("referral.submitted", referral("99AA00", "7921"))
    board.sees(case, "offered", TEAM)
    neighbour.will_be_told(case, "substitute.told")
    told = happenings(board.case(case), "substitute.told")[0]["data"]
    assert told == {"organisation": TEAM, "to": NEIGHBOUR, "closedUntil": back.isoformat()}

    first, fifth = (add_working_days(back, days, days_off_from(today)).isoformat() for days in (2, 5))
    due = {one["kind"]: one["dueDate"] for one in team.case(case)["deadlines"]}
    assert due == {"open": first, "answer": fifth}
    line = team.has_waiting(case)
    assert line is not None
    assert line["dueDate"] == fifth

    seen = neighbour.case(case)
    assert (seen["holder"], seen["deadlines"], seen["possibleMoves"]) == (None, [], [])
    assert not any(happening["texts"] for happening in seen["timeline"])

    keeps(team)  # they are back sooner than they thought
    sooner = add_working_days(today, 5, days_off_from(today)).isoformat()
    wait_until(lambda: (team.has_waiting(case) or {})["dueDate"] == sooner, what="the day as it is now")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"openingHours": {}}, "/openingHours"),
        ({"openingHours": {"monday": {"opens": "8 uur"}}}, "/openingHours/monday/opens"),
        ({"openingHours": {"sunday": {"opens": "08:00"}}}, "/openingHours/sunday"),
        (
            {"openingHours": USUAL, "closures": [{"firstDay": "2020-01-01", "lastDay": "2020-01-02"}]},
            "/closures/0/firstDay",
        ),
    ],
)
def test_a_calendar_that_cannot_be(hub_in_one_process: RunningHub, wrong: Json, pointer: str) -> None:
    """The answer points at what is wrong."""
    refused = document(hub_in_one_process.organisation(TEAM).call("PUT", "/team/calendar", json=wrong), 400)
    assert [problem["pointer"] for problem in refused["errors"]] == [pointer]
