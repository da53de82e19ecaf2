"""Discovery documents, by example: what the hub works with, and what it does not."""

import json
from typing import Any

import pytest

from hub.access.provider_metadata import is_safe_address, read_metadata
from hub.access.refusals import ProviderAway

ISSUER = "https://login.assen.example"
DOCUMENT: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": "https://keys.assen.example/",
    "end_session_endpoint": f"{ISSUER}/logout",
    "response_types_supported": ["code", "id_token"],
    "something_else": {"that": "is not known here"},
}


def read(**changes: Any) -> Any:
    """The metadata of a document with something else in it; None leaves a part out."""
    document = {name: value for name, value in (DOCUMENT | changes).items() if value is not None}
    return read_metadata(ISSUER, json.dumps(document).encode(), to_loopback=False)


def test_a_document_is_read() -> None:
    """What is left out has the meaning that the standard gives it."""
    metadata = read(end_session_endpoint=None)
    assert metadata.token_endpoint == f"{ISSUER}/token"
    assert metadata.end_session_endpoint is None
    assert metadata.authorization_response_iss_parameter_supported is False


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"issuer": "https://login.hoogeveen.example"}, "another issuer"),
        ({"issuer": f"{ISSUER}/"}, "another issuer"),
        ({"issuer": None}, "issuer"),
        ({"token_endpoint": None}, "token_endpoint"),
        ({"jwks_uri": 7}, "jwks_uri"),
        ({"response_types_supported": ["id_token"]}, "no code flow"),
        ({"code_challenge_methods_supported": ["plain"]}, "no S256"),
        ({"authorization_endpoint": "http://login.assen.example/auth"}, "authorization_endpoint is not https"),
        ({"token_endpoint": "http://127.0.0.1/token"}, "token_endpoint is not https"),
        ({"jwks_uri": "file:///etc/passwd"}, "jwks_uri is not https"),
        ({"end_session_endpoint": "javascript:alert(1)"}, "end_session_endpoint is not https"),
    ],
)
def test_a_document_that_will_not_do(changes: dict[str, Any], detail: str) -> None:
    """The log says why."""
    with pytest.raises(ProviderAway) as refusal:
        read(**changes)
    assert detail in refusal.value.detail


@pytest.mark.parametrize("document", [b"", b"not JSON", b"[]", b"null", b"\xff"])
def test_what_is_no_document(document: bytes) -> None:
    """Is refused like a provider that does not answer."""
    with pytest.raises(ProviderAway):
        read_metadata(ISSUER, document, to_loopback=False)


@pytest.mark.parametrize(
    ("known", "used"), [(None, "RS256"), (["RS256"], "RS256"), (["RS256", "PS256"], "PS256"), (["ES256"], "RS256")]
)
def test_how_the_hub_signs(known: list[str] | None, used: str) -> None:
    """With the better algorithm when the provider says that it knows it."""
    assert read(token_endpoint_auth_signing_alg_values_supported=known).client_signing == used


@pytest.mark.parametrize(
    ("address", "safe", "on_this_machine"),
    [
        ("https://login.assen.example", True, True),
        ("https://login.assen.example:8443/a?b=c", True, True),
        ("http://login.assen.example", False, False),
        ("http://127.0.0.1:9000", False, True),
        ("http://[::1]:9000", False, True),
        ("http://localhost:9000", False, True),
        ("http://localhost.elsewhere.example", False, False),
        ("https://user@login.assen.example", False, False),
        ("https://login.assen.example/#x", False, False),
        ("https://login.assen.example/\nx", False, False),
        ("https://", False, False),
        ("https://[::1", False, False),
        ("login.assen.example", False, False),
        ("", False, False),
    ],
)
def test_where_people_and_secrets_may_be_sent(address: str, safe: bool, on_this_machine: bool) -> None:
    """Over TLS; in tests over http on this machine."""
    assert is_safe_address(address, to_loopback=False) is safe
    assert is_safe_address(address, to_loopback=True) is on_this_machine
