"""The token endpoint over HTTP: what it gives, what it refuses and how little it says, and what the operator sees."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc7523 import PrivateKeyJWT  # type: ignore[import-untyped]
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.jwk import KeySet

from hub import clock
from hub.access.signing_keys import rotate
from hub.privacy.master_keys import read_master_keys
from hub.privacy.vault import Vault
from hub.settings import Settings
from tests.support.hub import RunningHub, api_in_thread
from tests.support.machines import ASSERTION_TYPE, Machine, ec_key, forged, register, rsa_key, signed
from tests.support.ports import free_port

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def machine(hub: RunningHub) -> Machine:
    """A client of a school board."""
    return register(hub.sessions, hub.url)


def keys(hub: RunningHub) -> KeySet:
    """The keys that the hub publishes."""
    return KeySet.import_key_set(hub.client.get("/.well-known/jwks.json").json())


def test_the_document_about_the_server_is_as_the_standard_wants_it(hub: RunningHub) -> None:
    """RFC 8414, judged by a library; every address in it exists."""
    answer = hub.client.get("/.well-known/oauth-authorization-server")
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    over_tls = {name: value.replace("http://", "https://") for name, value in told.items() if isinstance(value, str)}
    AuthorizationServerMetadata(told | over_tls).validate()
    assert told["issuer"] == hub.url
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert {"RS256", "PS256"} <= set(told["token_endpoint_auth_signing_alg_values_supported"])
    assert "events:publish" in told["scopes_supported"]
    assert httpx.get(told["jwks_uri"], trust_env=False).is_success
    assert httpx.post(told["token_endpoint"], trust_env=False).status_code == 400


def test_the_published_keys_hold_nothing_private(hub: RunningHub) -> None:
    """There is one from the first question on, and HEAD asks for the same."""
    answer = hub.client.get("/.well-known/jwks.json")
    assert answer.json()["keys"]
    for jwk in answer.json()["keys"]:
        assert {"kty", "n", "e", "kid", "use", "alg"} == set(jwk)
    assert hub.client.head("/.well-known/jwks.json").is_success


def test_a_client_gets_a_token(hub: RunningHub, machine: Machine) -> None:
    """As RFC 6749 answers it, never kept by anybody on the way, and under a key that is published."""
    answer = machine.ask(hub.client)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 900)
    assert "events:publish" in given["scope"].split()
    token = jwt.decode(given["access_token"], keys(hub), algorithms=["PS256"])
    assert token.header["typ"] == "at+jwt"
    assert (token.claims["iss"], token.claims["aud"]) == (hub.url, f"{hub.url}/v1")
    assert token.claims["exp"] - token.claims["iat"] == 900
    assert token.claims["sub"] == token.claims["client_id"] == machine.client_id


def test_a_client_may_ask_for_less(hub: RunningHub, machine: Machine) -> None:
    """The answer says what was given."""
    answer = machine.ask(hub.client, scope="cases:read feed:read", client_id=machine.client_id)
    assert answer.json()["scope"] == "cases:read feed:read"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_an_independent_library_gets_a_token(hub: RunningHub, machine: Machine, algorithm: str) -> None:
    """Authlib's client, told no more than the guide tells."""
    claims = machine.claims()
    prove = PrivateKeyJWT(hub.url, claims={"exp": claims["exp"], "iat": claims["iat"]}, alg=algorithm)
    ways = ClientAuth(machine.client_id, machine.key, prove)
    address, headers, body = ways.prepare("POST", f"{hub.url}/oauth/token", {}, "grant_type=client_credentials")
    answer = httpx.post(address, content=body, headers={**headers, "Content-Type": FORM}, trust_env=False)
    assert answer.json()["token_type"] == "Bearer", answer.text


def _public(machine: Machine) -> bytes:
    return machine.key.as_pem(private=False)


REFUSED: list[tuple[str, Callable[[Machine], str], str]] = [
    ("expired", lambda m: m.assertion(at=m.claims()["iat"] - 120), "expired"),
    ("future", lambda m: m.assertion(at=m.claims()["iat"] + 60), "not_yet"),
    ("too long", lambda m: m.assertion(exp=m.claims()["iat"] + 3600), "too_long"),
    ("other audience", lambda m: m.assertion(aud="https://other.example"), "audience"),
    ("audience as a list", lambda m: m.assertion(aud=[m.issuer]), "audience"),
    ("other key", lambda m: signed(m.claims(), rsa_key(7), kid="key-0"), "signature"),
    ("unknown client", lambda m: signed(m.claims(iss="0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"), m.key), "unknown_client"),
    ("alg none", lambda m: forged(m.claims(), "none", "key-0"), "algorithm"),
    ("HS256 with the public key", lambda m: forged(m.claims(), "HS256", "key-0", _public(m)), "algorithm"),
    ("rubbish", lambda _: "rubbish", "malformed"),
]


