"""What is sealed opens for its own case only, and never again once the key of the case is gone."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select, update

from hub.errors import Gone
from hub.privacy.master_keys import MasterKeys
from hub.privacy.tables import CaseKey, Sealed
from hub.privacy.vault import (
    DataKey,
    Erased,
    Letter,
    Unreadable,
    Vault,
    commit,
    keep,
    letters_of,
    new_salt,
    seal,
    unseal,
)
from hub.store.engine import Sessions

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OLD, NEW = bytes(range(32)), bytes(range(32, 64))

LETTER = Letter(b"s" * 16, {"pupil": {"name": "Noor de Wit", "birthDate": "2014-03-02"}, "question": "Hoe nu verder?"})

fields = st.dictionaries(st.text(max_size=10), st.text(max_size=50) | st.integers(0, 100) | st.none(), max_size=5)


@pytest.fixture
def vault() -> Vault:
    """A vault with one master key."""
    return Vault(MasterKeys("old", {"old": OLD}))


def key_of(vault: Vault, case_id: UUID) -> DataKey:
    """A fresh key for a case."""
    return vault.new_key(case_id, now=NOW)[0]


def wrapped_key(vault: Vault, case_id: UUID) -> bytes:
    """A fresh key as its row keeps it."""
    wrapped: bytes = vault.new_key(case_id, now=NOW)[1]["wrapped"]
    return wrapped


def sealed_by(key: DataKey, sealed_id: UUID, letter: Letter = LETTER) -> bytes:
    """A letter as its row keeps it."""
    ciphertext: bytes = seal(key, sealed_id, letter)["ciphertext"]
    return ciphertext


@given(fields, st.binary(min_size=16, max_size=16), st.uuids(), st.uuids())
def test_what_was_sealed_opens(fields: dict[str, object], salt: bytes, case_id: UUID, sealed_id: UUID) -> None:
    """Salt and fields come back as they were."""
    key = key_of(Vault(MasterKeys("old", {"old": OLD})), case_id)
    assert unseal(key, sealed_id, sealed_by(key, sealed_id, Letter(salt, fields))) == Letter(salt, fields)


def test_nothing_can_be_read_from_outside(vault: Vault) -> None:
    """No word of a letter stands in its ciphertext, and the same letter never looks the same twice."""
    key, sealed_id = key_of(vault, uuid4()), uuid4()
    once, again = sealed_by(key, sealed_id), sealed_by(key, sealed_id)
    assert b"Noor" not in once
    assert LETTER.salt not in once
    assert once != again


def test_a_letter_cannot_be_moved_to_another_case(vault: Vault) -> None:
    """A ciphertext that is put under another case does not open, even with that case's own key bytes."""
    case_id, other, sealed_id = uuid4(), uuid4(), uuid4()
    key = key_of(vault, case_id)
    with pytest.raises(Unreadable):
        unseal(DataKey(other, key.cipher), sealed_id, sealed_by(key, sealed_id))
    with pytest.raises(Unreadable):
        unseal(key_of(vault, other), sealed_id, sealed_by(key, sealed_id))


def test_a_letter_cannot_be_moved_to_another_document(vault: Vault) -> None:
    """Two letters of one case cannot change places."""
    key, sealed_id = key_of(vault, uuid4()), uuid4()
    with pytest.raises(Unreadable):
        unseal(key, uuid4(), sealed_by(key, sealed_id))


@pytest.mark.parametrize("place", [0, 11, 12, 40, -1])
def test_a_changed_letter_does_not_open(vault: Vault, place: int) -> None:
    """One bit that was changed anywhere is noticed."""
    key, sealed_id = key_of(vault, uuid4()), uuid4()
    damaged = bytearray(sealed_by(key, sealed_id))
    damaged[place] ^= 1
    with pytest.raises(Unreadable):
        unseal(key, sealed_id, bytes(damaged))


def test_a_key_opens_from_its_row(vault: Vault) -> None:
    """The key in a row opens what the fresh key sealed."""
    case_id, sealed_id = uuid4(), uuid4()
    key, row = vault.new_key(case_id, now=NOW)
    assert (row["case_id"], row["made_at"], row["destroyed_at"]) == (case_id, NOW, None)
    assert unseal(vault.unwrap(case_id, row["wrapped"]), sealed_id, sealed_by(key, sealed_id)) == LETTER


