"""What happens in a case, and what that does to the deadlines of its parties."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from hub.cases import actions, talking
from hub.cases.actions import Contesting
from hub.cases.tables import Party
from hub.codes import ContestCode
from hub.deadlines.tables import DeadlineRow
from tests.support.events import an_event, append_all
from tests.support.moves import OFFICE, OTHER_TEAM, SWV, accepts, answers, closes, declines, opens, redirects
from tests.support.small_hub import A_QUESTION, A_REFERRAL, AN_ABSENCE, BOARD, NOW, TEAM, SmallHub, withdrawal

THURSDAY = date(2026, 11, 19)
OPEN_BY, ANSWER_BY = date(2026, 11, 23), date(2026, 11, 26)
RUNNING = ("answer", "running")
Told = dict[tuple[str, str], tuple[str, date | None]]


@pytest.fixture
def hub(shared_hub: SmallHub) -> SmallHub:
    """A hub in which each test has a case of its own."""
    return shared_hub


@pytest.fixture
def case(hub: SmallHub) -> UUID:
    """A referral, offered on a Thursday to the social team of Assen."""
    return hub.routed("referral.submitted", A_REFERRAL)


def deadlines(hub: SmallHub, case: UUID) -> Told:
    """State and last day of every deadline of a case, by organisation and kind."""
    with hub.sessions() as session:
        rows = session.scalars(select(DeadlineRow).where(DeadlineRow.case_id == case))
        return {(row.organisation, row.kind): (row.state, row.due_on) for row in rows}


def inbox_day(hub: SmallHub, case: UUID, who: str = TEAM) -> date | None:
    """The last day that the inbox of a receiver lists by."""
    with hub.sessions() as session:
        return session.get_one(Party, (case, who)).due_on


def moves(hub: SmallHub, case: UUID, move: Callable[..., None], by: str, *said: Any, at: datetime) -> None:
    """A party does something in a case at a moment, and the readers hear of it."""
    with hub.acting(by, at) as acting:
        move(acting, case, *said)
    hub.read(at)


def test_an_offer_asks_to_open_in_two_days_and_to_answer_in_five(hub: SmallHub, case: UUID) -> None:
    """Working days: a weekend lies between."""
    assert deadlines(hub, case) == {
        (TEAM, "open"): ("running", OPEN_BY),
        (TEAM, "answer"): ("running", ANSWER_BY),
    }


def test_each_receiver_has_deadlines_of_its_own(hub: SmallHub) -> None:
    """The holder, and whoever is asked beside it."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    accepts(hub, case, OFFICE)
    hub.read()
    found = deadlines(hub, case)
    assert {party for party, _ in found} == {SWV, OFFICE}
    assert (found[OFFICE, "open"][0], found[SWV, "open"][0]) == ("met", "running")


Do = Callable[[SmallHub, UUID], None]


@pytest.mark.parametrize(
    ("do", "opening", "answering"),
    [
        (opens, "met", "running"),
        (accepts, "met", "running"),
        (answers, "met", "met"),
        (declines, "met", "ended"),
        (redirects, "met", "ended"),
        (lambda hub, case: hub.publish(withdrawal("signal.withdrawn", case)), "ended", "ended"),
        (lambda hub, case: hub.publish(withdrawal("consent.withdrawn", case)), "ended", "ended"),
    ],
)
def test_what_a_receiver_does_meets_or_ends_its_deadlines(
    hub: SmallHub, case: UUID, do: Do, opening: str, answering: str
) -> None:
    """Whoever acts has opened the case; who passes it on owes no answer; nobody answers a question taken back."""
    do(hub, case)
    hub.read()
    found = deadlines(hub, case)
    assert (found[TEAM, "open"][0], found[TEAM, "answer"][0]) == (opening, answering)


def test_the_next_receiver_has_its_whole_term(hub: SmallHub, case: UUID) -> None:
    """From the day on which it is offered to it."""
    redirects(hub, case)
    hub.read(NOW + timedelta(days=4))
    assert deadlines(hub, case)[OTHER_TEAM, "answer"] == ("running", date(2026, 11, 30))


