"""Sessions without a browser: their time, their end, and what is forgotten."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.access import web_sessions
from hub.access.hashes import hash_of
from hub.access.people import Particulars, add_person
from hub.access.providers import Registration, add_provider, withdraw_provider
from hub.access.tables import WebSession
from hub.access.web_sessions import Arrival, NotSignedInHere, Patience, SessionOver, find, open_session
from hub.codes import OrganisationCode
from hub.privacy.master_keys import MasterKeys
from hub.privacy.vault import Vault
from hub.store.engine import Sessions

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
VAULT = Vault(MasterKeys("toets", {"toets": bytes(range(32))}))
PATIENCE = Patience(timedelta(minutes=30), timedelta(hours=10))
SECOND = timedelta(seconds=1)


def somebody(session: Session) -> UUID:
    """A person."""
    return add_person(session, VAULT, Particulars("Noor Bakker"), now=NOW)


@pytest.mark.parametrize(
    ("seen_after", "asked_after", "why"),
    [
        (timedelta(), timedelta(minutes=30) - SECOND, None),
        (timedelta(), timedelta(minutes=30), "idle"),
        (timedelta(minutes=29), timedelta(minutes=58), None),
        (timedelta(minutes=29), timedelta(minutes=59), "idle"),
        (timedelta(), timedelta(hours=10), "absolute"),
        (timedelta(), timedelta(days=365), "absolute"),
    ],
)
def test_when_a_session_is_over(
    sessions: Sessions, seen_after: timedelta, asked_after: timedelta, why: str | None
) -> None:
    """To the second."""
    with sessions.begin() as session:
        secret = open_session(session, Arrival(somebody(session), second_factor=False), now=NOW)
        find(session, secret, PATIENCE, now=NOW + seen_after)
        if why is None:
            assert find(session, secret, PATIENCE, now=NOW + asked_after).seen_at == NOW + asked_after
            return
        with pytest.raises(SessionOver) as over:
            find(session, secret, PATIENCE, now=NOW + asked_after)
        assert over.value.why == why


def test_a_page_with_many_parts_writes_once(sessions: Sessions) -> None:
    """Signs of life within half a minute are one."""
    with sessions.begin() as session:
        secret = open_session(session, Arrival(somebody(session), second_factor=False), now=NOW)
        assert find(session, secret, PATIENCE, now=NOW + 29 * SECOND).seen_at == NOW
        assert find(session, secret, PATIENCE, now=NOW + 30 * SECOND).seen_at == NOW + 30 * SECOND


@pytest.mark.parametrize("secret", ["", "x", "x" * 43, "\x00", "é" * 5000])
def test_what_is_no_secret_opens_nothing(sessions: Sessions, secret: str) -> None:
    """Whatever somebody puts in a cookie."""
    with sessions() as session, pytest.raises(NotSignedInHere):
        find(session, secret, PATIENCE, now=NOW)


def test_another_organisation_means_another_secret(sessions: Sessions) -> None:
    """The row stays, the old secret does not."""
    with sessions.begin() as session:
        old = open_session(session, Arrival(somebody(session), second_factor=True), now=NOW)
        found = find(session, old, PATIENCE, now=NOW)
        new = web_sessions.act_for(found, OrganisationCode("PO2201"))
        assert find(session, new, PATIENCE, now=NOW).organisation == "PO2201"
        with pytest.raises(NotSignedInHere):
            find(session, old, PATIENCE, now=NOW)


def test_ending_ends_what_is_meant_and_no_more(sessions: Sessions) -> None:
    """One, all of a person, those of a session or a subject at a provider, all of a provider; twice does no harm."""
    with sessions.begin() as session:
        for code in ("assen", "hoogeveen"):
            agreed = Registration(code, f"https://login.{code}.example", "samenspel", code)
            add_provider(session, VAULT, agreed, now=NOW)
        noor, bas = somebody(session), somebody(session)

        def opened(person: UUID, provider: str | None, subject: bytes, at_provider: bytes) -> str:
            arrival = Arrival(
                person, second_factor=False, provider=provider, subject=subject, provider_session=at_provider
            )
            return open_session(session, arrival, now=NOW)

        secrets = {
            "one": opened(noor, "assen", b"noor", b"1"),
            "two": opened(noor, "assen", b"noor", b"2"),
            "three": opened(noor, "hoogeveen", b"noor", b"2"),
            "four": opened(noor, None, b"", b""),
            "bas": opened(bas, "assen", b"bas", b"3"),
            "last": opened(bas, "assen", b"bas", b"4"),
        }

        def alive() -> set[str]:
            rows = select(WebSession.hash).where(WebSession.ended_at.is_(None))
            hashes = set(session.scalars(rows))
            return {name for name, secret in secrets.items() if hash_of(secret) in hashes}

        def end_at(provider: str, subject: bytes | None, at_provider: bytes | None) -> int:
            return web_sessions.end_at_provider(
                session, provider, subject=subject, provider_session=at_provider, now=NOW
            )

        assert end_at("assen", b"noor", b"2") == 1
        assert alive() == {"one", "three", "four", "bas", "last"}
        assert end_at("assen", None, None) == 0
        assert end_at("assen", b"noor", None) == 1
        assert end_at("assen", b"noor", None) == 0
        assert alive() == {"three", "four", "bas", "last"}
        web_sessions.end(session, secrets["bas"], now=NOW)
        assert alive() == {"three", "four", "last"}
        assert web_sessions.end_all(session, noor, now=NOW) == 2
        assert alive() == {"last"}
        assert withdraw_provider(session, "assen", now=NOW) == 1
        assert alive() == set()


def test_what_is_long_over_is_forgotten(sessions: Sessions) -> None:
    """A day after it could last have been open; until then its browser can be told that it is over."""
    with sessions.begin() as session:
        noor = somebody(session)
        for hours in (0, 20, 40):
            open_session(session, Arrival(noor, second_factor=False), now=NOW - timedelta(hours=hours))
        web_sessions.forget_old(session, PATIENCE, now=NOW)
        assert session.scalar(select(func.count()).select_from(WebSession)) == 2
