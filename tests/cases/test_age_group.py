"""The age group of a pupil: all that the log holds of a birth date."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from hub.events.payloads import age_group

AGES = [
    (date(2015, 11, 19), date(2026, 11, 19), "0-11"),
    (date(2014, 11, 20), date(2026, 11, 19), "0-11"),
    (date(2014, 11, 19), date(2026, 11, 19), "12-15"),
    (date(2010, 11, 20), date(2026, 11, 19), "12-15"),
    (date(2010, 11, 19), date(2026, 11, 19), "16-17"),
    (date(2008, 11, 20), date(2026, 11, 19), "16-17"),
    (date(2008, 11, 19), date(2026, 11, 19), "18-22"),
    (date(2003, 11, 20), date(2026, 11, 19), "18-22"),
    (date(2003, 11, 19), date(2026, 11, 19), "23+"),
    (date(2026, 11, 19), date(2026, 11, 19), "0-11"),
    # born on 29 February: a year older on 1 March of a common year, and on the day itself in a leap year
    (date(2008, 2, 29), date(2024, 2, 28), "12-15"),
    (date(2008, 2, 29), date(2024, 2, 29), "16-17"),
    (date(2008, 2, 29), date(2026, 2, 28), "16-17"),
    (date(2008, 2, 29), date(2026, 3, 1), "18-22"),
]


@pytest.mark.parametrize(("born", "on", "group"), AGES)
def test_a_group_changes_on_the_birthday(born: date, on: date, group: str) -> None:
    """Rights change on the day itself, not the day after."""
    assert age_group(born, on) == group


def birthday(born: date, year: int) -> date:
    """The day on which somebody is a year older; 1 March for who was born on 29 February."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


@given(born=st.dates(date(1990, 1, 1), date(2026, 12, 31)), on=st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_group_follows_from_counting_birthdays(born: date, on: date) -> None:
    """The group is that of the number of birthdays that have been."""
    birthdays = sum(birthday(born, year) <= on for year in range(born.year + 1, on.year + 1))
    limits = {"0-11": range(12), "12-15": range(12, 16), "16-17": range(16, 18), "18-22": range(18, 23)}
    assert age_group(born, on) == next((group for group, ages in limits.items() if birthdays in ages), "23+")
