"""A family or a school can end a case at any moment; from then on nobody sees anything personal of it."""

from uuid import UUID

import pytest

from hub.cases.queries import inbox
from hub.codes import OrganisationCode
from tests.support.moves import OFFICE, SWV, accepts, answers, closes
from tests.support.small_hub import A_SIGNAL, BOARD, TEAM, SmallHub, cloudevent, withdrawal

ENDS = {"consent.withdrawn": ("blocked", "case.blocked"), "signal.withdrawn": ("withdrawn", "case.withdrawn")}


def takes_back(hub: SmallHub, case: UUID, type_: str) -> None:
    """The school publishes the end, and the router reads it."""
    hub.publish(withdrawal(type_, case))
    hub.read()


def test_the_end_is_told_to_everyone_who_had_the_question(hub: SmallHub, shared_case: UUID) -> None:
    """Holder and asked parties lose their task; they and the school hear why."""
    takes_back(hub, shared_case, "signal.withdrawn")
    state, told = ENDS["signal.withdrawn"]
    assert hub.case(shared_case).state == state
    assert hub.parties(shared_case) == {BOARD: ("sender", "sender"), SWV: ("holder", state), OFFICE: ("asked", state)}
    ending = hub.events(shared_case)[-1]
    assert (ending.type, ending.data) == (told, {"because": "signal.withdrawn"})
    assert all(ending in hub.feed(name) for name in (BOARD, SWV, OFFICE))


@pytest.mark.parametrize("type_", ENDS)
def test_an_ended_case_waits_in_no_inbox(hub: SmallHub, case: UUID, type_: str) -> None:
    """Nobody is reminded of it."""
    takes_back(hub, case, type_)
    with hub.sessions() as session:
        waiting = inbox(session, OrganisationCode(TEAM), after=None, limit=200)
    assert case not in {entry.case.id for entry in waiting}


@pytest.mark.parametrize("type_", ENDS)
def test_ending_twice_is_ending_once(hub: SmallHub, case: UUID, type_: str) -> None:
    """A second withdrawal, also of the other kind, writes nothing more."""
    takes_back(hub, case, type_)
    for again in ENDS:
        takes_back(hub, case, again)
    ends = [happened for happened in hub.types(case) if happened in {"case.blocked", "case.withdrawn"}]
    assert ends == [ENDS[type_][1]]
    assert hub.case(case).state == ENDS[type_][0]


def test_both_ends_in_one_batch_are_one_end(hub: SmallHub, case: UUID) -> None:
    """The first one decides."""
    hub.publish(withdrawal("signal.withdrawn", case), withdrawal("consent.withdrawn", case))
    hub.read()
    assert hub.case(case).state == "withdrawn"
    assert hub.view(case, TEAM).shown.fields == frozenset()


def test_consent_can_be_withdrawn_after_the_close(hub: SmallHub, case: UUID) -> None:
    """The case stays closed, and its receiver sees nothing personal any more."""
    accepts(hub, case)
    answers(hub, case)
    closes(hub, case)
    assert hub.view(case, TEAM).shown.fields
    takes_back(hub, case, "consent.withdrawn")
    assert hub.case(case).state == "closed"
    assert hub.view(case, TEAM).shown.fields == frozenset()
    assert "case.blocked" not in hub.types(case)


def test_a_question_taken_back_before_it_was_routed_ends_too(hub: SmallHub) -> None:
    """Opening and end can be in one batch of the router."""
    [opened] = hub.publish(cloudevent("signal.raised", A_SIGNAL))
    takes_back(hub, opened.case_id, "signal.withdrawn")
    assert hub.case(opened.case_id).state == "withdrawn"
    assert hub.types(opened.case_id) == ["signal.raised", "signal.withdrawn", "referral.offered", "case.withdrawn"]
