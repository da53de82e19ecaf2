"""The document of the API: valid, open to everybody, true to the API Design Rules 2.2, and true to what is answered."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # comes with the validator of OpenAPI
import pytest
from openapi_spec_validator import validate

import hub as package
from tests.api.events import BATCH, a_signal
from tests.support.callers import Json, Organisation
from tests.support.hub import RunningHub

SENSITIVE = re.compile(r"bsn|name|birth|token|mail|phone|secret|password", re.IGNORECASE)
CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
KEBAB = re.compile(r"(/([a-z0-9]+(-[a-z0-9]+)*|\{[a-z][a-zA-Z0-9]*\}))+")
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def api(hub: RunningHub) -> Json:
    """The document as anybody gets it."""
    answer = hub.client.get("/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    document: Json = answer.json()
    return document


def _operations(api: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_valid_openapi(api: Json) -> None:
    """Version 3.1, judged by an independent validator."""
    assert api["openapi"].startswith("3.1")
    validate(api)


def test_it_says_whose_it_is_and_which_version(hub: RunningHub, api: Json) -> None:
    """Contact, semantic version, and an address with the major version (core/doc-openapi-contact, core/uri-version)."""
    assert {"name", "url", "email"} <= set(api["info"]["contact"])
    assert api["info"]["version"] == package.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", api["info"]["version"])
    assert [server["url"] for server in api["servers"]] == [f"{hub.url}/v1"]


def test_addresses_are_in_kebab_case_and_end_without_a_slash(api: Json) -> None:
    """core/path-segments-kebab-case and core/no-trailing-slash."""
    assert [path for path in api["paths"] if not KEBAB.fullmatch(path)] == []


def test_parameters_are_in_camel_case_and_hold_nothing_sensitive(api: Json) -> None:
    """core/query-keys-camel-case, core/transport/no-sensitive-uris."""
    parameters = [p for _, _, operation in _operations(api) for p in operation.get("parameters", ())]
    names = [p["name"] for p in parameters if p["in"] in {"path", "query"}]
    assert names
    assert [name for name in names if not CAMEL.fullmatch(name) or SENSITIVE.search(name)] == []


def test_properties_are_in_camel_case(api: Json) -> None:
    """In requests and answers alike."""
    properties = [name for schema in api["components"]["schemas"].values() for name in schema.get("properties", ())]
    assert [name for name in properties if not CAMEL.fullmatch(name)] == []


def test_days_and_moments_name_their_format(api: Json) -> None:
    """core/date-time/date-omit-time-portion: what ends in Date is a date; what ends in At is a moment."""
    formats = {
        name: said.get("format")
        for schema in api["components"]["schemas"].values()
        for name, said in schema.get("properties", {}).items()
        if name.endswith(("Date", "At")) or name == "at"
    }
    assert formats
    assert {name: format_ for name, format_ in formats.items() if format_ != _format(name)} == {}


def _format(name: str) -> str:
    return "date" if name.endswith("Date") else "date-time"


def test_every_operation_has_a_name_a_tag_and_a_text(api: Json) -> None:
    """Names are used once."""
    operations = list(_operations(api))
    assert {method for _, method, _ in operations} <= METHODS
    ids = [operation["operationId"] for *_, operation in operations]
    assert len(set(ids)) == len(ids)
    assert all(operation["tags"] and operation["description"] for *_, operation in operations)


def test_every_refusal_is_a_problem_document(api: Json) -> None:
    """core/error-handling/problem-details, for every status of every operation."""
    for path, method, operation in _operations(api):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], f"{method} {path} {status}"


def test_every_answer_tells_the_version(api: Json) -> None:
    """core/version-header, also in refusals."""
    for path, method, operation in _operations(api):
        for status, answer in operation["responses"].items():
            assert "API-Version" in answer["headers"], f"{method} {path} {status}"


def test_the_refusals_that_an_operation_can_give_are_told(api: Json) -> None:
    """Schema errors are 400; 422 is acute danger and nothing else (core/error-handling/invalid-input)."""
    for path, method, operation in _operations(api):
        told = set(operation["responses"])
        where = f"{method} {path}: {sorted(told)}"
        assert ("422" in told) == (path == "/events"), where
        if path.startswith("/health"):
            continue
        assert {"406", "503"} <= told, where
        assert ({"401", "403"} <= told) == bool(operation.get("security")), where
        assert "400" in told or not (operation.get("parameters") or "requestBody" in operation), where
        assert "415" in told or "requestBody" not in operation, where
        assert "404" in told or "{" not in path, where


def test_what_needs_no_login_is_health_and_the_public_question(api: Json) -> None:
    """Everything else asks for a token, in the header."""
    open_ = [path for path, _, operation in _operations(api) if not operation.get("security")]
    assert sorted(open_) == ["/health/live", "/health/ready", "/responsible"]
    schemes = api["components"]["securitySchemes"].values()
    assert [(scheme["type"], scheme.get("scheme")) for scheme in schemes] == [("http", "bearer"), ("oauth2", None)]


def test_every_operation_with_a_lock_names_its_right(api: Json) -> None:
    """As a scope of the token endpoint, and in x-right; x-about tells what its address may name of somebody."""
    granted = api["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    for path, method, operation in _operations(api):
        where = f"{method} {path}"
        named = [scope for way in operation.get("security", ()) for scope in way.get("oauth2", ())]
        assert named == ([operation["x-right"]] if operation.get("security") else []), where
        assert set(named) <= set(granted), where
        about = "case" if path.startswith("/cases/") else "own" if "{" in path else "none"
        assert operation.get("x-about", "none") == about, where


def test_it_says_how_machines_get_tokens(hub: RunningHub, api: Json) -> None:
    """Client credentials, at an address that exists, with the scopes that its description of itself names too."""
    flow = api["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    told = hub.client.get("/.well-known/oauth-authorization-server").json()
    assert flow["tokenUrl"] == told["token_endpoint"]
    assert sorted(flow["scopes"]) == told["scopes_supported"]
    for *_, operation in _operations(api):
        ways = [name for way in operation.get("security", ()) for name in way]
        assert ways in ([], ["HTTPBearer", "oauth2"])


def test_it_says_what_comes_with_a_refusal(api: Json) -> None:
    """What to sign in with, and how long to wait."""
    for path, method, operation in _operations(api):
        for status, header in (("401", "WWW-Authenticate"), ("429", "Retry-After")):
            answer = operation["responses"].get(status)
            assert answer is None or header in answer["headers"], f"{method} {path} {status}"
        assert "429" in operation["responses"] or path.startswith("/health"), f"{method} {path}"


def test_no_trace_of_the_framework_is_left(api: Json) -> None:
    """core/hide-implementation."""
    text = str(api)
    for trace in ("HTTPValidationError", "FastAPI", "fastapi", "pydantic", "ValidationError"):
        assert trace not in text


def test_answers_are_what_the_document_says(
    api: Json, hub: RunningHub, board: Organisation, team: Organisation, offered: str
) -> None:
    """Good answers and refusals of every kind, judged against the schema of their operation and status."""
    event = a_signal()
    for path, answer in (
        ("/events", board.send(event)),
        ("/events", board.send([event], BATCH)),
        ("/events", board.send(a_signal({"theme": "boredom"}))),
        ("/events", board.send(a_signal({"acuteDanger": True}))),
        ("/inbox", team.get("/inbox", limit=2)),
        ("/sent", board.get("/sent", limit=2)),
        ("/feed", team.get("/feed", limit=2)),
        ("/feed", team.get("/feed", after="rubbish")),
        ("/cases/{caseId}", team.get(f"/cases/{offered}")),
        ("/cases/{caseId}", hub.organisation("GM0119-ST").get(f"/cases/{offered}")),
        ("/cases/{caseId}/acceptance", team.try_to("acceptance", offered)),
        ("/cases/{caseId}/closure", team.try_to("closure", offered)),
        ("/cases/{caseId}/milestones", board.try_to("milestones", offered, milestone="enrolled", on="2026-11-01")),
        ("/cases/{caseId}/milestones", board.try_to("milestones", offered, milestone="unheard-of")),
        ("/cases/{caseId}/answer", team.try_to("answer", offered)),
        ("/subscriptions", team.get("/subscriptions")),
        ("/agenda/indicators", team.get("/agenda/indicators", by="theme")),
        ("/agenda/indicators", board.get("/agenda/indicators")),
        ("/health/ready", hub.client.get("/v1/health/ready")),
    ):
        _fits(api, path, answer)


def _fits(api: Json, path: str, answer: Any) -> None:
    said = api["paths"][path][answer.request.method.lower()]["responses"][str(answer.status_code)]
    schema = said["content"][answer.headers["content-type"]]["schema"]
    judge = jsonschema.Draft202012Validator({**schema, "components": api["components"]})
    errors = [f"{path} {answer.status_code}: {error.message}" for error in judge.iter_errors(answer.json())]
    assert errors == []
