"""Tokens of another authorization server, whose keys are fetched over HTTP from a real server on this machine."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from aiohttp import web

from hub import clock
from hub.access.callers import Caller
from hub.access.clients import add_client, add_identity, remove_identity
from hub.access.jose import public_jwk
from hub.access.rights import SCHOOL_RIGHTS
from hub.codes import OrganisationCode
from tests.api.events import a_signal, is_stored
from tests.delivery.receivers import Receiver, receiving
from tests.support.callers import SOURCE, Organisation, document
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in
from tests.support.machines import Key, forged, rsa_key, signed
from tests.support.postgres import DatabaseServer

ISSUER, FILED = "https://login.example", "https://filed.example"
AUDIENCE, SUBJECT = "https://hub.example/api", "system-7"


@dataclass
class Login:
    """The other server: what keys it shows, and what tokens it makes."""

    keys: list[Key]
    receiver: Receiver = field(default_factory=lambda: Receiver(""))

    async def answer(self, _: web.BaseRequest) -> web.StreamResponse:
        """Its JWK set."""
        return web.json_response({"keys": [public_jwk(key) for key in self.keys]})

    def token(self, *, key: Key | None = None, typ: str | None = "at+jwt", **other: Any) -> str:
        """A good token, but for what is said otherwise."""
        return signed(claims() | other, key or self.keys[-1], typ=typ)


def claims() -> dict[str, Any]:
    """The claims of a good token."""
    now = int(time.time())
    return {
        "iss": ISSUER,
        "sub": SUBJECT,
        "aud": AUDIENCE,
        "client_id": SUBJECT,
        "iat": now,
        "exp": now + 3600,
        "jti": "an-id-of-the-other-server",
        "scope": "events:publish cases:read profile",
    }


@pytest.fixture(scope="module")
def login() -> Iterator[Login]:
    """The other server, running."""
    login = Login([rsa_key(20)])
    with receiving(login.answer) as receiver:
        login.receiver = receiver
        yield login


@pytest.fixture(scope="module")
def hub(
    login: Login, database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningHub]:
    """A hub that takes tokens of two issuers: one with an address, one with a file."""
    folder = tmp_path_factory.mktemp("issuers")
    (folder / "keys.json").write_bytes(orjson.dumps({"keys": [public_jwk(rsa_key(21))]}))
    issuers = [
        {"issuer": ISSUER, "audience": AUDIENCE, "jwks_url": login.receiver.url},
        {"issuer": FILED, "audience": AUDIENCE, "jwks_file": folder / "keys.json"},
    ]
    url = database_server.create()
    with ExitStack() as stack:
        settings = settings_in(folder, url, issuers=issuers)
        running = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        yield running
    database_server.drop(url)


@pytest.fixture(autouse=True)
def _client(hub: RunningHub) -> Iterator[UUID]:
    """A client that the other servers know as SUBJECT, for as long as a test runs."""
    caller = Caller(OrganisationCode("B00001"), SCHOOL_RIGHTS, frozenset({SOURCE}), "test system")
    with hub.sessions.begin() as session:
        client = add_client(session, caller, now=clock.now()).id
        for issuer in (ISSUER, FILED):
            add_identity(session, client, issuer, SUBJECT, now=clock.now())
    yield client
    with hub.sessions.begin() as session:
        for issuer in (ISSUER, FILED):
            remove_identity(session, issuer, SUBJECT)


def school(hub: RunningHub, token: str) -> Organisation:
    """Whoever shows this token."""
    return Organisation(hub.client, "B00001", token)


def test_a_token_of_another_issuer_opens_what_its_client_may(hub: RunningHub, login: Login) -> None:
    """Publishing, with keys that came over HTTP; and they are fetched once."""
    events = [a_signal() for _ in range(3)]
    for event in events:
        document(school(hub, login.token()).send(event), 202)
        assert is_stored(hub, event)
    document(school(hub, login.token(aud=["https://other.example", AUDIENCE])).send(a_signal()), 202)
    assert len(login.receiver.arrivals) == 1


def test_keys_may_lie_in_a_file(hub: RunningHub) -> None:
    """For a server that the hub cannot reach, or must not."""
    token = signed(claims() | {"iss": FILED}, rsa_key(21), typ="at+jwt")
    document(school(hub, token).send(a_signal()), 202)


def test_scopes_of_the_token_and_rights_of_the_client_both_count(hub: RunningHub, login: Login) -> None:
    """What either lacks is not there."""
    refused = school(hub, login.token(scope="cases:read")).send(a_signal())
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    assert document(school(hub, login.token(scope="agenda:read")).get("/agenda/indicators"), 403)
    assert document(school(hub, login.token(scope=None)).send(a_signal()), 403)


WRONG: list[tuple[str, Callable[[Login], str], str]] = [
    ("expired", lambda one: one.token(iat=1_700_000_000, exp=1_700_000_900), "expired"),
    ("future", lambda one: one.token(iat=int(time.time()) + 60), "not_yet"),
    ("lives for a day", lambda one: one.token(exp=int(time.time()) + 86_400), "too_long"),
    ("other audience", lambda one: one.token(aud="https://other.example"), "audience"),
    ("audience of the hub's own tokens", lambda one: one.token(aud="http://127.0.0.1/v1"), "audience"),
    ("other issuer", lambda one: one.token(iss="https://evil.example"), "issuer"),
    ("the other issuer's name", lambda one: one.token(iss=FILED), "unknown_key"),
    ("unknown subject", lambda one: one.token(sub="somebody"), "unknown_client"),
    ("subject with a NUL", lambda one: one.token(sub="some\0body"), "unknown_client"),
    ("subject that is a list", lambda one: one.token(sub=[SUBJECT]), "subject"),
    ("an ID token", lambda one: one.token(typ="JWT"), "type"),
    ("no type", lambda one: one.token(typ=None), "type"),
    (
        "other key under its name",
        lambda one: signed(claims(), rsa_key(22), typ="at+jwt", kid=one.keys[-1].kid),
        "signature",
    ),
    ("none", lambda one: forged(claims(), "none", one.keys[-1].kid, typ="at+jwt"), "algorithm"),
    (
        "HS256",
        lambda one: forged(claims(), "HS256", one.keys[-1].kid, one.keys[-1].as_pem(private=False), typ="at+jwt"),
        "algorithm",
    ),
]


@pytest.mark.parametrize(("make", "reason"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_wrong_token_is_refused(
    hub: RunningHub, login: Login, caplog: pytest.LogCaptureFixture, make: Callable[[Login], str], reason: str
) -> None:
    """With the same answer for all; the reason, without the token, is for the operator."""
    document(school(hub, login.token()).get("/sent"), 200)
    wrong = make(login)
    with caplog.at_level(logging.WARNING, "hub.api.bearers"):
        refused = school(hub, wrong).get("/sent")
    facts: list[dict[str, Any]] = [getattr(record, "facts", {}) for record in caplog.records]
    assert [one["reason"] for one in facts if one.get("event") == "token refused"] == [reason]
    assert all(part not in caplog.text for part in wrong.split(".") if len(part) > 8)
    assert document(refused, 401) == document(hub.stranger("hub_nobody").get("/sent"), 401)
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="samenspel", error="invalid_token"'


def test_a_subject_that_is_taken_from_its_client_is_stopped_at_once(hub: RunningHub, login: Login) -> None:
    """The other server goes on making tokens; here they are worth nothing."""
    mine = school(hub, login.token())
    document(mine.get("/sent"), 200)
    with hub.sessions.begin() as session:
        assert remove_identity(session, ISSUER, SUBJECT)
    document(mine.get("/sent"), 401)


def test_a_server_with_keys_inside_the_network_is_not_dialled(
    login: Login, database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without the setting for tests the very same address gives no keys, so its tokens are worth nothing."""
    before = len(login.receiver.arrivals)
    issuers = [{"issuer": ISSUER, "audience": AUDIENCE, "jwks_url": login.receiver.url.replace("http:", "https:")}]
    settings = settings_in(tmp_path, database_url, issuers=issuers, webhooks_to_loopback=False)
    with ExitStack() as stack:
        hub = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        assert school(hub, login.token()).get("/sent").status_code == 401
    assert len(login.receiver.arrivals) == before
    facts = [getattr(record, "facts", {}) for record in caplog.records]
    assert [one["reason"] for one in facts if one.get("issuer") == ISSUER] == ["address refused"]
    assert [one["reason"] for one in facts if one.get("event") == "token refused"] == ["keys_away"]
