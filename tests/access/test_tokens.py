"""A token proves who calls, for a while; its secret is known to its bearer only."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from hub.access.callers import Caller
from hub.access.rights import Right
from hub.access.tables import Token
from hub.access.tokens import grant_of, make_token, withdraw
from hub.codes import OrganisationCode
from hub.errors import NotAllowed, NotSignedIn
from hub.store.engine import Sessions

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = "urn:nld:oin:00000001003214345000:systeem:lvs"
SCHOOL = Caller(
    OrganisationCode("18CW00"), frozenset({Right.PUBLISH, Right.READ_CASES}), frozenset({SOURCE}), "the pupil system"
)


def test_a_token_stands_for_its_caller(sessions: Sessions) -> None:
    """Organisation, rights, sources, label and end come back from the secret alone."""
    with sessions.begin() as session:
        secret = make_token(session, SCHOOL, valid_for=HOUR, now=NOW)
    with sessions() as session:
        grant = grant_of(session, secret, now=NOW)
    assert (grant.caller, grant.expires_at) == (SCHOOL, NOW + HOUR)


def test_two_tokens_differ(sessions: Sessions) -> None:
    """Every token has a secret of its own, long enough not to be guessed."""
    with sessions.begin() as session:
        secrets = {make_token(session, SCHOOL, valid_for=HOUR, now=NOW) for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) > 40 for secret in secrets)


def test_the_secret_is_not_kept(sessions: Sessions) -> None:
    """No part of the secret stands in the row: whoever reads the database cannot call the hub."""
    with sessions.begin() as session:
        secret = make_token(session, SCHOOL, valid_for=HOUR, now=NOW)
        session.flush()
        row = session.scalar(text("SELECT row_to_json(tokens)::text FROM tokens"))
        kept = session.scalars(select(Token.hash)).one()
    assert row is not None
    assert secret.removeprefix("hub_")[:16] not in row
    assert secret.encode()[4:20] not in kept


@pytest.mark.parametrize("passed", [HOUR, 2 * HOUR])
def test_an_expired_token_is_refused(sessions: Sessions, passed: timedelta) -> None:
    """From the moment it expires, a token is worth nothing."""
    with sessions.begin() as session:
        secret = make_token(session, SCHOOL, valid_for=HOUR, now=NOW)
        assert grant_of(session, secret, now=NOW + HOUR - timedelta(microseconds=1))
        with pytest.raises(NotSignedIn):
            grant_of(session, secret, now=NOW + passed)


def test_unknown_expired_and_withdrawn_answer_alike(sessions: Sessions) -> None:
    """The refusal does not tell whether a token ever existed."""
    with sessions.begin() as session:
        expired = make_token(session, SCHOOL, valid_for=-HOUR, now=NOW)
        withdrawn = make_token(session, SCHOOL, valid_for=HOUR, now=NOW)
        withdraw(session, SCHOOL.organisation, SCHOOL.label, now=NOW)
        said = set()
        for secret in (expired, withdrawn, "hub_unknown", "", "hub_\u0000", "é" * 500):
            with pytest.raises(NotSignedIn) as refusal:
                grant_of(session, secret, now=NOW)
            said.add((refusal.value.message, refusal.value.next_step, *refusal.value.parameters))
    assert len(said) == 1


def test_only_what_was_meant_is_withdrawn(sessions: Sessions) -> None:
    """Tokens with another label, or of another organisation, stay; a second time there is nothing left."""
    others = [
        Caller(SCHOOL.organisation, SCHOOL.rights, SCHOOL.sources, "another system"),
        Caller(OrganisationCode("GM0106"), SCHOOL.rights, SCHOOL.sources, SCHOOL.label),
    ]
    with sessions.begin() as session:
        mine = [make_token(session, SCHOOL, valid_for=HOUR, now=NOW) for _ in range(2)]
        theirs = [make_token(session, other, valid_for=HOUR, now=NOW) for other in others]
        assert withdraw(session, SCHOOL.organisation, SCHOOL.label, now=NOW) == 2
        assert withdraw(session, SCHOOL.organisation, SCHOOL.label, now=NOW) == 0
        assert [grant_of(session, secret, now=NOW).caller for secret in theirs] == others
        for secret in mine:
            with pytest.raises(NotSignedIn):
                grant_of(session, secret, now=NOW)


def test_a_withdrawn_token_stays_in_the_books(sessions: Sessions) -> None:
    """The row is kept with the moment of withdrawal, so that later one can see who could do what."""
    with sessions.begin() as session:
        make_token(session, SCHOOL, valid_for=HOUR, now=NOW)
        withdraw(session, SCHOOL.organisation, SCHOOL.label, now=NOW + HOUR / 2)
        assert session.scalars(select(Token.withdrawn_at)).one() == NOW + HOUR / 2
        assert session.scalar(select(func.count()).select_from(Token)) == 1


def test_a_right_is_needed() -> None:
    """A caller with the right passes; without it the refusal names the right."""
    SCHOOL.need(Right.PUBLISH)
    with pytest.raises(NotAllowed) as refusal:
        SCHOOL.need(Right.ANSWER_CASES)
    assert refusal.value.parameters == {"right": "cases:answer"}


def test_a_source_is_needed() -> None:
    """A caller publishes under its own sources only, and the refusal does not repeat what was sent."""
    SCHOOL.need_source(SOURCE)
    with pytest.raises(NotAllowed) as refusal:
        SCHOOL.need_source("urn:nld:oin:00000001003214345000:systeem:other")
    assert refusal.value.parameters == {}
