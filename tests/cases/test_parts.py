"""What an organisation may do with a case by its part in it: the table, as promises."""

from itertools import product

import pytest

from hub.cases.lifecycle import MOVES_OF_SCHOOL, Move
from hub.cases.parts import MAY, Insight, Part, may

RECEIVING = {Part.HOLDER, Part.ASKED}


@pytest.mark.parametrize("part", Part)
def test_only_who_receives_a_case_moves_it(part: Part) -> None:
    """And only the holder hands it on or closes it; the school that sent it replies and contests."""
    moves = MAY[part].moves
    assert bool(moves - MOVES_OF_SCHOOL) is MAY[part].receives is (part in RECEIVING)
    assert bool(moves & MOVES_OF_SCHOOL) is (part is Part.SENDER)
    assert (moves >= {Move.REDIRECT, Move.CLOSE}) is (part is Part.HOLDER)


@pytest.mark.parametrize("part", Part)
def test_only_the_sender_gives_the_statement(part: Part) -> None:
    """The school that asked tells the parents what became of it."""
    assert MAY[part].gives_statement is (part is Part.SENDER)


@pytest.mark.parametrize(
    ("part", "insight"),
    [
        (Part.SENDER, Insight.ALL),
        (Part.HOLDER, Insight.ALL),
        (Part.ASKED, Insight.ALL),
        (Part.FORMER, Insight.UNTIL_PASSED_ON),
        (Part.NAMED, Insight.OFFER),
        (Part.NONE, Insight.NOTHING),
    ],
)
def test_how_much_of_the_course_each_knows(part: Part, insight: Insight) -> None:
    """Who is in the case now knows it all and sees who else is; for a stranger there is no case."""
    assert MAY[part].insight is insight
    assert MAY[part].is_inside is (insight is Insight.ALL)
    assert MAY[part].reads is (part is not Part.NONE)


@pytest.mark.parametrize(("part", "is_sender"), list(product(Part, [True, False])))
def test_a_school_that_holds_its_own_question_may_what_both_may(part: Part, *, is_sender: bool) -> None:
    """Two parts add up; being the sender takes nothing away."""
    both = may(None if part is Part.NONE else part.value, is_sender=is_sender)
    assert both.moves == MAY[part].moves | (MOVES_OF_SCHOOL if is_sender else frozenset())
    assert both.insight == (Insight.ALL if is_sender else MAY[part].insight)
    assert both.gives_statement is (is_sender or part is Part.SENDER)
    assert both.is_inside is (is_sender or MAY[part].is_inside)
