"""Ask before you publish: is there a case about this pupil already? Only one's own are looked at."""

import logging

import pytest

from hub.access.rights import Right
from tests.support.callers import Json, Organisation, document
from tests.support.hub import RunningHub

REFERRAL: Json = {
    "school": "99AA00",
    "homePostcode": "9403",
    "theme": "wellbeing",
    "consent": {"givenBy": "parents", "on": "2026-11-18"},
    "question": "Wie helpt?",
}
ADDRESS = "/already-open"


def asks(who: Organisation, name: str, **more: str) -> list[Json]:
    """The open cases that somebody is told of."""
    body = {"school": "99AA00", "pupil": {"name": name, **more}}
    cases: list[Json] = document(who.call("POST", ADDRESS, json=body), 200)["cases"]
    return cases


def test_a_school_is_told_of_its_own_open_case(hub: RunningHub, board: Organisation, team: Organisation) -> None:
    """And nobody else is; nor is anything in the answer but the case."""
    case = board.publish("referral.submitted", {**REFERRAL, "pupil": {"name": "Bo Toets", "birthDate": "2016-04-02"}})
    board.sees(case, "offered")
    [found] = asks(board, "Toets, Bo", birthDate="2016-04-02")
    assert (found["case"], found["address"], found["isSure"]) == (case, f"/v1/cases/{case}", True)
    assert set(found) == {"case", "address", "type", "theme", "state", "openedDate", "isSure"}
    assert [found["isSure"] for found in asks(board, "Bo Toets")] == [False]
    assert asks(board, "Bo Toets", birthDate="2015-04-02") == []
    assert asks(hub.organisation("B00002"), "Bo Toets") == []
    assert team.call("POST", ADDRESS, json={"school": "99AA00", "pupil": {"name": "Bo Toets"}}).status_code == 403


def test_it_is_for_who_publishes(hub: RunningHub) -> None:
    """Whoever only reads has nothing to ask before."""
    narrow = hub.system("B00001", rights=frozenset(Right) - {Right.PUBLISH})
    document(narrow.call("POST", ADDRESS, json={"school": "99AA00", "pupil": {"name": "Bo Toets"}}), 403)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"school": "99AA00"}, "/pupil"),
        ({"school": "99AA00", "pupil": {}}, "/pupil/name"),
        ({"school": "99AA00", "pupil": {"name": " "}}, "/pupil/name"),
        ({"school": "99AA00", "pupil": {"name": "Bo Toets", "birthDate": "2099-01-01"}}, "/pupil/birthDate"),
        ({"school": "x", "pupil": {"name": "Bo Toets"}}, "/school"),
    ],
)
def test_what_is_asked_must_be_readable(
    board: Organisation, caplog: pytest.LogCaptureFixture, body: Json, pointer: str
) -> None:
    """400 with the place, and no name in an answer or a log."""
    with caplog.at_level(logging.DEBUG):
        refused = document(board.call("POST", ADDRESS, json=body), 400)
    assert [problem["pointer"] for problem in refused["errors"]] == [pointer]
    assert "Bo Toets" not in str(refused) + caplog.text
