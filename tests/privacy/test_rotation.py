"""Another master key comes into use while the hub runs: nobody is stopped, nothing is lost, nothing is left behind."""

import random
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import LargeBinary, func, insert, select, update

from hub.access import people, providers, signing_keys
from hub.access.signing_keys import key_that_signs
from hub.access.tables import Person, Provider
from hub.codes import OrganisationCode
from hub.delivery.actions import Wish, subscribe
from hub.manage.key import SEALED
from hub.privacy import rewrapping
from hub.privacy.key_files import KeyFileUnusable, KeyRing, read_key_file, replace_key_file
from hub.privacy.master_keys import LOOK_SECONDS, KeysOnFile, MasterKeyUnusable, make_master_keys, read_master_keys
from hub.privacy.rewrapping import DATA_KEYS, Under, protected, rewrap
from hub.privacy.tables import CaseKey
from hub.privacy.vault import Letter, Vault, keep, key_prefix, letters_of, seal
from hub.store.base import Base
from hub.store.engine import Sessions
from tests.support.small_hub import NOW
from tests.support.waiting import wait_until

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
BEFORE = KeyRing("old", {"old": OLD})
AFTER = KeyRing("new", {"old": OLD, "new": NEW})
ONLY_NEW = KeyRing("new", {"new": NEW})
SECRET = b"what nobody may read"
PROVIDER = {
    "code": "entree",
    "issuer": "https://login.example.nl",
    "client_id": "samenspel",
    "client_auth": "private_key_jwt",
    "name": "Entree",
    "levels": [],
    "second_factor_methods": [],
    "made_at": NOW,
}
LETTER = Letter(b"s" * 16, {"question": "Hoe nu verder?"})


def a_case(sessions: Sessions, vault: Vault) -> UUID:
    """A case with a sealed letter."""
    case = uuid4()
    with sessions.begin() as session:
        key, row = vault.new_key(case, now=NOW)
        keep(session.connection(), [row], [seal(key, uuid4(), LETTER)])
    return case


