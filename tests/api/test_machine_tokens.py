"""Access tokens in use: what they open, what they do not, what a refusal tells, and how soon they fall."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from hub import clock
from hub.access.clients import add_key, withdraw_client, withdraw_key
from hub.access.jose import public_jwk, read
from hub.access.rights import RECEIVER_RIGHTS, Right
from hub.access.signing_keys import key_that_signs, opened, withdraw_signing_key
from hub.access.tables import Client, SigningKey
from hub.privacy.master_keys import read_master_keys
from hub.privacy.tables import Disclosure
from hub.privacy.vault import Vault
from tests.api.events import a_signal, is_stored
from tests.support.callers import Organisation, document
from tests.support.hub import RunningHub
from tests.support.machines import Machine, forged, register, rsa_key, signed
from tests.support.waiting import wait_until

SOON = 5.0  # seconds; the hub promises two
INVALID = 'Bearer realm="samenspel", error="invalid_token"'


@pytest.fixture
def machine(hub: RunningHub) -> Machine:
    """A client of a school board."""
    return register(hub.sessions, hub.url)


def system(hub: RunningHub, machine: Machine, **asked: str) -> Organisation:
    """The client with a token."""
    return Organisation(hub.client, "B00001", machine.token(hub.client, **asked))


def own_key(hub: RunningHub) -> Any:
    """The very key that the hub signs with now: what a thief could have at worst."""
    vault = Vault(read_master_keys(hub.settings.master_key_path))
    with hub.sessions.begin() as session:
        row = key_that_signs(session, vault, now=clock.now())
        return opened(row, vault)


def test_a_token_opens_what_its_client_may(hub: RunningHub, machine: Machine) -> None:
    """Publishing under its source, and reading what it sent."""
    event = a_signal()
    school = system(hub, machine)
    case = document(school.send(event), 202)["case"]
    assert is_stored(hub, event)
    school.sees(case, "offered")


def test_a_read_is_written_down_under_the_client(hub: RunningHub, offered: str) -> None:
    """The ledger names the client by its id, so that one can see later which system it was."""
    machine = register(hub.sessions, hub.url, organisation="GM0106-ST", rights=RECEIVER_RIGHTS)
    team = Organisation(hub.client, "GM0106-ST", machine.token(hub.client))
    document(team.get(f"/cases/{offered}"), 200)
    with hub.sessions() as session:
        readers = set(session.scalars(select(Disclosure.caller).where(Disclosure.case_id == UUID(offered))))
    assert f"client:{machine.client_id}" in readers


def test_a_scope_that_was_not_asked_for_is_not_there(hub: RunningHub, machine: Machine) -> None:
    """403, with the scope that would do (RFC 6750, 3.1); nothing was stored."""
    event = a_signal()
    refused = system(hub, machine, scope="cases:read").send(event)
    assert document(refused, 403)["code"] == "not-allowed"
    told = 'Bearer realm="samenspel", error="insufficient_scope", scope="events:publish"'
    assert refused.headers["WWW-Authenticate"] == told
    assert not is_stored(hub, event)


def test_a_source_that_is_not_its_own_is_refused(hub: RunningHub, machine: Machine) -> None:
    """Nobody publishes under the name of another system."""
    event = a_signal(source="urn:nld:oin:00000099000000000002:systeem:other")
    assert document(system(hub, machine).send(event), 403)["code"] == "not-allowed"
    assert not is_stored(hub, event)


def test_without_a_token_the_answer_only_says_that_one_is_needed(hub: RunningHub) -> None:
    """RFC 6750: no error code where nothing was shown."""
    refused = hub.client.get("/v1/inbox")
    assert document(refused, 401)["code"] == "not-signed-in"
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="samenspel"'


def _with(hub: RunningHub, machine: Machine, *, typ: str | None = "at+jwt", key: Any = None, **other: Any) -> str:
    """A token of this client as the hub would make it, but for what is said otherwise."""
    good = read(machine.token(hub.client))
    pair = key or own_key(hub)
    return signed(good.claims | other, pair, typ=typ, kid=good.kid)


def _both(client: str) -> dict[str, str]:
    return {"sub": client, "client_id": client}


def _claims(hub: RunningHub, machine: Machine) -> dict[str, Any]:
    return read(machine.token(hub.client)).claims


def _kid(hub: RunningHub, machine: Machine) -> str | None:
    return read(machine.token(hub.client)).kid


def _hs256(hub: RunningHub, machine: Machine) -> str:
    public = own_key(hub).as_pem(private=False)
    return forged(_claims(hub, machine), "HS256", _kid(hub, machine), public, typ="at+jwt")


def _changed(hub: RunningHub, machine: Machine) -> str:
    header, _, signature = machine.token(hub.client, scope="cases:read").split(".")
    return ".".join((header, machine.token(hub.client).split(".")[1], signature))


Forge = Callable[[RunningHub, Machine], str]
FORGED: list[tuple[str, Forge, str]] = [
    ("expired", lambda h, m: _with(h, m, iat=1_700_000_000, exp=1_700_000_900), "expired"),
    ("future", lambda h, m: _with(h, m, iat=4_000_000_000, exp=4_000_000_900), "not_yet"),
    ("lives too long", lambda h, m: _with(h, m, exp=4_000_000_000), "too_long"),
    ("for another API", lambda h, m: _with(h, m, aud="https://other.example/v1"), "audience"),
    ("for a list of APIs", lambda h, m: _with(h, m, aud=[f"{h.url}/v1", "https://other.example"]), "audience"),
    ("of another issuer", lambda h, m: _with(h, m, iss="https://other.example"), "issuer"),
    ("of nobody", lambda h, m: _with(h, m, iss=None), "issuer"),
    ("an ID token", lambda h, m: _with(h, m, typ="JWT"), "type"),
    ("an assertion", lambda _, m: m.assertion(), "type"),
    ("by another key", lambda h, m: _with(h, m, key=rsa_key(7)), "signature"),
    (
        "of a client that never was",
        lambda h, m: _with(h, m, **_both("0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b")),
        "unknown",
    ),
    ("by the client itself", lambda h, m: signed(_claims(h, m), m.key, typ="at+jwt"), "unknown_key"),
    ("alg none", lambda h, m: forged(_claims(h, m), "none", _kid(h, m), typ="at+jwt"), "algorithm"),
    ("HS256 with the public key", _hs256, "algorithm"),
    ("changed", _changed, "signature"),
    ("cut short", lambda h, m: m.token(h.client)[:-40], "signature"),
    ("three dots", lambda *_: "a.b.c", "malformed"),
    ("opaque and unknown", lambda *_: "hub_" + "a" * 43, "unknown"),
    ("opaque and of another form", lambda *_: "hub_nobody", "malformed"),
]


@pytest.mark.parametrize(("forge", "reason"), [f[1:] for f in FORGED], ids=[f[0] for f in FORGED])
def test_a_token_that_is_not_believed(
    hub: RunningHub, machine: Machine, caplog: pytest.LogCaptureFixture, forge: Forge, reason: str
) -> None:
    """401 invalid_token, the same to the letter for all; the reason, without the token, is for the operator."""
    stranger = hub.stranger(forge(hub, machine))
    with caplog.at_level(logging.WARNING, "hub.api.bearers"):
        refused = stranger.send(a_signal())
    assert document(refused, 401) == document(hub.stranger("hub_nobody").get("/inbox"), 401)
    assert refused.headers["WWW-Authenticate"] == INVALID
    facts: dict[str, Any] = caplog.records[0].__dict__["facts"]
    assert facts["event"] == "token refused"
    assert facts["reason"].startswith(reason)
    assert all(part not in caplog.text for part in stranger.token.split(".") if len(part) > 8)


def test_a_flood_of_invented_tokens_holds_nobody_up(hub: RunningHub, machine: Machine) -> None:
    """More at once than there are connections to the database: each is refused, and good tokens go on."""
    school, invented = system(hub, machine), _claims(hub, machine)

    def show(number: int) -> int:
        token = signed(invented, rsa_key(7), typ="at+jwt", kid=f"invented-{number}")
        return hub.stranger(token).get("/sent").status_code

    with ThreadPoolExecutor(60) as threads:
        answers = set(threads.map(show, range(120)))
    assert answers == {401}
    document(school.get("/sent"), 200)


def test_a_withdrawn_client_is_stopped_at_once(hub: RunningHub, machine: Machine) -> None:
    """Its tokens were good for minutes still: none opens anything at the next request, and it gets no new one.

    What a busy sender publishes may come in for two seconds yet.
    """
    school = system(hub, machine)
    document(school.get("/sent"), 200)
    document(school.send(a_signal()), 202)
    with hub.sessions.begin() as session:
        assert withdraw_client(session, UUID(machine.client_id), now=clock.now())
    document(school.get("/sent"), 401)
    wait_until(lambda: school.send(a_signal()).status_code == 401, seconds=SOON, what="the end of publishing")
    event = a_signal()
    assert school.send(event).status_code == 401
    assert not is_stored(hub, event)
    assert machine.ask(hub.client).status_code == 401


def test_a_withdrawn_key_takes_its_tokens_along_and_no_others(hub: RunningHub, machine: Machine) -> None:
    """A client whose key was stolen goes on with another one, without a pause."""
    stolen = system(hub, machine)
    document(stolen.get("/sent"), 200)
    with hub.sessions.begin() as session:
        add_key(session, UUID(machine.client_id), public_jwk(rsa_key(1)), now=clock.now())
    other = system(hub, Machine(machine.client_id, machine.issuer, rsa_key(1)))
    with hub.sessions.begin() as session:
        assert withdraw_key(session, UUID(machine.client_id), "key-0", now=clock.now())
    document(stolen.get("/sent"), 401)
    document(other.get("/sent"), 200)


def test_a_withdrawn_signing_key_takes_its_tokens_along(hub: RunningHub, machine: Machine) -> None:
    """The hub makes another key by itself, and clients fetch new tokens."""
    school = system(hub, machine)
    kid = read(school.token).kid or ""
    with hub.sessions.begin() as session:
        assert withdraw_signing_key(session, kid, now=clock.now())
    wait_until(lambda: school.get("/sent").status_code == 401, seconds=SOON, what="the end of the token")
    again = system(hub, machine)
    assert read(again.token).kid != kid
    document(again.get("/sent"), 200)
    with hub.sessions() as session:
        row = session.get_one(SigningKey, kid)
        assert row.sealed is None


def test_rights_are_those_of_today(hub: RunningHub, machine: Machine) -> None:
    """A token never holds more than its client has, whatever it said when it was made."""
    more = signed(
        _claims(hub, machine) | {"scope": "cases:read agenda:read"}, own_key(hub), typ="at+jwt", kid=_kid(hub, machine)
    )
    forger = hub.stranger(more)
    document(forger.get("/sent"), 200)
    assert document(forger.get("/agenda/indicators"), 403)["code"] == "not-allowed"


def test_a_right_that_is_taken_away_is_gone_at_once(hub: RunningHub, machine: Machine) -> None:
    """The token still says it, and that counts for nothing."""
    school = system(hub, machine)
    document(school.get("/sent"), 200)
    with hub.sessions.begin() as session:
        client = session.get_one(Client, UUID(machine.client_id))
        client.rights = [right for right in client.rights if right != Right.READ_CASES]
    assert "cases:read" in document(school.get("/sent"), 403)["detail"]


def test_every_client_keeps_to_its_own_organisation(hub: RunningHub, offered: str) -> None:
    """A case of another board is not there for it."""
    machine = register(hub.sessions, hub.url, organisation="B00002")
    assert system(hub, machine).get(f"/cases/{offered}").status_code == 404
    assert system(hub, register(hub.sessions, hub.url)).get(f"/cases/{offered}").status_code == 200
