"""A refusal says what is wrong, what to do, and which status it has; and nothing of what was sent."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from hub import errors
from hub.errors import HubError, InvalidInput, Problem, Unavailable


def kinds(base: type[HubError] = HubError) -> Iterator[type[HubError]]:
    """All kinds of refusal in `hub.errors`."""
    for kind in base.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield kind
            yield from kinds(kind)


def test_a_refusal_carries_its_message_and_parameters() -> None:
    """Message and parameters stay apart, so that the text can be told in the language of the reader."""
    refusal = InvalidInput("The school %(school)s is not known.", school="18CW00")
    assert (refusal.message, refusal.parameters) == ("The school %(school)s is not known.", {"school": "18CW00"})
    assert str(refusal) == refusal.message


def test_a_next_step_can_be_told_for_one_case() -> None:
    """A refusal may say a better next step than its kind does; the kind keeps its own."""
    refusal = InvalidInput("No.", next_step="Ask again tomorrow.")
    assert refusal.next_step == "Ask again tomorrow."
    assert InvalidInput("No.").next_step == HubError.next_step


def test_problems_come_along() -> None:
    """Everything that is wrong with an input comes at once."""
    problems = (Problem("/data/school", "missing"), Problem("/data/theme", "unknown", {"theme": "x"}, index=3))
    assert InvalidInput("No.", problems=problems).problems == problems
    assert InvalidInput("No.").problems == ()


def test_a_refusal_may_say_when_to_come_back() -> None:
    """Only a refusal that passes by itself says in how many seconds."""
    assert Unavailable("Away.", retry_after_seconds=5).retry_after_seconds == 5
    assert Unavailable("Away.").retry_after_seconds is None


@pytest.mark.parametrize("kind", list(kinds()))
def test_every_kind_is_complete(kind: type[HubError]) -> None:
    """Every kind has a status of HTTP that means no, a code, a title, and a next step as a full sentence."""
    assert HTTPStatus(kind.status) >= HTTPStatus.BAD_REQUEST
    assert kind.code == kind.code.lower()
    assert kind.title
    assert kind.next_step.endswith(".")


def test_codes_tell_kinds_apart() -> None:
    """No two kinds share a code, so that a program can act on it."""
    codes = [kind.code for kind in kinds()]
    assert len(codes) == len(set(codes)) > 5
