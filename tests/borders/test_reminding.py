"""The clock of a talk: both sides hear once that the time for talking is over."""

from datetime import datetime, timedelta
from uuid import UUID

from hub.borders.reminding import remind
from tests.borders.talking import ASSEN, OUTSIDE_SCHOOL, STEENWIJK, agrees, invites, proposes
from tests.support.small_hub import NOW, SmallHub

IN_TIME, LATE = NOW + timedelta(days=14), NOW + timedelta(days=15)


def reminded(hub: SmallHub, case: UUID, at: datetime) -> list[tuple[str, bool, bool]]:
    """What the upkeep of a moment says in a case, and whether each side is told."""
    with hub.sessions.begin() as session:
        while remind(session, now=at):
            pass
    events = [event for event in hub.events(case) if event.type == "border.reminded"]
    told = [{event.position for event in hub.feed(who)} for who in (ASSEN, STEENWIJK)]
    return [(event.data["dueOn"], event.position in told[0], event.position in told[1]) for event in events]


def test_both_sides_are_reminded_once(hub: SmallHub, case: UUID) -> None:
    """After ten working days, however often somebody looks."""
    invites(hub, case)
    assert reminded(hub, case, IN_TIME) == []
    for _ in range(2):
        assert reminded(hub, case, LATE) == [("2026-12-03", True, True)]


def test_who_is_outside_is_reminded_by_who_asked(hub: SmallHub, case: UUID) -> None:
    """The hub cannot reach it."""
    invites(hub, case, outside=OUTSIDE_SCHOOL)
    assert reminded(hub, case, LATE) == [("2026-12-03", True, False)]


def test_what_is_settled_needs_no_reminder(hub: SmallHub, case: UUID) -> None:
    """Nor what is with the arbiter."""
    invites(hub, case)
    proposes(hub, case, ASSEN)
    agrees(hub, case, STEENWIJK)
    assert reminded(hub, case, LATE) == []