def test_a_key_cannot_be_moved_to_another_case(vault: Vault) -> None:
    """A wrapped key opens for its own case only."""
    with pytest.raises(Unreadable):
        vault.unwrap(uuid4(), wrapped_key(vault, uuid4()))


def test_another_master_key_does_not_open(vault: Vault) -> None:
    """With another key under the same name, nothing opens."""
    case_id = uuid4()
    with pytest.raises(Unreadable):
        Vault(MasterKeys("old", {"old": NEW})).unwrap(case_id, wrapped_key(vault, case_id))


def test_keys_from_before_a_rotation_still_open(vault: Vault) -> None:
    """After a new master key came into use, older keys open with theirs, and new ones are wrapped by the new."""
    rotated = Vault(MasterKeys("new", {"old": OLD, "new": NEW}))
    case_id = uuid4()
    assert rotated.unwrap(case_id, wrapped_key(vault, case_id)).case_id == case_id
    with pytest.raises(KeyError):
        vault.unwrap(case_id, wrapped_key(rotated, case_id))


def test_a_secret_opens_for_its_purpose_only(vault: Vault) -> None:
    """What was sealed for one purpose does not open for another."""
    sealed = vault.seal_secret(b"webhook 1", b"whsec")
    assert vault.open_secret(b"webhook 1", sealed) == b"whsec"
    assert b"whsec" not in sealed
    with pytest.raises(Unreadable):
        vault.open_secret(b"webhook 2", sealed)


def test_keys_are_not_shown(vault: Vault) -> None:
    """Neither the master keys nor a data key can end up in a log by being printed."""
    master_keys = MasterKeys("old", {"old": OLD})
    assert "old" not in repr(master_keys)
    assert "cipher" not in repr(key_of(vault, uuid4()))


@given(fields, fields)
def test_a_commitment_holds_to_one_body(body: dict[str, object], other: dict[str, object]) -> None:
    """The same body and salt give the same commitment whatever the order of fields; another body or salt another."""
    salt = b"s" * 16
    assert commit(salt, body) == commit(salt, dict(reversed(body.items())))
    assert (commit(salt, body) == commit(salt, other)) == (body == other)
    assert commit(salt, body) != commit(b"t" * 16, body)


def test_salts_differ() -> None:
    """Every commitment has a salt of its own, long enough not to be guessed."""
    assert len({new_salt() for _ in range(50)}) == 50
    assert len(new_salt()) == 16


def test_letters_of_a_case_come_back(sessions: Sessions, vault: Vault) -> None:
    """Everything that was sealed in a case comes back by document, and nothing of another case."""
    mine, theirs = uuid4(), uuid4()
    documents = (uuid4(), uuid4())
    with sessions.begin() as session:
        (key, row), (other, other_row) = vault.new_key(mine, now=NOW), vault.new_key(theirs, now=NOW)
        letters = [seal(key, document, LETTER) for document in documents]
        keep(session.connection(), [row, other_row], [*letters, seal(other, uuid4(), LETTER)])
        assert letters_of(session, vault, mine) == dict.fromkeys(documents, LETTER)
        assert set(vault.keys_of(session.connection(), [mine, theirs, uuid4()])) == {mine, theirs}


def test_a_case_without_letters_has_none(sessions: Sessions, vault: Vault) -> None:
    """A case in which nothing personal was said is not an error."""
    with sessions.begin() as session:
        assert letters_of(session, vault, uuid4()) == {}


def test_an_erased_case_cannot_be_read(sessions: Sessions, vault: Vault) -> None:
    """Once its key is destroyed a case answers that it was erased, though its ciphertext is still there."""
    case_id = uuid4()
    with sessions.begin() as session:
        key, row = vault.new_key(case_id, now=NOW)
        keep(session.connection(), [row], [seal(key, uuid4(), LETTER)])
        session.execute(update(CaseKey).values(wrapped=None, destroyed_at=NOW))
        assert vault.keys_of(session.connection(), [case_id]) == {}
        assert len(session.scalars(select(Sealed)).all()) == 1
        with pytest.raises(Erased) as refusal:
            letters_of(session, vault, case_id)
    assert isinstance(refusal.value, Gone)
