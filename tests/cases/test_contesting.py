"""A school that does not agree gets another answer; a case closes with the code of its outcome."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import update

from hub.cases import actions
from hub.cases.actions import Contesting
from hub.cases.tables import Party
from hub.codes import ContestCode, Outcome
from hub.errors import Conflict, Gone, NotAllowed, NotFound
from tests.support.moves import (
    OFFICE,
    OTHER_TEAM,
    SWV,
    answers,
    closes,
    contests,
    redirects,
    reopens,
)
from tests.support.small_hub import BOARD, NOW, TEAM, SmallHub, withdrawal


@pytest.fixture
def answered(hub: SmallHub, case: UUID) -> UUID:
    """A case of which the school has its answer."""
    answers(hub, case)
    return case


@pytest.mark.parametrize("is_closed", [False, True], ids=["answered", "closed"])
def test_a_contested_case_is_owed_another_answer(hub: SmallHub, answered: UUID, is_closed: bool) -> None:
    """Within a new term; the same team holds it, and hears why."""
    case = answered
    if is_closed:
        closes(hub, case)
    contests(hub, case)
    row = hub.case(case)
    assert (row.state, row.holder, row.due_on) == ("contested", TEAM, date(2026, 11, 26))
    event = hub.events(case)[-1]
    assert (event.type, event.data) == ("case.contested", {"of": TEAM, "code": "nothing_happened"})
    assert event in hub.feed(TEAM)
    with pytest.raises(Conflict):
        closes(hub, case)
    answers(hub, case, text="Wij komen morgen.")
    closes(hub, case)
    assert hub.case(case).state == "closed"


def test_who_is_contested_takes_it_in_hand_again(hub: SmallHub, answered: UUID) -> None:
    """Once; from there it is a case like any other."""
    contests(hub, answered)
    reopens(hub, answered)
    reopens(hub, answered)
    assert hub.types(answered).count("case.reopened") == 1
    assert hub.parties(answered)[TEAM] == ("holder", "accepted")
    redirects(hub, answered)
    hub.read()
    assert hub.case(answered).holder == OTHER_TEAM


def test_a_case_that_was_closed_too_early_is_opened_by_who_closed_it(hub: SmallHub, answered: UUID) -> None:
    """With a new term, and it does not close again on the old answer."""
    closes(hub, answered)
    reopens(hub, answered)
    assert (hub.case(answered).state, hub.case(answered).due_on) == ("accepted", date(2026, 11, 26))
    assert hub.events(answered)[-1] in hub.feed(BOARD)
    with pytest.raises(Conflict):
        closes(hub, answered)


def test_the_same_contest_again_is_one(hub: SmallHub, answered: UUID) -> None:
    """Other words are not lost in silence: the school hears that it may send them as a message."""
    contests(hub, answered)
    contests(hub, answered)
    assert hub.types(answered).count("case.contested") == 1
    with hub.acting(BOARD) as acting, pytest.raises(Conflict) as refusal:
        actions.contest(acting, answered, Contesting(ContestCode.NOTHING_HAPPENED, "En dit ook."))
    assert "message" in refusal.value.next_step


def test_who_was_asked_beside_the_holder_can_be_contested_too(hub: SmallHub, shared_case: UUID) -> None:
    """Its own answer alone: the holder goes on as it was."""
    answers(hub, shared_case, OFFICE)
    contests(hub, shared_case, of=OFFICE)
    assert hub.parties(shared_case)[OFFICE] == ("asked", "contested")
    assert hub.case(shared_case).state == "offered"
    with pytest.raises(Conflict):
        contests(hub, shared_case, of=SWV)
    answers(hub, shared_case, OFFICE, text="Toch wel.")
    assert hub.parties(shared_case)[OFFICE] == ("asked", "answered")


def test_only_an_answer_is_contested_and_only_by_the_school(hub: SmallHub, case: UUID) -> None:
    """Not before there is one, not by a receiver, and not by somebody who knows of no case."""
    with pytest.raises(Conflict):
        contests(hub, case)
    answers(hub, case)
    with pytest.raises(NotAllowed):
        contests(hub, case, TEAM)
    with pytest.raises(NotFound):
        contests(hub, case, "GM0118-ST")
    with pytest.raises(Conflict):
        contests(hub, case, of="GM0118-ST")
    with pytest.raises(Conflict):
        reopens(hub, case)


def test_who_may_not_keep_the_case_cannot_look_again(hub: SmallHub, answered: UUID) -> None:
    """After its term the school raises a new question."""
    closes(hub, answered)
    with hub.sessions.begin() as session:
        session.execute(update(Party).where(Party.case_id == answered).values(expired_on=date(2026, 11, 1)))
    with pytest.raises(Gone):
        contests(hub, answered)


def test_nothing_is_contested_after_it_was_taken_back(hub: SmallHub, answered: UUID) -> None:
    """There is no question any more."""
    hub.publish(withdrawal("signal.withdrawn", answered))
    hub.read()
    for does in (contests, reopens):
        with pytest.raises(Gone):
            does(hub, answered)


def test_a_case_closes_with_the_outcome_of_its_answer_or_another(hub: SmallHub, answered: UUID) -> None:
    """Help that began may have finished by then."""
    closes(hub, answered)
    assert hub.events(answered)[-1].data == {"outcome": "help_started"}
    reopens(hub, answered)
    answers(hub, answered, text="Afgerond.")
    with hub.acting(TEAM) as acting:
        actions.close(acting, answered, Outcome.HELP_FINISHED)
    assert hub.events(answered)[-1].data == {"outcome": "help_finished", "again": True}
    with hub.acting(TEAM) as acting:
        actions.close(acting, answered, Outcome.HELP_FINISHED)
    with hub.acting(TEAM) as acting, pytest.raises(Conflict):
        actions.close(acting, answered, Outcome.OTHER)
    assert hub.types(answered).count("case.closed") == 2


def test_a_colleague_who_is_second_hears_who_was_first(hub: SmallHub, case: UUID) -> None:
    """By label, without a name; whoever was first may say it again."""
    for label in ("person:one", "person:one"):
        with hub.acting(TEAM, NOW, label=label) as acting:
            actions.accept(acting, case)
    with hub.acting(TEAM, label="person:two") as acting, pytest.raises(Conflict) as refusal:
        actions.accept(acting, case)
    assert refusal.value.parameters["by"] == "person:one"
    assert hub.types(case).count("referral.accepted") == 1
