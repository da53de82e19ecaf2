"""What is written holds from its day until the next thing that was written: the past stays as it was."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType
from hub.directory import actions
from hub.directory.current import build_snapshot
from hub.directory.entries import START, Agreement, Coverage, Registration
from hub.directory.registering import register
from hub.directory.snapshot import Snapshot
from hub.store.engine import Sessions

SPRING, SUMMER, AUTUMN = date(2027, 3, 1), date(2027, 6, 1), date(2027, 9, 1)
DAYS = (date(2026, 11, 21), SPRING, SUMMER, AUTUMN)
PARTIES = frozenset(map(OrganisationCode, ("PO2203", "PO2305")))
TEAM, HOME = OrganisationCode("GM1896-ST"), OrganisationCode("GM1896")
WIJDEMEREN, HILVERSUM = OrganisationCode("GM1696"), OrganisationCode("GM0402")
Change = Callable[[Session], Any]


def after(sessions: Sessions, *changes: Change) -> Snapshot:
    """The directory after these changes, each in a transaction of its own."""
    for change in changes:
        with sessions.begin() as session:
            change(session)
    with sessions() as session:
        return build_snapshot(session)


def agreed(since: date, until: date | None, *pc4s: str) -> Change:
    """An agreement about some postcodes."""
    entry = Agreement("zwartsluis", "border", PARTIES, {"pc4": list(pc4s)}, since, until, "OOGO")
    return lambda session: actions.conclude(session, entry)


def works(since: date, until: date | None, *pc4s: str) -> Change:
    """Coverage of a team that is entered beforehand."""
    entry = Coverage(TEAM, HOME, frozenset(map(Postcode4, pc4s)), None, since, until)
    return lambda session: actions.cover(session, entry)


def a_team(session: Session) -> None:
    """The team of Zwartewaterland."""
    entry = Registration(TEAM, OrganisationKind.SOCIAL_TEAM, "Sociaal team", "test", parent=HOME, municipality=HOME)
    actions.enter(session, entry, on=START)


def scopes(snapshot: Snapshot) -> list[list[str]]:
    """About which postcodes the agreement is, day by day."""
    return [[pc4 for one in snapshot.agreements("border", on) for pc4 in one.scope["pc4"]] for on in DAYS]


def teams(snapshot: Snapshot, pc4: str) -> list[bool]:
    """Whether the team works for a postcode, day by day."""
    return [snapshot.social_team(HOME, on, pc4=pc4) is not None for on in DAYS]


def test_a_new_agreement_leaves_the_past_of_the_old_one(sessions: Sessions) -> None:
    """A case of before its day is still judged by what was agreed then."""
    snapshot = after(sessions, agreed(START, None, "8064"), agreed(SUMMER, None, "8061"))
    assert scopes(snapshot) == [["8064"], ["8064"], ["8061"], ["8061"]]


@pytest.mark.parametrize("until", [None, AUTUMN])
def test_what_is_written_for_an_earlier_day_ends_where_the_later_begins(sessions: Sessions, until: date | None) -> None:
    """There are never two agreements of one name on one day."""
    snapshot = after(sessions, agreed(SUMMER, None, "8061"), agreed(SPRING, until, "8064"))
    assert scopes(snapshot) == [[], ["8064"], ["8061"], ["8061"]]


def test_an_agreement_can_end_before_the_next_one_begins(sessions: Sessions) -> None:
    """In between nothing is agreed."""
    snapshot = after(sessions, agreed(AUTUMN, None, "8061"), agreed(SPRING, SUMMER, "8064"))
    assert scopes(snapshot) == [[], ["8064"], [], ["8061"]]


def test_coverage_for_an_earlier_day_ends_where_the_later_begins(sessions: Sessions) -> None:
    """A team never works in more places than were said last."""
    snapshot = after(sessions, a_team, works(SUMMER, None, "8061"), works(SPRING, None, "8064"))
    assert teams(snapshot, "8064") == [True, True, False, False]
    assert teams(snapshot, "8061") == [True, False, True, True]


def test_the_same_coverage_again_does_not_undo_what_came_after(sessions: Sessions) -> None:
    """As when the demo region is loaded once more."""
    snapshot = after(sessions, a_team, works(START, None, "8064"), works(SUMMER, None, "8061"))
    again = after(sessions, works(START, None, "8064"))
    assert teams(again, "8064") == teams(snapshot, "8064") == [True, True, False, False]
    assert again.version == snapshot.version


def test_a_fact_that_is_named_anew_keeps_its_old_name_until_then(sessions: Sessions) -> None:
    """The package's own knowledge has a past too."""
    entry = Registration(OrganisationCode("PO2203"), OrganisationKind.SWV, "Nieuwe naam", "test")
    before = after(sessions).organisation("PO2203", DAYS[0])
    snapshot = after(sessions, lambda session: actions.enter(session, entry, on=SUMMER))
    names = [found.name for found in (snapshot.organisation("PO2203", on) for on in DAYS) if found]
    assert before is not None
    assert names == [before.name, before.name, "Nieuwe naam", "Nieuwe naam"]


def test_a_merger_takes_the_schools_along(sessions: Sessions) -> None:
    """From its day a school of the old municipality stands in the new one, on the same postcode."""
    site = Registration(
        OrganisationCode("99AA00"),
        OrganisationKind.SCHOOL_SITE,
        "De Zwerfkei",
        "test",
        municipality=WIJDEMEREN,
        types=frozenset({SchoolType.BAO}),
        pc4=Postcode4("1241"),
    )
    snapshot = after(
        sessions,
        lambda session: register(session, [site], on=START),
        lambda session: actions.merge_municipality(session, WIJDEMEREN, HILVERSUM, on=SUMMER, source="test"),
    )
    found = [snapshot.site("99AA00", on) for on in DAYS]
    assert [one.municipality for one in found if one] == [WIJDEMEREN, WIJDEMEREN, HILVERSUM, HILVERSUM]
    assert {one.pc4 for one in found if one} == {"1241"}
    assert snapshot.successors(WIJDEMEREN, SUMMER) == (HILVERSUM,)
