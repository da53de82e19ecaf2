"""A client proves who it is: with its own key, for this hub, just now, and once."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select

from hub.access.assertions import Proven, prove
from hub.access.clients import add_key, withdraw_client, withdraw_key
from hub.access.jose import public_jwk
from hub.access.tables import UsedAssertion
from hub.access.token_refusals import Reason, TokenRefused
from hub.settings import Settings
from hub.store.engine import Sessions, make_engine, make_sessions
from tests.support.machines import Machine, ec_key, forged, register, rsa_key, signed

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
AT = NOW.timestamp()
ISSUER = "https://hub.example"


@pytest.fixture
def machine(sessions: Sessions) -> Machine:
    """A client with one RSA key."""
    return register(sessions, ISSUER)


def shown(sessions: Sessions, assertion: str, *, now: datetime = NOW) -> Proven:
    """Show an assertion to the hub."""
    with sessions.begin() as session:
        return prove(session, assertion, issuer=ISSUER, now=now)


def refusal(sessions: Sessions, assertion: str, *, now: datetime = NOW) -> TokenRefused:
    """What the hub says no with."""
    with pytest.raises(TokenRefused) as refused:
        shown(sessions, assertion, now=now)
    return refused.value


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
@pytest.mark.parametrize("type_", [None, "JWT", "client-authentication+jwt", "application/client-authentication+jwt"])
def test_a_good_assertion_proves_the_client(
    sessions: Sessions, machine: Machine, algorithm: str, type_: str | None
) -> None:
    """With either algorithm of the profile, and whatever of the usual types it says it is."""
    proven = shown(sessions, signed(machine.claims(at=AT), machine.key, alg=algorithm, typ=type_))
    assert str(proven.client.id) == machine.client_id
    assert proven.kid == "key-0"


def test_a_key_on_a_curve_does_as_well(sessions: Sessions) -> None:
    """ES256, with a much shorter signature."""
    machine = register(sessions, ISSUER, key=ec_key())
    assert str(shown(sessions, machine.assertion(at=AT)).client.id) == machine.client_id


def test_an_assertion_without_a_key_id_is_tried_with_each_key(sessions: Sessions, machine: Machine) -> None:
    """A client with one key need not name it."""
    with sessions.begin() as session:
        add_key(session, UUID(machine.client_id), public_jwk(rsa_key(1)), now=NOW)
    assert shown(sessions, signed(machine.claims(at=AT), rsa_key(1), kid=None)).kid == "key-1"


CLAIMS: list[tuple[str, dict[str, Any], Reason]] = [
    ("expired", {"iat": AT - 61, "exp": AT - 1}, Reason.EXPIRED),
    ("expires at this moment", {"iat": AT - 60, "exp": AT}, Reason.EXPIRED),
    ("made in the future", {"iat": AT + 11, "exp": AT + 60}, Reason.NOT_YET),
    ("valid in the future", {"nbf": AT + 11}, Reason.NOT_YET),
    ("lives too long", {"exp": AT + 61}, Reason.TOO_LONG),
    ("lives for ever", {"exp": 1e300}, Reason.TOO_LONG),
    ("has an end that is a text", {"exp": "tomorrow"}, Reason.EXPIRED),
    ("has a beginning that is true", {"iat": True}, Reason.NOT_YET),
    ("for another server", {"aud": "https://other.example"}, Reason.AUDIENCE),
    ("for the token endpoint", {"aud": ISSUER + "/oauth/token"}, Reason.AUDIENCE),
    ("for a list with this hub in it", {"aud": [ISSUER, "https://other.example"]}, Reason.AUDIENCE),
    ("for a list of this hub alone", {"aud": [ISSUER]}, Reason.AUDIENCE),
    ("for nobody", {"aud": None}, Reason.CLAIM_MISSING),
    ("about another client", {"sub": str(uuid4())}, Reason.SUBJECT),
    ("about nobody", {"sub": None}, Reason.CLAIM_MISSING),
    ("without an end", {"exp": None}, Reason.CLAIM_MISSING),
    ("without a beginning", {"iat": None}, Reason.CLAIM_MISSING),
    ("without an id", {"jti": None}, Reason.CLAIM_MISSING),
    ("with an id that could be guessed", {"jti": "a" * 21}, Reason.JTI),
    ("with an endless id", {"jti": "a" * 256}, Reason.JTI),
    ("with a number for an id", {"jti": 2**130}, Reason.JTI),
]


@pytest.mark.parametrize(("other", "reason"), [(c[1], c[2]) for c in CLAIMS], ids=[c[0] for c in CLAIMS])
def test_wrong_claims_are_refused(sessions: Sessions, machine: Machine, other: dict[str, Any], reason: Reason) -> None:
    """Signed with the right key, and not believed all the same; the operator sees whose it was."""
    refused = refusal(sessions, machine.assertion(at=AT, **other))
    assert (refused.reason, refused.who) == (reason, machine.client_id)


def test_clocks_may_differ_a_little(sessions: Sessions, machine: Machine) -> None:
    """Ten seconds ahead is forgiven."""
    assert shown(sessions, machine.assertion(at=AT + 10))


def _alg_none(machine: Machine) -> str:
    return forged(machine.claims(at=AT), "none", "key-0")


def _hs256_with_the_public_key(machine: Machine) -> str:
    return forged(machine.claims(at=AT), "HS256", "key-0", rsa_key().as_pem(private=False))


def _with_another_key(machine: Machine) -> str:
    return signed(machine.claims(at=AT), rsa_key(7), kid="key-0")


def _with_a_key_nobody_knows(machine: Machine) -> str:
    return signed(machine.claims(at=AT), rsa_key(7))


def _with_its_key_in_the_header(machine: Machine) -> str:
    return signed(machine.claims(at=AT), ec_key(7), alg="ES256", kid="key-0", jwk=public_jwk(ec_key(7)))


def _changed_afterwards(machine: Machine) -> str:
    header, _, signature = machine.assertion(at=AT).split(".")
    return f"{header}.{machine.assertion(at=AT).split('.')[1]}.{signature}"


def _unknown_client(machine: Machine) -> str:
    nobody = str(uuid4())
    return signed(machine.claims(at=AT, iss=nobody, sub=nobody), machine.key)


def _no_client(machine: Machine) -> str:
    return signed(machine.claims(at=AT, iss=["x"]), machine.key)


def _client_in_capitals(machine: Machine) -> str:
    return signed(machine.claims(at=AT, iss=machine.client_id.upper()), machine.key)


def _access_token(machine: Machine) -> str:
    return signed(machine.claims(at=AT), machine.key, typ="at+jwt")


def _unknown_extension(machine: Machine) -> str:
    return signed(machine.claims(at=AT), machine.key, crit=["b64"], b64=True)


FORGED: list[tuple[Callable[[Machine], str], Reason]] = [
    (_alg_none, Reason.ALGORITHM),
    (_hs256_with_the_public_key, Reason.ALGORITHM),
    (_with_another_key, Reason.SIGNATURE),
    (_with_a_key_nobody_knows, Reason.UNKNOWN_KEY),
    (_with_its_key_in_the_header, Reason.SIGNATURE),
    (_changed_afterwards, Reason.SIGNATURE),
    (_unknown_client, Reason.UNKNOWN_CLIENT),
    (_no_client, Reason.UNKNOWN_CLIENT),
    (_client_in_capitals, Reason.UNKNOWN_CLIENT),
    (_access_token, Reason.TYPE),
    (_unknown_extension, Reason.MALFORMED),
    (lambda m: signed(m.claims(at=AT, exp=10**400), m.key), Reason.MALFORMED),
    (lambda _: "", Reason.MALFORMED),
    (lambda _: "a.b.c", Reason.MALFORMED),
    (lambda _: "é" * 40, Reason.MALFORMED),
    (lambda m: m.assertion(at=AT) + ".", Reason.MALFORMED),
    (lambda m: m.assertion(at=AT, more="x" * 8192), Reason.MALFORMED),
]


@pytest.mark.parametrize(("forge", "reason"), FORGED)
def test_a_forged_assertion_is_refused(
    sessions: Sessions, machine: Machine, forge: Callable[[Machine], str], reason: Reason
) -> None:
    """Whatever a stranger can make without the private key."""
    assert refusal(sessions, forge(machine)).reason == reason


def test_all_refusals_sound_alike(sessions: Sessions, machine: Machine) -> None:
    """The text tells nothing of what was wrong, or of whether there is such a client."""
    made = [machine.assertion(at=AT, aud="https://other.example"), _unknown_client(machine), _with_another_key(machine)]
    refused = [refusal(sessions, each) for each in made]
    assert len({(each.message, each.next_step, str(each.parameters)) for each in refused}) == 1


def test_an_assertion_is_worth_something_once(sessions: Sessions, machine: Machine) -> None:
    """Shown again, also by the client itself, it is refused; another client may use the same id."""
    assertion = machine.assertion(at=AT, jti="once-and-never-again-1")
    assert shown(sessions, assertion)
    assert refusal(sessions, assertion).reason == Reason.REPLAYED
    same_id = machine.assertion(at=AT + 1, jti="once-and-never-again-1")
    assert refusal(sessions, same_id).reason == Reason.REPLAYED
    assert shown(sessions, register(sessions, ISSUER).assertion(at=AT, jti="once-and-never-again-1"))


def test_a_refused_assertion_does_not_use_up_an_id(sessions: Sessions, machine: Machine) -> None:
    """A stranger who forges assertions cannot spoil the ids of the real client."""
    jti = secrets.token_urlsafe(16)
    refusal(sessions, signed(machine.claims(at=AT, jti=jti), rsa_key(7), kid="key-0"))
    assert shown(sessions, machine.assertion(at=AT, jti=jti))


def test_of_twenty_at_once_exactly_one_wins(machine: Machine, database_url: str, tmp_path: Path) -> None:
    """Each on a connection of its own, as from processes that know nothing of each other."""
    engine: Engine = make_engine(Settings(data_dir=tmp_path), database_url, pool_size=20)
    each_its_own, start = make_sessions(engine), Barrier(20)
    assertion = machine.assertion(at=AT)

    def show() -> Reason | None:
        with each_its_own.begin() as session:
            session.connection()
            start.wait(timeout=30)
            try:
                prove(session, assertion, issuer=ISSUER, now=NOW)
            except TokenRefused as refused:
                return refused.reason
        return None

    with ThreadPoolExecutor(20) as threads:
        results = [each.result(timeout=60) for each in [threads.submit(show) for _ in range(20)]]
    engine.dispose()
    assert results.count(None) == 1
    assert results.count(Reason.REPLAYED) == 19


def test_what_was_used_is_forgotten_when_it_has_expired_anyway(sessions: Sessions, machine: Machine) -> None:
    """The table does not grow; until then nothing is forgotten."""

    def remembered() -> int:
        with sessions() as session:
            return session.scalar(select(func.count()).select_from(UsedAssertion)) or 0

    for _ in range(5):
        shown(sessions, machine.assertion(at=AT))
    shown(sessions, machine.assertion(at=AT + 300), now=NOW + timedelta(seconds=300))
    assert remembered() == 6
    shown(sessions, machine.assertion(at=AT + 400), now=NOW + timedelta(seconds=400))
    assert remembered() == 2


def test_a_withdrawn_client_proves_nothing_any_more(sessions: Sessions, machine: Machine) -> None:
    """Nor does one whose key was withdrawn; its other key goes on."""
    client_id = UUID(machine.client_id)
    with sessions.begin() as session:
        add_key(session, client_id, public_jwk(rsa_key(1)), now=NOW)
        assert withdraw_key(session, client_id, "key-0", now=NOW)
    assert refusal(sessions, machine.assertion(at=AT)).reason == Reason.UNKNOWN_KEY
    other = Machine(machine.client_id, ISSUER, rsa_key(1))
    assert shown(sessions, other.assertion(at=AT)).kid == "key-1"
    with sessions.begin() as session:
        assert withdraw_client(session, client_id, now=NOW)
    assert refusal(sessions, other.assertion(at=AT)).reason == Reason.WITHDRAWN
