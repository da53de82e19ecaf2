"""The decision after each answer, by example."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.delivery.backoff import LONGEST_WAIT, MOST_ATTEMPTS, Answer, Verdict, retry_after, verdict, wait_after

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FAILED = Answer(500)


def middle() -> float:
    """The jitter that changes nothing."""
    return 0.5


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        *((status, Verdict.DELIVERED) for status in (200, 201, 202, 204, 206, 299)),
        *((status, Verdict.AGAIN) for status in (301, 302, 304, 307, 308, 400, 401, 403, 404, 408, 409, 422, 429)),
        *((status, Verdict.AGAIN) for status in (500, 502, 503, 504, 599, 999)),
        (410, Verdict.GONE),
        (415, Verdict.REFUSED),
    ],
)
def test_meaning_of_a_status(status: int, meaning: Verdict) -> None:
    """Only 2xx is delivered, 410 ends the subscription, 415 the delivery, and all else is tried again."""
    assert verdict(Answer(status)) is meaning


def test_no_answer_is_tried_again() -> None:
    """A time-out, a refused connection and bad TLS are all reasons to come back."""
    assert verdict(Answer(None, "timeout")) is Verdict.AGAIN


def test_waits_follow_the_table_of_the_standard() -> None:
    """Ten tries, with the waits that Standard Webhooks gives as its example, and then no more."""
    waits = [wait_after(attempt, FAILED, middle) for attempt in range(1, MOST_ATTEMPTS + 1)]
    hours = [2, 5, 10, 14, 20, 24]
    expected = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), *(timedelta(hours=h) for h in hours)]
    assert waits == [*expected, None]


@pytest.mark.parametrize(("random", "seconds"), [(0.0, 4.5), (0.999999, 5.5)])
def test_jitter_moves_a_wait_by_a_tenth(random: float, seconds: float) -> None:
    """What failed together does not come back together."""
    wait = wait_after(1, FAILED, lambda: random)
    assert wait is not None
    assert wait.total_seconds() == pytest.approx(seconds, abs=0.001)


def test_no_wait_is_longer_than_a_day() -> None:
    """Jitter on the longest wait does not lengthen it."""
    assert wait_after(MOST_ATTEMPTS - 1, FAILED, lambda: 0.99) == LONGEST_WAIT


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        (timedelta(minutes=2), timedelta(minutes=2)),
        (timedelta(seconds=1), timedelta(seconds=5)),
        (timedelta(days=30), LONGEST_WAIT),
    ],
)
def test_a_receiver_gets_the_time_it_asks_for(status: int, asked: timedelta, wait: timedelta) -> None:
    """Retry-After lengthens the wait up to a day, and never shortens it."""
    assert wait_after(1, Answer(status, retry_after=asked), middle) == wait


def test_retry_after_counts_with_429_and_503_only() -> None:
    """Another failure keeps to the table."""
    assert wait_after(1, Answer(500, retry_after=timedelta(hours=1)), middle) == timedelta(seconds=5)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("99999999999999999999", LONGEST_WAIT),
        ("Fri, 20 Nov 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Fri, 20 Nov 2026 11:00:00 GMT", None),
        ("Fri, 20 Nov 2026 12:01:30 -0000", timedelta(seconds=90)),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, wait: timedelta | None) -> None:
    """Both forms of RFC 9110 are read; what is neither asks for nothing."""
    assert retry_after(header, now=NOW) == wait
