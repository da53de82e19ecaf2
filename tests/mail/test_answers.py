"""What a mail server's answer means, and how long the hub keeps trying."""

from datetime import timedelta

import pytest

from hub.mail.answers import MOST_ATTEMPTS, Answer, Verdict, verdict, wait_after


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (Answer(250), Verdict.SENT),
        (Answer(450, "4.2.0"), Verdict.AGAIN),  # greylisting
        (Answer(452), Verdict.AGAIN),
        (Answer(550, "5.1.1"), Verdict.REFUSED),
        (Answer(550), Verdict.REFUSED),
        (Answer(552, "5.2.2"), Verdict.REFUSED),
        (Answer(554, "5.7.1"), Verdict.AGAIN),  # relaying denied: the address is as good as it was
        (Answer(550, "5.1.8", is_about_receiver=False), Verdict.AGAIN),  # of the sender's domain
        (Answer(None, error="timeout"), Verdict.AGAIN),
    ],
)
def test_what_an_answer_means(answer: Answer, meaning: Verdict) -> None:
    """Only a permanent refusal of the receiver condemns an address."""
    assert verdict(answer) is meaning


def test_waits_grow_and_end() -> None:
    """More than a day and a half in all, with a little chance in each."""
    waits = [wait_after(attempt, lambda: 0.5) for attempt in range(1, MOST_ATTEMPTS + 1)]
    known = [wait for wait in waits if wait is not None]
    assert waits[-1] is None
    assert known == sorted(known)
    assert len(known) == MOST_ATTEMPTS - 1
    assert sum(known, timedelta()) > timedelta(hours=36)
    assert wait_after(1, lambda: 0.0) != wait_after(1, lambda: 0.99)
