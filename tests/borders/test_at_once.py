"""Colleagues and partnerships who act at the same moment: the table tells one story."""

from uuid import UUID

import pytest

from hub.errors import Conflict
from tests.borders.talking import ASSEN, STEENWIJK, STRANGER, agrees, invites, proposes, said
from tests.support.at_once import at_once
from tests.support.small_hub import SmallHub


@pytest.mark.parametrize("_try", range(3))
def test_nobody_agrees_with_what_a_colleague_countered(hub: SmallHub, case: UUID, _try: int) -> None:
    """One agrees while another makes a counter-proposal: one of the two was first, the other hears of a conflict."""
    invites(hub, case)
    proposes(hub, case, ASSEN)
    refusals = at_once(
        lambda: agrees(hub, case, STEENWIJK), lambda: proposes(hub, case, STEENWIJK, leads=ASSEN, pays=ASSEN)
    )
    assert [type(refusal) for refusal in refusals if refusal] == [Conflict]
    assert len({"border.agreed", "border.countered"} & set(said(hub, case))) == 1


def test_the_same_move_many_times_at_once_happens_once(hub: SmallHub, case: UUID) -> None:
    """Six clicks on each button."""
    assert at_once(*[lambda: invites(hub, case)] * 6) == [None] * 6
    assert at_once(*[lambda: proposes(hub, case, ASSEN)] * 6) == [None] * 6
    assert at_once(*[lambda: agrees(hub, case, STEENWIJK)] * 6) == [None] * 6
    assert said(hub, case) == ["border.invited", "border.proposed", "border.agreed"]
    assert hub.case(case).holder == STEENWIJK


def test_there_is_one_table_at_a_time(hub: SmallHub, case: UUID) -> None:
    """Two colleagues invite two partnerships."""
    refusals = at_once(lambda: invites(hub, case), lambda: invites(hub, case, swv=STRANGER))
    assert [type(refusal) for refusal in refusals if refusal] == [Conflict]
    assert said(hub, case) == ["border.invited"]
