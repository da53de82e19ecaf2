"""What is written in a case is read by the one party it is meant for, and a note by nobody else at all."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from hub.cases.lifecycle import Move, Status
from hub.cases.queries import standing_of
from hub.codes import OrganisationCode
from hub.errors import Conflict, Gone, InvalidInput, NotAllowed, NotFound
from tests.support.moves import (
    OFFICE,
    OTHER_TEAM,
    SWV,
    accepts,
    answers,
    asks,
    declines,
    notes,
    redirects,
    replies,
    writes,
)
from tests.support.small_hub import A_QUESTION, BOARD, NOW, TEAM, SmallHub, withdrawal

QUESTION, REPLY, MESSAGE, NOTE = "Sinds wanneer is dit zo?", "Sinds de zomer.", "Wij bellen morgen.", "Bij ons bekend."
STRANGER = "GM0118-ST"
SPECIAL_BOARD = OrganisationCode("B00005")


def read_by(hub: SmallHub, case: UUID, who: str) -> set[str]:
    """Every text of people that an organisation reads in a case."""
    return {str(text) for moment in hub.view(case, who).moments for text in moment.personal.values()}


def known_by(hub: SmallHub, case: UUID, who: str) -> list[str]:
    """What an organisation sees that happened."""
    return [moment.event.type for moment in hub.view(case, who).moments]


def status(hub: SmallHub, case: UUID, who: str = BOARD) -> Status:
    """For what a case waits."""
    with hub.sessions() as session:
        return standing_of(session, case, OrganisationCode(who), now=NOW).status


def told(hub: SmallHub, case: UUID, who: str) -> list[str]:
    """What of a case stands in a feed."""
    return [event.type for event in hub.feed(who) if event.case_id == case]


def test_a_question_waits_for_the_school_until_it_replies(hub: SmallHub, case: UUID) -> None:
    """Everybody sees it; the school has a move then, and the receiver keeps all of its own."""
    accepts(hub, case)
    asks(hub, case, text=QUESTION)
    assert {status(hub, case, who) for who in (BOARD, TEAM)} == {Status.WAITS_FOR_SCHOOL}
    assert hub.view(case, BOARD).moves == (Move.REPLY,)
    assert set(hub.view(case, TEAM).moves) == {Move.RETRACT, Move.REDIRECT, Move.PAUSE, Move.ANSWER}
    assert told(hub, case, BOARD)[-1] == "question.asked"
    assert QUESTION in read_by(hub, case, BOARD)

    replies(hub, case, text=REPLY)
    assert {status(hub, case, who) for who in (BOARD, TEAM)} == {Status.IN_HAND}
    assert hub.view(case, BOARD).moves == ()
    assert told(hub, case, TEAM)[-1] == "question.answered"
    assert {QUESTION, REPLY} <= read_by(hub, case, TEAM)


def test_the_log_holds_no_word_of_it(hub: SmallHub, case: UUID) -> None:
    """Only to whom it was written."""
    asks(hub, case)
    replies(hub, case)
    writes(hub, case)
    notes(hub, case)
    said = [(event.type, event.publisher, event.data) for event in hub.events(case)[-4:]]
    assert said == [
        ("question.asked", TEAM, {"to": BOARD}),
        ("question.answered", BOARD, {"to": TEAM}),
        ("message.sent", TEAM, {"to": BOARD}),
        ("note.added", TEAM, {}),
    ]


def test_a_case_can_be_asked_about_before_it_is_taken(hub: SmallHub, case: UUID) -> None:
    """Taking it does not take back the question; answering the school does."""
    asks(hub, case)
    assert status(hub, case) is Status.WAITS_FOR_SCHOOL
    accepts(hub, case)
    assert status(hub, case) is Status.WAITS_FOR_SCHOOL
    answers(hub, case)
    assert status(hub, case) is Status.ANSWERED
    with pytest.raises(Conflict):
        replies(hub, case)


def test_one_question_at_a_time(hub: SmallHub, case: UUID) -> None:
    """A second one is refused until the school has replied; then it can be asked."""
    asks(hub, case)
    with pytest.raises(Conflict):
        asks(hub, case, text="En wie is de mentor?")
    replies(hub, case)
    asks(hub, case, text="En wie is de mentor?")
    assert hub.types(case).count("question.asked") == 2


def test_two_receivers_ask_and_each_gets_its_own_answer(hub: SmallHub, shared_case: UUID) -> None:
    """The school says to whom it replies; the other one's question stays open, and neither reads the other."""
    asks(hub, shared_case, SWV, text="Wat is al geprobeerd?")
    asks(hub, shared_case, OFFICE, text="Is het gemeld bij DUO?")
    replies(hub, shared_case, to=OFFICE, text="Ja, in oktober.")
    assert status(hub, shared_case) is Status.WAITS_FOR_SCHOOL
    assert not {"Is het gemeld bij DUO?", "Ja, in oktober."} & read_by(hub, shared_case, SWV)
    assert "question.answered" not in told(hub, shared_case, SWV)
    replies(hub, shared_case, text="Gesprekken thuis.")
    assert status(hub, shared_case) is Status.WAITS_FOR_RECEIVER
    assert "Gesprekken thuis." in read_by(hub, shared_case, SWV)
    assert "Gesprekken thuis." not in read_by(hub, shared_case, OFFICE)


