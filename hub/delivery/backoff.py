"""When a delivery is tried again, and when it is given up. Pure: the answer of a receiver in, a decision out.

The waits are the example of Standard Webhooks 1.0; which answers count as what follows it and the CloudEvents webhook
specification 1.0, section 2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from hub.waits import Waits

_WAITS = Waits(
    (
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
        timedelta(hours=14),
        timedelta(hours=20),
        timedelta(hours=24),
    )
)
MOST_ATTEMPTS = _WAITS.most_attempts

LONGEST_WAIT = timedelta(hours=24)
"""However long a receiver asks the hub to wait."""

_ASKS_TO_WAIT = frozenset({429, 503})
_GONE = 410
_UNSUPPORTED_MEDIA_TYPE = 415


class Verdict(StrEnum):
    """What an answer means for the delivery."""

    DELIVERED = "delivered"
    AGAIN = "again"
    REFUSED = "refused"  # it will never be taken
    GONE = "gone"  # nor will anything else: the subscription ends


@dataclass(frozen=True, slots=True)
class Answer:
    """How one try ended: the status of the HTTP answer, or `error`, a word for why there was none."""

    status: int | None
    error: str | None = None
    retry_after: timedelta | None = None


def verdict(answer: Answer) -> Verdict:
    """What the answer means. A redirect is a failure: following it would send a message to who did not subscribe."""
    if answer.status is None:
        return Verdict.AGAIN
    if 200 <= answer.status < 300:
        return Verdict.DELIVERED
    if answer.status == _GONE:
        return Verdict.GONE
    return Verdict.REFUSED if answer.status == _UNSUPPORTED_MEDIA_TYPE else Verdict.AGAIN


def wait_after(attempt: int, answer: Answer, random: Callable[[], float]) -> timedelta | None:
    """How long to wait after the failure of an attempt (the first is 1); None to give up.

    A receiver that asks for time with 429 or 503 gets it, up to LONGEST_WAIT; asking for less than the wait that was
    due anyway changes nothing. `random` gives numbers from 0 up to 1.
    """
    wait = _WAITS.after(attempt, random)
    if wait is None:
        return None
    if answer.status in _ASKS_TO_WAIT and answer.retry_after is not None:
        wait = max(wait, answer.retry_after)
    return min(wait, LONGEST_WAIT)


def retry_after(header: str | None, *, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); None when it asks nothing."""
    if header is None:
        return None
    if header.isascii() and header.isdecimal():
        return timedelta(seconds=min(int(header[:9]), LONGEST_WAIT.total_seconds()))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return wait if wait > timedelta(0) else None
