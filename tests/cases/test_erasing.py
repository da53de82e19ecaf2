"""Cases are erased when nobody may keep them any longer, or when somebody asks; the log tells it and stays whole."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from hub.agenda.tables import Count
from hub.cases.actions import accept
from hub.cases.erasing import Step, erase, erase_next, erase_unplaced
from hub.cases.tables import Case, Party
from hub.errors import Conflict, Gone, NotFound
from hub.events import log
from hub.events.log import Event
from hub.privacy.erasure import erased_at, sweep_remains
from hub.privacy.retention import read_terms
from hub.privacy.tables import CaseKey, Sealed
from tests.support.moves import SWV, accepts, answers, closes, declines
from tests.support.small_hub import (
    A_QUESTION,
    A_REFERRAL,
    A_SIGNAL,
    AN_ABSENCE,
    BOARD,
    NOW,
    TEAM,
    SmallHub,
    cloudevent,
    withdrawal,
)

TERMS = read_terms()
NEVER = UUID(int=1)


@pytest.fixture
def hub(small_hub: SmallHub) -> SmallHub:
    """A hub with an empty log."""
    return small_hub


def years(number: float) -> datetime:
    """So many years after everything happened, and a week."""
    return NOW + timedelta(days=round(365.25 * number) + 7)


def looks(hub: SmallHub, at: datetime, after: UUID | None = None) -> Step:
    """What the daily look comes to at a moment."""
    with hub.sessions.begin() as session:
        return erase_next(session, TERMS, hub.snapshot, after=after, now=at)


def erased(hub: SmallHub, case: UUID) -> list[Event]:
    """What the log tells of its erasure."""
    return [event for event in hub.events(case) if event.type == "case.erased"]


def answered(hub: SmallHub, outcome: str = "advice_given") -> UUID:
    """A referral that the team has answered and closed."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    accepts(hub, case)
    answers(hub, case, outcome=outcome)
    closes(hub, case)
    return case


def sealed(hub: SmallHub, case: UUID) -> int:
    """How many documents of a case are still there."""
    with hub.sessions() as session:
        return session.scalar(select(func.count()).where(Sealed.case_id == case)) or 0


def test_before_its_term_a_case_is_kept(hub: SmallHub) -> None:
    """Also on the last day, and not a day longer."""
    case = answered(hub)
    assert looks(hub, NOW + timedelta(days=300)) == Step(0, 0, None)
    assert looks(hub, NOW.replace(year=2028, day=18)) == Step(0, 0, case)
    assert hub.view(case, BOARD).shown.fields
    assert looks(hub, NOW.replace(year=2028)) == Step(1, 0, case)


def test_after_its_term_nobody_can_read_it(hub: SmallHub) -> None:
    """Key and ciphertext are gone; the parties hear it, in the log and by their feed."""
    case = answered(hub)
    assert looks(hub, years(2)) == Step(1, 0, case)
    [event] = erased(hub, case)
    assert (event.data, event.publisher) == ({"because": "term"}, "HUB")
    assert {name for name in (BOARD, TEAM) if event in hub.feed(name)} == {BOARD, TEAM}
    assert sealed(hub, case) == 0
    view = hub.view(case, BOARD)
    assert view.shown.fields == frozenset()
    assert [moment.personal for moment in view.moments if moment.personal] == []
    with hub.sessions() as session, pytest.raises(Gone):
        hub.vault.key_of(session.connection(), case)


def test_log_and_figures_stay(hub: SmallHub) -> None:
    """The chain is whole, and what was counted is counted."""
    answered(hub)
    hub.read()
    with hub.sessions() as session:
        before = session.scalar(select(func.sum(Count.number)))
    looks(hub, years(2))
    hub.read(years(2))
    with hub.sessions() as session:
        assert log.verify(session) is None
        assert session.scalar(select(func.sum(Count.number))) == before


def test_it_is_erased_and_told_once(hub: SmallHub) -> None:
    """However often somebody looks."""
    case = answered(hub)
    assert [looks(hub, years(n)).erased for n in (2, 2, 3)] == [1, 0, 0]
    assert len(erased(hub, case)) == 1


@pytest.mark.parametrize("outcome", ["help_started", "help_finished"])
def test_where_help_began_the_team_keeps_what_the_school_must_not(hub: SmallHub, outcome: str) -> None:
    """The file of youth help is kept twenty years; the pupil's file two."""
    case = answered(hub, outcome)
    assert looks(hub, years(2)).erased == 0
    assert hub.view(case, BOARD).shown.fields == frozenset()
    assert "question" in hub.view(case, TEAM).shown.fields
    assert looks(hub, years(20)).erased == 1
    assert hub.view(case, TEAM).shown.fields == frozenset()


