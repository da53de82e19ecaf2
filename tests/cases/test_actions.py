"""What a receiver does with a case happens once, is told to everyone in it, and is refused with the way on."""

from datetime import date
from uuid import UUID

import pytest

from hub.cases import actions
from hub.codes import DeclineCode
from hub.errors import Conflict
from hub.events.log import Event
from hub.privacy.vault import letters_of
from tests.support.moves import MOVES, NOT_OURS, OTHER_TEAM, Do, accepts, answers, closes, declines, opens, redirects
from tests.support.small_hub import BOARD, TEAM, SmallHub


def last(hub: SmallHub, case: UUID) -> Event:
    """What happened last."""
    return hub.events(case)[-1]


def told(hub: SmallHub, event: Event) -> set[str]:
    """Who has an event in its feed."""
    everyone = {*hub.parties(event.case_id), OTHER_TEAM}
    return {name for name in everyone if event.position in {other.position for other in hub.feed(name)}}


def text_of(hub: SmallHub, event: Event) -> dict[str, object]:
    """What was sealed with an event."""
    assert event.sealed_id is not None
    with hub.sessions() as session:
        return letters_of(session, hub.vault, event.case_id)[event.sealed_id].fields


def test_accepting_makes_the_receiver_owe_an_answer(hub: SmallHub, case: UUID) -> None:
    """The case is accepted, its term stays, and the school is told."""
    accepts(hub, case)
    row = hub.case(case)
    assert (row.state, row.holder, row.due_on) == ("accepted", TEAM, date(2026, 11, 26))
    assert hub.parties(case)[TEAM] == ("holder", "accepted")
    event = last(hub, case)
    assert (event.type, event.publisher, event.data, event.sealed_id) == ("referral.accepted", TEAM, {}, None)
    assert told(hub, event) == {BOARD}


def test_declining_starts_the_search_for_another(hub: SmallHub, case: UUID) -> None:
    """The holder stays until the router finds the next one; the explanation is sealed."""
    declines(hub, case)
    assert (hub.case(case).state, hub.case(case).holder) == ("routing", TEAM)
    assert hub.parties(case)[TEAM] == ("holder", "declined")
    event = last(hub, case)
    assert (event.type, event.data) == ("referral.declined", {"code": "not_our_area", "byHolder": True})
    assert text_of(hub, event) == {"explanation": "Het gezin is verhuisd."}


def test_a_decline_needs_no_explanation(hub: SmallHub, case: UUID) -> None:
    """Then nothing is sealed."""
    with hub.acting(TEAM) as acting:
        actions.decline(acting, case, NOT_OURS, None)
    assert last(hub, case).sealed_id is None


def test_redirecting_names_the_next_party(hub: SmallHub, case: UUID) -> None:
    """To whom and why stands in the log; the words are sealed."""
    redirects(hub, case)
    event = last(hub, case)
    assert (event.type, event.data) == (
        "referral.redirected",
        {"to": OTHER_TEAM, "code": "not_our_task", "triage": False},
    )
    assert text_of(hub, event) == {"explanation": "Dit team kent het gezin."}
    assert hub.case(case).state == "routing"


def test_the_first_answer_is_the_one_that_counts(hub: SmallHub, case: UUID) -> None:
    """The day of the first answer is kept, the term ends, and the school gets every text."""
    answers(hub, case)
    assert (hub.case(case).state, hub.case(case).answered_on) == ("answered", date(2026, 11, 20))
    first = last(hub, case)
    assert first.data == {"outcome": "help_started", "first": True, "byHolder": True}
    assert text_of(hub, first) == {"answer": "Er is hulp."}
    assert told(hub, first) == {BOARD}
    answers(hub, case, outcome="advice_given", text="En een advies.")
    assert last(hub, case).data == {"outcome": "advice_given", "first": False, "byHolder": True}
    with hub.sessions() as session:
        assert letters_of(session, hub.vault, case)
    assert hub.types(case).count("outcome.reported") == 2


def test_a_case_closes_after_its_answer(hub: SmallHub, case: UUID) -> None:
    """And not before."""
    with pytest.raises(Conflict):
        closes(hub, case)
    answers(hub, case)
    closes(hub, case)
    assert hub.case(case).state == "closed"
    assert last(hub, case).type == "case.closed"


def test_the_first_reading_is_told_to_the_school(hub: SmallHub, case: UUID) -> None:
    """Once, and only when a receiver reads."""
    opens(hub, case)
    opens(hub, case)
    assert hub.types(case).count("referral.opened") == 1
    assert told(hub, last(hub, case)) == {BOARD}


@pytest.mark.parametrize("does", MOVES.values(), ids=MOVES)
def test_a_repeated_move_changes_nothing(hub: SmallHub, case: UUID, does: Do) -> None:
    """A receiver whose answer got lost sends it again, and it stands once."""
    does(hub, case, TEAM)
    before = hub.types(case)
    does(hub, case, TEAM)
    assert hub.types(case) == before
    hub.read()
    if does in (declines, redirects):
        before = hub.types(case)
        does(hub, case, TEAM)  # also when the next holder has it already
        assert hub.types(case) == before


def test_a_repeated_closing_changes_nothing(hub: SmallHub, case: UUID) -> None:
    """Closed is closed."""
    answers(hub, case)
    closes(hub, case)
    closes(hub, case)
    assert hub.types(case).count("case.closed") == 1


def test_a_correction_of_the_outcome_is_not_a_repeat(hub: SmallHub, case: UUID) -> None:
    """The same words with another outcome change what is counted, so they are kept."""
    answers(hub, case, outcome="help_started")
    answers(hub, case, outcome="no_help_needed")
    assert last(hub, case).data["outcome"] == "no_help_needed"


def test_a_second_redirection_elsewhere_is_not_a_repeat(hub: SmallHub, case: UUID) -> None:
    """Whoever changes its mind hears that the case has left, instead of believing that it went elsewhere."""
    redirects(hub, case, to=OTHER_TEAM)
    with pytest.raises(Conflict):
        redirects(hub, case, to="GM0118-ST")
    hub.read()
    with pytest.raises(Conflict):
        redirects(hub, case, to="GM0118-ST")
    assert hub.case(case).holder == OTHER_TEAM


@pytest.mark.parametrize("code", [DeclineCode.NO_CAPACITY, DeclineCode.OTHER])
def test_a_second_decline_with_another_code_is_not_a_repeat(hub: SmallHub, case: UUID, code: DeclineCode) -> None:
    """The first reason has been used already."""
    declines(hub, case)
    with pytest.raises(Conflict):
        declines(hub, case, code=code)
