"""The log has no holes and no inversions, however many write and read at once, and it proves that nobody changed it."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event as Signal

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.codes import new_id
from hub.events.log import (
    Tampered,
    append,
    events_at,
    events_for,
    events_of_case,
    events_of_partition,
    head,
    partition_of,
    start_log,
    verify,
)
from hub.settings import Settings
from hub.store.engine import Sessions, make_engine, make_sessions
from tests.support.events import NOW, an_event, append_all
from tests.support.postgres import as_owner
from tests.support.waiting import wait_until

WRITERS = 16
TRANSACTIONS = 10
READERS = ("GM0106-ST", "GM0118-ST", "PO2201", "PO2203")
TAMPERINGS_PER_WAY = 100
LENGTH = 40


@pytest.fixture
def log(sessions: Sessions) -> Sessions:
    """Sessions on an empty log."""
    append_all(sessions)
    return sessions


@pytest.fixture
def wide(database_url: str, settings: Settings) -> Iterator[Sessions]:
    """Sessions for many threads at once."""
    engine = make_engine(settings, database_url, pool_size=WRITERS + len(READERS))
    append_all(make_sessions(engine))
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a process."""
    return Settings(data_dir=tmp_path_factory.mktemp("hub"))


@dataclass
class Following:
    """A reader of a feed: asks for more after what it has, until it is told that nobody writes any more."""

    organisation: str
    sessions: Sessions
    written: Signal
    seen: list[int] = field(default_factory=list)

    def run(self) -> list[int]:
        """The positions in the order in which they were seen."""
        while self._ask() or not self.written.is_set():
            pass
        self._ask()
        return self.seen

    def _ask(self) -> bool:
        with self.sessions() as session:
            found = events_for(session, self.organisation, after=self.seen[-1] if self.seen else 0, limit=7)
        self.seen += [event.position for event in found]
        return bool(found)


def write_at_random_speed(sessions: Sessions, seed: int) -> int:
    """Write transactions of one to five events that take as long as they like, and give up one in ten; how many."""
    dice = random.Random(seed)
    kept = 0
    for _ in range(TRANSACTIONS):
        events = [an_event(audience=tuple(dice.sample(READERS, dice.randint(0, 4)))) for _ in range(dice.randint(1, 5))]
        with sessions() as session:
            session.execute(text("SELECT pg_sleep(:long)"), {"long": dice.uniform(0, 0.02)})
            append(session.connection(), events, now=NOW)
            session.execute(text("SELECT pg_sleep(:long)"), {"long": dice.uniform(0, 0.004)})
            if dice.random() < 0.1:
                session.rollback()
            else:
                session.commit()
                kept += len(events)
    return kept


def test_four_feeds_miss_nothing_while_sixteen_write_at_random_speed(wide: Sessions) -> None:
    """No reader ever passes an event that commits later, and positions have no holes, also where writers gave up."""
    written = Signal()
    with ThreadPoolExecutor(WRITERS + len(READERS)) as threads:
        feeds = {name: threads.submit(Following(name, wide, written).run) for name in READERS}
        writers = [threads.submit(write_at_random_speed, wide, seed) for seed in range(WRITERS)]
        total = sum(writer.result() for writer in writers)
        written.set()
        seen = {name: feed.result() for name, feed in feeds.items()}
    with wide() as session:
        positions = session.scalars(text("SELECT position FROM events ORDER BY position")).all()
        meant = text("SELECT position FROM event_audience WHERE organisation = :name ORDER BY position")
        expected = {name: list(session.scalars(meant, {"name": name})) for name in READERS}
        assert verify(session) is None
    assert positions == list(range(1, total + 1))
    assert seen == expected
    assert min(len(each) for each in seen.values()) > total / 4


def test_an_append_waits_for_the_commit_of_the_one_before_it(log: Sessions) -> None:
    """Positions are handed out in commit order: the second writer stands still until the first has decided."""
    with log() as first, log() as second, ThreadPoolExecutor(1) as threads:
        assert append(first.connection(), [an_event()], now=NOW) == range(1, 2)
        process = second.scalar(text("SELECT pg_backend_pid()"))
        later = threads.submit(append, second.connection(), [an_event()], now=NOW)
        blocked = text("SELECT cardinality(pg_blocking_pids(:process))")
        with log() as watcher:
            wait_until(lambda: watcher.scalar(blocked, {"process": process}), what="a writer that waits")
        assert not later.done()
        first.rollback()
        assert later.result(timeout=10) == range(1, 2)


