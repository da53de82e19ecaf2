"""The only place that asks the machine what time it is; everything else is given the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DUTCH_TIME = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def dutch_date(moment: datetime) -> date:
    """The calendar day in the Netherlands at `moment`: the day that terms and the directory count in."""
    return moment.astimezone(DUTCH_TIME).date()
