"""A case that is passed on keeps its history, always has one holder, and is not passed on for ever."""

from uuid import UUID

import pytest

from hub.codes import DeclineCode, OrganisationCode
from tests.support.moves import OFFICE, OTHER_TEAM, SWV, accepts, answers, closes, declines, redirects
from tests.support.small_hub import (
    A_QUESTION,
    A_REFERRAL,
    AN_ABSENCE,
    BOARD,
    TEAM,
    SmallHub,
    withdrawal,
)

SPECIAL_BOARD = OrganisationCode("B00005")


def holders(hub: SmallHub, case: UUID) -> list[str]:
    """Everyone with the role of holder."""
    return [name for name, (role, _) in hub.parties(case).items() if role == "holder"]


@pytest.mark.parametrize("code", list(DeclineCode))
def test_a_decline_leads_to_a_person_who_looks(hub: SmallHub, case: UUID, code: DeclineCode) -> None:
    """The school's partnership gets the question that the decline left behind; the team is out."""
    declines(hub, case, code=code)
    hub.read()
    row = hub.case(case)
    assert (row.state, row.holder) == ("undecided", SWV)
    assert holders(hub, case) == [SWV]
    assert hub.parties(case)[TEAM] == ("former", "declined")
    undecided = hub.events(case)[-1]
    assert (undecided.type, undecided.data["first"]) == ("case.undecided", False)
    assert len(undecided.data["missing"]) == 1
    assert undecided in hub.feed(BOARD)
    assert undecided in hub.feed(SWV)


def test_who_looked_sends_the_case_on_its_way(hub: SmallHub, case: UUID) -> None:
    """Triage chooses the next party, which gets an offer with the whole history; that does not count as passing on."""
    declines(hub, case)
    hub.read()
    redirects(hub, case, SWV)
    assert hub.events(case)[-1].data["triage"] is True
    hub.read()
    row = hub.case(case)
    assert (row.state, row.holder) == ("offered", OTHER_TEAM)
    assert hub.parties(case) == {
        BOARD: ("sender", "sender"),
        TEAM: ("former", "declined"),
        SWV: ("former", "redirected"),
        OTHER_TEAM: ("holder", "offered"),
    }
    assert "HUB7" in [reason["rule"] for reason in hub.events(case)[-1].data["reasons"]]
    answers(hub, case, OTHER_TEAM)
    closes(hub, case, OTHER_TEAM)
    assert hub.case(case).state == "closed"


def test_a_redirection_is_followed(hub: SmallHub, case: UUID) -> None:
    """Also by a team that had accepted; the next one has a term of its own."""
    accepts(hub, case)
    redirects(hub, case)
    hub.read()
    assert (hub.case(case).state, hub.case(case).holder) == ("offered", OTHER_TEAM)
    assert hub.events(case)[-1] in hub.feed(OTHER_TEAM)
    assert hub.parties(case)[TEAM] == ("former", "redirected")


def test_a_case_can_come_back(hub: SmallHub, case: UUID) -> None:
    """Who had it before holds it again, as if it were new."""
    redirects(hub, case)
    hub.read()
    redirects(hub, case, OTHER_TEAM, to=TEAM)
    hub.read()
    assert hub.parties(case)[TEAM] == ("holder", "offered")
    assert holders(hub, case) == [TEAM]
    accepts(hub, case)


def test_a_party_that_was_asked_can_become_the_holder(hub: SmallHub, shared_case: UUID) -> None:
    """It has one part in the case, the stronger one."""
    redirects(hub, shared_case, SWV, to=OFFICE)
    hub.read()
    assert hub.parties(shared_case)[OFFICE] == ("holder", "offered")
    assert holders(hub, shared_case) == [OFFICE]


def test_whoever_was_asked_stays_asked(hub: SmallHub, shared_case: UUID) -> None:
    """Another holder changes nothing for the office beside it."""
    answers(hub, shared_case, OFFICE)
    redirects(hub, shared_case, SWV, to="GM0118-ST")
    hub.read()
    assert hub.parties(shared_case)[OFFICE] == ("asked", "answered")