def test_what_was_appended_comes_back(log: Sessions) -> None:
    """An event is read as it was written, by case, by partition, by position and by whom it is meant for."""
    case = new_id()
    opened = an_event(case, traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01", sealed_id=new_id(), commitment=b"c")
    answered = an_event(case, type="outcome.reported", audience=("B00001", "PO2201", "B00001"))
    append_all(log, opened, an_event(audience=("PO2201",)), answered)
    with log() as session:
        first, last = events_of_case(session, case)
        assert (first.position, first.id, first.data) == (1, opened.id, opened.data)
        assert (first.sealed_id, first.traceparent, first.recorded_at) == (opened.sealed_id, opened.traceparent, NOW)
        assert last.type == "outcome.reported"
        assert events_of_partition(session, partition_of(case), after=1, limit=10)[-1] == last
        assert events_at(session, [3, 1]) == [first, last]
        assert [event.position for event in events_for(session, "PO2201", after=0, limit=10)] == [2, 3]
        assert events_for(session, "PO2201", after=2, limit=10) == [last]
        assert events_for(session, "PO2201", after=3, limit=10) == []
        assert events_of_case(session, new_id()) == []


def test_a_source_and_id_come_in_once(log: Sessions) -> None:
    """The same key again is refused by the database itself, and leaves head and chain as they were."""
    event = an_event()
    append_all(log, event)
    with pytest.raises(IntegrityError):
        append_all(log, an_event(), an_event(id=event.id))
    with log() as session:
        assert head(session).position == 1
        assert verify(session) is None
    assert append_all(log, an_event(source=event.source + "-2", id=event.id)) == range(2, 3)


def test_no_events_take_no_lock(log: Sessions) -> None:
    """Appending nothing lets other writers go on."""
    with log() as idle, log.begin() as busy:
        assert append(idle.connection(), [], now=NOW) == range(0)
        assert append(busy.connection(), [an_event()], now=NOW) == range(1, 2)


def test_starting_a_log_again_leaves_it_as_it_is(log: Sessions) -> None:
    """A second start keeps positions and epoch."""
    append_all(log, an_event())
    with log.begin() as session:
        before = head(session)
        start_log(session.connection())
        session.expire_all()
        after = head(session)
        assert (after.position, after.epoch) == (before.position, before.epoch) == (1, before.epoch)


@pytest.mark.parametrize("events", [0, 1, 2])
def test_a_log_that_nobody_touched_is_whole(log: Sessions, events: int) -> None:
    """Also an empty one."""
    append_all(log, *(an_event(audience=()) for _ in range(events)))
    with log() as session:
        assert verify(session) is None


Tamper = Callable[[Session, random.Random], int]
"""Changes something in a log of LENGTH events; the first position at which it must show."""


def _run(session: Session, statement: str, **values: object) -> None:
    as_owner(session)
    result = session.execute(text(statement), values)
    assert result.rowcount > 0, "this tampering changed nothing"  # type: ignore[attr-defined]  # a cursor result


COLUMNS = {
    "source": "source || 'x'",
    "id": "id || 'x'",
    "type": "type || 'x'",
    "case_id": "gen_random_uuid()",
    "partition": "(partition + 1) % 8",
    "publisher": "publisher || 'x'",
    "time": "time + interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 day'",
    "data": "data || jsonb_build_object('theme', 'home')",
    "sealed_id": "gen_random_uuid()",
    "commitment": "sha256(coalesce(commitment, ''))",
    "traceparent": "coalesce(traceparent, '') || 'x'",
    "hash": "sha256(hash)",
}
"""Every column but the position, with another value for it."""


def edit(session: Session, dice: random.Random) -> int:
    """Change one column of one event."""
    place, column = dice.randint(1, LENGTH), dice.choice(list(COLUMNS))
    _run(session, f"UPDATE events SET {column} = {COLUMNS[column]} WHERE position = :place", place=place)
    return place


def drop_a_field(session: Session, dice: random.Random) -> int:
    """Take a field out of the data of an event."""
    place = dice.randint(1, LENGTH)
    _run(session, "UPDATE events SET data = data - 'theme' WHERE position = :place", place=place)
    return place


def delete(session: Session, dice: random.Random) -> int:
    """Take an event out."""
    place = dice.randint(1, LENGTH)
    _run(session, "DELETE FROM events WHERE position = :place", place=place)
    return place


def delete_and_close_up(session: Session, dice: random.Random) -> int:
    """Take an event out and move those after it up, with the head."""
    place = dice.randint(1, LENGTH - 1)
    _run(session, "DELETE FROM event_audience WHERE position = :place", place=place)
    _run(session, "DELETE FROM events WHERE position = :place", place=place)
    for table in ("event_audience", "events"):
        _run(session, f"UPDATE {table} SET position = -position WHERE position > :place", place=place)
        _run(session, f"UPDATE {table} SET position = -position - 1 WHERE position < 0")
    _run(session, "UPDATE log_head SET position = position - 1")
    return place


def swap(session: Session, dice: random.Random) -> int:
    """Let two events change places."""
    one, other = sorted(dice.sample(range(1, LENGTH + 1), 2))
    for table in ("events", "event_audience"):
        places = {"one": one, "other": other}
        _run(session, f"UPDATE {table} SET position = -position WHERE position IN (:one, :other)", **places)
        _run(session, f"UPDATE {table} SET position = :one + :other + position WHERE position < 0", **places)
    return one


def truncate(session: Session, dice: random.Random) -> int:
    """Take away the newest events."""
    place = dice.randint(1, LENGTH)
    _run(session, "DELETE FROM events WHERE position >= :place", place=place)
    return place


def truncate_with_head(session: Session, dice: random.Random) -> int:
    """Take away the newest events and set the position of the head back."""
    place = dice.randint(1, LENGTH)
    _run(session, "DELETE FROM events WHERE position >= :place", place=place)
    _run(session, "UPDATE log_head SET position = :last", last=place - 1)
    return place


def append_by_hand(session: Session, dice: random.Random) -> int:
    """Put an event at the end without knowing how the chain goes on, and move the head to it."""
    _run(
        session,
        "INSERT INTO events SELECT position + 1, source, id || 'x', type, case_id, partition, publisher, time,"
        " recorded_at, data, sealed_id, commitment, traceparent, sha256(hash) FROM events WHERE position = :last",
        last=LENGTH,
    )
    if dice.random() < 0.5:
        _run(session, "UPDATE log_head SET position = position + 1")
    return LENGTH + 1


def hide(session: Session, dice: random.Random) -> int:
    """Take a receiver off an event, so that it never sees it."""
    place = dice.randint(1, LENGTH)
    _run(
        session,
        "DELETE FROM event_audience WHERE ctid = (SELECT ctid FROM event_audience WHERE position = :place"
        " ORDER BY organisation LIMIT 1)",
        place=place,
    )
    return place


def show(session: Session, dice: random.Random) -> int:
    """Let another organisation see an event."""
    place = dice.randint(1, LENGTH)
    _run(session, "INSERT INTO event_audience VALUES ('GM9999-ST', :place)", place=place)
    return place


def readdress(session: Session, dice: random.Random) -> int:
    """Give an event to another organisation instead."""
    place = dice.randint(1, LENGTH)
    _run(
        session,
        "UPDATE event_audience SET organisation = 'GM9999-ST' WHERE ctid = (SELECT ctid FROM event_audience"
        " WHERE position = :place ORDER BY organisation LIMIT 1)",
        place=place,
    )
    return place


WAYS = (
    *(edit, drop_a_field, delete, delete_and_close_up, swap, truncate, truncate_with_head),
    *(append_by_hand, hide, show, readdress),
)


@pytest.fixture(scope="module")
def long_log(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A log of LENGTH events that the tests below tamper with, each in a transaction that never commits."""
    engine = make_engine(Settings(data_dir=tmp_path_factory.mktemp("hub")), module_database_url)
    dice = random.Random(1)
    cases = [new_id() for _ in range(5)]
    for _ in range(LENGTH):
        audience = tuple(dice.sample(READERS, dice.randint(1, 4)))
        append_all(make_sessions(engine), an_event(dice.choice(cases), audience=audience))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("tamper", WAYS, ids=lambda way: str(way.__name__))
def test_every_tampering_is_found_where_it_begins(long_log: Engine, tamper: Tamper) -> None:
    """Over a thousand random changes of rows, audience and head in eleven ways: each is found, at its place."""
    for seed in range(TAMPERINGS_PER_WAY):
        with make_sessions(long_log)() as session:
            place = tamper(session, random.Random(seed))
            found = verify(session)
            assert found is not None, f"seed {seed} was not found"
            assert found.position == place, f"seed {seed} was found at the wrong place"
    with make_sessions(long_log)() as session:
        assert verify(session) is None


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_an_event_is_under_the_chain(long_log: Engine, column: str) -> None:
    """There is no part of a row that could be changed without the chain telling."""
    with make_sessions(long_log)() as session:
        _run(session, f"UPDATE events SET {column} = {COLUMNS[column]} WHERE position = 7")
        assert verify(session) == Tampered(7, "changed")


def test_the_table_of_columns_above_is_complete(long_log: Engine) -> None:
    """A new column of the log has to be added to the columns that are tried."""
    with make_sessions(long_log)() as session:
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = 'events'"
        columns = set(session.scalars(text(query)))
    assert columns == {*COLUMNS, "position"}


def test_a_changed_head_is_found(long_log: Engine) -> None:
    """A head that does not end the chain shows, whether its hash or its position is wrong."""
    for change in ("hash = sha256(hash)", "position = position + 1"):
        with make_sessions(long_log)() as session:
            _run(session, f"UPDATE log_head SET {change}")
            assert verify(session) == Tampered(LENGTH + 1, "cut off")
