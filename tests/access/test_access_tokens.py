"""Access tokens as documents: what the hub's own say, and which of those that somebody shows are believed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.access.access_tokens import (
    TYPE,
    Own,
    ScopeNotGranted,
    Signer,
    Terms,
    issue,
    need_access_token,
    read_foreign,
    read_own,
    scopes_for,
)
from hub.access.assertions import Proven
from hub.access.jose import new_key, read
from hub.access.rights import Right
from hub.access.tables import Client
from hub.access.token_refusals import Reason, TokenRefused
from tests.support.machines import forged, rsa_key, signed

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER, AUDIENCE = "https://hub.example", "https://hub.example/v1"
TERMS = Terms(ISSUER, AUDIENCE, timedelta(minutes=15))
HAS = frozenset({Right.PUBLISH, Right.READ_CASES})
KEY = rsa_key(3)
PROVEN = Proven(
    Client(id=uuid4(), organisation="B00001", label="", rights=sorted(HAS), sources=[], made_at=NOW, withdrawn_at=None),
    "key-0",
)


def own(token: str, *, now: datetime = NOW, key: Any = KEY) -> Own:
    """What a token says that was shown as one of the hub's own."""
    signed_token = read(token)
    need_access_token(signed_token)
    return read_own(signed_token, key, issuer=ISSUER, audience=AUDIENCE, now=now)


def token(**other: Any) -> str:
    """A token as the hub makes it, but for what is said otherwise: a claim that is None is left out."""
    claims = {
        "iss": ISSUER,
        "sub": str(PROVEN.client.id),
        "aud": AUDIENCE,
        "client_id": str(PROVEN.client.id),
        "iat": AT,
        "exp": AT + 900,
        "jti": "0123456789abcdefghijkl",
        "scope": "cases:read",
        "client_key": "key-0",
    }
    return signed(claims | other, KEY, typ=TYPE)