@pytest.mark.parametrize(("make", "reason"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_refused_assertion_is_written_down_and_not_explained(
    hub: RunningHub, machine: Machine, caplog: pytest.LogCaptureFixture, make: Callable[[Machine], str], reason: str
) -> None:
    """invalid_client and nothing else for the sender; the reason, without the assertion, for the operator."""
    assertion = make(machine)
    with caplog.at_level(logging.WARNING, "hub.api.oauth"):
        answer = machine.ask(hub.client, assertion=assertion)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json() == machine.ask(hub.client, assertion="a.b.c").json()
    assert answer.json()["error"] == "invalid_client"
    facts: list[dict[str, Any]] = [getattr(record, "facts", {}) for record in caplog.records]
    assert {"event": "assertion refused", "reason": reason} == {k: v for k, v in facts[0].items() if k != "who"}
    assert facts[0].get("who") in {None, machine.client_id}
    assert all(part not in caplog.text for part in assertion.split(".") if len(part) > 8)


def test_an_assertion_that_was_used_is_refused_and_written_down(
    hub: RunningHub, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever catches one on its way gets nothing for it, and the operator sees that somebody tried."""
    assertion = machine.assertion()
    assert machine.ask(hub.client, assertion=assertion).status_code == 200
    with caplog.at_level(logging.WARNING, "hub.api.oauth"):
        again = machine.ask(hub.client, assertion=assertion)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    facts: list[dict[str, Any]] = [getattr(record, "facts", {}) for record in caplog.records]
    assert facts == [{"event": "assertion refused", "reason": "replayed", "who": machine.client_id}]


def test_a_scope_that_a_client_lacks_is_not_given(
    hub: RunningHub, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in part either; and the assertion was used up by asking."""
    assertion = machine.assertion()
    answer = machine.ask(hub.client, assertion=assertion, scope="cases:read agenda:read")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert "scope refused" in caplog.text
    assert machine.ask(hub.client, assertion=assertion).status_code == 401


@pytest.mark.parametrize(
    ("fields", "error", "status"),
    [
        ({"grant_type": None}, "invalid_request", 400),
        ({"grant_type": ""}, "invalid_request", 400),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type", 400),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"client_assertion_type": None}, "invalid_client", 401),
        ({"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"}, "invalid_client", 401),
        ({"client_id": "0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"}, "invalid_client", 401),
    ],
)
def test_a_request_of_another_form_is_refused(
    hub: RunningHub, machine: Machine, fields: dict[str, str | None], error: str, status: int
) -> None:
    """In the words of RFC 6749, 5.2."""
    answer = machine.ask(hub.client, **fields)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"", FORM, 400),
        (b"grant_type", FORM, 400),
        (b"\xff\xfe", FORM, 400),
        (b"grant_type=client_credentials&grant_type=client_credentials", FORM, 400),
        (b"&".join(b"a%d=1" % number for number in range(30)), FORM, 400),
        (b"grant_type=%ff", FORM, 400),
        (b'{"grant_type": "client_credentials"}', "application/json", 400),
        (b"grant_type=client_credentials&x=" + b"y" * 20_000, FORM, 413),
    ],
)
def test_what_is_no_form_is_refused(hub: RunningHub, body: bytes, media_type: str, status: int) -> None:
    """Whatever is sent, the answer is a refusal."""
    answer = hub.client.post("/oauth/token", content=body, headers={"Content-Type": media_type})
    assert answer.status_code == status
    assert answer.json()["code" if status == 413 else "error"]


def test_secrets_and_addresses_do_not_mix(hub: RunningHub, machine: Machine) -> None:
    """An assertion in the address is not read, and GET gives no tokens."""
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": machine.assertion(),
    }
    assert hub.client.get("/oauth/token", params=form).status_code == 405
    in_the_address = hub.client.post(f"/oauth/token?{urlencode(form)}", headers={"Content-Type": FORM})
    assert in_the_address.json()["error"] == "invalid_request"


def test_of_twenty_at_once_one_gets_a_token_whichever_process_they_ask(hub: RunningHub, machine: Machine) -> None:
    """Two API processes on one database, and the same assertion for both."""
    settings = Settings.model_validate(hub.settings.model_dump() | {"port": free_port()})
    assertion, start = machine.assertion(), Barrier(20)

    def ask(number: int) -> int:
        port = (settings.port, hub.settings.port)[number % 2]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            start.wait(timeout=30)
            return machine.ask(client, assertion=assertion).status_code

    with api_in_thread(settings), ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(ask, range(20)))
    assert sorted(answers) == [200] + [401] * 19


def test_keys_change_in_the_middle_of_life(hub: RunningHub, machine: Machine) -> None:
    """Tokens under the old key stay good, those under the new one are, and both keys are published."""
    before = machine.token(hub.client)
    vault = Vault(read_master_keys(hub.settings.master_key_path))
    with hub.sessions.begin() as session:
        new = rotate(session, vault, after=timedelta(0), now=clock.now()).kid
    after = machine.token(hub.client)
    for token in (before, after):
        answer = hub.client.get("/v1/sent", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert jwt.decode(token, keys(hub), algorithms=["PS256"])
    headers = [jwt.decode(token, keys(hub), algorithms=["PS256"]).header["kid"] for token in (before, after)]
    assert headers[0] != headers[1] == new


def test_a_client_with_a_key_on_a_curve_gets_a_token_too(hub: RunningHub) -> None:
    """ES256."""
    assert register(hub.sessions, hub.url, key=ec_key()).token(hub.client)


def test_the_first_token_of_a_hub_may_be_shown_to_any_process(hub: RunningHub, machine: Machine) -> None:
    """A process that looked for keys a moment ago finds the one that another has made since."""
    settings = Settings.model_validate(hub.settings.model_dump() | {"port": free_port()})
    vault = Vault(read_master_keys(hub.settings.master_key_path))
    with (
        api_in_thread(settings),
        httpx.Client(base_url=f"http://127.0.0.1:{settings.port}", trust_env=False) as other,
    ):
        assert other.get("/.well-known/jwks.json").is_success
        with hub.sessions.begin() as session:
            rotate(session, vault, after=timedelta(0), now=clock.now())
        token = machine.token(hub.client)
        assert other.get("/v1/sent", headers={"Authorization": f"Bearer {token}"}).status_code == 200
