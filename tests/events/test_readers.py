"""Readers apply every event once and each case in order, whoever dies, and one bad event stops only its own case."""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from threading import Barrier
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hub.codes import new_id
from hub.events.log import PARTITIONS, Event, NewEvent, append
from hub.events.readers import BATCH, Reader, advance, advance_partition, lag, parked, register, unpark
from hub.store.engine import Sessions
from hub.store.row_security import APP_ROLE
from tests.support.events import NOW, an_event, append_all
from tests.support.postgres import as_owner
from tests.support.waiting import wait_until

POISON = "poison"
_NOTE = text("INSERT INTO noted (case_id, position) VALUES (:case_id, :position)")


class Defect(Exception):
    """What a reader with a mistake in it raises."""


def note(session: Session, events: Sequence[Event], _now: datetime) -> None:
    """The effect of these tests: a row for every event, with nothing that would stop a second one."""
    session.execute(_NOTE, [{"case_id": event.case_id, "position": event.position} for event in events])


@dataclass
class Choosy:
    """Notes events until it meets a type that it cannot apply, as long as that is not mended."""

    chokes_on: set[str] = field(default_factory=lambda: {POISON})

    def __call__(self, session: Session, events: Sequence[Event], now: datetime) -> None:
        """Note and choke."""
        for event in events:
            note(session, [event], now)
            if event.type in self.chokes_on:
                raise Defect("a text that is kept nowhere")


@pytest.fixture
def log(sessions: Sessions) -> Sessions:
    """Sessions on an empty log with one reader, "noter", and the table that it writes to."""
    append_all(sessions)
    with sessions.begin() as session:
        as_owner(session)
        session.execute(text("CREATE TABLE noted (n serial, case_id uuid, position bigint)"))
        session.execute(text(f"GRANT ALL ON noted, noted_n_seq TO {APP_ROLE}"))
        register(session, [Reader("noter", note)], now=NOW)
    return sessions


def noted(sessions: Sessions) -> list[tuple[UUID, int]]:
    """The effects, in the order in which they were written."""
    with sessions() as session:
        return [(row.case_id, row.position) for row in session.execute(text("SELECT * FROM noted ORDER BY n"))]


def positions_noted(sessions: Sessions) -> list[int]:
    """The positions among the effects, sorted."""
    return sorted(position for _, position in noted(sessions))


def each_case_is_in_order(effects: Sequence[tuple[UUID, int]]) -> bool:
    """Whether no case was applied against its order."""
    by_case: dict[UUID, list[int]] = {}
    for case, position in effects:
        by_case.setdefault(case, []).append(position)
    return all(one < other for positions in by_case.values() for one, other in pairwise(positions))


def many(cases: int, events: int, seed: int = 1) -> list[NewEvent]:
    """Events of a number of cases, mixed."""
    dice, ids = random.Random(seed), [new_id() for _ in range(cases)]
    return [an_event(dice.choice(ids)) for _ in range(events)]


def clock() -> datetime:
    """The hub's clock, standing still."""
    return NOW


def test_a_reader_applies_every_event_once_and_in_order(log: Sessions) -> None:
    """More than a batch per partition, in one go; a second go finds nothing left to do."""
    append_all(log, *many(cases=30, events=2 * BATCH))
    reader = Reader("noter", note)
    assert advance(log, reader, clock) == 2 * BATCH
    assert advance(log, reader, clock) == 0
    assert positions_noted(log) == list(range(1, 2 * BATCH + 1))
    assert each_case_is_in_order(noted(log))


def test_a_partition_with_more_than_a_batch_is_read_to_its_end(log: Sessions) -> None:
    """One case can have more events than a batch takes."""
    case = new_id()
    append_all(log, *(an_event(case) for _ in range(BATCH + 1)))
    assert advance(log, Reader("noter", note), clock) == BATCH + 1
    assert positions_noted(log) == list(range(1, BATCH + 2))


