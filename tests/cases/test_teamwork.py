"""Teams answer, not persons: an assignment binds nobody and is seen by nobody else; a pause is seen by all."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from hub.cases import actions
from hub.cases.lifecycle import Move, Status
from hub.cases.queries import standing_of
from hub.codes import OrganisationCode, PauseCode
from hub.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.support.moves import (
    A_COLLEAGUE,
    OFFICE,
    OTHER_TEAM,
    accepts,
    answers,
    assigns,
    pauses,
    redirects,
    resumes,
    retracts,
)
from tests.support.small_hub import BOARD, NOW, TEAM, SmallHub

ANOTHER = UUID("019ab000-0000-7000-8000-00000000c012")


def status(hub: SmallHub, case: UUID, days_later: int = 0) -> Status:
    """For what a case waits."""
    with hub.sessions() as session:
        return standing_of(session, case, OrganisationCode(BOARD), now=NOW + timedelta(days=days_later)).status


def test_an_assignment_is_for_the_team_alone(hub: SmallHub, case: UUID) -> None:
    """The school sees neither that there is one nor who it is; the code is no name."""
    assigns(hub, case)
    event = hub.events(case)[-1]
    assert (event.type, event.data, event.sealed_id) == ("case.assigned", {"to": str(A_COLLEAGUE)}, None)
    assert event in hub.feed(TEAM)
    assert event not in hub.feed(BOARD)
    assert event not in [moment.event for moment in hub.view(case, BOARD).moments]
    party = hub.view(case, TEAM).party
    assert party is not None
    assert party.assignee == A_COLLEAGUE


def test_a_case_of_a_sick_colleague_goes_on(hub: SmallHub, case: UUID) -> None:
    """Assigned to one, taken over by another, answered by a third."""
    assigns(hub, case)
    assigns(hub, case, to=ANOTHER)  # by whom does not matter: no move asks who it is assigned to
    accepts(hub, case)
    answers(hub, case)
    assert hub.case(case).state == "answered"
    assigns(hub, case, to=None)
    assert [event.data["to"] for event in hub.events(case) if event.type == "case.assigned"] == [
        str(A_COLLEAGUE),
        str(ANOTHER),
        None,
    ]


def test_an_assignment_ends_when_the_case_leaves(hub: SmallHub, case: UUID) -> None:
    """The next team has nobody assigned, and the first one cannot assign any more."""
    assigns(hub, case)
    before = hub.types(case)
    assigns(hub, case)
    assert hub.types(case) == before
    redirects(hub, case)
    hub.read()
    party = hub.view(case, OTHER_TEAM).party
    assert party is not None
    assert party.assignee is None
    with pytest.raises(Conflict):
        assigns(hub, case)
    with pytest.raises(NotAllowed):
        assigns(hub, case, BOARD)
    with pytest.raises(NotFound):
        assigns(hub, case, OFFICE)


def test_a_pause_is_seen_by_all_and_ends_by_itself(hub: SmallHub, case: UUID) -> None:
    """With its reason and its last day; the term of the school runs on."""
    accepts(hub, case)
    due_on = hub.case(case).due_on
    pauses(hub, case, until=date(2026, 11, 30))
    event = hub.events(case)[-1]
    assert (event.type, event.data) == ("case.paused", {"code": "waiting_list", "until": "2026-11-30"})
    assert event in hub.feed(BOARD)
    assert [status(hub, case, days) for days in (0, 11, 12)] == [Status.PAUSED, Status.PAUSED, Status.IN_HAND]
    assert hub.case(case).due_on == due_on


def test_a_pause_is_changed_or_ended_by_hand(hub: SmallHub, case: UUID) -> None:
    """The same again changes nothing."""
    accepts(hub, case)
    pauses(hub, case)
    pauses(hub, case)
    pauses(hub, case, code=PauseCode.FAMILY_DECIDES)
    assert hub.types(case).count("case.paused") == 2
    resumes(hub, case)
    resumes(hub, case)
    assert hub.types(case).count("case.resumed") == 1
    assert status(hub, case) is Status.IN_HAND
    assert Move.RESUME not in hub.view(case, TEAM).moves


@pytest.mark.parametrize("until", [date(2026, 11, 18), date(2026, 11, 19), date(2027, 2, 19)])
def test_a_pause_ends_within_a_quarter(hub: SmallHub, case: UUID, until: date) -> None:
    """Not today, not in the past, and not too far ahead."""
    accepts(hub, case)
    with pytest.raises(InvalidInput) as refusal:
        pauses(hub, case, until=until)
    assert [problem.pointer for problem in refusal.value.problems] == ["/untilDate"]
    pauses(hub, case, until=date(2027, 2, 18))
    assert status(hub, case) is Status.PAUSED


def test_only_a_case_in_hand_can_rest(hub: SmallHub, case: UUID) -> None:
    """Not before it is taken, nor after the answer; an answer, and handing it on, end the pause."""
    with pytest.raises(Conflict):
        pauses(hub, case)
    with pytest.raises(Conflict):
        resumes(hub, case)
    accepts(hub, case)
    pauses(hub, case)
    answers(hub, case)
    assert status(hub, case) is Status.ANSWERED
    with pytest.raises(Conflict):
        pauses(hub, case)


def test_an_acceptance_can_be_taken_back_within_a_day(hub: SmallHub, case: UUID) -> None:
    """The case is offered again, and can be taken again, by anybody in the team; that counts once."""
    accepts(hub, case)
    pauses(hub, case)
    retracts(hub, case, at=NOW + timedelta(days=1))
    retracts(hub, case)
    assert hub.parties(case)[TEAM] == ("holder", "offered")
    assert (hub.case(case).state, status(hub, case)) == ("offered", Status.WAITS_FOR_RECEIVER)
    assert hub.types(case)[-1] == "acceptance.retracted"
    assert hub.events(case)[-1] in hub.feed(BOARD)
    with hub.acting(TEAM, label="person:another") as acting:
        actions.accept(acting, case)
    assert hub.events(case)[-1].data == {"again": True}


def test_after_a_day_an_acceptance_stands(hub: SmallHub, case: UUID) -> None:
    """And whatever was not accepted cannot be taken back."""
    with pytest.raises(Conflict):
        retracts(hub, case)
    accepts(hub, case)
    with pytest.raises(Conflict) as refusal:
        retracts(hub, case, at=NOW + timedelta(days=1, seconds=1))
    assert "redirection" in refusal.value.next_step
    answers(hub, case)
    with pytest.raises(Conflict):
        retracts(hub, case)