def test_a_question_ends_with_the_part_of_the_one_who_asked(hub: SmallHub, case: UUID) -> None:
    """Whoever passes the case on waits for nothing any more, and the next receiver reads neither question nor reply."""
    asks(hub, case, text=QUESTION)
    replies(hub, case, text=REPLY)
    asks(hub, case, text="En waar?")
    redirects(hub, case)
    hub.read()
    assert status(hub, case) is Status.WAITS_FOR_RECEIVER
    assert not {QUESTION, REPLY, "En waar?"} & read_by(hub, case, OTHER_TEAM)
    assert {QUESTION, REPLY, "En waar?"} <= read_by(hub, case, BOARD)
    assert read_by(hub, case, TEAM) == set()
    with pytest.raises(Conflict):
        replies(hub, case)


def test_messages_go_between_the_school_and_one_receiver(hub: SmallHub, shared_case: UUID) -> None:
    """Without a name: to the holder, or to the school. Nothing waits for an answer."""
    writes(hub, shared_case, OFFICE, text="Van leerplicht.")
    writes(hub, shared_case, BOARD, text="Voor de houder.")
    writes(hub, shared_case, BOARD, to=OFFICE, text="Voor leerplicht.")
    ours = {"Van leerplicht.", "Voor de houder.", "Voor leerplicht."}
    assert read_by(hub, shared_case, BOARD) & ours == ours
    assert read_by(hub, shared_case, SWV) & ours == {"Voor de houder."}
    assert read_by(hub, shared_case, OFFICE) & ours == {"Van leerplicht.", "Voor leerplicht."}
    assert status(hub, shared_case) is Status.WAITS_FOR_RECEIVER
    assert (
        told(hub, shared_case, SWV).count("message.sent"),
        told(hub, shared_case, OFFICE).count("message.sent"),
    ) == (1, 1)


@pytest.mark.parametrize(("who", "to"), [(SWV, OFFICE), (SWV, "GM0106-ST"), (BOARD, "GM0106-ST"), (BOARD, BOARD)])
def test_no_message_goes_from_receiver_to_receiver(hub: SmallHub, shared_case: UUID, who: str, to: str) -> None:
    """Nor to somebody outside the case: no file goes from party to party."""
    with pytest.raises(InvalidInput) as refusal:
        writes(hub, shared_case, who, to=to)
    assert [problem.pointer for problem in refusal.value.problems] == ["/to"]
    assert "message.sent" not in hub.types(shared_case)


