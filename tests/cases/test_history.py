"""Every decision of a period can be taken again: the first of a case, and each one after it was passed on."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.cases import actions
from hub.cases.history import decisions_between
from hub.codes import DeclineCode, OrganisationCode
from hub.events.situation import Clarification
from hub.routing.decision import Decision, Undecided
from hub.routing.replay import Answer, Occasion, World
from tests.support.moves import OFFICE, SWV, declines, redirects
from tests.support.small_hub import A_REFERRAL, AN_ABSENCE, NOW, TEAM, SmallHub, cloudevent, withdrawal

TODAY = date(2026, 11, 19)
Body = dict[str, Any]


def clarifies(hub: SmallHub, case: UUID, who: str, **found: Any) -> None:
    """Triage answers what was asked."""
    with hub.acting(who) as acting:
        actions.clarify(acting, hub.snapshot, case, Clarification(**found))


def taken(hub: SmallHub, case: UUID, first: date = TODAY, last: date = TODAY) -> list[Occasion]:
    """The decisions of a period that are about this case."""
    with hub.sessions() as session:
        return [occasion for occasion in decisions_between(session, first, last) if occasion.case == str(case)]


def test_a_case_that_was_never_passed_on_was_decided_once(hub: SmallHub, case: UUID) -> None:
    """On the facts of its opening event."""
    [occasion] = taken(hub, case)
    assert (occasion.is_first, occasion.chosen) == (True, None)
    assert (occasion.facts.site, occasion.facts.home_postcode, occasion.facts.declined) == ("99AA00", "9403", ())


def test_every_decision_of_a_long_way_is_there(hub: SmallHub) -> None:
    """Asked, clarified, declined, redirected by triage, redirected by the team: each with what was known then."""
    case = hub.routed("referral.submitted", {**A_REFERRAL, "homePostcode": "9400"})
    clarifies(hub, case, SWV, municipality=OrganisationCode("GM0106"))
    hub.read()
    declines(hub, case)
    hub.read()
    redirects(hub, case, SWV)
    hub.read()
    redirects(hub, case, "GM1680-ST", to="GM0118-ST")
    hub.read()
    found = taken(hub, case)
    assert [(one.is_first, one.by, one.chosen) for one in found] == [
        (True, None, None),
        (False, None, None),
        (False, None, None),
        (False, SWV, "GM1680-ST"),
        (False, "GM1680-ST", "GM0118-ST"),
    ]
    assert [one.facts.answers.municipality for one in found] == [None, *["GM0106"] * 4]
    assert [len(one.facts.declined) for one in found] == [0, 0, 1, 1, 2]


def test_who_was_asked_beside_the_holder_moves_nothing(hub: SmallHub, shared_case: UUID) -> None:
    """Its decline is no reason to decide again."""
    declines(hub, shared_case, OFFICE)
    hub.read()
    assert [one.is_first for one in taken(hub, shared_case)] == [True]


def test_a_case_that_was_taken_back_was_not_decided_again(hub: SmallHub, case: UUID) -> None:
    """The team declined what the school had taken back a moment before: nobody looked for the next one."""
    hub.publish(withdrawal("signal.withdrawn", case))
    declines(hub, case)
    hub.read()
    assert hub.case(case).state == "withdrawn"
    assert [one.is_first for one in taken(hub, case)] == [True]


def test_the_period_counts_in_dutch_days(hub: SmallHub) -> None:
    """Half past eleven at night in Greenwich is the next day in the Netherlands."""
    late = NOW.replace(hour=23, minute=30)
    [receipt] = hub.publish(cloudevent("referral.submitted", A_REFERRAL, time=late.isoformat()), now=late)
    hub.read(late)
    assert taken(hub, receipt.case_id) == []
    [occasion] = taken(hub, receipt.case_id, TODAY + timedelta(days=1), TODAY + timedelta(days=1))
    assert occasion.facts.on == TODAY + timedelta(days=1)


def test_a_decision_of_later_counts_in_its_own_period(hub: SmallHub, case: UUID) -> None:
    """A case of before the period that was passed on within it is replayed from there."""
    with hub.acting(TEAM, NOW + timedelta(days=3)) as acting:
        actions.decline(acting, case, DeclineCode.NOT_OUR_AREA, None)
    hub.read(NOW + timedelta(days=3))
    later = TODAY + timedelta(days=3)
    assert [one.is_first for one in taken(hub, case, later, later)] == [False]


@pytest.mark.parametrize("data", [A_REFERRAL, {**A_REFERRAL, "homePostcode": "9400"}, AN_ABSENCE])
def test_taken_again_in_the_same_world_they_say_the_same(hub: SmallHub, data: Body) -> None:
    """Parties, questions and reasons are those of the log: a replay compares with what was really decided."""
    case = hub.routed("absence.reported" if data is AN_ABSENCE else "referral.submitted", data)
    for _ in range(4):
        holder = hub.case(case).holder
        if hub.case(case).state == "undecided":
            redirects(hub, case, holder)
        else:
            declines(hub, case, holder)
        hub.read()
    world = World(hub.snapshot)
    assert [_as_logged(world.decide(occasion)) for occasion in taken(hub, case)] == _logged(hub, case)


def _as_logged(answer: Answer) -> tuple[list[str], list[Body], list[Body]]:
    assert isinstance(answer, Decision | Undecided)
    receivers = [one.organisation for one in answer.receivers] if isinstance(answer, Decision) else []
    missing = [one.to_data() for one in answer.missing] if isinstance(answer, Undecided) else []
    return list(map(str, receivers)), missing, [reason.to_data() for reason in answer.reasons]


def _logged(hub: SmallHub, case: UUID) -> list[tuple[list[str], list[Body], list[Body]]]:
    found: list[tuple[list[str], list[Body], list[Body]]] = []
    for event in hub.events(case):
        if event.type == "case.undecided":
            found.append(([], event.data["missing"], event.data["reasons"]))
        elif event.type == "referral.offered" and event.data["role"] == "asked":
            found[-1][0].append(event.data["receiver"])
        elif event.type == "referral.offered":
            found.append(([event.data["receiver"]], [], event.data["reasons"]))
    return found
