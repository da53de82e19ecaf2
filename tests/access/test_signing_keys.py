"""The hub's signing keys through the years: made at first need, published before they sign and after, withdrawn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, text

from hub.access.jose import key_of, private_jwk
from hub.access.signing_keys import (
    LONGEST_TOKEN_LIFE,
    key_that_signs,
    opened,
    published_keys,
    rotate,
    withdraw_signing_key,
)
from hub.access.tables import SigningKey
from hub.errors import Conflict
from hub.privacy.master_keys import MasterKeys
from hub.privacy.vault import Unreadable, Vault
from hub.settings import Settings
from hub.store.engine import Sessions, make_engine, make_sessions

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
VAULT = Vault(MasterKeys("toets", {"toets": bytes(range(32))}))


def signing(sessions: Sessions, now: datetime) -> str:
    """The key that signs at a moment."""
    with sessions.begin() as session:
        return key_that_signs(session, VAULT, now=now).kid


def published(sessions: Sessions, now: datetime) -> list[str]:
    """The keys that are published at a moment."""
    with sessions() as session:
        return [row.kid for row in published_keys(session, now=now)]


def rotated(sessions: Sessions, now: datetime, after: timedelta = 10 * MINUTE) -> str:
    """A new key."""
    with sessions.begin() as session:
        return rotate(session, VAULT, after=after, now=now).kid


def test_the_first_key_is_made_when_it_is_needed(sessions: Sessions) -> None:
    """And stays the one that signs."""
    assert published(sessions, NOW) == []
    first = signing(sessions, NOW)
    assert published(sessions, NOW) == [first]
    assert signing(sessions, NOW + 1000 * HOUR) == first


def test_of_many_that_need_the_first_key_at_once_one_makes_it(
    sessions: Sessions, database_url: str, tmp_path: Path
) -> None:
    """All processes sign with the same one."""
    engine = make_engine(Settings(data_dir=tmp_path, lock_timeout_ms=60_000), database_url, pool_size=8)
    each_its_own, start = make_sessions(engine), Barrier(8)

    def need() -> str:
        start.wait(timeout=30)
        return signing(each_its_own, NOW)

    with ThreadPoolExecutor(8) as threads:
        kids = {each.result(timeout=120) for each in [threads.submit(need) for _ in range(8)]}
    engine.dispose()
    assert kids == set(published(sessions, NOW))
    assert len(kids) == 1


def test_the_private_part_is_sealed(sessions: Sessions) -> None:
    """Whoever reads the database finds no key in it; moved to another row it does not open."""
    signing(sessions, NOW)
    with sessions.begin() as session:
        row = session.scalars(select(SigningKey)).one()
        key = opened(row, VAULT)
        kept = session.scalar(text("SELECT row_to_json(signing_keys)::text FROM signing_keys")) or ""
        assert row.sealed is not None
        private = str(key.as_dict(private=True)["d"])
        assert private[:20] not in kept
        assert private_jwk(key)[:40] not in row.sealed
        assert key_of(row.jwk).thumbprint() == key.thumbprint() == row.kid
        row.kid = "another"
        with pytest.raises(Unreadable):
            opened(row, VAULT)
        session.rollback()


def test_a_new_key_is_published_before_it_signs_and_the_old_one_after(sessions: Sessions) -> None:
    """At every moment the keys under which valid tokens may exist are published."""
    old = signing(sessions, NOW)
    new = rotated(sessions, NOW)
    moments = {
        NOW: (old, {old, new}),
        NOW + 9 * MINUTE: (old, {old, new}),
        NOW + 10 * MINUTE: (new, {old, new}),
        NOW + 10 * MINUTE + LONGEST_TOKEN_LIFE: (new, {old, new}),
        NOW + 10 * MINUTE + LONGEST_TOKEN_LIFE + 10 * MINUTE: (new, {new}),
    }
    for moment, (signs, visible) in moments.items():
        assert signing(sessions, moment) == signs
        assert set(published(sessions, moment)) == visible


def test_one_new_key_waits_at_a_time(sessions: Sessions) -> None:
    """A second rotation before the first took place would publish a key that never signs."""
    signing(sessions, NOW)
    rotated(sessions, NOW)
    with pytest.raises(Conflict) as refusal:
        rotated(sessions, NOW + MINUTE)
    assert "2026-11-21 09:10:00" in str(refusal.value.parameters["moment"])
    assert rotated(sessions, NOW + 10 * MINUTE)


def test_a_key_may_sign_at_once(sessions: Sessions) -> None:
    """In haste; whoever keeps a list of keys then looks again."""
    signing(sessions, NOW)
    new = rotated(sessions, NOW + MINUTE, timedelta(0))
    assert signing(sessions, NOW + MINUTE) == new


def test_private_parts_that_will_never_sign_again_are_destroyed(sessions: Sessions) -> None:
    """A rotation leaves the key that signs and the new one."""
    signing(sessions, NOW)
    rotated(sessions, NOW + HOUR)
    rotated(sessions, NOW + 10 * HOUR)
    with sessions() as session:
        rows = session.scalars(select(SigningKey).order_by(SigningKey.signs_from)).all()
        assert [row.sealed is None for row in rows] == [True, False, False]


def test_a_withdrawn_key_is_gone_at_once(sessions: Sessions) -> None:
    """The next token is signed with another one; a second time there is nothing to withdraw."""
    old = signing(sessions, NOW)
    with sessions.begin() as session:
        assert withdraw_signing_key(session, old, now=NOW)
        assert not withdraw_signing_key(session, old, now=NOW)
        assert not withdraw_signing_key(session, "unknown", now=NOW)
    assert published(sessions, NOW) == []
    new = signing(sessions, NOW)
    assert new != old
    assert published(sessions, NOW) == [new]


def test_there_is_always_a_key_to_sign_with(sessions: Sessions) -> None:
    """Also when the one that signs is withdrawn and its predecessor's private part is destroyed already."""
    signing(sessions, NOW)
    second = rotated(sessions, NOW, timedelta(0) + MINUTE)
    third = rotated(sessions, NOW + HOUR)
    with sessions.begin() as session:
        assert withdraw_signing_key(session, second, now=NOW + HOUR)
    between = signing(sessions, NOW + HOUR)
    assert between not in {second, third}
    assert signing(sessions, NOW + HOUR + 10 * MINUTE) == third
