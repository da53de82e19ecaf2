"""What a school publishes comes in whole and once, or is refused with every reason and leaves no trace."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from hub.cases.intake import KeyReused, Outcome, Receipt, Submission, receive
from hub.codes import new_id
from hub.errors import HubError, InvalidInput
from hub.events import log
from hub.events.log import verify
from hub.events.tables import EventRow
from hub.privacy.tables import CaseKey, Sealed
from hub.privacy.vault import letters_of
from tests.support.small_hub import (
    A_REFERRAL,
    A_SIGNAL,
    BOARD,
    NOW,
    OTHER_BOARD,
    SOURCE,
    Body,
    SmallHub,
    cloudevent,
    withdrawal,
)
from tests.support.waiting import wait_until

BSN = "111222333"  # passes the check, and belongs to nobody


def size(hub: SmallHub) -> tuple[int, int, int]:
    """How much is stored: events, data keys, sealed documents."""
    with hub.sessions() as session:
        events, keys, letters = (
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (EventRow, CaseKey, Sealed)
        )
    return events, keys, letters


def receive_all(hub: SmallHub, *submissions: Submission) -> list[Outcome]:
    """Write submissions in one transaction."""
    with hub.sessions.begin() as session:
        return receive(session, hub.vault, submissions, now=NOW)


def case_of(outcome: Outcome) -> UUID:
    """The case of a submission of one event that came in."""
    assert not isinstance(outcome, HubError)
    [receipt] = outcome
    return receipt.case_id


def test_an_event_comes_in_with_what_is_personal_sealed(small_hub: SmallHub) -> None:
    """The log gets codes and an age group; name, birth date and texts are in the vault, under a key of the case."""
    body = cloudevent("referral.submitted", A_REFERRAL, traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    [receipt] = small_hub.publish(body)
    assert (receipt.source, receipt.id) == (SOURCE, body["id"])
    [event] = small_hub.events(receipt.case_id)
    assert (event.type, event.publisher, event.time, event.recorded_at) == ("referral.submitted", BOARD, NOW, NOW)
    assert event.traceparent == body["traceparent"]
    assert event.data == {
        "school": "99AA00",
        "homePostcode": "9403",
        "theme": "wellbeing",
        "standing": "enrolled",
        "consent": {"givenBy": "parents", "on": "2026-11-18"},
        "acuteDanger": False,
        "ageGroup": "0-11",
    }
    assert event.sealed_id is not None
    with small_hub.sessions() as session:
        letters = letters_of(session, small_hub.vault, receipt.case_id)
        assert letters[event.sealed_id].fields == {
            name: A_REFERRAL[name] for name in ("pupil", "contact", "question", "parentsWords")
        }
        assert verify(session) is None
    assert size(small_hub) == (1, 1, 1)


def test_the_same_event_again_gets_the_first_answer(small_hub: SmallHub) -> None:
    """However often it is sent, also by another process later, it is stored once."""
    body = cloudevent("signal.raised", A_SIGNAL)
    first = small_hub.publish(body)
    before = size(small_hub)
    assert small_hub.publish(body) == small_hub.publish({**body, "data": dict(A_SIGNAL)}) == first
    assert size(small_hub) == before == (1, 1, 1)


def test_a_repeat_that_writes_a_default_out_is_another_event(small_hub: SmallHub) -> None:
    """The commitment is to what was really sent, so that nobody can dispute it later."""
    body = cloudevent("signal.raised", A_SIGNAL)
    small_hub.publish(body)
    with pytest.raises(KeyReused):
        small_hub.publish({**body, "data": {**A_SIGNAL, "standing": "enrolled"}})


@pytest.mark.parametrize(
    "change",
    [{"data": {**A_SIGNAL, "question": "Iets anders?"}}, {"time": (NOW - timedelta(seconds=1)).isoformat()}],
    ids=["another text", "another time"],
)
def test_another_event_under_the_same_key_is_refused(small_hub: SmallHub, change: Body) -> None:
    """Also where only what is sealed differs; the first stays as it is."""
    body = cloudevent("signal.raised", A_SIGNAL)
    small_hub.publish(body)
    with pytest.raises(KeyReused) as refusal:
        small_hub.publish({**body, **change})
    assert [problem.pointer for problem in refusal.value.problems] == ["/id"]
    assert size(small_hub) == (1, 1, 1)


def test_a_key_of_another_organisation_tells_nothing(small_hub: SmallHub) -> None:
    """Even the identical body under a key that another organisation used gets a conflict, and not its case."""
    body = cloudevent("consent.withdrawn", {"withdrawnBy": "parents"})
    case = small_hub.publish(cloudevent("signal.raised", A_SIGNAL))[0].case_id
    body["subject"] = str(case)
    small_hub.publish(body)
    with pytest.raises(KeyReused):
        small_hub.publish(body, organisation=OTHER_BOARD)


def test_a_key_can_stand_twice_in_a_batch_for_the_same_event(small_hub: SmallHub) -> None:
    """Both places get the same receipt, and it is stored once."""
    body, other = cloudevent("signal.raised", A_SIGNAL), cloudevent("signal.raised", A_SIGNAL)
    first, second, third = small_hub.publish(body, other, body)
    assert first == third != second
    assert size(small_hub) == (2, 2, 2)


def test_a_key_with_two_contents_in_a_batch_refuses_the_whole(small_hub: SmallHub) -> None:
    """The place of the second one is named; nothing of the batch is stored."""
    body = cloudevent("signal.raised", A_SIGNAL)
    changed = {**body, "data": {**A_SIGNAL, "theme": "home"}}
    with pytest.raises(KeyReused) as refusal:
        small_hub.publish(cloudevent("signal.raised", A_SIGNAL), body, changed)
    assert [(problem.index, problem.pointer) for problem in refusal.value.problems] == [(2, "/id")]
    assert size(small_hub) == (0, 0, 0)


def test_a_key_can_come_twice_in_one_commit(small_hub: SmallHub) -> None:
    """Two requests with the same event in one transaction get the same receipt, and another content a conflict."""
    body = cloudevent("signal.raised", A_SIGNAL)
    changed = {**body, "data": {**A_SIGNAL, "theme": "home"}}
    first, again, other = receive_all(
        small_hub, small_hub.judged(body), small_hub.judged(body), small_hub.judged(changed)
    )
    assert first == again
    assert isinstance(other, KeyReused)
    assert size(small_hub) == (1, 1, 1)


def test_submissions_of_one_commit_do_not_share_their_fate(small_hub: SmallHub) -> None:
    """One that is refused leaves no trace of itself, and the others come in."""
    used = cloudevent("signal.raised", A_SIGNAL)
    small_hub.publish(used)
    mine, fresh = cloudevent("signal.raised", A_SIGNAL), cloudevent("signal.raised", A_SIGNAL)
    reused = {**used, "data": {**A_SIGNAL, "theme": "home"}}
    refused, accepted, retried = receive_all(
        small_hub, small_hub.judged(fresh, reused), small_hub.judged(mine), small_hub.judged(fresh)
    )
    assert isinstance(refused, KeyReused)
    assert case_of(accepted) != case_of(retried)
    assert size(small_hub) == (3, 3, 3)


def test_the_same_event_from_two_processes_at_once_is_stored_once(small_hub: SmallHub) -> None:
    """The one that comes second waits, is told so by the database, and finds the first answer when it tries again."""
    submission = small_hub.judged(cloudevent("signal.raised", A_SIGNAL))
    blocked = text("SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0")
    with small_hub.sessions() as first, small_hub.sessions() as watcher, ThreadPoolExecutor(1) as threads:
        [kept] = receive(first, small_hub.vault, [submission], now=NOW)
        second = threads.submit(receive_all, small_hub, submission)
        wait_until(lambda: watcher.scalar(blocked), what="the second writer to wait")
        first.commit()
        with pytest.raises(IntegrityError):
            second.result(timeout=10)
    assert receive_all(small_hub, submission) == [kept]
    assert size(small_hub) == (1, 1, 1)


@pytest.mark.parametrize("type_", ["consent.withdrawn", "signal.withdrawn"])
def test_a_follow_up_belongs_to_the_case_it_names(small_hub: SmallHub, type_: str) -> None:
    """It gets no key of its own, and nothing of it is lost."""
    [opened] = small_hub.publish(cloudevent("signal.raised", A_SIGNAL))
    [followed] = small_hub.publish(withdrawal(type_, opened.case_id))
    assert followed.case_id == opened.case_id
    assert small_hub.types(opened.case_id) == ["signal.raised", type_]
    assert size(small_hub) == (2, 1, 2)


def erase(hub: SmallHub, case_id: UUID) -> None:
    """Destroy the key of a case."""
    with hub.sessions.begin() as session:
        gone = update(CaseKey).where(CaseKey.case_id == case_id).values(wrapped=None, destroyed_at=NOW)
        session.execute(gone)


@pytest.mark.parametrize("whose", ["nobody's", "another board's", "an erased one"])
def test_a_follow_up_on_a_case_that_is_not_ones_own_is_refused(small_hub: SmallHub, whose: str) -> None:
    """A foreign case, an unknown one and an erased one are told alike, so that nobody learns which exist."""
    case = new_id()
    if whose != "nobody's":
        case = small_hub.publish(cloudevent("signal.raised", A_SIGNAL))[0].case_id
    if whose == "an erased one":
        erase(small_hub, case)
    before = size(small_hub)
    sender = OTHER_BOARD if whose == "another board's" else BOARD
    with pytest.raises(InvalidInput) as refusal:
        small_hub.publish(withdrawal("signal.withdrawn", case), organisation=sender)
    [problem] = refusal.value.problems
    assert (problem.pointer, problem.message) == ("/subject", refusal.value.message)
    assert refusal.value.message == "There is no case of your organisation with this id."
    assert size(small_hub) == before


def test_an_event_of_an_erased_case_cannot_be_repeated(small_hub: SmallHub) -> None:
    """With the key the salt is gone too, so the hub can no longer know whether it is the same event."""
    body = cloudevent("signal.raised", A_SIGNAL)
    erase(small_hub, small_hub.publish(body)[0].case_id)
    with pytest.raises(KeyReused):
        small_hub.publish(body)


def test_one_bad_follow_up_refuses_its_batch_and_tells_its_place(small_hub: SmallHub) -> None:
    """All or nothing holds for what only the log can know, too."""
    with pytest.raises(InvalidInput) as refusal:
        small_hub.publish(cloudevent("signal.raised", A_SIGNAL), withdrawal("signal.withdrawn", new_id()))
    assert [(problem.index, problem.pointer) for problem in refusal.value.problems] == [(1, "/subject")]
    assert size(small_hub) == (0, 0, 0)


def test_nobody_ages_by_the_clock_of_the_server(small_hub: SmallHub) -> None:
    """The day of an event is the day in the Netherlands, where it can be tomorrow already."""
    pupil = {"name": "Sem", "birthDate": "2014-11-19"}
    born_today = cloudevent("referral.submitted", {**A_REFERRAL, "pupil": pupil}, time="2026-11-18T23:30:00Z")
    [receipt] = small_hub.publish(born_today)
    assert small_hub.events(receipt.case_id)[0].data["ageGroup"] == "12-15"


def test_a_thousand_events_are_one_append(small_hub: SmallHub) -> None:
    """The largest batch there is comes in whole, in its order."""
    bodies = [cloudevent("signal.raised", A_SIGNAL) for _ in range(1_000)]
    receipts = small_hub.publish(*bodies)
    assert [receipt.id for receipt in receipts] == [body["id"] for body in bodies]
    with small_hub.sessions() as session:
        stored = session.scalars(select(EventRow.id).order_by(EventRow.position)).all()
        assert log.head(session).position == 1_000
    assert list(stored) == [receipt.id for receipt in receipts]
    assert receipts[0] == Receipt(SOURCE, bodies[0]["id"], receipts[0].case_id)
