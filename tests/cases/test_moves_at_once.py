"""Colleagues who act at the same moment: the log tells one story."""

from collections.abc import Callable
from uuid import UUID

import pytest

from hub.cases import actions
from hub.errors import Conflict, NotFound
from tests.support.at_once import at_once
from tests.support.moves import (
    MOVES,
    OTHER_TEAM,
    Do,
    accepts,
    answers,
    asks,
    assigns,
    closes,
    contests,
    declines,
    notes,
    pauses,
    redirects,
    reopens,
    replies,
    resumes,
    retracts,
    writes,
)
from tests.support.small_hub import BOARD, TEAM, SmallHub


@pytest.mark.parametrize("does", MOVES.values(), ids=MOVES)
def test_the_same_move_many_times_at_once_happens_once(hub: SmallHub, case: UUID, does: Do) -> None:
    """Eight clicks at the same moment: all are told that it is done, and it is done once."""
    before = len(hub.events(case))
    assert at_once(*[lambda: does(hub, case, TEAM)] * 8) == [None] * 8
    assert len(hub.events(case)) == before + 1


@pytest.mark.parametrize("_try", range(5))
def test_moves_that_exclude_each_other_have_one_winner(hub: SmallHub, case: UUID, _try: int) -> None:
    """One colleague accepts while another declines: the log tells one story, and the other one hears of a conflict."""
    refusals = at_once(lambda: accepts(hub, case), lambda: declines(hub, case))
    assert [type(refusal) for refusal in refusals if refusal] == [Conflict]
    assert len([type_ for type_ in hub.types(case) if type_ in {"referral.accepted", "referral.declined"}]) == 1


def test_two_colleagues_who_accept_at_once_hear_who_was_first(hub: SmallHub, case: UUID) -> None:
    """One gets it, and the other is told by whom it was taken."""

    def accepts_as(label: str) -> Callable[[], None]:
        def accept() -> None:
            with hub.acting(TEAM, label=label) as acting:
                actions.accept(acting, case)

        return accept

    labels = ("person:one", "person:two")
    refusals = at_once(*map(accepts_as, labels))
    [(loser, refusal)] = [(label, refusal) for label, refusal in zip(labels, refusals, strict=True) if refusal]
    assert isinstance(refusal, Conflict)
    assert refusal.parameters["by"] == next(label for label in labels if label != loser)
    assert hub.types(case).count("referral.accepted") == 1


Prepare = Callable[[SmallHub, UUID], None]


@pytest.mark.parametrize(
    ("prepare", "does", "who"),
    [
        ([accepts], retracts, TEAM),
        ([], asks, TEAM),
        ([asks], replies, BOARD),
        ([], writes, BOARD),
        ([], notes, TEAM),
        ([], assigns, TEAM),
        ([accepts], pauses, TEAM),
        ([accepts, pauses], resumes, TEAM),
        ([answers], closes, TEAM),
        ([answers], contests, BOARD),
        ([answers, closes], reopens, TEAM),
    ],
)
def test_every_other_move_many_times_at_once_happens_once(
    hub: SmallHub, case: UUID, prepare: list[Prepare], does: Do, who: str
) -> None:
    """Eight times the same: one event, and nobody hears of an error."""
    for step in prepare:
        step(hub, case)
    before = len(hub.events(case))
    assert at_once(*[lambda: does(hub, case, who)] * 8) == [None] * 8
    assert len(hub.events(case)) == before + 1


@pytest.mark.parametrize(
    ("prepare", "one", "other"),
    [
        ([answers], closes, contests),
        ([accepts], retracts, answers),
        ([accepts, pauses], resumes, redirects),
        ([answers, contests], reopens, redirects),
        ([asks], replies, declines),
    ],
)
def test_school_and_team_at_once_tell_one_story(
    hub: SmallHub, case: UUID, prepare: list[Prepare], one: Prepare, other: Prepare
) -> None:
    """Either order, or one of them is refused: the case can be read and the log is the one that leads to it."""
    for step in prepare:
        step(hub, case)
    before = len(hub.events(case))
    refusals = at_once(lambda: one(hub, case), lambda: other(hub, case))
    assert {type(refusal) for refusal in refusals} <= {type(None), Conflict}
    assert len(hub.events(case)) == before + refusals.count(None)
    leads_to = {"closes": "closed", "contests": "contested", "retracts": "offered", "answers": "answered"}
    leads_to |= {"resumes": "accepted", "redirects": "routing", "reopens": "accepted", "declines": "routing"}
    done = {leads_to[does.__name__] for does in (one, other) if does.__name__ in leads_to}
    assert hub.case(case).state in done


def test_a_move_beside_the_router_finds_the_case_as_it_is(hub: SmallHub, case: UUID) -> None:
    """While the router hands a case over, its new holder waits, and is then the one that may act."""
    redirects(hub, case)

    def accept_when_offered() -> None:
        while True:
            try:
                return accepts(hub, case, OTHER_TEAM)
            except NotFound:
                continue

    assert at_once(hub.read, accept_when_offered) == [None, None]
    assert (hub.case(case).state, hub.case(case).holder) == ("accepted", OTHER_TEAM)
