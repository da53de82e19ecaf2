"""Each party sees its own side of a case, and pages through its lists without gaps or repeats."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from hub.cases.lifecycle import Move
from hub.cases.queries import CaseView, Entry, inbox, mark_of, sent, standing_of
from hub.cases.tables import Case, Party
from hub.codes import OrganisationCode, new_id
from hub.errors import NotFound
from hub.privacy.tables import CaseKey
from hub.privacy.visibility import Ground
from tests.support.moves import OFFICE, OTHER_TEAM, SWV, accepts, answers, closes, declines, opens, redirects
from tests.support.small_hub import (
    A_QUESTION,
    A_REFERRAL,
    A_SIGNAL,
    AN_ABSENCE,
    BOARD,
    NOW,
    OTHER_BOARD,
    TEAM,
    SmallHub,
    cloudevent,
    withdrawal,
)

STRANGER = "GM0118-ST"


def types(view: CaseView) -> list[str]:
    """What a view tells of."""
    return [moment.event.type for moment in view.moments]


def texts(view: CaseView) -> dict[str, object]:
    """All personal fields in a view."""
    return {name: value for moment in view.moments for name, value in moment.personal.items()}


def test_before_it_is_routed_only_the_sender_sees_a_case(hub: SmallHub) -> None:
    """There is no holder yet; the school sees what it wrote."""
    [receipt] = hub.publish(cloudevent("referral.submitted", A_REFERRAL))
    view = hub.view(receipt.case_id, BOARD)
    assert (view.case, view.party, list(view.parties), view.moves) == (None, None, [], ())
    assert view.shown.ground is Ground.OWN_DATA
    assert texts(view)["question"] == A_REFERRAL["question"]
    for other in (TEAM, OTHER_BOARD):
        with pytest.raises(NotFound):
            hub.view(receipt.case_id, other)


def test_a_holder_sees_the_question_and_what_it_can_do(hub: SmallHub, case: UUID) -> None:
    """With consent: the pupil, the contact and the words; and the moves of its state."""
    view = hub.view(case, TEAM)
    assert view.shown.ground is Ground.CONSENT
    assert texts(view) == {name: A_REFERRAL[name] for name in ("pupil", "contact", "question", "parentsWords")}
    assert view.moves == (Move.ACCEPT, Move.DECLINE, Move.REDIRECT, Move.ASK, Move.ANSWER)
    assert view.is_first_reading
    opens(hub, case)
    assert not hub.view(case, TEAM).is_first_reading


def test_without_consent_a_team_does_not_see_the_child(hub: SmallHub) -> None:
    """The question and whom to call, no more."""
    contact = {"name": "J. de Groot"}
    case = hub.routed("signal.raised", {**A_SIGNAL, "contact": contact})
    view = hub.view(case, TEAM)
    assert view.shown.ground is Ground.QUESTION_ONLY
    assert texts(view) == {"question": A_SIGNAL["question"], "contact": contact}


def test_who_is_asked_sees_the_case_and_its_own_moves(hub: SmallHub, shared_case: UUID) -> None:
    """It can answer or decline; sending the case away is for the holder."""
    view = hub.view(shared_case, OFFICE)
    assert view.shown.ground is Ground.ATTENDANCE_LAW
    assert texts(view) == {"question": AN_ABSENCE["question"]}
    assert view.moves == (Move.ACCEPT, Move.DECLINE, Move.ASK, Move.ANSWER)
    assert view.is_first_reading
    declines(hub, shared_case, OFFICE)
    assert hub.view(shared_case, OFFICE).moves == ()


def test_who_is_named_sees_that_the_question_exists(hub: SmallHub) -> None:
    """The question and the offer; nothing of what happens next, and nothing to do."""
    case = hub.routed("absence.reported", {**AN_ABSENCE, "standing": "not_enrolled"})
    accepts(hub, case, OFFICE)
    view = hub.view(case, "PO2203")
    assert types(view) == ["absence.reported", "referral.offered"]
    assert texts(view) == {"question": AN_ABSENCE["question"]}
    assert (view.moves, view.is_first_reading) == ((), False)


def test_the_school_follows_everything_and_has_moves_of_its_own(hub: SmallHub, case: UUID) -> None:
    """Every event with every text, up to the answer."""
    accepts(hub, case)
    answers(hub, case)
    view = hub.view(case, BOARD)
    assert types(view) == ["referral.submitted", "referral.offered", "referral.accepted", "outcome.reported"]
    assert texts(view)["answer"] == "Er is hulp."
    assert view.moves == (Move.CONTEST,)
    assert not view.is_first_reading


def test_a_former_holder_sees_its_own_part_and_no_content(hub: SmallHub, case: UUID) -> None:
    """What it did itself stays, what came after it does not, and the child is gone from its view."""
    accepts(hub, case)
    redirects(hub, case)
    hub.read()
    answers(hub, case, OTHER_TEAM)
    view = hub.view(case, TEAM)
    assert view.shown.fields == frozenset()
    assert "outcome.reported" not in types(view)
    assert {"referral.accepted", "referral.redirected"} <= set(types(view))
    assert view.moves == ()
    assert "question" not in texts(view)


def test_the_next_holder_sees_the_whole_way(hub: SmallHub, case: UUID) -> None:
    """It must be able to judge why the case came to it."""
    declines(hub, case)
    hub.read()
    redirects(hub, case, SWV)
    hub.read()
    assert types(hub.view(case, OTHER_TEAM)) == [type_ for type_ in hub.types(case) if type_ != "directory.doubted"]
    assert set(texts(hub.view(case, OTHER_TEAM))) == {"pupil", "contact", "question", "parentsWords"}


def test_what_an_organisation_wrote_itself_it_reads_again(hub: SmallHub, case: UUID) -> None:
    """Its own answer is shown to it, while those of others are not."""
    answers(hub, case)
    assert texts(hub.view(case, TEAM))["answer"] == "Er is hulp."


def test_a_stranger_and_a_case_that_is_not_there_answer_alike(hub: SmallHub, case: UUID) -> None:
    """Nobody learns which cases exist."""
    told = set()
    for asked in (case, new_id()):
        with pytest.raises(NotFound) as refusal:
            hub.view(asked, STRANGER)
        told.add((str(refusal.value), refusal.value.next_step))
        with hub.sessions() as session, pytest.raises(NotFound) as refusal:
            standing_of(session, asked, OrganisationCode(STRANGER), now=NOW)
        told.add((str(refusal.value), refusal.value.next_step))
    assert len(told) == 1


def test_after_consent_was_withdrawn_receivers_see_nothing_personal(hub: SmallHub, case: UUID) -> None:
    """Not even what was shown before; the school still sees its own words."""
    hub.publish(withdrawal("consent.withdrawn", case))
    hub.read()
    view = hub.view(case, TEAM)
    assert (view.shown.fields, view.shown.ground, texts(view), view.moves) == (frozenset(), None, {}, ())
    assert "question" in texts(hub.view(case, BOARD))


def test_an_erased_case_says_so(hub: SmallHub, case: UUID) -> None:
    """What happened can still be read, what was said cannot."""
    with hub.sessions.begin() as session:
        session.execute(update(CaseKey).where(CaseKey.case_id == case).values(wrapped=None, destroyed_at=NOW))
    view = hub.view(case, BOARD)
    assert view.is_erased
    assert texts(view) == {}
    assert types(view) == ["referral.submitted", "referral.offered"]


def test_where_a_party_stands(hub: SmallHub, case: UUID) -> None:
    """State and possible moves after each move."""
    accepts(hub, case)
    with hub.sessions() as session:
        standing = standing_of(session, case, TEAM, now=NOW)
    moves = (Move.RETRACT, Move.REDIRECT, Move.ASK, Move.PAUSE, Move.ANSWER)
    assert (standing.state, standing.status, standing.moves) == ("accepted", "in_hand", moves)
    assert standing.version == hub.events(case)[-1].position


def pages_of_inbox(hub: SmallHub, organisation: str, limit: int, state: str | None = None) -> Iterator[list[Entry]]:
    """Every page of an inbox."""
    mark = None
    while True:
        with hub.sessions() as session:
            page = inbox(session, OrganisationCode(organisation), state=state, after=mark, limit=limit)
        yield page
        if len(page) < limit:
            return
        mark = mark_of(page[-1])


@pytest.fixture
def full_inbox(small_hub: SmallHub) -> list[UUID]:
    """Thirty cases for one team, many with the same term, some without one."""
    receipts = small_hub.publish(*(cloudevent("signal.raised", A_SIGNAL) for _ in range(30)))
    small_hub.read()
    dice = random.Random(7)
    with small_hub.sessions.begin() as session:
        for receipt in receipts:
            due = dice.choice([None, *(date(2026, 11, day) for day in (20, 23, 24))])
            mine = (Party.case_id == receipt.case_id, Party.organisation == TEAM)
            session.execute(update(Party).where(*mine).values(due_on=due))
    return [receipt.case_id for receipt in receipts]


@pytest.mark.parametrize("limit", [1, 3, 7, 10, 30, 31])
def test_inbox_pages_have_no_gaps_and_no_repeats(small_hub: SmallHub, full_inbox: list[UUID], limit: int) -> None:
    """Whatever the size of a page: every case once, the first due first, what has no term last."""
    entries = [entry for page in pages_of_inbox(small_hub, TEAM, limit) for entry in page]
    assert sorted(entry.case.id for entry in entries) == sorted(full_inbox)
    keys = [(entry.party.due_on or date.max, entry.case.id) for entry in entries]
    assert keys == sorted(keys)


def test_a_case_that_leaves_between_two_pages_moves_no_other(small_hub: SmallHub, full_inbox: list[UUID]) -> None:
    """Paging goes by place in the order, not by number, so nothing is skipped."""
    seen: list[UUID] = []
    for page in pages_of_inbox(small_hub, TEAM, 4):
        seen += [entry.case.id for entry in page]
        leaving = page[0].case.id
        answers(small_hub, leaving)
        closes(small_hub, leaving)
    assert sorted(seen) == sorted(full_inbox)


def test_the_inbox_holds_what_waits_and_no_more(hub: SmallHub) -> None:
    """Holder and asked parties find a case there until it is closed or passed on; others never."""
    case = hub.routed("absence.reported", AN_ABSENCE)

    def waits_at(organisation: str, state: str | None = None) -> bool:
        pages = pages_of_inbox(hub, organisation, 100, state)
        return case in {entry.case.id for page in pages for entry in page}

    assert [name for name in (SWV, OFFICE, BOARD, TEAM) if waits_at(name)] == [SWV, OFFICE]
    accepts(hub, case, OFFICE)
    assert waits_at(OFFICE, "accepted")
    assert not waits_at(OFFICE, "offered")
    answers(hub, case, SWV)
    closes(hub, case, SWV)
    assert [name for name in (SWV, OFFICE) if waits_at(name)] == [OFFICE]
    assert waits_at(SWV, "closed")


def pages_of_sent(hub: SmallHub, limit: int) -> Iterator[list[Case]]:
    """Every page of what a board sent."""
    before: tuple[datetime, UUID] | None = None
    while True:
        with hub.sessions() as session:
            page = sent(session, BOARD, before=before, limit=limit)
        yield page
        if len(page) < limit:
            return
        before = (page[-1].changed_at, page[-1].id)


@pytest.mark.parametrize("limit", [1, 4, 12, 13])
def test_sent_pages_have_no_gaps_and_no_repeats(small_hub: SmallHub, limit: int) -> None:
    """What changed last comes first, also where many changed at the same moment."""
    receipts = small_hub.publish(*(cloudevent("signal.raised", A_SIGNAL) for _ in range(12)))
    small_hub.read()
    accepts(small_hub, receipts[4].case_id, at=NOW + timedelta(minutes=1))
    small_hub.routed("support.requested", {**A_QUESTION, "school": "99AC00"}, organisation=OTHER_BOARD)
    cases = [case for page in pages_of_sent(small_hub, limit) for case in page]
    assert sorted(case.id for case in cases) == sorted(receipt.case_id for receipt in receipts)
    keys = [(case.changed_at, case.id) for case in cases]
    assert keys == sorted(keys, reverse=True)
