"""Opening a case is for a purpose, and is written down with it: what was shown, and what was refused."""

from uuid import UUID

import pytest

from hub.privacy.ledger import disclosures_of
from hub.privacy.tables import Disclosure
from tests.api.events import SIGNAL, pointers
from tests.support.callers import Organisation, document
from tests.support.hub import RunningHub

TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
STRANGER = "GM0119-ST"


def entries(hub: RunningHub, case: str) -> list[Disclosure]:
    """What the ledger says of a case."""
    with hub.sessions() as session:
        return disclosures_of(session, UUID(case))


def test_without_a_word_the_role_says_it(
    hub: RunningHub, board: Organisation, team: Organisation, offered: str
) -> None:
    """The school follows its question, the team handles it; both are told what was written down."""
    before = len(entries(hub, offered))
    assert team.case(offered)["purpose"] == "handle"
    assert board.case(offered)["purpose"] == "follow"
    written = [(entry.organisation, entry.purpose, entry.role) for entry in entries(hub, offered)[before:]]
    assert written == [(team.code, "handle", "holder"), (board.code, "follow", "sender")]


def test_a_purpose_from_the_list_is_written_down(hub: RunningHub, team: Organisation, offered: str) -> None:
    """With what was shown, on what ground, and the caller's own trace."""
    headers = {"Purpose": "access_request", "traceparent": TRACE}
    assert document(team.call("GET", f"/cases/{offered}", headers=headers), 200)["purpose"] == "access_request"
    entry = entries(hub, offered)[-1]
    assert (entry.purpose, entry.fields, entry.ground) == ("access_request", "question", "question_only")
    assert (entry.traceparent, entry.caller, entry.action) == (TRACE, "test", "read")
    assert entry.began_at <= entry.read_at


def test_a_trace_that_is_none_is_left_out(hub: RunningHub, team: Organisation, offered: str) -> None:
    """A header of another form is not written anywhere."""
    document(team.call("GET", f"/cases/{offered}", headers={"traceparent": "Sem Voorbeeld"}), 200)
    assert entries(hub, offered)[-1].traceparent is None


@pytest.mark.parametrize("purpose", ["curiosity", "Ik wil het weten", "prefetch", ""])
def test_free_text_is_no_purpose(hub: RunningHub, team: Organisation, offered: str, purpose: str) -> None:
    """400 with the list, and nothing is shown or written."""
    before = len(entries(hub, offered))
    refused = document(team.call("GET", f"/cases/{offered}", headers={"Purpose": purpose}), 400)
    assert "access_request" in str(refused["errors"])
    assert len(entries(hub, offered)) == before


@pytest.mark.parametrize("purpose", ["follow", "involvement", "safety", "vital_interest"])
def test_a_purpose_of_another_role_is_refused(team: Organisation, offered: str, purpose: str) -> None:
    """With the ones that this role has."""
    refused = document(team.call("GET", f"/cases/{offered}", headers={"Purpose": purpose}), 400)
    assert pointers(refused) == ["/purpose"]
    assert "handle" in refused["errors"][0]["detail"]


def test_who_asks_for_a_case_of_others_is_written_down(hub: RunningHub, offered: str) -> None:
    """The answer is the same as for no case at all; the ledger knows the difference."""
    stranger = hub.organisation(STRANGER)
    refused = stranger.get(f"/cases/{offered}")
    nothing = stranger.get("/cases/00000000-0000-7000-8000-000000000000")
    assert (refused.status_code, nothing.status_code) == (404, 404)
    assert {**refused.json(), "instance": ""} == {**nothing.json(), "instance": ""}
    entry = entries(hub, offered)[-1]
    assert (entry.organisation, entry.action, entry.fields, entry.role) == (STRANGER, "refused", "", None)


def test_looking_whether_it_is_there_shows_nothing(hub: RunningHub, team: Organisation, offered: str) -> None:
    """HEAD answers without a body, so nothing is written."""
    before = len(entries(hub, offered))
    assert team.call("HEAD", f"/cases/{offered}").status_code == 200
    assert len(entries(hub, offered)) == before


def test_how_consent_stands_is_told(board: Organisation, team: Organisation) -> None:
    """By whom, for whom, and since when it is gone."""
    consent = {"givenBy": "parents", "on": "2026-11-01", "receivers": ["social_team"]}
    case = board.publish("signal.raised", {**SIGNAL, "consent": consent})
    board.sees(case, "offered", team.code)
    [told] = team.case(case)["consents"]
    assert (told["givenBy"], told["givenDate"], told["receivers"]) == ("parents", "2026-11-01", ["social_team"])
    assert (told["isInForce"], told["withdrawnAt"]) == (True, None)
    board.publish("consent.withdrawn", {"withdrawnBy": "parents"}, subject=case)
    board.sees(case, "blocked")
    [told] = board.case(case)["consents"]
    assert told["isInForce"] is False
    assert told["withdrawnAt"] is not None
