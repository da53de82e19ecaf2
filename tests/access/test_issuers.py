"""The keys of other issuers: fetched when they are needed, kept a while, and not hammered."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from hub.access.issuers import APART, KEPT, KEPT_WITHOUT_NEWS, Issuers, NotFetched
from hub.access.jose import Key, public_jwk
from hub.access.token_refusals import Reason, TokenRefused
from hub.settings import OutsideIssuer
from tests.support.machines import ec_key, rsa_key

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LOGIN = OutsideIssuer(issuer="https://login.example", audience="hub", jwks_url="https://login.example/keys")
SECOND = timedelta(seconds=1)


class Server:
    """What an issuer's address answers, and how often it was asked."""

    def __init__(self, *keys: Key) -> None:
        self.document: Any = {"keys": [public_jwk(key) for key in keys]}
        self.is_away = False
        self.asked = 0

    async def fetch(self, _: OutsideIssuer) -> bytes:
        """Stands where the guarded HTTP client stands."""
        self.asked += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise NotFetched("connection")
        return self.document if isinstance(self.document, bytes) else orjson.dumps(self.document)


class Asker:
    """The hub, as one process."""

    def __init__(self, server: Server) -> None:
        self._issuers = Issuers([LOGIN], server.fetch)

    def key(self, kid: str | None, now: datetime) -> Key:
        """A key of the issuer."""
        asyncio.run(self._issuers.prepare(LOGIN.issuer, kid, now=now))
        return self._issuers.key(LOGIN, kid, now=now)

    def refusal(self, kid: str | None, now: datetime) -> Reason:
        """Why there is no such key."""
        with pytest.raises(TokenRefused) as refused:
            self.key(kid, now)
        return refused.value.reason


def test_keys_are_fetched_once_and_kept() -> None:
    """Every token of an issuer costs no more than the first."""
    server = Server(rsa_key(), ec_key())
    hub = Asker(server)
    for second in range(0, 600, 100):
        assert hub.key("key-0", NOW + second * SECOND).thumbprint() == rsa_key().thumbprint()
        assert hub.key("curve-0", NOW + second * SECOND).thumbprint() == ec_key().thumbprint()
    assert server.asked == 1


def test_a_new_key_is_found_when_a_token_names_it() -> None:
    """An issuer that changes its keys need not tell the hub."""
    server = Server(rsa_key())
    hub = Asker(server)
    hub.key("key-0", NOW)
    server.document = {"keys": [public_jwk(rsa_key()), public_jwk(rsa_key(1))]}
    assert hub.key("key-1", NOW + APART)
    assert server.asked == 2


def test_invented_keys_do_not_make_the_hub_hammer_an_issuer() -> None:
    """Once a minute at most, whatever is shown."""
    server = Server(rsa_key())
    hub = Asker(server)
    for second in range(120):
        assert hub.refusal(f"invented-{second}", NOW + second * SECOND) == Reason.UNKNOWN_KEY
    assert server.asked == 2


def test_many_at_once_ask_together() -> None:
    """A hundred tokens in the same moment are one fetch."""
    server = Server(rsa_key())
    issuers = Issuers([LOGIN], server.fetch)

    async def ask() -> None:
        await asyncio.gather(*(issuers.prepare(LOGIN.issuer, "key-0", now=NOW) for _ in range(100)))

    asyncio.run(ask())
    assert server.asked == 1


def test_a_key_that_was_taken_back_is_soon_worth_nothing() -> None:
    """Keys are fetched again after a while, also when none is missing."""
    server = Server(rsa_key(), rsa_key(1))
    hub = Asker(server)
    hub.key("key-0", NOW)
    server.document = {"keys": [public_jwk(rsa_key(1))]}
    assert hub.key("key-0", NOW + KEPT)
    assert hub.refusal("key-0", NOW + KEPT + SECOND) == Reason.UNKNOWN_KEY


def test_an_issuer_that_is_away_stops_nobody_for_a_day() -> None:
    """Its keys are trusted meanwhile; then no longer; and it may come back."""
    server = Server(rsa_key())
    hub = Asker(server)
    hub.key("key-0", NOW)
    server.is_away = True
    assert hub.key("key-0", NOW + KEPT_WITHOUT_NEWS)
    assert hub.refusal("key-0", NOW + KEPT_WITHOUT_NEWS + SECOND) == Reason.KEYS_AWAY
    server.is_away = False
    assert hub.key("key-0", NOW + KEPT_WITHOUT_NEWS + APART)


def test_an_issuer_that_was_never_there_is_tried_again() -> None:
    """A minute later."""
    server = Server(rsa_key())
    server.is_away = True
    hub = Asker(server)
    assert hub.refusal("key-0", NOW) == Reason.KEYS_AWAY
    server.is_away = False
    assert hub.refusal("key-0", NOW + APART - SECOND) == Reason.KEYS_AWAY
    assert hub.key("key-0", NOW + APART)


def test_without_a_key_id_an_only_key_will_do() -> None:
    """Of several none is guessed."""
    assert Asker(Server(rsa_key())).key(None, NOW).thumbprint() == rsa_key().thumbprint()
    assert Asker(Server(rsa_key(), rsa_key(1))).refusal(None, NOW) == Reason.UNKNOWN_KEY


def test_keys_for_other_things_are_passed_over() -> None:
    """What the hub cannot use, or should not, does not keep it from the others."""
    good = public_jwk(rsa_key(2))
    server = Server()
    server.document = {
        "keys": [
            public_jwk(rsa_key()) | {"use": "enc"},
            public_jwk(rsa_key(1)) | {"alg": "RSA-OAEP"},
            {"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "kid": "shared"},
            {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "edwards"},
            {"kty": "AKP", "kid": "of the future"},
            {"kid": "nothing"},
            {name: value for name, value in good.items() if name != "kid"},
            good,
        ]
    }
    hub = Asker(server)
    assert hub.key("key-2", NOW)
    for kid in ("key-0", "key-1", "shared", "edwards", "of the future", "nothing"):
        assert hub.refusal(kid, NOW) == Reason.UNKNOWN_KEY


@pytest.mark.parametrize("document", [b"", b"<html>", b"[]", b"{}", b'{"keys": 7}', b'{"keys": ["x"]}', b"7", b"null"])
def test_a_document_that_is_no_list_of_keys_is_no_news(document: bytes) -> None:
    """What was known stays known."""
    server = Server(rsa_key())
    hub = Asker(server)
    hub.key("key-0", NOW)
    server.document = document
    assert hub.key("key-0", NOW + KEPT + SECOND)
    assert server.asked == 2


@pytest.mark.parametrize("name", ["https://login.example/", "https://LOGIN.example", "https://other.example", None, 7])
def test_only_an_issuer_of_exactly_this_name_is_known(name: object) -> None:
    """The list is fixed."""
    issuers = Issuers([LOGIN], Server().fetch)
    assert issuers.named("https://login.example") == LOGIN
    with pytest.raises(TokenRefused):
        issuers.named(name)
