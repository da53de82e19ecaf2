"""The feed: what happened for an organisation, in order and without holes; and the cursors that lead through it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.api.wire import write_cursor
from tests.api.events import SIGNAL
from tests.support.callers import Organisation, document, short
from tests.support.hub import RunningHub

NEWS_WITHIN_SECONDS = 10


def _end(organisation: Organisation) -> str:
    """The cursor behind everything that there is now."""
    page = organisation.read("/feed", limit=500)
    while page["events"]:
        page = organisation.read("/feed", limit=500, after=page["next"])
    cursor: str = page["next"]
    return cursor


def test_it_goes_on_where_it_ended(hub: RunningHub) -> None:
    """Page by page: each event once, in the order of the log, and nothing left out."""
    board, team = hub.organisation("B00004"), hub.organisation("GM0118-ST")
    cursor = _end(team)
    data = {**SIGNAL, "school": "99EA00", "homePostcode": "7902"}
    cases = [board.publish("signal.raised", data) for _ in range(7)]
    for case in cases:
        board.sees(case, "offered", team.code)
    found: list[str] = []
    sequences: list[str] = []
    while page := team.read("/feed", after=cursor, limit=2):
        assert len(page["events"]) <= 2
        if not page["events"]:
            break
        found += [event["subject"] for event in page["events"]]
        sequences += [event["sequence"] for event in page["events"]]
        cursor = page["next"]
    assert sorted(found) == sorted(cases)
    assert sequences == sorted(sequences)
    assert all(len(sequence) == 20 for sequence in sequences)


def test_its_events_are_thin(hub: RunningHub, team: Organisation, offered: str) -> None:
    """Ids and an address; whoever wants to know more asks with its own right."""
    page = team.read("/feed", limit=500)
    event = next(event for event in page["events"] if event["subject"] == offered)
    assert "data" not in event
    assert event["dataref"] == f"{hub.url}/v1/cases/{offered}"
    assert event["specversion"] == "1.0"
    assert event["time"].endswith("Z")
    assert short(event["type"]) == "referral.offered"


def test_waiting_ends_with_the_news(hub: RunningHub) -> None:
    """A long poll answers when something happens, long before it would have given up."""
    board, team = hub.organisation("B00006"), hub.organisation("GM1896-ST")
    cursor = _end(team)
    with ThreadPoolExecutor(1) as beside:
        begun = time.monotonic()
        waiting = beside.submit(team.read, "/feed", after=cursor, wait=25)
        case = board.publish("signal.raised", {**SIGNAL, "school": "99LB00", "homePostcode": "8061"})
        page = waiting.result()
    assert [event["subject"] for event in page["events"]] == [case]
    assert time.monotonic() - begun < NEWS_WITHIN_SECONDS


def test_waiting_in_vain_ends_with_the_same_cursor(hub: RunningHub) -> None:
    """Nothing happened, and the caller goes on from where it was."""
    team = hub.organisation("GM1701-ST")
    cursor = _end(team)
    begun = time.monotonic()
    page = team.read("/feed", after=cursor, wait=1)
    assert page == {"events": [], "next": cursor}
    assert 1 <= time.monotonic() - begun < NEWS_WITHIN_SECONDS


def test_many_who_wait_do_not_hold_up_who_does_not(hub: RunningHub, team: Organisation) -> None:
    """Forty long polls leave room for a plain question."""
    idle = hub.organisation("GM1701-ST")
    cursor = _end(idle)
    with ThreadPoolExecutor(40) as beside:
        waiting = [beside.submit(idle.read, "/feed", after=cursor, wait=2) for _ in range(40)]
        begun = time.monotonic()
        team.read("/inbox")
        took = time.monotonic() - begun
        assert all(one.result()["events"] == [] for one in waiting)
    assert took < 2


GARBAGE = [
    "rubbish",
    "",
    "MTIz",
    "W10",
    "WyJhIl0",
    "eyJhIjoxfQ",
    "W251bGwsbnVsbF0",
    "%00",
    "é",
    "A" * 200,
]


@pytest.mark.parametrize("cursor", GARBAGE)
def test_a_cursor_that_the_hub_did_not_give_is_refused(team: Organisation, cursor: str) -> None:
    """400 with its place, for whatever somebody may have made up."""
    refused = document(team.get("/feed", after=cursor), 400)
    assert refused["errors"][0]["pointer"].endswith("/after")


@pytest.mark.parametrize("path", ["/inbox", "/sent"])
@pytest.mark.parametrize("cursor", GARBAGE)
def test_so_it_is_with_other_lists(hub: RunningHub, path: str, cursor: str) -> None:
    """Every list has cursors of its own kind."""
    document(hub.organisation("PO2201").get(path, after=cursor), 400)


def test_a_cursor_of_another_state_of_the_hub_is_gone(team: Organisation) -> None:
    """After a backup was restored an old cursor could skip what comes: 410, and begin again."""
    other_epoch = "0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
    refused = document(team.get("/feed", after=write_cursor(other_epoch, 3)), 410)
    assert refused["code"] == "gone"
    assert refused["nextStep"]


def test_a_cursor_from_the_future_is_gone(hub: RunningHub, team: Organisation) -> None:
    """Positions that the log does not have belong to another state of it too."""
    with hub.sessions() as session:
        epoch = session.connection().exec_driver_sql("SELECT epoch FROM log_head").scalar_one()
    document(team.get("/feed", after=write_cursor(epoch, 10**12)), 410)
    document(team.get("/feed", after=write_cursor(epoch, 10**30)), 410)


@pytest.mark.parametrize("query", [{"wait": 31}, {"wait": -1}, {"limit": 0}, {"limit": 501}, {"wait": "long"}])
def test_its_limits_are_told(team: Organisation, query: dict[str, object]) -> None:
    """Half a minute of waiting and five hundred events at most."""
    assert document(team.get("/feed", **query), 400)["errors"]