def can_be_read(sessions: Sessions, vault: Vault, case: UUID) -> bool:
    """Whether the letter of a case opens."""
    with sessions() as session:
        return list(letters_of(session, vault, case).values()) == [LETTER]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handful of cases is already several batches."""
    monkeypatch.setattr(rewrapping, "AT_ONCE", 3)


def a_bit_of_everything(sessions: Sessions, vault: Vault) -> dict[str, bytes]:
    """Something in every place where a master key protects anything; what was sealed for which purpose."""
    case, code = a_case(sessions, vault), "entree"
    with sessions.begin() as session:
        wish = Wish(OrganisationCode("B00001"), "http://127.0.0.1:9/hook")
        subscription, _ = subscribe(session, vault, wish, to_loopback=True, now=NOW)
        key = key_that_signs(session, vault, now=NOW)
        person = Person(id=uuid4(), sealed=b"", invented=True, made_at=NOW)
        person.sealed = vault.seal_secret(people.purpose(person.id), SECRET)
        session.add(person)
        session.execute(insert(Provider).values(**PROVIDER, sealed=vault.seal_secret(providers.purpose(code), SECRET)))
        return {
            "case_keys.wrapped": case.bytes,
            "subscriptions.secret": subscription.id.bytes,
            "signing_keys.sealed": signing_keys.purpose(key.kid),
            "people.sealed": people.purpose(person.id),
            "providers.sealed": providers.purpose(code),
        }


def all_sealed(sessions: Sessions) -> dict[str, bytes]:
    """What stands in each of these places."""
    with sessions() as session:
        return {
            column.name: bytes(session.execute(select(column.table.c[column.column])).scalar_one()) for column in SEALED
        }


def test_everything_comes_under_the_new_key(sessions: Sessions) -> None:
    """Data keys, secrets of webhooks, signing keys, people, providers: the old master key opens nothing any more."""
    purposes = a_bit_of_everything(sessions, Vault(BEFORE))
    before = {name: Vault(BEFORE).open_secret(purposes[name], sealed) for name, sealed in all_sealed(sessions).items()}
    assert set(before) == set(purposes)
    done = list(rewrap(sessions, Vault(AFTER), SEALED))
    assert sum(batch.number for batch in done) == len(SEALED)
    with sessions() as session:
        assert protected(session, SEALED) == [Under(column.name, "new", 1) for column in SEALED]
    after = {name: Vault(ONLY_NEW).open_secret(purposes[name], sealed) for name, sealed in all_sealed(sessions).items()}
    assert after == before


def test_many_cases_come_in_batches(sessions: Sessions) -> None:
    """And can be read afterwards, every one."""
    cases = [a_case(sessions, Vault(BEFORE)) for _ in range(8)]
    assert [batch.number for batch in rewrap(sessions, Vault(AFTER), [DATA_KEYS])] == [3, 3, 2]
    assert all(can_be_read(sessions, Vault(ONLY_NEW), case) for case in cases)


def test_nothing_in_the_database_is_under_the_old_key(sessions: Sessions) -> None:
    """Every binary column of every table is searched: what a rotation forgets is found here."""
    a_bit_of_everything(sessions, Vault(BEFORE))
    columns = [c for table in Base.metadata.tables.values() for c in table.columns if isinstance(c.type, LargeBinary)]
    prefix = key_prefix("old")

    def under_the_old_key() -> set[str]:
        with sessions() as session:
            found = {
                str(column): session.scalar(select(func.count()).where(func.substring(column, 1, 4) == prefix))
                for column in columns
            }
        return {name for name, number in found.items() if number}

    assert under_the_old_key() == {column.name for column in SEALED}
    list(rewrap(sessions, Vault(AFTER), SEALED))
    assert under_the_old_key() == set()


def test_every_column_that_may_be_sealed_is_known(sessions: Sessions) -> None:
    """A new one, by what such columns are called, must be added to the list of what a rotation wraps anew."""
    assert sessions
    tables = Base.metadata.tables.values()
    named = {str(c) for table in tables for c in table.columns if c.name in {"sealed", "secret", "wrapped"}}
    assert named == {column.name for column in SEALED}


def test_it_can_be_cut_short_and_taken_up_again(sessions: Sessions) -> None:
    """What is done stays done; the second time only the rest is touched."""
    cases = [a_case(sessions, Vault(BEFORE)) for _ in range(8)]
    assert next(rewrap(sessions, Vault(AFTER), [DATA_KEYS])).number == 3
    assert all(can_be_read(sessions, Vault(AFTER), case) for case in cases)
    assert sum(batch.number for batch in rewrap(sessions, Vault(AFTER), [DATA_KEYS])) >= 5
    assert list(rewrap(sessions, Vault(AFTER), [DATA_KEYS])) == []


def test_what_is_erased_meanwhile_stays_erased(sessions: Sessions) -> None:
    """A key that is destroyed between reading and writing does not come back."""
    [case, _] = sorted(a_case(sessions, Vault(BEFORE)) for _ in range(2))
    rows = rewrapping._next(sessions, Vault(AFTER), DATA_KEYS, None)
    with sessions.begin() as session:
        session.execute(update(CaseKey).where(CaseKey.case_id == case).values(wrapped=None))
    with sessions.begin() as session:
        assert rewrapping._write(session, Vault(AFTER), DATA_KEYS, rows) == 1
        assert session.get_one(CaseKey, case).wrapped is None


def test_a_key_that_is_missing_is_named(sessions: Sessions) -> None:
    """Without the old master key nothing can be wrapped anew: put it back first."""
    a_case(sessions, Vault(BEFORE))
    with pytest.raises(MasterKeyUnusable) as refusal:
        list(rewrap(sessions, Vault(ONLY_NEW), [DATA_KEYS]))
    assert refusal.value.parameters == {"key": "old"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with one master key."""
    path = tmp_path / "master.key"
    make_master_keys(path)
    return path


