"""Settings: what is read from the environment, and what is refused before anything starts."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from hub.settings import OutsideIssuer, Settings

LOGIN = {"issuer": "https://login.example", "audience": "hub", "jwks_url": "https://login.example/keys"}


def test_issuers_are_read_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list, with an address or a file for each."""
    filed = {"issuer": "https://filed.example", "audience": "hub", "jwks_file": "/etc/hub/keys.json"}
    monkeypatch.setenv("HUB_ISSUERS", json.dumps([LOGIN, filed]))
    assert Settings().issuers == (
        OutsideIssuer(issuer="https://login.example", audience="hub", jwks_url="https://login.example/keys"),
        OutsideIssuer(issuer="https://filed.example", audience="hub", jwks_file=Path("/etc/hub/keys.json")),
    )


@pytest.mark.parametrize(
    "issuers",
    [
        [LOGIN, LOGIN],
        [LOGIN | {"jwks_url": "http://login.example/keys"}],
        [LOGIN | {"jwks_url": "http://localhost.example/keys"}],
        [LOGIN | {"jwks_url": "file:///etc/passwd"}],
        [LOGIN | {"jwks_file": "/etc/hub/keys.json"}],
        [{"issuer": "https://login.example", "audience": "hub"}],
        [LOGIN | {"issuer": ""}],
        [LOGIN | {"audience": ""}],
        [LOGIN | {"secret": "x"}],
        LOGIN,
    ],
)
def test_an_issuer_must_be_named_once_and_wholly(issuers: Any) -> None:
    """With its keys in one place, which nobody can change on the way."""
    with pytest.raises(ValidationError):
        Settings.model_validate({"issuers": issuers})


@pytest.mark.parametrize("seconds", [0, 59, 3601, 86_400])
def test_an_access_token_lives_a_minute_to_an_hour(seconds: int) -> None:
    """The standard's longest."""
    with pytest.raises(ValidationError):
        Settings.model_validate({"access_token_seconds": seconds})


@pytest.mark.parametrize("limit", ["", "0/minute", "60", "60/day", "-1/second", "60 per minute", "1e3/minute"])
def test_a_limit_is_a_number_per_time(limit: str) -> None:
    """Anything else stops the start, not the first request."""
    with pytest.raises(ValidationError):
        Settings.model_validate({"limit_per_client": limit})


@pytest.mark.parametrize("url", ["smtp://mx.example", "smtps://hub:geheim%40@mx.example:465", "smtp://[::1]:25"])
def test_a_mail_server_is_named_by_its_address(url: str) -> None:
    """With or without a password and a port."""
    assert Settings.model_validate({"smtp_url": url}).smtp_url == url


@pytest.mark.parametrize(
    "url", ["", "mx.example", "http://mx.example", "smtp://", "smtp://mx.example/?tls=no", "smtp://a b.example"]
)
def test_what_names_no_mail_server_is_refused(url: str) -> None:
    """There is no way to say that it may be spoken with in the open."""
    with pytest.raises(ValidationError):
        Settings.model_validate({"smtp_url": url})


@pytest.mark.parametrize("address", ["Samenspel <hub@example.nl>", "hub", "hub@example.nl\r\nBcc: x@y.nl", "a@b@c"])
def test_messages_come_from_an_address(address: str) -> None:
    """And nothing else."""
    with pytest.raises(ValidationError):
        Settings.model_validate({"mail_from": address})