@pytest.mark.parametrize("who", [TEAM, BOARD])
def test_a_note_is_for_the_own_organisation(hub: SmallHub, case: UUID, who: str) -> None:
    """Nobody else reads it, is told of it, or sees that the case changed."""
    others = {BOARD, TEAM} - {who}
    before = {other: hub.view(case, other).version for other in others}
    changed_at = hub.case(case).changed_at
    notes(hub, case, who, text=NOTE)
    assert NOTE in read_by(hub, case, who)
    assert told(hub, case, who)[-1] == "note.added"
    for other in others:
        assert NOTE not in read_by(hub, case, other)
        assert "note.added" not in known_by(hub, case, other)
        assert "note.added" not in told(hub, case, other)
        assert hub.view(case, other).version == before[other]
    assert hub.case(case).changed_at == changed_at


def test_a_note_does_not_travel_with_the_case(hub: SmallHub, case: UUID) -> None:
    """The next holder does not know that there is one, and who wrote it reads nothing of the case any more."""
    notes(hub, case, text=NOTE)
    redirects(hub, case)
    hub.read()
    assert "note.added" not in known_by(hub, case, OTHER_TEAM)
    assert NOTE not in read_by(hub, case, TEAM) | read_by(hub, case, OTHER_TEAM) | read_by(hub, case, BOARD)


Says = Callable[..., Any]


@pytest.mark.parametrize("says", [asks, replies, writes, notes])
def test_the_same_words_again_are_one(hub: SmallHub, case: UUID, says: Says) -> None:
    """Whoever's answer got lost sends it again, and it stands once; after something else it is new."""
    if says is replies:
        asks(hub, case)
    who = BOARD if says is replies else TEAM
    says(hub, case, who)
    before = hub.types(case)
    says(hub, case, who)
    assert hub.types(case) == before
    if says in (writes, notes):
        asks(hub, case)
        says(hub, case, who)
        assert len(hub.types(case)) == len(before) + 2


@pytest.mark.parametrize("says", [asks, replies, writes, notes])
def test_nothing_is_written_by_who_is_not_inside(hub: SmallHub, case: UUID, says: Says) -> None:
    """A stranger knows of no case; who passed it on is told that another party has it."""
    with pytest.raises(NotFound):
        says(hub, case, STRANGER)
    redirects(hub, case)
    hub.read()
    with pytest.raises(NotAllowed if says is replies else Conflict):
        says(hub, case, TEAM)


@pytest.mark.parametrize("says", [asks, replies, writes, notes])
def test_nothing_is_written_after_the_end(hub: SmallHub, case: UUID, says: Says) -> None:
    """Once the question was taken back, every word is refused."""
    who = BOARD if says is replies else TEAM
    hub.publish(withdrawal("signal.withdrawn", case))
    hub.read()
    before = hub.types(case)
    with pytest.raises((Gone, Conflict)):
        says(hub, case, who)
    assert hub.types(case) == before


def test_only_the_school_replies_and_only_to_who_asked(hub: SmallHub, shared_case: UUID) -> None:
    """Not a receiver, not without a question, and not to a party that is not in the case."""
    with pytest.raises(NotAllowed):
        replies(hub, shared_case, SWV)
    with pytest.raises(Conflict):
        replies(hub, shared_case)
    with pytest.raises(Conflict):
        replies(hub, shared_case, to=TEAM)


def test_a_school_does_not_ask_itself(hub: SmallHub) -> None:
    """What came back to the school has no other party to ask."""
    case = hub.routed("support.requested", {**A_QUESTION, "school": "99DD00"}, organisation=SPECIAL_BOARD)
    assert hub.view(case, SPECIAL_BOARD).moves == (Move.CLARIFY, Move.REDIRECT, Move.ANSWER)
    with pytest.raises(Conflict):
        asks(hub, case, SPECIAL_BOARD)
    with pytest.raises(InvalidInput):
        writes(hub, case, SPECIAL_BOARD)


def test_who_declined_beside_the_holder_waits_for_nothing(hub: SmallHub, shared_case: UUID) -> None:
    """Its question ends with its part."""
    asks(hub, shared_case, OFFICE)
    declines(hub, shared_case, OFFICE)
    assert status(hub, shared_case) is Status.WAITS_FOR_RECEIVER
