"""How the API behaves as HTTP: methods, addresses, forms and languages, and what every answer carries."""

from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

import hub as package
from tests.api.events import a_signal
from tests.support.callers import Organisation, document
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in
from tests.support.postgres import as_owner

ALWAYS = {
    "api-version": package.__version__,
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
READABLE = ["/inbox", "/sent", "/feed", "/subscriptions", "/agenda/indicators", "/health/live", "/health/ready"]


def _is_dressed(answer: httpx.Response) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.get_list(name) == [value], f"{name} of {answer.request.url} {answer.status_code}"
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers


def _is_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert {"type", "title", "detail", "code", "nextStep"} <= set(body)


def test_every_answer_carries_the_same_headers(hub: RunningHub, board: Organisation, team: Organisation) -> None:
    """The version, and what keeps browsers from storing, framing and guessing: good answers and refusals alike."""
    answers = [
        team.get("/inbox"),
        board.send(a_signal()),
        board.send(a_signal({"theme": "boredom"})),
        board.send(a_signal({"acuteDanger": True})),
        board.send(b"{}", "text/plain"),
        board.send(b"x" * 70_000),
        hub.stranger().call("GET", "/inbox", headers={"Authorization": None}),
        board.get("/agenda/indicators"),
        team.get("/nowhere"),
        team.call("DELETE", "/inbox"),
        hub.client.get("/v1/openapi.json"),
        hub.client.get("/v1/health/live"),
        hub.client.get("/outside"),
    ]
    assert {answer.status_code for answer in answers} >= {200, 202, 400, 401, 403, 404, 405, 413, 415, 422}
    for answer in answers:
        _is_dressed(answer)


@pytest.mark.parametrize("path", READABLE)
def test_head_answers_like_get_without_the_body(team: Organisation, path: str) -> None:
    """RFC 9110: the same headers, nothing else."""
    got, headed = team.get(path), team.call("HEAD", path)
    assert headed.status_code == got.status_code
    assert headed.content == b""
    assert headed.headers["content-type"] == got.headers["content-type"]
    _is_dressed(headed)


def test_to_look_at_the_head_of_a_case_is_not_to_read_it(board: Organisation, team: Organisation, offered: str) -> None:
    """Nothing was shown, so the school is told nothing."""
    assert team.call("HEAD", f"/cases/{offered}").status_code == 200
    assert "referral.opened" not in board.was_told(offered)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/events", "POST"),
        ("PUT", "/events", "POST"),
        ("DELETE", "/inbox", "GET, HEAD"),
        ("PATCH", "/feed", "GET, HEAD"),
        ("PUT", "/subscriptions", "GET, HEAD, POST"),
        ("GET", "/cases/0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b/acceptance", "POST"),
        ("POST", "/cases/0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b", "GET, HEAD"),
        ("POST", "/health/live", "GET, HEAD"),
        ("TRACE", "/inbox", "GET, HEAD"),
    ],
)
def test_another_method_is_405_with_those_that_work(team: Organisation, method: str, path: str, allowed: str) -> None:
    """The header Allow names them."""
    answer = team.call(method, path)
    _is_problem(answer, 405)
    assert sorted(answer.headers["allow"].split(", ")) == sorted(allowed.split(", "))
    _is_dressed(answer)


@pytest.mark.parametrize(
    "path",
    ["/", "/inbox/", "/events/", "/feed//", "//inbox", "/health/ready/", "/openapi.json/", "/docs", "/redoc", "/.env"],
)
def test_an_address_that_is_none_is_404_and_never_a_redirect(hub: RunningHub, team: Organisation, path: str) -> None:
    """Also with a slash too many (API Design Rules, /core/no-trailing-slash), and for every method."""
    for method in ("GET", "POST"):
        answer = team.call(method, path)
        _is_problem(answer, 404)
        _is_dressed(answer)
    if path != "/":  # where people begin
        _is_problem(hub.client.get(path.replace("//", "/x/")), 404)