def test_a_running_process_learns_of_a_new_key(sessions: Sessions, file: Path) -> None:
    """It reads what others sealed under it at once, and uses it itself within seconds."""
    running = Vault(KeysOnFile(file))
    rotated = read_master_keys(file).with_another()
    rotated = rotated.using(rotated.newest)
    replace_key_file(file, rotated)
    assert can_be_read(sessions, running, a_case(sessions, Vault(rotated)))
    wait_until(lambda: running.current_key == rotated.current, what="the use of the new key")


def test_a_file_that_is_damaged_later_changes_nothing(sessions: Sessions, file: Path) -> None:
    """The keys that are known stay in use; it is said in the log."""
    running = KeysOnFile(file)
    known = running.current()
    file.write_text("rubbish")
    assert running.newest() is known
    file.unlink()
    assert running.newest() is known
    assert can_be_read(sessions, Vault(running), a_case(sessions, Vault(known)))


def test_a_file_is_replaced_as_a_whole(file: Path) -> None:
    """Nobody ever reads half of it, and nobody else may read the new one either; nothing is left beside it."""
    stop, seen = threading.Event(), set[str]()

    def read() -> None:
        while not stop.is_set():
            seen.add(read_key_file(file).current)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(50):
            ring = read_key_file(file).with_another()
            replace_key_file(file, ring.using(ring.newest).without(frozenset({ring.current})))
    finally:
        stop.set()
        reader.join()
    assert seen
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_key_in_use_is_never_taken_out() -> None:
    """And a key that is not there cannot come into use."""
    assert AFTER.without(frozenset({"old"})) == ONLY_NEW
    assert AFTER.without(frozenset({"old", "new"})) == ONLY_NEW
    assert AFTER.using("old") == KeyRing("old", {"old": OLD, "new": NEW})
    with pytest.raises(KeyError):
        BEFORE.using("new")
    assert issubclass(MasterKeyUnusable, KeyFileUnusable)


@pytest.mark.slow
def test_readers_and_writers_go_on_through_rotations(sessions: Sessions, file: Path) -> None:
    """While three rotations pass, one process reads and another writes: not one failure, and nothing is left behind."""
    cases = [a_case(sessions, Vault(read_master_keys(file))) for _ in range(20)]
    failures, stop = list[Exception](), threading.Event()

    def going(work: Callable[[Vault], None]) -> threading.Thread:
        vault = Vault(KeysOnFile(file))

        def run() -> None:
            while not stop.wait(0.01):
                try:
                    work(vault)
                except Exception as error:  # noqa: BLE001  # whatever it is, it is a failure
                    failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def reads(vault: Vault) -> None:
        assert can_be_read(sessions, vault, random.choice(cases))

    threads = [going(reads), going(lambda vault: cases.append(a_case(sessions, vault)))]
    try:
        for _ in range(3):
            _rotate(sessions, file)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(cases) > 20
    assert len(read_master_keys(file).keys) == 1
    assert all(can_be_read(sessions, Vault(read_master_keys(file)), case) for case in cases)


def _rotate(sessions: Sessions, file: Path) -> None:
    """As `hub key rotate` and `hub key retire` do it."""
    ring = read_master_keys(file).with_another()
    ring = ring.using(ring.newest)
    replace_key_file(file, ring)
    list(rewrap(sessions, Vault(ring), SEALED))
    threading.Event().wait(2 * LOOK_SECONDS)
    wait_until(lambda: _is_all_under(sessions, ring), what="the end of the rotation")
    replace_key_file(file, ring.without(frozenset(ring.keys)))


def _is_all_under(sessions: Sessions, ring: KeyRing) -> bool:
    """Whether nothing is left under an older key, after wrapping anew what is."""
    list(rewrap(sessions, Vault(ring), SEALED))
    with sessions() as session:
        return {row.key_id for row in protected(session, SEALED)} == {ring.current}
