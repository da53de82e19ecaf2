"""A move that is not for the caller, or not for now, is refused with the way on and leaves no trace."""

from uuid import UUID

import pytest

from hub.codes import new_id
from hub.errors import Conflict, Gone, HubError, InvalidInput, NotAllowed, NotFound
from tests.support.moves import MOVES, OFFICE, SWV, Do, accepts, answers, closes, declines, opens, redirects
from tests.support.small_hub import AN_ABSENCE, BOARD, TEAM, SmallHub, withdrawal


@pytest.mark.parametrize("does", [*MOVES.values(), closes, opens])
@pytest.mark.parametrize(
    ("who", "error"), [("GM0118-ST", NotFound), (BOARD, NotAllowed)], ids=["a stranger", "the school"]
)
def test_only_receivers_move_a_case(hub: SmallHub, case: UUID, does: Do, who: str, error: type[HubError]) -> None:
    """A stranger is told that there is no such case; the school, that it is not for it to do."""
    with pytest.raises(error) as refusal:
        does(hub, case, who)
    if error is NotFound:
        with pytest.raises(NotFound) as absent:
            does(hub, new_id(), who)
        assert str(absent.value) == str(refusal.value)
    assert hub.types(case) == ["referral.submitted", "referral.offered"]


def test_who_is_only_named_does_not_move_a_case(hub: SmallHub) -> None:
    """It sees that the question exists, and the holder acts."""
    case = hub.routed("absence.reported", {**AN_ABSENCE, "standing": "not_enrolled"})
    assert hub.parties(case)["PO2203"] == ("named", "named")
    with pytest.raises(NotAllowed):
        accepts(hub, case, "PO2203")


@pytest.mark.parametrize("to", ["GM9999-ST", "99AA00", "B00001", "GM0106", TEAM])
def test_a_case_goes_to_a_receiver_or_nowhere(hub: SmallHub, case: UUID, to: str) -> None:
    """Not to an unknown party, a school, a board, a town hall, or back to oneself."""
    with pytest.raises(InvalidInput) as refusal:
        redirects(hub, case, to=to)
    assert [problem.pointer for problem in refusal.value.problems] == ["/to"]
    assert hub.case(case).state == "offered"


def test_a_former_holder_moves_nothing_any_more(hub: SmallHub, case: UUID) -> None:
    """The case is in other hands; so says the conflict."""
    redirects(hub, case)
    hub.read()
    for does in (accepts, answers, closes):
        with pytest.raises(Conflict):
            does(hub, case)


def test_who_is_asked_beside_the_holder_does_its_own_part(hub: SmallHub, shared_case: UUID) -> None:
    """It takes the question and answers it, and the case stays where it is with its holder."""
    accepts(hub, shared_case, OFFICE)
    answers(hub, shared_case, OFFICE)
    assert hub.parties(shared_case)[OFFICE] == ("asked", "answered")
    assert (hub.case(shared_case).state, hub.case(shared_case).holder) == ("offered", SWV)
    assert hub.events(shared_case)[-1].data == {"outcome": "help_started", "first": True, "byHolder": False}
    assert hub.events(shared_case)[-1].position in {event.position for event in hub.feed(SWV)}
    with pytest.raises(Conflict):
        closes(hub, shared_case, SWV)  # the holder still owes its own answer


def test_who_is_asked_beside_the_holder_cannot_send_the_case_away(hub: SmallHub, shared_case: UUID) -> None:
    """That, and closing it, is for the holder."""
    answers(hub, shared_case, OFFICE)
    for does in (redirects, closes):
        with pytest.raises(Conflict):
            does(hub, shared_case, OFFICE)


def test_who_is_asked_declines_for_itself_only(hub: SmallHub, shared_case: UUID) -> None:
    """The holder keeps the case, and the router does nothing."""
    declines(hub, shared_case, OFFICE)
    assert hub.events(shared_case)[-1].data["byHolder"] is False
    hub.read()
    assert hub.parties(shared_case)[OFFICE] == ("asked", "declined")
    assert (hub.case(shared_case).state, hub.case(shared_case).holder) == ("offered", SWV)
    with pytest.raises(Conflict):
        accepts(hub, shared_case, OFFICE)


@pytest.mark.parametrize("type_", ["consent.withdrawn", "signal.withdrawn"])
@pytest.mark.parametrize("does", [*MOVES.values(), closes])
def test_nothing_moves_after_the_end(hub: SmallHub, case: UUID, type_: str, does: Do) -> None:
    """Once consent or the question is gone, every move is told so."""
    hub.publish(withdrawal(type_, case))
    hub.read()
    before = hub.types(case)
    with pytest.raises(Gone):
        does(hub, case, TEAM)
    assert hub.types(case) == before
