"""When somebody is told: at once, in a digest or never, outside quiet hours, on days when people work."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from hub.directory.calendar import days_off_from
from hub.errors import InvalidInput
from hub.mail.moments import Pace, QuietHours, Wishes, moment

DUTCH = ZoneInfo("Europe/Amsterdam")
AT_ONCE, DIGEST = Wishes(), Wishes(Pace.DIGEST)
NIGHT_WORKER = Wishes(quiet=QuietHours(time(9), time(17)))
ALWAYS = Wishes(quiet=None)


def told(wishes: Wishes, happened: str) -> str:
    """When somebody with these wishes is told of what happened at this Dutch time."""
    earliest = datetime.fromisoformat(happened).replace(tzinfo=DUTCH)
    at = moment(wishes, earliest, days_off_from(earliest.date()))
    assert at is not None
    assert at >= earliest
    return at.astimezone(DUTCH).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("wishes", "happened", "expected"),
    [
        (AT_ONCE, "2026-11-19T10:30", "2026-11-19 10:30"),  # a Thursday
        (AT_ONCE, "2026-11-19T18:00", "2026-11-20 08:00"),
        (AT_ONCE, "2026-11-20T03:00", "2026-11-20 08:00"),
        (AT_ONCE, "2026-11-20T21:00", "2026-11-23 08:00"),  # Friday evening
        (AT_ONCE, "2026-11-21T12:00", "2026-11-23 08:00"),
        (AT_ONCE, "2026-12-24T20:00", "2026-12-28 08:00"),  # Christmas on a Friday and Saturday
        (AT_ONCE, "2026-10-25T12:00", "2026-10-26 08:00"),  # the clock goes back that day
        (ALWAYS, "2026-11-21T03:00", "2026-11-21 03:00"),
        (NIGHT_WORKER, "2026-11-19T12:00", "2026-11-19 17:00"),
        (NIGHT_WORKER, "2026-11-19T08:59", "2026-11-19 08:59"),
        (DIGEST, "2026-11-19T08:30", "2026-11-19 08:30"),
        (DIGEST, "2026-11-19T08:31", "2026-11-20 08:30"),
        (DIGEST, "2026-11-20T16:00", "2026-11-23 08:30"),
        (Wishes(Pace.DIGEST, QuietHours(time(18), time(10))), "2026-11-19T16:00", "2026-11-20 10:00"),
        (Wishes(Pace.DIGEST, None), "2026-11-20T16:00", "2026-11-23 08:30"),
    ],
)
def test_when_somebody_is_told(wishes: Wishes, happened: str, expected: str) -> None:
    """In Dutch time, whatever the season."""
    assert told(wishes, happened) == expected


def test_who_wants_no_mail_gets_none() -> None:
    """Not later either."""
    assert moment(Wishes(Pace.NONE), datetime(2026, 11, 19, tzinfo=DUTCH), frozenset()) is None


def test_quiet_hours_leave_an_hour() -> None:
    """Otherwise nothing would ever be sent, without anybody having said so."""
    with pytest.raises(InvalidInput):
        QuietHours(time(8), time(8))
