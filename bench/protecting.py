"""What each protection costs: the same request with it and without it, or the time that it takes by itself."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from uuid import uuid4

import httpx
from sqlalchemy import text

from bench import backlog
from bench.figures import Figure, at_most, figure, ratio_at_least
from bench.ground import Ground, Hub, Server, owning
from hub import clock
from hub.access.callers import Caller
from hub.access.clients import add_client, add_key
from hub.access.jose import new_key, public_jwk, sign
from hub.access.rights import rights_of_machines
from hub.codes import OrganisationCode, OrganisationKind
from hub.events.chain import content_digest
from hub.events.log import NewEvent
from hub.preparing import ALL_TABLES
from hub.privacy.vault import Letter, new_salt, seal

_CASES = 2_000
_REQUESTS = 300
_TEAM = OrganisationCode("GM0106-ST")
_MILLI, _MICRO = 1_000, 1_000_000
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def measure(ground: Ground) -> Iterator[Figure]:
    """As a social team reads, on a database with some thousands of cases."""
    hub = ground.hub()
    runtime = hub.runtime()
    backlog.publish(hub, runtime, _CASES)
    backlog.move(runtime, "router")
    runtime.close()
    with hub.serving() as server:
        yield from _row_security(hub, server)
        yield from _ledger(hub, server)
        yield from _signed_tokens(hub, server)
    yield from _by_themselves(hub)


def _row_security(hub: Hub, server: Server) -> Iterator[Figure]:
    """The same pages, with the policies and after they were switched off."""
    with _caller(server, hub.tokens[_TEAM]) as team:
        case = team.get("/v1/inbox?limit=1").json()["entries"][0]["address"]
        pages = {"inbox page": "/v1/inbox?limit=50", "feed page": "/v1/feed?limit=100", "reading a case": case}
        with_policies = {name: _milliseconds(team, path) for name, path in pages.items()}
        with _without_row_security(hub):
            without = {name: _milliseconds(team, path) for name, path in pages.items()}
    for name, took in with_policies.items():
        goal, ratio = ratio_at_least(0.6), without[name] / took
        yield figure(f"{name} under row security; limit: without", took, "ms", goal, limit=without[name], ratio=ratio)


def _ledger(hub: Hub, server: Server) -> Iterator[Figure]:
    """GET is written in the disclosure ledger, HEAD shows nothing and is not."""
    with _caller(server, hub.tokens[_TEAM]) as team:
        case = team.get("/v1/inbox?limit=1").json()["entries"][0]["address"]
        written, unwritten = _milliseconds(team, case), _milliseconds(team, case, "HEAD")
    name = "reading a case, in the ledger; limit: not written"
    yield figure(name, written, "ms", ratio_at_least(0.4), limit=unwritten, ratio=unwritten / written)


def _signed_tokens(hub: Hub, server: Server) -> Iterator[Figure]:
    """A signed access token, whose client is looked up at every request, beside one of `hub token`."""
    path = "/v1/subscriptions"
    with _caller(server, hub.tokens[_TEAM]) as team, _caller(server, _access_token(hub, server)) as machine:
        signed, stored = _milliseconds(machine, path), _milliseconds(team, path)
    name = "request with a signed token; limit: a stored one"
    yield figure(name, signed, "ms", ratio_at_least(0.5), limit=stored, ratio=stored / signed)


def _by_themselves(hub: Hub) -> Iterator[Figure]:
    runtime = hub.runtime()
    letter = Letter(new_salt(), {"question": "Wie denkt met ons mee? " * 20, "pupil": {"name": "Sem Voorbeeld"}})
    said = NewEvent("signal.raised", uuid4(), "urn:x", "B00001", datetime.now(UTC), {"theme": "wellbeing"})
    key, row = runtime.vault.new_key(uuid4(), now=clock.now())
    assert row["wrapped"], "a key that is not wrapped protects nothing"
    yield figure("sealing a letter", _microseconds(lambda: seal(key, uuid4(), letter)), "µs", at_most(30))
    chained = _microseconds(lambda: content_digest(said, said.time, ("B00001", _TEAM)))
    yield figure("the digest of an event for the chain", chained, "µs", at_most(30))
    runtime.close()


@contextmanager
def _without_row_security(hub: Hub) -> Iterator[None]:
    def switch(word: str) -> None:
        with owning(hub) as connection:
            for model in ALL_TABLES:
                connection.execute(text(f"ALTER TABLE {model.__tablename__} {word} ROW LEVEL SECURITY"))

    switch("DISABLE")
    yield
    switch("ENABLE")


@contextmanager
def _caller(server: Server, token: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        yield client


def _access_token(hub: Hub, server: Server) -> str:
    """What a machine of the team gets at the token endpoint."""
    key, now = new_key(), clock.now()
    machine = Caller(_TEAM, rights_of_machines(OrganisationKind.SOCIAL_TEAM), frozenset(), "bench")
    runtime = hub.runtime()
    with runtime.sessions.begin() as session:
        client = add_client(session, machine, now=now)
        kid = add_key(session, client.id, public_jwk(key), now=now)
    runtime.close()
    said = {"iss": str(client.id), "sub": str(client.id), "aud": hub.settings.public_url, "jti": uuid4().hex}
    moment = int(now.timestamp())
    assertion = sign(said | {"iat": moment, "exp": moment + 60}, key, kid=kid, type_="JWT")
    asked = {"grant_type": "client_credentials", "client_assertion_type": _ASSERTION, "client_assertion": assertion}
    answer = httpx.post(f"{server.url}/oauth/token", data=asked, trust_env=False)
    return str(answer.raise_for_status().json()["access_token"])


def _milliseconds(client: httpx.Client, path: str, method: str = "GET") -> float:
    """The median of many requests, one after the other."""
    took = []
    for _ in range(_REQUESTS):
        begun = time.perf_counter()
        client.request(method, path).raise_for_status()
        took.append((time.perf_counter() - begun) * _MILLI)
    return median(took)


def _microseconds(does: Callable[[], object], times: int = 20_000) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        does()
    return (time.perf_counter() - begun) / times * _MICRO
