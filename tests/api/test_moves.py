"""What receivers may do when: moves that do not fit, moves made twice, and moves made by two at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.callers import Json, Organisation, document, happenings
from tests.support.hub import RunningHub

SAYS: dict[str, Json] = {
    "acceptance": {},
    "declination": {"code": "no_capacity"},
    "redirection": {"to": "GM1680-ST", "code": "not_our_area"},
    "answer": {"outcome": "advice_given", "text": "Wij denken mee."},
    "closure": {},
}


def _answered(team: Organisation, case: str) -> None:
    team.answers(case, "Wij denken mee.")


def _closed(team: Organisation, case: str) -> None:
    team.answers(case, "Wij denken mee.")
    team.closes(case)


def _accepted(team: Organisation, case: str) -> None:
    team.accepts(case)


@pytest.mark.parametrize(
    ("before", "move", "possible"),
    [
        (_accepted, "declination", "retraction, redirection, question, pause, answer"),
        (_answered, "acceptance", "answer, closure"),
        (_answered, "declination", "answer, closure"),
        (_answered, "redirection", "answer, closure"),
        (_closed, "acceptance", "reopening"),
        (_closed, "answer", "reopening"),
        (_closed, "redirection", "reopening"),
    ],
)
def test_a_move_that_does_not_fit_names_those_that_do(
    team: Organisation, offered: str, before: Any, move: str, possible: str
) -> None:
    """409 with the state and the possible moves; the case stays as it was."""
    before(team, offered)
    state = team.case(offered)
    refused = document(team.try_to(move, offered, **SAYS[move]), 409)
    assert refused["detail"].endswith(f": {possible}.")
    assert team.case(offered)["state"] == state["state"]


@pytest.mark.parametrize("before", [None, _accepted])
def test_a_case_does_not_close_without_an_answer(team: Organisation, offered: str, before: Any) -> None:
    """The school first, whatever the receiver thinks of it."""
    if before:
        before(team, offered)
    refused = document(team.try_to("closure", offered), 409)
    assert "answer" in refused["nextStep"]
    assert team.case(offered)["state"] != "closed"


@pytest.mark.parametrize("move", ["acceptance", "declination", "redirection", "answer"])
def test_a_move_made_twice_is_one_move(board: Organisation, team: Organisation, offered: str, move: str) -> None:
    """The second time is told the same, and nothing more happens."""
    document(team.try_to(move, offered, **SAYS[move]), 200)
    told = board.was_told(offered)
    document(team.try_to(move, offered, **SAYS[move]), 200)
    assert board.was_told(offered)[: len(told)] == told
    happened = {"acceptance": "accepted", "declination": "declined", "redirection": "redirected"}
    type_ = f"referral.{happened[move]}" if move in happened else "outcome.reported"
    assert board.was_told(offered).count(type_) == 1


def test_a_close_made_twice_is_one_close(board: Organisation, team: Organisation, offered: str) -> None:
    """As with every move."""
    _closed(team, offered)
    team.closes(offered)
    assert board.was_told(offered).count("case.closed") == 1


def test_another_answer_is_added_to_the_first(board: Organisation, team: Organisation, offered: str) -> None:
    """The school reads both; the first one stays."""
    _answered(team, offered)
    team.answers(offered, "Inmiddels is er hulp.")
    texts = [given["texts"]["answer"] for given in happenings(board.case(offered), "outcome.reported")]
    assert texts == ["Wij denken mee.", "Inmiddels is er hulp."]


def test_two_colleagues_who_accept_at_once_accept_once(
    hub: RunningHub, board: Organisation, team: Organisation, offered: str
) -> None:
    """One gets it, however often it says so; the other is told by whom it was taken."""
    colleagues = [team, hub.system(team.code, label="colleague")]
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda n: colleagues[n % 2].try_to("acceptance", offered), range(8)))
    sides = [{answer.status_code for answer in answers[first::2]} for first in (0, 1)]
    assert sorted(map(sorted, sides)) == [[200], [409]]
    first = team.case(offered)["acceptedBy"]
    refusals = [document(answer, 409)["detail"] for answer in answers if answer.status_code == 409]
    assert all(first in detail for detail in refusals)
    assert board.case(offered)["acceptedBy"] is None
    assert board.was_told(offered).count("referral.accepted") == 1


def test_of_accepting_and_declining_at_once_one_wins(board: Organisation, team: Organisation, offered: str) -> None:
    """There is one outcome, which the other is told in a conflict."""
    with ThreadPoolExecutor(2) as together:
        moves = [together.submit(team.try_to, move, offered, **SAYS[move]) for move in ("acceptance", "declination")]
        statuses = sorted(move.result().status_code for move in moves)
    assert statuses == [200, 409]
    told = board.was_told(offered)
    assert ("referral.accepted" in told) != ("referral.declined" in told)


@pytest.mark.parametrize(
    ("move", "body", "pointer"),
    [
        ("declination", {}, "/code"),
        ("declination", {"code": "tired"}, "/code"),
        ("declination", {"code": "other", "explanation": ""}, "/explanation"),
        ("declination", {"code": "other", "reason": "x"}, "/reason"),
        ("redirection", {"code": "other"}, "/to"),
        ("redirection", {"code": "other", "to": "GM9999-ST"}, "/to"),
        ("redirection", {"code": "other", "to": "99AA00"}, "/to"),
        ("redirection", {"code": "other", "to": "GM0106-ST"}, "/to"),
        ("question", {}, "/text"),
        ("question", {"text": "x", "to": "B00001"}, "/to"),
        ("message", {"text": " "}, "/text"),
        ("message", {"text": "x", "to": "GM1680-ST"}, "/to"),
        ("note", {"text": ""}, "/text"),
        ("assignment", {}, "/to"),
        ("assignment", {"to": "J. de Groot"}, "/to"),
        ("pause", {"code": "other"}, "/untilDate"),
        ("pause", {"code": "tired", "untilDate": "2026-12-01"}, "/code"),
        ("closure", {"outcome": "done"}, "/outcome"),
        ("answer", {"text": "x"}, "/outcome"),
        ("answer", {"outcome": "help_started"}, "/text"),
        ("answer", {"outcome": "help_started", "text": "  "}, "/text"),
        ("answer", {"outcome": "help_started", "text": "x" * 8_001}, "/text"),
        ("answer", {"outcome": "help_started", "text": "a\x00b"}, "/text"),
    ],
)
def test_a_move_says_what_it_must(team: Organisation, offered: str, move: str, body: Json, pointer: str) -> None:
    """Codes out of the lists, known receivers, texts that can be read; the case stays as it was."""
    refused = document(team.call("POST", f"/cases/{offered}/{move}", json=body), 400)
    assert [problem["pointer"] for problem in refused["errors"]] == [pointer]
    assert team.case(offered)["state"] == "offered"


def test_a_body_must_be_json(team: Organisation, offered: str) -> None:
    """415 for something else, 400 for what only looks like it."""
    address = f"/cases/{offered}/declination"
    body = b'{"code": "other"}'
    assert team.call("POST", address, content=body, headers={"Content-Type": "text/plain"}).status_code == 415
    assert team.call("POST", address, content=body, headers={"Content-Type": None}).status_code == 415
    broken = team.call("POST", address, content=b'{"code": ', headers={"Content-Type": "application/json"})
    assert document(broken, 400)["errors"][0]["pointer"] == ""
    for bad in (b'{"code": "\xff"}', b"[" * 3_000 + b"]" * 3_000, rb'{"code": "\ud800"}', b"null", b"[]"):
        document(team.call("POST", address, content=bad, headers={"Content-Type": "application/json"}), 400)
    document(team.call("POST", address, content=body, headers={"Content-Type": "application/json"}), 200)
