"""The statement over HTTP: for the school that sent the case, in the form that is asked for."""

import io
from uuid import UUID

import pytest
from pypdf import PdfReader

from hub.access.rights import SCHOOL_RIGHTS, Right
from hub.privacy.ledger import disclosures_of
from tests.support.callers import Organisation, document
from tests.support.hub import RunningHub

PAGE, PAPER = "text/html; charset=utf-8", "application/pdf"


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("text/html", "", PAGE),
        ("*/*", "", PAGE),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "", PAGE),
        ("application/pdf", "", PAPER),
        ("application/*", "", PAPER),
        ("application/json", "?format=pdf", PAPER),
        ("application/pdf", "?format=html", PAGE),
    ],
)
def test_the_form_that_is_asked_for(
    board: Organisation, offered: str, accept: str, query: str, media_type: str
) -> None:
    """By Accept, or by a parameter that goes before it; in Dutch."""
    answer = board.call("GET", f"/cases/{offered}/statement{query}", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["content-language"] == "nl"
    assert answer.headers["cache-control"] == "no-store"
    if media_type == PAPER:
        assert offered in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().replace("\n", "")
    else:
        assert f"Het nummer van dit dossier is {offered}." in answer.text


def test_the_page_may_load_nothing_but_its_own_style(board: Organisation, offered: str) -> None:
    """One policy, and the other headers as everywhere."""
    answer = board.call("GET", f"/cases/{offered}/statement", headers={"Accept": "text/html"})
    [policy] = answer.headers.get_list("content-security-policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_in_english_for_who_asks(board: Organisation, offered: str) -> None:
    """Parents who read no Dutch get it too."""
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    answer = board.call("GET", f"/cases/{offered}/statement", headers=headers)
    assert "With whom was it shared?" in answer.text


def test_another_form_is_refused(board: Organisation, offered: str) -> None:
    """With the two that there are."""
    refused = document(board.call("GET", f"/cases/{offered}/statement", headers={"Accept": "image/png"}), 406)
    assert "application/pdf" in refused["detail"]
    document(board.get(f"/cases/{offered}/statement", format="docx"), 400)


def test_it_is_for_the_sender_alone(hub: RunningHub, board: Organisation, team: Organisation, offered: str) -> None:
    """A receiver with the right still refers to the school; a stranger learns nothing; no right, no statement."""
    everything = frozenset(Right)
    receiver = hub.system(team.code, rights=everything)
    stranger = hub.system("GM0119-ST", rights=everything)
    unentitled = hub.system(board.code, rights=SCHOOL_RIGHTS - {Right.READ_STATEMENT})
    answers = [who.get(f"/cases/{offered}/statement") for who in (receiver, stranger, unentitled, team)]
    assert [answer.status_code for answer in answers] == [403, 404, 403, 403]
    nothing = stranger.get("/cases/00000000-0000-7000-8000-000000000000/statement")
    assert nothing.json()["detail"] == answers[1].json()["detail"]


def test_that_it_was_made_is_written_in_the_ledger(hub: RunningHub, board: Organisation, offered: str) -> None:
    """As an action of its own, in which nothing personal was shown; looking whether it is there is none."""
    board.get(f"/cases/{offered}/statement")
    board.call("HEAD", f"/cases/{offered}/statement")
    with hub.sessions() as session:
        written = [entry for entry in disclosures_of(session, UUID(offered)) if entry.action == "statement"]
    assert [(entry.organisation, entry.fields, entry.purpose) for entry in written] == [
        (board.code, "", "access_request")
    ]


def test_what_the_team_read_stands_in_it(board: Organisation, team: Organisation, offered: str) -> None:
    """From the moment of reading on."""
    before = board.get(f"/cases/{offered}/statement").text
    team.case(offered)
    after = board.get(f"/cases/{offered}/statement").text
    assert "Sociaal team Assen, het computersysteem" in after
    assert "Sociaal team Assen, het computersysteem" not in before
