"""A case that is passed on keeps its history, always has one holder, and is not passed on for ever."""

from uuid import UUID

import pytest

from hub.codes import DeclineCode, OrganisationCode
from tests.support.moves import OFFICE, OTHER_TEAM, SWV, accepts, answers, closes, contests, declines, redirects
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


@pytest.fixture
def talk(hub: SmallHub, case: UUID) -> UUID:
    """A case that was passed on three times."""
    for who, to in ((TEAM, OTHER_TEAM), (OTHER_TEAM, "GM0118-ST"), ("GM0118-ST", TEAM)):
        redirects(hub, case, who, to=to)
        hub.read()
    return case


def test_passing_on_ends_at_the_third_time(hub: SmallHub, case: UUID) -> None:
    """The brake: the school's partnership leads a talk, and the case goes no further."""
    redirects(hub, case, TEAM, to=OTHER_TEAM)
    hub.read()
    redirects(hub, case, OTHER_TEAM, to="GM0118-ST")
    hub.read()
    assert (hub.case(case).state, hub.case(case).holder) == ("offered", "GM0118-ST")
    redirects(hub, case, "GM0118-ST", to=TEAM)
    hub.read()
    assert (hub.case(case).state, hub.case(case).holder) == ("joint_talk", SWV)
    undecided, called = hub.events(case)[-2:]
    assert [missing["question"] for missing in undecided.data["missing"]] == ["joint_talk"]
    everybody = [BOARD, *sorted(["GM0118-ST", TEAM, OTHER_TEAM]), SWV]
    assert (called.type, called.data) == ("joint_talk.called", {"ledBy": SWV, "parties": everybody})
    for party in everybody:
        assert called.position in {event.position for event in hub.feed(party)}
        assert called in [moment.event for moment in hub.view(case, party).moments]
    answers(hub, case, SWV)
    assert hub.case(case).state == "answered"


def test_who_found_out_for_others_says_nothing_of_the_directory(hub: SmallHub, case: UUID) -> None:
    """No rule offered it the case, also when it passes it on after its own answer was contested."""
    declines(hub, case, code=DeclineCode.NO_CAPACITY)
    hub.read()
    answers(hub, case, SWV)
    contests(hub, case)
    redirects(hub, case, SWV)
    hub.read()
    assert (hub.case(case).holder, "directory.doubted" in hub.types(case)) == (OTHER_TEAM, False)


def test_what_a_joint_talk_agrees_on_is_followed(hub: SmallHub, talk: UUID) -> None:
    """Even to a team that declined before; from there the counting begins anew."""
    redirects(hub, talk, SWV, to=TEAM)
    assert hub.events(talk)[-1].data == {"to": TEAM, "code": "not_our_task", "triage": True, "agreed": True}
    hub.read()
    assert (hub.case(talk).state, hub.case(talk).holder) == ("offered", TEAM)
    redirects(hub, talk, TEAM, to=OTHER_TEAM)
    hub.read()
    assert (hub.case(talk).state, hub.case(talk).holder) == ("offered", OTHER_TEAM)


def test_a_second_joint_talk_follows_after_three_more(hub: SmallHub, talk: UUID) -> None:
    """The brake is there for the second time too."""
    for who, to in ((SWV, TEAM), (TEAM, OTHER_TEAM), (OTHER_TEAM, "GM0118-ST"), ("GM0118-ST", TEAM)):
        redirects(hub, talk, who, to=to)
        hub.read()
    assert (hub.case(talk).state, hub.case(talk).holder) == ("joint_talk", SWV)
    assert hub.types(talk).count("joint_talk.called") == 2


@pytest.mark.parametrize("code", [DeclineCode.NOT_OUR_AREA, DeclineCode.NOT_OUR_TASK])
def test_not_ours_makes_the_operator_look_at_the_directory(hub: SmallHub, case: UUID, code: DeclineCode) -> None:
    """With the case as evidence, for the operator alone."""
    declines(hub, case, code=code)
    hub.read()
    [doubt] = [event for event in hub.events(case) if event.type == "directory.doubted"]
    assert doubt.data == {"organisation": TEAM, "code": code, "to": None}
    assert doubt in hub.feed("HUB")
    for party in (BOARD, TEAM, SWV):
        assert doubt not in hub.feed(party)
        assert doubt not in [moment.event for moment in hub.view(case, party).moments]


@pytest.mark.parametrize("code", [DeclineCode.NO_CAPACITY, DeclineCode.ALREADY_KNOWN, DeclineCode.OTHER])
def test_another_decline_says_nothing_of_the_directory(hub: SmallHub, case: UUID, code: DeclineCode) -> None:
    """Nobody has to look at it."""
    declines(hub, case, code=code)
    hub.read()
    assert "directory.doubted" not in hub.types(case)


def test_what_a_person_chose_says_nothing_of_the_directory(hub: SmallHub, case: UUID) -> None:
    """The team that the rules chose doubts it; the next one was chosen by that team."""
    redirects(hub, case, to=OTHER_TEAM)
    hub.read()
    declines(hub, case, OTHER_TEAM)
    hub.read()
    doubts = [event.data for event in hub.events(case) if event.type == "directory.doubted"]
    assert doubts == [{"organisation": TEAM, "code": "not_our_task", "to": OTHER_TEAM}]


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
    assert hub.types(case) == [*before, "directory.doubted"]
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