def test_readers_that_run_beside_one_another_share_the_work(log: Sessions) -> None:
    """Four of them at once, while events still come in: every event once, every case in order."""
    reader, events, start = Reader("noter", note), many(cases=40, events=1_200), Barrier(5)

    def write() -> None:
        start.wait()
        for first in range(0, len(events), 40):
            append_all(log, *events[first : first + 40])

    def read() -> None:
        start.wait()
        while lag_of(log) or len(positions_noted(log)) < len(events):
            advance(log, reader, clock)

    with ThreadPoolExecutor(5) as threads:
        for work in [threads.submit(write), *(threads.submit(read) for _ in range(4))]:
            work.result(timeout=60)
    assert positions_noted(log) == list(range(1, len(events) + 1))
    assert each_case_is_in_order(noted(log))


def lag_of(sessions: Sessions) -> int:
    """How many events the reader of these tests has before it."""
    with sessions() as session:
        return lag(session, [Reader("noter", note)])["noter"]


def test_a_partition_that_another_process_holds_is_left_to_it(log: Sessions) -> None:
    """Whoever comes second goes on with other partitions, and does not wait."""
    case = new_id()
    append_all(log, an_event(case))
    taken: list[int] = []

    def meet_another(session: Session, events: Sequence[Event], now: datetime) -> None:
        partition = events[0].case_id.int % PARTITIONS
        taken.append(advance_partition(log, Reader("noter", note), partition, now=NOW))
        note(session, events, now)

    assert advance(log, Reader("noter", meet_another), clock) == 1
    assert taken == [0]
    assert positions_noted(log) == [1]


@pytest.fixture
def killer(engine: Engine) -> Iterator[Callable[[Session], None]]:
    """Ends the connection of a session from outside, as a crash of its process would."""
    url = make_url(str(engine.url.render_as_string(hide_password=False))).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:

        def kill(session: Session) -> None:
            process = session.scalar(text("SELECT pg_backend_pid()"))
            connection.execute("SELECT pg_terminate_backend(%s)", [process])
            gone = "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = %s"
            wait_until(lambda: (connection.execute(gone, [process]).fetchone() or [False])[0], what="the end of it")

        yield kill


@pytest.mark.parametrize("seed", range(3))
def test_a_crash_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    log: Sessions, killer: Callable[[Session], None], seed: int
) -> None:
    """The connection dies with effects written and not committed, again and again: at the end each is there once."""
    dice, crashes = random.Random(seed), [0]
    append_all(log, *many(cases=20, events=200, seed=seed))

    def crash_often(session: Session, events: Sequence[Event], now: datetime) -> None:
        note(session, events, now)
        if dice.random() < 0.6:
            crashes[0] += 1
            killer(session)

    while lag_of(log):
        try:
            advance(log, Reader("noter", crash_often), clock)
        except OperationalError:
            continue
    assert crashes[0] > 0
    assert positions_noted(log) == list(range(1, 201))
    assert each_case_is_in_order(noted(log))
    with log() as session:
        assert parked(session) == []


_RAISE = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '%s'; END $$"
_LOCKED_OUT, _DEADLOCK, _TOO_COMPLEX = _RAISE % "55P03", _RAISE % "40P01", _RAISE % "54001"
_TOO_LONG = "SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)"


@pytest.mark.parametrize(
    "trouble",
    [_LOCKED_OUT, _DEADLOCK, "SET LOCAL ROLE NONE; SELECT pg_terminate_backend(pg_backend_pid())"],
    ids=["lock not free", "deadlock", "connection ends"],
)
def test_trouble_of_the_database_never_parks(log: Sessions, trouble: str) -> None:
    """Nothing is wrong with the events, so they are applied when the trouble is over."""
    append_all(log, *many(cases=3, events=10))

    def in_trouble(session: Session, events: Sequence[Event], now: datetime) -> None:
        note(session, events, now)
        session.execute(text(trouble))

    with pytest.raises(OperationalError):
        advance(log, Reader("noter", in_trouble), clock)
    with log() as session:
        assert parked(session) == []
    assert noted(log) == []
    assert advance(log, Reader("noter", note), clock) == 10
    assert positions_noted(log) == list(range(1, 11))