def test_a_token_says_what_it_was_made_for() -> None:
    """Client, the key it proved itself with, scopes and end come back; it is a JWT access token of RFC 9068."""
    key = new_key()
    made = issue(PROVEN, HAS, Signer("hub-1", key), TERMS, now=NOW)
    assert own(made, key=key) == Own(PROVEN.client.id, "key-0", frozenset(HAS), NOW + timedelta(minutes=15))
    document = read(made)
    assert document.header == {"alg": "PS256", "typ": "at+jwt", "kid": "hub-1"}
    required = {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"}  # RFC 9068, 2.2
    assert required <= document.claims.keys()
    assert document.claims["scope"] == "cases:read events:publish"


def test_no_two_tokens_are_alike() -> None:
    """Not even of the same second."""
    made = {issue(PROVEN, HAS, Signer("hub-1", KEY), TERMS, now=NOW) for _ in range(5)}
    assert len(made) == 5


def test_no_token_lives_longer_than_an_hour() -> None:
    """Its key would not be published for as long."""
    with pytest.raises(AssertionError):
        issue(PROVEN, HAS, Signer("hub-1", KEY), replace(TERMS, life=timedelta(minutes=61)), now=NOW)


@pytest.mark.parametrize(
    ("asked", "given"),
    [(None, HAS), ("cases:read", {Right.READ_CASES}), ("events:publish cases:read", HAS)],
)
def test_a_client_gets_what_it_asks_for(asked: str | None, given: frozenset[Right]) -> None:
    """And all it has when it asks for nothing."""
    assert scopes_for(PROVEN, asked) == given


@pytest.mark.parametrize("asked", ["cases:answer", "cases:read cases:answer", "everything", " ", "CASES:READ"])
def test_a_client_never_gets_more_than_it_has(asked: str) -> None:
    """Nor a part of what it asked for without being told."""
    with pytest.raises(ScopeNotGranted):
        scopes_for(PROVEN, asked)


WRONG: list[tuple[str, Callable[[], str], Reason]] = [
    ("expired", lambda: token(iat=AT - 901, exp=AT - 1), Reason.EXPIRED),
    ("ends now", lambda: token(exp=AT), Reason.EXPIRED),
    ("of the future", lambda: token(iat=AT + 11), Reason.NOT_YET),
    ("lives too long", lambda: token(exp=AT + 3601), Reason.TOO_LONG),
    ("without an end", lambda: token(exp=None), Reason.CLAIM_MISSING),
    ("for another API", lambda: token(aud="https://other.example/v1"), Reason.AUDIENCE),
    ("for the token endpoint", lambda: token(aud=ISSUER), Reason.AUDIENCE),
    ("for a list", lambda: token(aud=[AUDIENCE]), Reason.AUDIENCE),
    ("for nobody", lambda: token(aud=None), Reason.CLAIM_MISSING),
    ("of another issuer", lambda: token(iss="https://other.example"), Reason.ISSUER),
    ("of nobody", lambda: token(iss=None), Reason.CLAIM_MISSING),
    ("about another client", lambda: token(sub=str(uuid4())), Reason.SUBJECT),
    ("without a client", lambda: token(client_id=None), Reason.CLAIM_MISSING),
    ("without scopes", lambda: token(scope=None), Reason.CLAIM_MISSING),
    ("with a list of scopes", lambda: token(scope=["cases:read"]), Reason.MALFORMED),
    ("an ID token", lambda: signed(read(token()).claims, KEY, typ="JWT"), Reason.TYPE),
    ("an assertion", lambda: signed(read(token()).claims, KEY, typ="client-authentication+jwt"), Reason.TYPE),
    ("of no type", lambda: signed(read(token()).claims, KEY), Reason.TYPE),
    ("by another key", lambda: signed(read(token()).claims, rsa_key(4), typ=TYPE, kid="key-3"), Reason.SIGNATURE),
    ("by nobody", lambda: forged(read(token()).claims, "none", "key-3", typ=TYPE), Reason.ALGORITHM),
    (
        "by whoever knows the public key",
        lambda: forged(read(token()).claims, "HS256", "key-3", KEY.as_pem(private=False), typ=TYPE),
        Reason.ALGORITHM,
    ),
    ("changed", lambda: _changed(token()), Reason.SIGNATURE),
    ("without its signature", lambda: token().rpartition(".")[0] + ".", Reason.SIGNATURE),
]


def _changed(made: str) -> str:
    """The scope of one under the signature of another."""
    header, _, signature = made.split(".")
    return ".".join((header, token(scope="cases:read events:publish").split(".")[1], signature))


@pytest.mark.parametrize(("make", "reason"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_wrong_token_is_refused(make: Callable[[], str], reason: Reason) -> None:
    """With the reason for the log."""
    assert own(token())
    with pytest.raises(TokenRefused) as refusal:
        own(make())
    assert refusal.value.reason == reason


@pytest.mark.parametrize("audience", [AUDIENCE, [AUDIENCE], ["https://other.example", AUDIENCE]])
def test_another_issuer_may_write_its_audience_as_a_list(audience: object) -> None:
    """RFC 9068 allows it; the token of the hub's own must not (NL GOV)."""
    made = read(token(iss="https://login.example", aud=audience, scope="cases:read x"))
    said = read_foreign(made, KEY, issuer="https://login.example", audience=AUDIENCE, now=NOW)
    assert (said.subject, said.scopes) == (str(PROVEN.client.id), frozenset({"cases:read", "x"}))


def test_a_token_of_another_issuer_lives_six_hours_at_most() -> None:
    """NL GOV profile for OAuth."""
    longest, longer = read(token(exp=AT + 6 * 3600)), read(token(exp=AT + 6 * 3600 + 1))
    assert read_foreign(longest, KEY, issuer=ISSUER, audience=AUDIENCE, now=NOW)
    with pytest.raises(TokenRefused) as refusal:
        read_foreign(longer, KEY, issuer=ISSUER, audience=AUDIENCE, now=NOW)
    assert refusal.value.reason == Reason.TOO_LONG
