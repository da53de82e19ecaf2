"""Secrets under a master key: they open for what they were sealed for, and for nothing else."""

import secrets

import pytest

from hub.privacy.master_keys import MasterKeys
from hub.privacy.vault import Unreadable, Vault

OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)


def test_a_secret_opens_for_its_purpose() -> None:
    """What was sealed comes back, and is nowhere to be seen in what is kept."""
    vault = Vault(MasterKeys("new", {"new": NEW}))
    sealed = vault.seal_secret(b"one", b"the secret")
    assert vault.open_secret(b"one", sealed) == b"the secret"
    assert b"the secret" not in sealed
    assert sealed != vault.seal_secret(b"one", b"the secret")


def test_a_secret_does_not_open_for_another_purpose() -> None:
    """A sealed secret that was moved to another row is useless there."""
    vault = Vault(MasterKeys("new", {"new": NEW}))
    sealed = vault.seal_secret(b"one", b"the secret")
    with pytest.raises(Unreadable):
        vault.open_secret(b"two", sealed)
    with pytest.raises(Unreadable):
        vault.open_secret(b"one", sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_a_secret_survives_a_new_master_key() -> None:
    """The key's id is inside, so an older key opens what it sealed, as long as it is there."""
    sealed = Vault(MasterKeys("old", {"old": OLD})).seal_secret(b"one", b"the secret")
    assert Vault(MasterKeys("new", {"new": NEW, "old": OLD})).open_secret(b"one", sealed) == b"the secret"
    with pytest.raises(KeyError):
        Vault(MasterKeys("new", {"new": NEW})).open_secret(b"one", sealed)
