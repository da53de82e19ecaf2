"""The figures that are read are those that were counted, in full fives, and no small ones."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hub.agenda.actions import count
from hub.agenda.figures import Row
from hub.agenda.indicators import Dimension, Fact, Measure
from hub.agenda.queries import IndicatorTable, Query, indicators
from hub.errors import InvalidInput
from hub.store.engine import Sessions

AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (8, 9, 10))
ASSEN, MEPPEL, TYNAARLO = "GM0106", "GM0119", "GM1730"


def raised(number: int, month: date = SEPTEMBER, /, **words: Any) -> list[tuple[int, Fact]]:
    """A number of raised cases, spread over the partitions."""
    return [(place % 8, Fact(month, Measure.RAISED, **words)) for place in range(number)]


def answered(days: list[int], month: date = SEPTEMBER, /, **words: Any) -> list[tuple[int, Fact]]:
    """Answered cases, one for each number of working days."""
    facts = [Fact(month, Measure.ANSWERED, working_days=day, **words) for day in days]
    return [(place % 8, fact) for place, fact in enumerate(facts)]


def read(session: Session, by: Dimension, first: date = AUGUST, last: date = OCTOBER, **part: str) -> IndicatorTable:
    """The table of a period."""
    return indicators(session, Query(first, last, by, **part))


def numbers(table: IndicatorTable) -> dict[str, int | None]:
    """The raised cases of each row."""
    return {row.key: row.raised for row in table.rows}


def test_full_fives_by_municipality(sessions: Sessions) -> None:
    """Each municipality shows its raised cases in full fives, and so does the total."""
    with sessions.begin() as session:
        count(session, raised(12, municipality=ASSEN) + raised(21, municipality=MEPPEL))
        table = read(session, Dimension.MUNICIPALITY)
    assert numbers(table) == {ASSEN: 10, MEPPEL: 20}
    assert (table.total.key, table.total.raised) == ("total", 30)


def test_nine_are_hidden_and_so_is_what_gives_them_away(sessions: Sessions) -> None:
    """A number below ten is hidden together with the next smallest, so that the total does not give it away."""
    with sessions.begin() as session:
        few, more, many = (
            raised(9, municipality=ASSEN),
            raised(15, municipality=MEPPEL),
            raised(40, municipality=TYNAARLO),
        )
        count(session, few + more + many)
        table = read(session, Dimension.MUNICIPALITY)
    assert numbers(table) == {ASSEN: None, MEPPEL: None, TYNAARLO: 40}
    assert table.total.raised == 60


def test_a_row_without_a_full_five_is_not_listed(sessions: Sessions) -> None:
    """Four cases leave no trace: not even a row that would say that there was something."""
    with sessions.begin() as session:
        count(session, raised(4, municipality=ASSEN) + raised(20, municipality=MEPPEL))
        assert numbers(read(session, Dimension.MUNICIPALITY)) == {MEPPEL: 20}


def test_counts_add_up_over_batches_and_partitions(sessions: Sessions) -> None:
    """Facts that come in several batches end up in the same count."""
    with sessions.begin() as session:
        for _ in range(3):
            count(session, raised(8, theme="poverty"))
        count(session, [])
        assert numbers(read(session, Dimension.THEME)) == {"poverty": 20}


def test_months_of_the_period_are_all_listed(sessions: Sessions) -> None:
    """A month in which nothing happened stands in the table, hidden like every small one."""
    with sessions.begin() as session:
        count(session, raised(20, AUGUST) + raised(30, OCTOBER))
        table = read(session, Dimension.MONTH)
    assert numbers(table) == {"2026-08": None, "2026-09": None, "2026-10": 30}
    assert table.total.raised == 50


def test_sector_follows_from_the_kind_of_school(sessions: Sessions) -> None:
    """Kinds of school are put together by sector; mbo and private schools have none."""
    with sessions.begin() as session:
        count(session, raised(7, school_type="bao") + raised(8, school_type="so") + raised(20, school_type="vso"))
        count(session, raised(10, school_type="mbo") + raised(5, school_type="private"))
        table = read(session, Dimension.SECTOR)
    assert numbers(table) == {"": 15, "po": 15, "vo": 20}


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (Dimension.SWV, {"swv": "PO2201"}),
        (Dimension.SCHOOL_TYPE, {"school_type": "sbo"}),
        (Dimension.REQUEST, {"request": "signal"}),
        (Dimension.THEME, {"theme": "attendance"}),
    ],
)
def test_every_dimension_has_its_own_keys(sessions: Sessions, by: Dimension, words: dict[str, str]) -> None:
    """A table by a dimension has the words of that dimension as its keys, and an empty one for what is unknown."""
    with sessions.begin() as session:
        count(session, raised(25, **words) + raised(15))
        assert numbers(read(session, by)) == {"": 15, next(iter(words.values())): 25}


def test_filters_narrow_the_table(sessions: Sessions) -> None:
    """Only the part of the region that was asked for is counted, in the rows and in the total."""
    assen = {"municipality": ASSEN, "swv": "PO2201"}
    with sessions.begin() as session:
        count(session, raised(20, theme="poverty", **assen) + raised(15, theme="home", **assen))
        count(session, raised(40, theme="home", municipality=MEPPEL, swv="PO2203"))
        by_theme = read(session, Dimension.THEME, municipality=ASSEN)
        by_municipality = read(session, Dimension.MUNICIPALITY, theme="home", swv="PO2203")
    assert (numbers(by_theme), by_theme.total.raised) == ({"home": 15, "poverty": 20}, 35)
    assert (numbers(by_municipality), by_municipality.total.raised) == ({MEPPEL: 40}, 40)


def test_days_to_the_first_answer(sessions: Sessions) -> None:
    """The median counts from the day on which half were answered; in time is within five working days."""
    with sessions.begin() as session:
        count(session, answered([1] * 10 + [4] * 20 + [12] * 10, theme="home"))
        total = read(session, Dimension.THEME).total
    assert total == Row("total", None, 40, 4, 75, None)
    assert total.hidden == ("raised", "across_border_percentage")


def test_very_long_answers_stop_at_sixty_days(sessions: Sessions) -> None:
    """An answer after a year makes the median "sixty or more", and does not break the table."""
    with sessions.begin() as session:
        count(session, answered([250] * 20))
        total = read(session, Dimension.THEME).total
    assert (total.median_working_days, total.answered_in_time_percentage) == (60, 5)


def test_share_across_the_border_is_capped(sessions: Sessions) -> None:
    """A share is told between five and ninety-five per cent."""
    with sessions.begin() as session:
        count(session, raised(30, theme="home", crosses_border=True) + raised(20, theme="home"))
        count(session, raised(50, theme="poverty", crosses_border=True) + raised(50, theme="behaviour"))
        rows = read(session, Dimension.THEME).rows
    assert {row.key: row.across_border_percentage for row in rows} == {"home": 60, "poverty": 95, "behaviour": 5}


def test_later_periods_need_more_to_be_certain(sessions: Sessions) -> None:
    """After the hub's first month, a number is shown only if it is certain to be ten or more."""
    with sessions.begin() as session:
        count(session, raised(11, AUGUST) + raised(10, SEPTEMBER) + raised(15, OCTOBER))
        september = read(session, Dimension.THEME, SEPTEMBER, SEPTEMBER).total
        october = read(session, Dimension.THEME, OCTOBER, OCTOBER).total
    assert (september.raised, october.raised) == (None, 15)