def test_every_kind_of_case_has_its_own_term(hub: SmallHub) -> None:
    """The first that is due is the first that goes."""
    signal = hub.routed("signal.raised", A_SIGNAL)
    question = hub.routed("support.requested", A_QUESTION)
    absence = hub.routed("absence.reported", AN_ABSENCE)
    for case in (signal, question, absence):
        hub.publish(withdrawal("signal.withdrawn", case))
    hub.read()
    gone = []
    for number in (1, 2, 3, 5):
        looks(hub, years(number))
        gone.append({case for case in (signal, question, absence) if erased(hub, case)})
    assert gone == [set(), {signal}, {signal, question}, {signal, question, absence}]


def test_a_case_that_still_runs_is_never_erased_by_its_age(hub: SmallHub) -> None:
    """It is counted, so that somebody sees to it; once it is answered its term counts from then."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    accepts(hub, case)
    assert looks(hub, years(3)) == Step(0, 1, case)
    assert hub.view(case, TEAM).shown.fields
    assert erased(hub, case) == []


def test_a_case_that_moves_at_this_moment_is_judged_by_what_it_is_now(hub: SmallHub) -> None:
    """Who looked before the move does not erase after it."""
    case = answered(hub)
    with hub.sessions() as looking, hub.sessions.begin() as moving:
        assert looking.get(Case, case)  # read before the move
        moving.execute(text("UPDATE cases SET changed_at = :now"), {"now": years(2)})
        moving.commit()
        assert erase_next(looking, TERMS, hub.snapshot, after=None, now=years(2)).erased == 0
    assert erased(hub, case) == []


def test_two_that_look_at_once_erase_once(hub: SmallHub) -> None:
    """The second finds no key to destroy."""
    case = answered(hub)
    with hub.sessions() as one, hub.sessions() as other:
        first = erase_next(one, TERMS, hub.snapshot, after=None, now=years(2))
        other.connection(execution_options={"isolation_level": "READ COMMITTED"})
        one.commit()
        second = erase_next(other, TERMS, hub.snapshot, after=None, now=years(2))
        other.commit()
    assert (first.erased, second.erased) == (1, 0)
    assert len(erased(hub, case)) == 1


def test_what_never_became_a_case_goes_too(hub: SmallHub) -> None:
    """The router choked on it; its data is not kept for that."""
    [receipt] = hub.publish(cloudevent("referral.submitted", A_REFERRAL))
    with hub.sessions.begin() as session:
        assert erase_unplaced(session, TERMS, now=NOW) == 0
        assert erase_unplaced(session, TERMS, now=years(2)) == 1
    assert len(erased(hub, receipt.case_id)) == 1


def test_what_a_restored_backup_brought_back_is_removed(hub: SmallHub) -> None:
    """Ciphertext of which nobody has the key."""
    case = answered(hub)
    with hub.sessions.begin() as session:
        session.execute(text("UPDATE case_keys SET wrapped = NULL, destroyed_at = now()"))
        assert sealed(hub, case) > 0
        assert sweep_remains(session, limit=1) == 1
        while sweep_remains(session, limit=1):
            pass
    assert sealed(hub, case) == 0


def test_somebody_asks_for_it(hub: SmallHub) -> None:
    """AVG art. 17: at once, whatever the term; a second time there is nothing left to do."""
    case = answered(hub)
    with hub.sessions.begin() as session:
        assert erase(session, case, now=NOW)
        assert not erase(session, case, now=NOW)
        assert erased_at(session, case) == NOW
    assert [event.data for event in erased(hub, case)] == [{"because": "request"}]


def test_a_running_case_is_not_erased_by_accident(hub: SmallHub) -> None:
    """The parties wait for an answer; who means it ends the case with it."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    with hub.sessions() as session, pytest.raises(Conflict, match="still runs"):
        erase(session, case, now=NOW)
    with hub.sessions.begin() as session:
        assert erase(session, case, even_if_running=True, now=NOW)
    assert hub.types(case)[-2:] == ["case.withdrawn", "case.erased"]
    assert hub.case(case).state == "withdrawn"
    with hub.acting(TEAM) as acting, pytest.raises(Gone):
        accept(acting, case)


def test_an_unknown_case_is_not_erased(hub: SmallHub) -> None:
    """A mistyped id destroys nothing."""
    with hub.sessions() as session, pytest.raises(NotFound):
        erase(session, NEVER, now=NOW)


def test_who_passed_it_on_has_no_term(hub: SmallHub) -> None:
    """A former holder sees nothing, so nothing is kept for it."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    declines(hub, case)
    hub.read()
    answers(hub, case, SWV, "advice_given")
    looks(hub, years(2))
    with hub.sessions() as session:
        past = session.scalars(select(Party.organisation).where(Party.expired_on.is_not(None))).all()
        assert set(past) == {BOARD}
        assert session.scalar(select(func.count()).where(CaseKey.wrapped.is_not(None))) == 1
    assert looks(hub, years(3)).erased == 1