def test_passing_on_ends_at_the_third_time(hub: SmallHub, case: UUID) -> None:
    """The brake: the school's partnership leads a talk, and the case goes no further."""
    redirects(hub, case, TEAM, to=OTHER_TEAM)
    hub.read()
    redirects(hub, case, OTHER_TEAM, to="GM0118-ST")
    hub.read()
    assert (hub.case(case).state, hub.case(case).holder) == ("offered", "GM0118-ST")
    redirects(hub, case, "GM0118-ST", to=TEAM)
    hub.read()
    assert (hub.case(case).state, hub.case(case).holder) == ("undecided", SWV)
    assert [missing["question"] for missing in hub.events(case)[-1].data["missing"]] == ["joint_talk"]
    answers(hub, case, SWV)
    assert hub.case(case).state == "answered"


@pytest.mark.parametrize("type_", ["consent.withdrawn", "signal.withdrawn"])
@pytest.mark.parametrize("first", ["the move", "the withdrawal"])
def test_a_case_that_was_taken_back_is_offered_to_nobody(hub: SmallHub, case: UUID, type_: str, first: str) -> None:
    """Whether the router reads the move or the withdrawal first: nobody new gets the case."""
    if first == "the move":
        redirects(hub, case)
        hub.publish(withdrawal(type_, case))
        hub.read()
        assert hub.parties(case).keys() == {BOARD, TEAM, OTHER_TEAM}
    else:
        hub.publish(withdrawal(type_, case))
        redirects(hub, case)
        hub.read()
        assert hub.parties(case).keys() == {BOARD, TEAM}
    assert hub.case(case).state in {"blocked", "withdrawn"}


@pytest.fixture
def left_with_the_school(hub: SmallHub) -> UUID:
    """A question that nobody can place, from a school outside all partnerships: the school itself holds it."""
    return hub.routed("support.requested", {**A_QUESTION, "school": "99DD00"}, organisation=SPECIAL_BOARD)


def test_a_school_that_held_its_own_question_is_its_sender_again(hub: SmallHub, left_with_the_school: UUID) -> None:
    """Once somebody else takes it, the school is told of everything that happens, up to its answer."""
    case = left_with_the_school
    assert hub.parties(case) == {SPECIAL_BOARD: ("holder", "undecided")}
    redirects(hub, case, SPECIAL_BOARD, to="GM1730-ST")
    hub.read()
    assert hub.parties(case) == {SPECIAL_BOARD: ("sender", "sender"), "GM1730-ST": ("holder", "offered")}
    accepts(hub, case, "GM1730-ST")
    answers(hub, case, "GM1730-ST")
    closes(hub, case, "GM1730-ST")
    told = [event.type for event in hub.feed(SPECIAL_BOARD) if event.case_id == case]
    assert told[-3:] == ["referral.accepted", "outcome.reported", "case.closed"]


def test_a_decline_by_who_is_asked_moves_nothing(hub: SmallHub) -> None:
    """The router looks for another holder only when the holder declined."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    declines(hub, case, OFFICE)
    before = hub.types(case)
    hub.read()
    assert hub.types(case) == before
    assert holders(hub, case) == [SWV]


def test_the_next_receiver_is_told_why_and_not_in_whose_words(hub: SmallHub, case: UUID) -> None:
    """Codes travel with the case; what a team explained is for the school."""
    declines(hub, case)
    hub.read()
    seen = {moment.event.type: moment.personal for moment in hub.view(case, SWV).moments}
    assert "referral.declined" in seen
    assert seen["referral.declined"] == {}
    school = {moment.event.type: moment.personal for moment in hub.view(case, BOARD).moments}
    assert school["referral.declined"] == {"explanation": "Het gezin is verhuisd."}


def test_many_cases_are_rerouted_together(small_hub: SmallHub) -> None:
    """A batch of declines and redirections of different cases: each finds its own way."""
    cases = [small_hub.routed("referral.submitted", A_REFERRAL) for _ in range(6)]
    for n, one in enumerate(cases):
        (declines if n % 2 else redirects)(small_hub, one)
    small_hub.read()
    assert [small_hub.case(one).holder for one in cases] == [OTHER_TEAM, SWV] * 3