def test_the_answer_of_one_party_does_not_end_the_term_of_another(hub: SmallHub) -> None:
    """Only the closing of the case does."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    answers(hub, case, SWV)
    hub.read()
    assert deadlines(hub, case)[OFFICE, "answer"][0] == "running"
    closes(hub, case, SWV)
    hub.read()
    assert deadlines(hub, case)[OFFICE, "answer"][0] == "ended"


def test_triage_has_two_days(hub: SmallHub) -> None:
    """What nobody can place is looked into by the partnership; a school that holds its own question has no deadline."""
    case = hub.routed("referral.submitted", {**A_REFERRAL, "homePostcode": "9400"})
    assert deadlines(hub, case) == {(SWV, "answer"): ("running", OPEN_BY)}
    of_one_parent = {"givenBy": "parents", "on": "2026-11-18", "bothParents": False}
    unasked = hub.routed("referral.submitted", {**A_REFERRAL, "consent": of_one_parent})
    assert (hub.case(unasked).holder, deadlines(hub, unasked)) == (BOARD, {})


def test_waiting_for_the_school_does_not_count(hub: SmallHub, case: UUID) -> None:
    """Asked on Friday with four days left, answered on Wednesday: the Tuesday after. Meanwhile the inbox has no day."""
    moves(hub, case, talking.ask, TEAM, "Sinds wanneer?", at=NOW + timedelta(days=1))
    assert deadlines(hub, case)[TEAM, "answer"] == ("paused", None)
    assert deadlines(hub, case)[TEAM, "open"][0] == "met"
    assert inbox_day(hub, case) is None
    moves(hub, case, talking.reply, BOARD, None, "Sinds mei.", at=NOW + timedelta(days=6))
    assert deadlines(hub, case)[TEAM, "answer"] == ("running", date(2026, 12, 1))
    assert inbox_day(hub, case) == date(2026, 12, 1)


def test_a_contest_begins_the_term_anew(hub: SmallHub, case: UUID) -> None:
    """Five days from the contest, whatever there was before; taking the case in hand again changes nothing then."""
    answers(hub, case)
    hub.read()
    monday = NOW + timedelta(days=4)
    moves(hub, case, actions.contest, BOARD, Contesting(ContestCode.NOTHING_HAPPENED), at=monday)
    assert deadlines(hub, case)[TEAM, "answer"] == ("running", date(2026, 11, 30))
    moves(hub, case, actions.reopen, TEAM, at=monday + timedelta(days=2))
    assert deadlines(hub, case)[TEAM, "answer"] == ("running", date(2026, 11, 30))


def test_what_was_closed_too_early_has_a_new_term(hub: SmallHub, case: UUID) -> None:
    """From the day on which its receiver takes it in hand again."""
    answers(hub, case)
    closes(hub, case)
    hub.read()
    moves(hub, case, actions.reopen, TEAM, at=NOW + timedelta(days=4))
    assert deadlines(hub, case)[TEAM, "answer"] == ("running", date(2026, 11, 30))


@pytest.mark.parametrize(("leads", "goes_on"), [("PO2203", "PO2203"), (SWV, SWV), ("outside", SWV)])
def test_what_partnerships_settle_keeps_its_term(hub: SmallHub, leads: str, goes_on: str) -> None:
    """Whoever leads goes on within it; where a party outside the network leads, somebody here does."""
    case = hub.routed("support.requested", A_QUESTION)
    _, last = deadlines(hub, case)[SWV, "answer"]
    event = an_event(case, type="border.agreed", data={"between": [SWV, "PO2203"], "leads": leads})
    append_all(hub.sessions, event)
    hub.read(NOW, "clock")
    running = {party: day for (party, kind), (state, day) in deadlines(hub, case).items() if (kind, state) == RUNNING}
    assert running == {goes_on: last}


def test_erasing_leaves_no_deadline(hub: SmallHub, case: UUID) -> None:
    """Nothing that points at the case."""
    append_all(hub.sessions, an_event(case, type="case.erased", data={}))
    hub.read()
    assert deadlines(hub, case) == {}


def test_hearing_the_whole_log_again_comes_to_the_same(hub: SmallHub, case: UUID) -> None:
    """Days are those of the events, not those on which they are heard."""
    accepts(hub, case)
    moves(hub, case, talking.ask, TEAM, "Sinds wanneer?", at=NOW + timedelta(days=1))
    moves(hub, case, talking.reply, BOARD, None, "Sinds mei.", at=NOW + timedelta(days=6))
    before = deadlines(hub, case)
    with hub.sessions.begin() as session:
        session.execute(text("DELETE FROM deadlines WHERE case_id = :case"), {"case": case})
        session.execute(text("UPDATE checkpoints SET position = 0 WHERE reader = 'clock'"))
    hub.read(NOW + timedelta(days=300))
    assert deadlines(hub, case) == before
