"""Review of reading points at what is unusual, and leaves alone what is not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.clock import DUTCH_TIME
from hub.directory.calendar import days_off_from
from hub.privacy.review import USUAL, Opening, Sign, Thresholds, Unusual, review

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=DUTCH_TIME)
TEAM, ANNA, BRAM, CARO = "GM0106-ST", "person:a", "person:b", "person:c"
DAYS_OFF = days_off_from(MONDAY.date())


def opening(
    caller: str = ANNA, at: datetime = MONDAY, *, case: UUID | None = None, role: str = "holder", action: str = "read"
) -> Opening:
    """That somebody opened a case, usually one that nobody opened before."""
    return Opening(TEAM, caller, case or uuid4(), role, action, at)


def openings(number: int, caller: str = ANNA, at: datetime = MONDAY, **more: Any) -> list[Opening]:
    """So many cases, a minute after each other."""
    return [opening(caller, at + timedelta(minutes=n), **more) for n in range(number)]


def signs(found: list[Unusual]) -> list[tuple[str, Sign, int]]:
    """Who, what and how often."""
    return [(one.caller, one.sign, one.number) for one in found]


def test_ordinary_work_is_not_pointed_at() -> None:
    """A person who handles cases in the daytime, a school that follows its own, a system that fetches at night."""
    work = [
        *openings(30),
        *openings(25, BRAM),
        *openings(20, CARO),
        *openings(4, "person:d", MONDAY.replace(hour=23)),
        *openings(39, "client:lvs", MONDAY.replace(hour=2), role="sender"),
        *openings(9, "client:regio", role="named"),
    ]
    assert review(work, DAYS_OFF) == []


def test_many_cases_in_a_day() -> None:
    """Different cases; the same one again and again is somebody at work."""
    assert signs(review(openings(41), DAYS_OFF)) == [(ANNA, Sign.MANY_CASES, 41)]
    same = uuid4()
    assert review([opening(case=same, at=MONDAY + timedelta(minutes=n)) for n in range(100)], DAYS_OFF) == []
    spread = [one for day in range(5) for one in openings(40, at=MONDAY + timedelta(days=day))]
    assert review(spread, DAYS_OFF) == []


@pytest.mark.parametrize("how", [{"action": "refused", "role": "none"}, {"role": "former"}, {"role": "none"}])
def test_cases_of_others(how: dict[str, Any]) -> None:
    """Asked for in vain, or opened after they were passed on: a few are enough."""
    assert review(openings(2, **how), DAYS_OFF) == []
    assert signs(review(openings(3, **how), DAYS_OFF)) == [(ANNA, Sign.OUTSIDE_OWN_CASES, 3)]


ODD = [
    MONDAY.replace(hour=22),
    MONDAY.replace(hour=5, minute=30),
    MONDAY + timedelta(days=5),  # Saturday
    MONDAY + timedelta(days=6),
    datetime(2026, 12, 25, 11, 0, tzinfo=DUTCH_TIME),  # a holiday on a Friday
]


@pytest.mark.parametrize("at", ODD)
def test_at_hours_when_people_do_not_work(at: datetime) -> None:
    """At night, in the weekend, on a holiday, in Dutch time; a system may."""
    assert signs(review(openings(5, at=at), DAYS_OFF)) == [(ANNA, Sign.AT_NIGHT, 5)]
    assert review(openings(4, at=at), DAYS_OFF) == []
    assert review(openings(5, "client:lvs", at), DAYS_OFF) == []


def test_one_far_above_the_others() -> None:
    """Of the same organisation and kind; spread over days, so that no single day stands out."""

    def over_days(number: int, caller: str) -> Iterator[Opening]:
        return (opening(caller, MONDAY + timedelta(days=n % 5)) for n in range(number))

    colleagues = [*over_days(10, BRAM), *over_days(8, CARO)]
    assert review([*over_days(27, ANNA), *colleagues], DAYS_OFF) == []
    [found] = review([*over_days(28, ANNA), *colleagues], DAYS_OFF)
    assert (found.caller, found.sign, found.number, found.usual) == (ANNA, Sign.ABOVE_COLLEAGUES, 28, 9.0)
    assert review([*over_days(28, ANNA), *over_days(2, BRAM)], DAYS_OFF) == []  # one colleague is no measure
    small = [*over_days(19, ANNA), *over_days(2, BRAM), *over_days(1, CARO)]
    assert review(small, DAYS_OFF) == []


def test_the_most_striking_comes_first() -> None:
    """With when it was."""
    found = review([*openings(50), *openings(12, BRAM, role="former")], DAYS_OFF)
    assert [one.sign for one in found] == [Sign.OUTSIDE_OWN_CASES, Sign.MANY_CASES]
    assert (found[1].first_at, found[1].last_at) == (MONDAY, MONDAY + timedelta(minutes=49))


def test_the_thresholds_are_in_one_place() -> None:
    """Another organisation of work, other numbers."""
    strict = Thresholds(cases_in_a_day=5)
    assert signs(review(openings(6), DAYS_OFF, strict)) == [(ANNA, Sign.MANY_CASES, 6)]
    assert USUAL.cases_in_a_day == 40
    assert review([], DAYS_OFF) == []