@pytest.mark.parametrize("case", ["not-an-id", "1", "0195a1b2", "%00", "..%2f..%2fetc", "ü"])
def test_an_id_that_is_none_is_refused(team: Organisation, case: str) -> None:
    """A form error like any other, or an address that is none; nothing of it is said again."""
    answer = team.get(f"/cases/{case}")
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"] == "application/problem+json"
    assert case not in answer.text


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "application/json;q=0", "text/*;q=0.9"])
@pytest.mark.parametrize("path", ["/inbox", "/feed", "/agenda/indicators"])
def test_another_form_of_answer_is_406(team: Organisation, path: str, accept: str) -> None:
    """The hub answers in JSON and says so."""
    _is_problem(team.call("GET", path, headers={"Accept": accept}), 406)


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/*", "application/json", "text/html, application/json;q=0.5", "application/problem+json"],
)
def test_who_takes_json_gets_it(board: Organisation, team: Organisation, accept: str) -> None:
    """However it is said."""
    assert team.call("GET", "/inbox", headers={"Accept": accept}).status_code == 200
    assert board.send(a_signal(), headers={"Accept": accept}).status_code == 202


def test_to_publish_in_another_form_is_406(board: Organisation) -> None:
    """The short way of publishing has the same manners."""
    _is_problem(board.send(a_signal(), headers={"Accept": "application/xml"}), 406)


LANGUAGES = [
    (None, "nl"),
    ("nl", "nl"),
    ("nl-NL,nl;q=0.9", "nl"),
    ("en", "en"),
    ("en-GB,en;q=0.9,nl;q=0.8", "en"),
    ("nl;q=0.1, en;q=0.2", "en"),
    ("de, fr", "nl"),
    ("en;q=0", "nl"),
    ("*", "nl"),
    ("nonsense;;;q=x,,", "nl"),
]


@pytest.mark.parametrize(("accept_language", "language"), LANGUAGES)
def test_a_refusal_comes_in_the_readers_language(
    team: Organisation, accept_language: str | None, language: str
) -> None:
    """Dutch unless English is preferred."""
    answer = team.call("GET", "/nowhere", headers={"Accept-Language": accept_language})
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == {"nl": "Niet gevonden", "en": "Not found"}[language]


def test_an_unknown_query_key_changes_nothing_and_a_wrong_value_is_named(team: Organisation) -> None:
    """Values are judged; all that are wrong are told at once."""
    document(team.get("/inbox", unknown="x"), 200)
    refused = document(team.get("/inbox", limit="many", state="asleep", after="rubbish"), 400)
    named = {problem["pointer"] for problem in refused["errors"]}
    assert named == {"/query/limit", "/query/state"}
    assert "asleep" not in str(refused)


def test_nobody_from_another_site_may_read_but_the_document(hub: RunningHub, team: Organisation) -> None:
    """Browsers may read the API's description from anywhere, and nothing else."""
    headers = {"Origin": "https://elsewhere.example"}
    assert hub.client.get("/v1/openapi.json", headers=headers).headers["access-control-allow-origin"] == "*"
    for answer in (team.call("GET", "/inbox", headers=headers), team.call("GET", "/nowhere", headers=headers)):
        assert "access-control-allow-origin" not in answer.headers


def test_a_defect_tells_no_more_than_that_it_is_ours(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """500 as a problem document with all headers; what went wrong stands in the log and not in the answer."""
    settings = settings_in(tmp_path, database_url)
    with ExitStack() as stack:
        hub = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        team, board = hub.organisation("GM0106-ST"), hub.organisation("B00001")
        document(team.get("/inbox"), 200)
        document(board.send(a_signal()), 202)
        with hub.sessions.begin() as session:
            as_owner(session)
            session.execute(text("ALTER TABLE case_parties RENAME TO elsewhere"))
            session.execute(text("ALTER TABLE events RENAME TO elsewhere_too"))
        for answer in (team.get("/inbox"), board.send(a_signal())):
            _is_problem(answer, 500)
            _is_dressed(answer)
            assert "case_parties" not in answer.text
            assert "select" not in answer.text.lower()
        assert "case_parties" in caplog.text