@pytest.mark.parametrize("limit", [_TOO_LONG, _TOO_COMPLEX], ids=["statement takes too long", "too complex"])
def test_an_event_that_asks_too_much_of_the_database_is_parked(log: Sessions, limit: str) -> None:
    """It would ask too much the next time too, and hold up its whole partition for ever."""

    def ask(session: Session, events: Sequence[Event], now: datetime) -> None:
        note(session, events, now)
        if any(event.type == POISON for event in events):
            session.execute(text(limit))

    append_all(log, an_event(), an_event(type=POISON), an_event())
    assert advance(log, Reader("noter", ask), clock) == 3
    assert waiting(log) == [(2, "OperationalError")]
    assert positions_noted(log) == [1, 3]


def test_the_log_is_not_held_while_other_cases_are_worked_on(log: Sessions) -> None:
    """Publishers wait for a reader that appended; after a bad batch it lets them in after every event."""
    case = new_id()
    append_all(log, *(an_event(_beside(case, n), type=POISON if n == 3 else "signal.raised") for n in range(6)))

    def answer(session: Session, events: Sequence[Event], now: datetime) -> None:
        said = [event for event in events if event.type != "answer"]
        with log.begin() as publisher:
            publisher.execute(text("SELECT position FROM log_head FOR UPDATE NOWAIT"))
        if any(event.type == POISON for event in said):
            raise Defect
        append(session.connection(), [an_event(event.case_id, type="answer") for event in said], now=now)

    assert advance(log, Reader("noter", answer), clock) == 6 + 5
    assert waiting(log) == [(4, "Defect")]


def _beside(case: UUID, number: int) -> UUID:
    """Another case of the same partition."""
    return UUID(int=case.int ^ (number << 20))


@pytest.fixture
def stuck(log: Sessions) -> UUID:
    """A case whose second event of three was poison, among others of the same partition; all has been read."""
    case = new_id()
    neighbour = _beside(case, 1)
    said = [an_event(case), an_event(neighbour), an_event(case, type=POISON), an_event(case), an_event(neighbour)]
    append_all(log, *said)
    assert advance(log, Reader("noter", Choosy()), clock) == 5
    return case


def waiting(sessions: Sessions) -> list[tuple[int, str | None]]:
    """What is parked: position and kind of defect."""
    with sessions() as session:
        return [(one.position, one.error) for one in parked(session)]


def test_a_poison_event_parks_with_its_case_while_others_flow(log: Sessions, stuck: UUID) -> None:
    """What came before it is applied, what comes behind it in its case waits, and the neighbour notices nothing."""
    assert waiting(log) == [(3, "Defect"), (4, None)]
    assert positions_noted(log) == [1, 2, 5]
    assert lag_of(log) == 0
    with log() as session:
        assert {one.case_id for one in parked(session)} == {stuck}


def test_what_comes_later_in_a_parked_case_waits_behind_it(log: Sessions, stuck: UUID) -> None:
    """Also when it comes in another batch."""
    append_all(log, an_event(stuck), an_event())
    advance(log, Reader("noter", Choosy()), clock)
    assert waiting(log) == [(3, "Defect"), (4, None), (6, None)]
    assert positions_noted(log) == [1, 2, 5, 7]


def test_unparking_applies_a_case_in_order(log: Sessions, stuck: UUID) -> None:
    """After the defect was mended everything of the case is applied, once, and later events flow again."""
    mended = Reader("noter", Choosy(chokes_on=set()))
    with log.begin() as session:
        assert unpark(session, mended, stuck, now=NOW) == 2
        assert unpark(session, mended, stuck, now=NOW) == 0
    assert [position for case, position in noted(log) if case == stuck] == [1, 3, 4]
    assert waiting(log) == []
    append_all(log, an_event(stuck))
    advance(log, mended, clock)
    assert [position for case, position in noted(log) if case == stuck] == [1, 3, 4, 6]


