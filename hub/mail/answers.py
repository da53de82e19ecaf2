"""What a mail server's answer means, and when a message is tried again. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from hub.waits import Waits

_WAITS = Waits(
    (
        timedelta(minutes=1),
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(hours=12),
        timedelta(hours=24),
    )
)
MOST_ATTEMPTS = _WAITS.most_attempts

_POLICY = "5.7."


class Verdict(StrEnum):
    """What an answer means for the message."""

    SENT = "sent"
    AGAIN = "again"
    REFUSED = "refused"  # nothing will ever arrive at this address


@dataclass(frozen=True, slots=True)
class Answer:
    """How one try ended: the reply code of the server (RFC 5321) and its status (RFC 3463), or `error`, a word.

    `is_about_receiver`: said of the receiver or the message, and not of the hub that sends.
    """

    code: int | None
    status: str | None = None
    error: str | None = None
    is_about_receiver: bool = True


def verdict(answer: Answer) -> Verdict:
    """What the answer means. A refusal by policy (5.7) is about who sends: it condemns no address."""
    if answer.code is not None and 200 <= answer.code < 300:
        return Verdict.SENT
    if answer.code is None or not answer.is_about_receiver:
        return Verdict.AGAIN
    return Verdict.REFUSED if answer.code >= 500 and is_about_address(answer.status) else Verdict.AGAIN


def is_about_address(status: str | None) -> bool:
    """Whether a permanent refusal with this status says that the address is no good; without a status it does."""
    return status is None or (status.startswith("5.") and not status.startswith(_POLICY))


def wait_after(attempt: int, random: Callable[[], float]) -> timedelta | None:
    """How long to wait after the failure of an attempt (the first is 1); None to give up. `random`: from 0 up to 1."""
    return _WAITS.after(attempt, random)
