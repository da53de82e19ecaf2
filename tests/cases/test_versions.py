"""Two people who edit one case are warned, and nothing is lost."""

from collections.abc import Callable
from uuid import UUID

import pytest

from hub.cases import actions, talking, teamwork
from hub.cases.acting import Acting
from hub.cases.moving import ChangedMeanwhile
from hub.codes import DeclineCode, Outcome, PauseCode
from tests.support.moves import A_COLLEAGUE, OFFICE, SWV, accepts, answers, asks, notes, opens, replies, writes
from tests.support.small_hub import BOARD, NOW, TEAM, SmallHub

Does = Callable[[Acting], None]


def test_a_move_on_the_version_that_was_read_is_made(hub: SmallHub, case: UUID) -> None:
    """As often as nobody else changes anything."""
    for move in (actions.accept, lambda acting, case: actions.answer(acting, case, Outcome.OTHER, "Ja.")):
        with hub.acting(TEAM, seen=hub.view(case, TEAM).version) as acting:
            move(acting, case)
    assert hub.case(case).state == "answered"


def test_a_move_on_a_version_that_has_passed_is_not_made(hub: SmallHub, case: UUID) -> None:
    """The refusal lists what changed, when and by whom; of one's own team also the person, without a name."""
    read = hub.view(case, TEAM).version
    with hub.acting(TEAM, label="person:one") as acting:
        talking.ask(acting, case, "Sinds wanneer?")
    writes(hub, case, BOARD)
    with hub.acting(TEAM, seen=read) as acting, pytest.raises(ChangedMeanwhile) as refusal:
        actions.decline(acting, case, DeclineCode.OTHER, "Te laat.")
    assert [dict(problem.parameters) for problem in refusal.value.problems] == [
        {"type": "question.asked", "by": f"{TEAM} (person:one)", "at": "2026-11-19T09:30:00+00:00"},
        {"type": "message.sent", "by": BOARD, "at": "2026-11-19T09:30:00+00:00"},
    ]
    assert refusal.value.status == 412
    assert hub.case(case).state == "offered"
    assert "referral.declined" not in hub.types(case)


def test_a_repeat_is_known_as_one_whatever_the_version(hub: SmallHub, case: UUID) -> None:
    """Whoever's answer got lost sends the same with the same version, and hears that it was done."""
    read = hub.view(case, TEAM).version
    for _ in range(2):
        with hub.acting(TEAM, seen=read) as acting:
            actions.answer(acting, case, Outcome.OTHER, "Ja.")
    assert hub.types(case).count("outcome.reported") == 1


def test_reading_and_the_notes_of_others_change_no_version(hub: SmallHub, case: UUID) -> None:
    """One's own notes and assignments do: a colleague may not have seen them."""
    read = hub.view(case, TEAM).version
    opens(hub, case)
    notes(hub, case, BOARD)
    assert hub.view(case, TEAM).version == read
    with hub.acting(TEAM, seen=read) as acting:
        talking.add_note(acting, case, "Van ons.")
    assert hub.view(case, TEAM).version > read
    with hub.acting(TEAM, seen=read) as acting, pytest.raises(ChangedMeanwhile):
        actions.accept(acting, case)


def test_every_word_and_move_asks_for_the_version(hub: SmallHub, shared_case: UUID) -> None:
    """Also those that do not change the state."""
    case = shared_case
    accepts(hub, case, SWV)
    asks(hub, case, SWV)
    replies(hub, case)
    read = hub.view(case, SWV).version
    answers(hub, case, OFFICE)
    moves: tuple[Does, ...] = (
        lambda acting: talking.ask(acting, case, "Nog iets?"),
        lambda acting: talking.send_message(acting, case, None, "Dag."),
        lambda acting: talking.add_note(acting, case, "Let op."),
        lambda acting: teamwork.assign(acting, case, A_COLLEAGUE),
        lambda acting: teamwork.pause(acting, case, PauseCode.OTHER, NOW.date().replace(month=12)),
        lambda acting: actions.retract(acting, case),
    )
    before = hub.types(case)
    for move in moves:
        with hub.acting(SWV, seen=read) as acting, pytest.raises(ChangedMeanwhile):
            move(acting)
    assert hub.types(case) == before
