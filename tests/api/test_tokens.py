"""Who calls, with which rights: no token, a wrong one, one for something else; and what others' cases look like."""

from datetime import timedelta
from uuid import uuid4

import pytest

from hub import clock
from hub.access.rights import Right
from hub.access.tokens import withdraw
from hub.codes import OrganisationCode
from tests.api.events import a_signal, is_stored
from tests.support.callers import Organisation, document
from tests.support.hub import RunningHub

SIGNED_IN = [
    ("GET", "/inbox"),
    ("GET", "/sent"),
    ("GET", "/feed"),
    ("GET", "/subscriptions"),
    ("GET", "/agenda/indicators"),
    ("GET", "/cases/0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"),
    ("POST", "/cases/0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b/acceptance"),
    ("POST", "/events"),
]


@pytest.mark.parametrize(("method", "path"), SIGNED_IN)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer hub_nobody", "Basic aHViOmh1Yg==", "hub_nobody"])
def test_without_a_good_token_everything_is_closed(
    hub: RunningHub, method: str, path: str, authorization: str | None
) -> None:
    """401 with the way to sign in, whatever is wrong with the token."""
    headers = {"Authorization": authorization, "Content-Type": "application/cloudevents+json"}
    answer = hub.stranger().call(method, path, headers=headers, content=b"{}" if path == "/events" else None)
    assert document(answer, 401)["code"] == "not-signed-in"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_is_no_token(hub: RunningHub, board: Organisation) -> None:
    """Addresses end up in logs; a token there is not looked at."""
    stranger = hub.stranger()
    answer = stranger.call("GET", "/inbox", params={"token": board.token}, headers={"Authorization": None})
    assert answer.status_code == 401


def test_an_expired_token_is_worth_nothing(hub: RunningHub) -> None:
    """It answers like one that never was."""
    expired = hub.system("GM0106-ST", valid_for=timedelta(seconds=-1))
    assert document(expired.get("/inbox"), 401) == document(hub.stranger("hub_nobody").get("/inbox"), 401)


def test_a_withdrawn_token_stops_working_at_once(hub: RunningHub) -> None:
    """At the next request, although the same process saw it a moment ago."""
    code = OrganisationCode("GM1699-ST")
    system = hub.system(code)
    document(system.get("/inbox"), 200)
    with hub.sessions.begin() as session:
        assert withdraw(session, code, "test", now=clock.now()) >= 1
    document(system.get("/inbox"), 401)


def test_a_right_that_a_token_lacks_is_named(hub: RunningHub, board: Organisation, team: Organisation) -> None:
    """A receiver does not publish, and a token for one thing opens nothing else."""
    event = a_signal()
    assert "events:publish" in document(team.send(event), 403)["detail"]
    assert not is_stored(hub, event)
    case = board.publish("signal.raised", event["data"])
    narrow = hub.system("GM0106-ST", rights=frozenset({Right.READ_FEED}))
    assert "cases:answer" in document(narrow.try_to("acceptance", case), 403)["detail"]
    for path in ("/inbox", "/subscriptions", "/agenda/indicators", f"/cases/{case}"):
        assert document(narrow.get(path), 403)["code"] == "not-allowed"
    document(narrow.get("/feed"), 200)


def test_a_source_that_is_not_the_callers_is_refused(hub: RunningHub, board: Organisation) -> None:
    """Nobody publishes under the name of another system."""
    event = a_signal(source="urn:nld:oin:00000099000000000002:systeem:other")
    assert document(board.send(event), 403)["code"] == "not-allowed"
    assert not is_stored(hub, event)


def test_a_school_of_another_board_is_refused(hub: RunningHub) -> None:
    """A board publishes for its own schools only."""
    event = a_signal()
    assert document(hub.organisation("B00002").send(event), 403)["code"] == "not-allowed"
    assert not is_stored(hub, event)


def test_a_foreign_case_looks_like_one_that_does_not_exist(hub: RunningHub, offered: str) -> None:
    """Reading and every move: the same answer to the letter, so that nobody can find out which cases there are."""
    other, missing = hub.organisation("GM0119-ST"), str(uuid4())
    assert document(other.get(f"/cases/{offered}"), 404) == document(other.get(f"/cases/{missing}"), 404)
    bodies = {
        "acceptance": {},
        "closure": {},
        "declination": {"code": "other"},
        "redirection": {"to": "PO2201", "code": "other"},
        "answer": {"outcome": "other", "text": "Nee."},
        "milestones": {"milestone": "enrolled", "on": "2026-11-01"},
    }
    for move, body in bodies.items():
        foreign, none = other.try_to(move, offered, **body), other.try_to(move, missing, **body)
        assert document(foreign, 404) == document(none, 404)
        assert dict(foreign.headers, date="") == dict(none.headers, date="")


def test_a_board_does_not_see_the_case_of_another_board(hub: RunningHub, offered: str) -> None:
    """Schools are strangers to each other."""
    assert hub.organisation("B00002").get(f"/cases/{offered}").status_code == 404
    listed = hub.organisation("B00002").read("/sent", limit=200)["cases"]
    assert offered not in [case["case"] for case in listed]


def test_the_sender_cannot_answer_its_own_case(hub: RunningHub, offered: str) -> None:
    """Even with the right to answer cases, a sender is no receiver."""
    both = hub.system("B00001", rights=frozenset({Right.READ_CASES, Right.ANSWER_CASES}))
    assert document(both.try_to("acceptance", offered), 403)["code"] == "not-allowed"