def test_unparking_too_early_leaves_all_parked(log: Sessions, stuck: UUID) -> None:
    """As long as the defect is there, the transaction fails as a whole."""
    with pytest.raises(Defect), log.begin() as session:
        unpark(session, Reader("noter", Choosy()), stuck, now=NOW)
    assert waiting(log) == [(3, "Defect"), (4, None)]
    assert positions_noted(log) == [1, 2, 5]


def test_unparking_waits_for_a_batch_of_its_partition(log: Sessions, stuck: UUID) -> None:
    """Else an event that is being parked at this moment could be left behind."""
    append_all(log, an_event(stuck))
    mended = Reader("noter", Choosy(chokes_on=set()))
    held = text("SELECT position FROM checkpoints WHERE reader = 'noter' AND partition = :p FOR NO KEY UPDATE")
    with log() as batch, log() as operator:
        batch.execute(held, {"p": stuck.int % PARTITIONS})
        operator.execute(text("SET LOCAL lock_timeout = 50"))
        with pytest.raises(OperationalError):
            unpark(operator, mended, stuck, now=NOW)
    advance(log, mended, clock)
    with log.begin() as session:
        assert unpark(session, mended, stuck, now=NOW) == 3


def test_one_bad_event_does_not_spoil_the_batch_for_other_cases(log: Sessions) -> None:
    """Every other case of a large batch is applied once, in order, and only the bad cases are parked."""
    events = many(cases=25, events=300)
    bad = {events[17].case_id, events[140].case_id}
    poisoned = [an_event(e.case_id, type=POISON) if n in {17, 140} else e for n, e in enumerate(events)]
    append_all(log, *poisoned)
    advance(log, Reader("noter", Choosy()), clock)
    effects = noted(log)
    assert each_case_is_in_order(effects)
    healthy = [n for n, event in enumerate(poisoned, start=1) if event.case_id not in bad]
    assert sorted(position for case, position in effects if case not in bad) == healthy
    parked_now = [position for position, _ in waiting(log)]
    assert sorted([*positions_noted(log), *parked_now]) == list(range(1, 301))
    assert [error for _, error in waiting(log)].count("Defect") == 2


def test_readers_know_nothing_of_one_another(log: Sessions, stuck: UUID) -> None:
    """A case that is parked for one reader flows through another, which has a place of its own."""
    with log.begin() as session:
        register(session, [Reader("noter", note), Reader("second", note)], now=NOW)
        assert lag(session, [Reader("noter", note), Reader("second", note)]) == {"noter": 0, "second": 5}
    before = len(noted(log))
    assert advance(log, Reader("second", note), clock) == 5
    assert len([case for case, _ in noted(log)[before:] if case == stuck]) == 3


def test_counting_what_is_left_stops_where_it_is_told(log: Sessions) -> None:
    """However far behind a reader is, looking costs the same."""
    append_all(log, *many(cases=4, events=9))
    with log() as session:
        assert lag(session, [Reader("noter", note)], up_to=5) == {"noter": 5}
        assert lag(session, [Reader("noter", note)]) == {"noter": 9}


def test_registering_again_keeps_the_place_of_a_reader(log: Sessions) -> None:
    """A restart does not begin at the start of the log again."""
    append_all(log, *many(cases=4, events=9))
    advance(log, Reader("noter", note), clock)
    with log.begin() as session:
        register(session, [Reader("noter", note)], now=NOW)
    assert lag_of(log) == 0
    assert advance(log, Reader("noter", note), clock) == 0


def test_what_a_reader_appends_is_read_too(log: Sessions) -> None:
    """A reader may write events of its own: one call goes on until those are passed as well."""

    def answer(session: Session, events: Sequence[Event], now: datetime) -> None:
        note(session, events, now)
        answers = [an_event(event.case_id, type="answer") for event in events if event.type != "answer"]
        append(session.connection(), answers, now=now)

    append_all(log, *many(cases=5, events=20))
    assert advance(log, Reader("noter", answer), clock) == 40
    assert positions_noted(log) == list(range(1, 41))