def test_nothing_yet(sessions: Sessions) -> None:
    """Before the first fact there is a total, and nothing in it."""
    with sessions() as session:
        table = read(session, Dimension.SWV)
    assert table.rows == ()
    assert table.total == Row("total", None, None, None, None, None)


def test_other_measures_are_not_mixed_in(sessions: Sessions) -> None:
    """Accepted, declined and closed cases are kept, and counted neither as raised nor as answered."""
    with sessions.begin() as session:
        count(session, raised(20))
        count(
            session,
            [(0, Fact(SEPTEMBER, measure)) for measure in (Measure.ACCEPTED, Measure.CLOSED) for _ in range(50)],
        )
        total = read(session, Dimension.THEME).total
    assert (total.raised, total.answered) == (20, None)


def test_days_are_taken_as_their_months() -> None:
    """A period consists of whole months, whatever days it is given by."""
    query = Query(date(2026, 8, 17), date(2026, 10, 2), Dimension.THEME)
    assert (query.from_month, query.until_month) == (AUGUST, OCTOBER)


@pytest.mark.parametrize(
    ("first", "last"), [(OCTOBER, SEPTEMBER), (date(2016, 9, 1), date(2026, 9, 1)), (date(1, 1, 1), date(9999, 12, 31))]
)
def test_impossible_periods_are_refused(first: date, last: date) -> None:
    """A period that ends before it begins, or that is longer than ten years, is refused."""
    with pytest.raises(InvalidInput):
        Query(first, last, Dimension.THEME)


def test_ten_years_by_month_are_possible(sessions: Sessions) -> None:
    """The longest period has a hundred and twenty months."""
    with sessions() as session:
        assert len(read(session, Dimension.MONTH, date(2016, 10, 1), date(2026, 9, 1)).rows) == 120


def test_a_threshold_below_five_is_a_mistake(sessions: Sessions) -> None:
    """No setting can make the agenda publish groups smaller than five."""
    with sessions() as session, pytest.raises(ValueError, match="no threshold below 5"):
        indicators(session, Query(AUGUST, OCTOBER, Dimension.THEME), 4)
