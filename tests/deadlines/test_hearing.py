"""What happens in a case, and what that does to the deadlines of its parties."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from hub.cases.tables import Party
from hub.deadlines.tables import DeadlineRow
from hub.events.log import append
from tests.support.events import an_event, append_all
from tests.support.moves import OFFICE, OTHER_TEAM, SWV, accepts, answers, closes, declines, opens, redirects
from tests.support.small_hub import A_REFERRAL, AN_ABSENCE, BOARD, NOW, TEAM, SmallHub, withdrawal

THURSDAY = date(2026, 11, 19)
OPEN_BY, ANSWER_BY = date(2026, 11, 23), date(2026, 11, 26)
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


def say(hub: SmallHub, case: UUID, type_: str, by: str, at: datetime = NOW, **data: str) -> None:
    """Something that is said in a case at a moment, and heard."""
    event = an_event(case, type=type_, publisher=by, time=at, data=data, audience=())
    with hub.sessions.begin() as session:
        append(session.connection(), [event], now=at)
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
    say(hub, case, "question.asked", TEAM, NOW + timedelta(days=1), to=BOARD)
    assert deadlines(hub, case)[TEAM, "answer"] == ("paused", None)
    assert deadlines(hub, case)[TEAM, "open"][0] == "met"
    assert inbox_day(hub, case) is None
    say(hub, case, "question.answered", BOARD, NOW + timedelta(days=6), to=TEAM)
    assert deadlines(hub, case)[TEAM, "answer"] == ("running", date(2026, 12, 1))
    assert inbox_day(hub, case) == date(2026, 12, 1)


def test_a_contest_begins_the_term_anew(hub: SmallHub, case: UUID) -> None:
    """Five days from the contest, whatever there was before; taking the case in hand again changes nothing then."""
    answers(hub, case)
    hub.read()
    monday = NOW + timedelta(days=4)
    say(hub, case, "case.contested", BOARD, monday, of=TEAM, code="other")
    assert deadlines(hub, case)[TEAM, "answer"] == ("running", date(2026, 11, 30))
    say(hub, case, "case.reopened", TEAM, monday + timedelta(days=2))
    assert deadlines(hub, case)[TEAM, "answer"] == ("running", date(2026, 11, 30))


def test_what_was_closed_too_early_has_a_new_term(hub: SmallHub, case: UUID) -> None:
    """From the day on which its receiver takes it in hand again."""
    answers(hub, case)
    closes(hub, case)
    hub.read()
    say(hub, case, "case.reopened", TEAM, NOW + timedelta(days=4))
    assert deadlines(hub, case)[TEAM, "answer"] == ("running", date(2026, 11, 30))


def test_erasing_leaves_no_deadline(hub: SmallHub, case: UUID) -> None:
    """Nothing that points at the case."""
    append_all(hub.sessions, an_event(case, type="case.erased", data={}))
    hub.read()
    assert deadlines(hub, case) == {}


def test_hearing_the_whole_log_again_comes_to_the_same(hub: SmallHub, case: UUID) -> None:
    """Days are those of the events, not those on which they are heard."""
    accepts(hub, case)
    say(hub, case, "question.asked", TEAM, NOW + timedelta(days=1), to=BOARD)
    say(hub, case, "question.answered", BOARD, NOW + timedelta(days=6), to=TEAM)
    before = deadlines(hub, case)
    with hub.sessions.begin() as session:
        session.execute(text("DELETE FROM deadlines WHERE case_id = :case"), {"case": case})
        session.execute(text("UPDATE checkpoints SET position = 0 WHERE reader = 'clock'"))
    hub.read(NOW + timedelta(days=300))
    assert deadlines(hub, case) == before
