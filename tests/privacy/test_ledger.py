"""The disclosure ledger: every opening has a place, and whatever is changed afterwards shows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from hub.events.log import Tampered
from hub.privacy.ledger import Action, Entry, Viewer, disclosures_of, head, record, verify
from hub.privacy.purposes import Purpose
from hub.privacy.visibility import Ground, Visible
from hub.store.engine import Sessions
from tests.support.postgres import as_owner

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CASE = UUID(int=7)
TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
SEEN = Visible(frozenset({"question", "pupil"}), Ground.CONSENT)


def an_entry(case: UUID = CASE, shown: Visible = SEEN, trace: str | None = TRACE) -> Entry:
    """That a team read a case."""
    viewer = Viewer("GM0106-ST", "person:1", trace)
    return Entry(Action.READ, case, viewer, shown, "holder", Purpose.HANDLE, NOON - timedelta(milliseconds=5))


def written(sessions: Sessions, number: int) -> None:
    """A ledger of so many entries."""
    for _ in range(number):
        with sessions.begin() as session:
            record(session, an_entry(uuid4()), now=NOON)


def test_an_entry_says_who_what_when_why_and_on_what_ground(sessions: Sessions) -> None:
    """Nothing of the person who was read about."""
    with sessions.begin() as session:
        record(session, an_entry(), now=NOON)
    with sessions() as session:
        [entry] = disclosures_of(session, CASE)
        assert (entry.organisation, entry.caller, entry.role) == ("GM0106-ST", "person:1", "holder")
        assert (entry.action, entry.fields, entry.ground) == ("read", "pupil question", "consent")
        assert (entry.purpose, entry.traceparent, entry.read_at) == ("handle", TRACE, NOON)
        assert verify(session) is None


def test_an_opening_that_shows_nothing_personal_is_written_too(sessions: Sessions) -> None:
    """Without fields and without a ground, because none was needed."""
    with sessions.begin() as session:
        record(session, an_entry(shown=Visible(frozenset(), Ground.CONSENT)), now=NOON)
    with sessions() as session:
        [entry] = disclosures_of(session, CASE)
        assert (entry.fields, entry.ground) == ("", None)


def test_what_is_rolled_back_leaves_no_hole(sessions: Sessions) -> None:
    """The place is taken by the next one."""
    with sessions() as session:
        assert record(session, an_entry(), now=NOON) == 1
        session.rollback()
    written(sessions, 2)
    with sessions() as session:
        assert head(session).position == 2
        assert verify(session) is None


def test_many_who_read_at_once_get_a_place_each(sessions: Sessions) -> None:
    """One after the other, without a gap."""
    start = Barrier(4)

    def read() -> None:
        start.wait()
        written(sessions, 10)

    with ThreadPoolExecutor(4) as threads:
        for one in [threads.submit(read) for _ in range(4)]:
            one.result(timeout=60)
    with sessions() as session:
        assert head(session).position == 40
        assert verify(session) is None


CHANGES = {
    "action": "'export'",
    "case_id": "gen_random_uuid()",
    "id": "gen_random_uuid()",
    "organisation": "'PO2201'",
    "caller": "'person:2'",
    "role": "NULL",
    "fields": "''",
    "ground": "'own_data'",
    "purpose": "'follow'",
    "traceparent": "NULL",
    "began_at": "began_at - interval '1 second'",
    "read_at": "read_at + interval '1 microsecond'",
    "hash": "sha256(hash)",
}


@pytest.mark.parametrize("column", CHANGES)
def test_every_part_of_an_entry_counts(sessions: Sessions, column: str) -> None:
    """The first entry that was changed is named."""
    written(sessions, 3)
    with sessions.begin() as session:
        as_owner(session)
        session.execute(text(f"UPDATE disclosures SET {column} = {CHANGES[column]} WHERE position = 2"))
        assert verify(session) == Tampered(2, "changed")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM disclosures WHERE position = 2", Tampered(2, "missing")),
        ("DELETE FROM disclosures WHERE position = 3", Tampered(3, "cut off")),
        ("UPDATE disclosures SET position = 0 WHERE position = 1", Tampered(0, "put in")),
        ("UPDATE disclosures SET position = -position", Tampered(-3, "put in")),
        ("UPDATE ledger_head SET position = 2", Tampered(4, "cut off")),
        ("UPDATE ledger_head SET hash = sha256(hash)", Tampered(4, "cut off")),
    ],
)
def test_what_is_gone_or_moved_shows(sessions: Sessions, statement: str, found: Tampered) -> None:
    """A hole, a place before the first, an end that was cut off."""
    written(sessions, 3)
    with sessions.begin() as session:
        as_owner(session)
        session.execute(text(statement))
        assert verify(session) == found
