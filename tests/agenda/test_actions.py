"""Counting adds up, whoever counts beside it."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.agenda.actions import count
from hub.agenda.indicators import Fact, Measure
from hub.agenda.tables import Count
from hub.store.engine import Sessions

RAISED = Fact(date(2026, 11, 1), Measure.RAISED, "signal", "home", "bao", "PO2201", "GM0106", crosses_border=True)
ANSWERED = Fact(date(2026, 11, 1), Measure.ANSWERED, "signal", "home", "bao", "PO2201", "GM0106", working_days=3)


def counted(session: Session) -> int:
    """Everything that was counted."""
    return session.scalar(select(func.sum(Count.number))) or 0


def test_equal_facts_share_a_row(sessions: Sessions) -> None:
    """The same fact twice in a batch, and again in the next, is one row with the number three."""
    with sessions.begin() as session:
        count(session, [(3, RAISED), (3, ANSWERED), (3, RAISED)])
        count(session, [(3, RAISED)])
        rows = session.scalars(select(Count).order_by(Count.measure)).all()
    assert [(row.measure, row.working_days, row.number) for row in rows] == [("answered", 3, 1), ("raised", -1, 3)]
    assert (rows[1].request, rows[1].theme, rows[1].school_type) == ("signal", "home", "bao")
    assert (rows[1].swv, rows[1].municipality, rows[1].crosses_border) == ("PO2201", "GM0106", True)
    assert (rows[1].month, rows[1].partition) == (date(2026, 11, 1), 3)


def test_nothing_is_written_for_no_facts(sessions: Sessions) -> None:
    """A batch of events that say nothing to the agenda leaves it as it was."""
    with sessions.begin() as session:
        count(session, [])
        assert counted(session) == 0


def test_partitions_do_not_wait_for_one_another(sessions: Sessions) -> None:
    """While one reader has not committed yet, another can count the same fact of its own partition, and commit."""
    with sessions() as slow:
        count(slow, [(0, RAISED)])
        with sessions.begin() as quick:
            count(quick, [(1, RAISED)])
        slow.commit()
        assert counted(slow) == 2


def test_what_is_rolled_back_is_not_counted(sessions: Sessions) -> None:
    """Counts go with the transaction of the reader, so no event counts twice."""
    with sessions() as session:
        count(session, [(0, RAISED)])
        session.rollback()
        assert counted(session) == 0
