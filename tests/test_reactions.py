"""What the hub does by itself after each event: who is told, what is counted, in which order."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from hub.agenda.tables import Count
from hub.codes import DeclineCode, OrganisationCode
from hub.delivery.actions import Wish, subscribe
from hub.delivery.tables import Delivery, Subscription
from hub.events.catalogue import OPENING, PUBLISHED, WRITTEN_BY_HUB, WRITTEN_BY_RECEIVERS
from hub.events.readers import lag, parked
from tests.support.events import an_event, append_all
from tests.support.moves import (
    OFFICE,
    OTHER_TEAM,
    SWV,
    accepts,
    answers,
    closes,
    contests,
    declines,
    opens,
    redirects,
    retracts,
)
from tests.support.small_hub import (
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


@pytest.fixture
def hub(small_hub: SmallHub) -> SmallHub:
    """A hub with an empty log, in which the school and two receivers want to be told by webhook."""
    with small_hub.sessions.begin() as session:
        for name in (BOARD, TEAM, OFFICE):
            wish = Wish(OrganisationCode(name), f"http://127.0.0.1:9/{name}")
            subscribe(session, small_hub.vault, wish, to_loopback=True, now=NOW)
    return small_hub


def planned(hub: SmallHub, case: UUID) -> list[tuple[str, str, str]]:
    """The deliveries of a case, in order: to whom, of what, and how they stand."""
    query = text(
        "SELECT s.organisation, e.type, d.state FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id"
        " JOIN events e ON e.position = d.position WHERE d.case_id = :case ORDER BY d.position, s.organisation"
    )
    with hub.sessions() as session:
        return [tuple(row) for row in session.execute(query, {"case": case})]


def counted(hub: SmallHub) -> dict[str, int]:
    """How often each measure was counted."""
    found: Counter[str] = Counter()
    with hub.sessions() as session:
        for row in session.scalars(select(Count)):
            found[row.measure] += row.number
    return dict(found)


def test_the_readers_and_their_order(hub: SmallHub) -> None:
    """A case is opened before anybody is told of it, and told of before it is counted."""
    assert [reader.name for reader in hub.readers] == ["router", "dispatcher", "agenda", "clock", "postman"]


_OF_A_COURSE = {
    "referral.declined", "referral.redirected", "case.clarified", "milestone.recorded", "border.invited",
    "border.arbiter.called", "border.agreed", "border.arbitrated", "move.weighed", "referral.offered",
    "case.undecided", "admission.issued", "admission.refused",
}  # fmt: skip
"""Events that say what follows from them: without their data there is nothing to follow."""


def test_every_type_of_event_passes_every_reader(hub: SmallHub) -> None:
    """A whole life, an unknown type and news of webhooks: nothing is parked, nothing stays behind."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    opens(hub, case, SWV)
    accepts(hub, case, OFFICE)
    declines(hub, case, SWV)
    hub.read()
    redirects(hub, case, SWV, to=TEAM)
    hub.read()
    answers(hub, case, TEAM)
    closes(hub, case, TEAM)
    for type_ in (*WRITTEN_BY_HUB, *WRITTEN_BY_RECEIVERS, "something.new"):
        if type_ not in _OF_A_COURSE:
            append_all(hub.sessions, an_event(case, type=type_))
    for type_ in PUBLISHED.keys() - OPENING:
        hub.publish(withdrawal(type_, case))
    hub.read()
    with hub.sessions() as session:
        assert parked(session) == []
        assert set(lag(session, hub.readers).values()) == {0}


def test_everybody_who_may_know_is_told_once_per_event(hub: SmallHub) -> None:
    """One delivery for each subscription of each organisation in the audience; reading again adds none."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    accepts(hub, case, OFFICE)
    hub.read()
    expected = [
        (BOARD, "referral.offered", "waiting"),
        (BOARD, "referral.offered", "waiting"),
        (OFFICE, "referral.offered", "waiting"),
        (BOARD, "referral.accepted", "waiting"),
    ]
    assert planned(hub, case) == expected
    with hub.sessions.begin() as session:
        session.execute(text("UPDATE checkpoints SET position = 0 WHERE reader = 'dispatcher'"))
    hub.read()
    assert planned(hub, case) == expected


@pytest.mark.parametrize("type_", ["consent.withdrawn", "signal.withdrawn"])
def test_what_still_waits_is_taken_back_with_the_question(hub: SmallHub, type_: str) -> None:
    """Nobody hears of an offer after it is over; that it is over, they hear."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    neighbour = hub.routed("referral.submitted", A_REFERRAL)
    hub.publish(withdrawal(type_, case))
    hub.read()
    ended = "case.blocked" if type_ == "consent.withdrawn" else "case.withdrawn"
    assert planned(hub, case) == [
        (BOARD, "referral.offered", "cancelled"),
        (TEAM, "referral.offered", "cancelled"),
        (BOARD, ended, "waiting"),
        (TEAM, ended, "waiting"),
    ]
    assert {state for _, _, state in planned(hub, neighbour)} == {"waiting"}


def test_an_offer_and_its_end_in_one_batch(hub: SmallHub) -> None:
    """The same holds where the dispatcher reads both together."""
    [receipt] = hub.publish(cloudevent("signal.raised", A_SIGNAL))
    hub.publish(withdrawal("signal.withdrawn", receipt.case_id))
    hub.read()
    assert [state for _, _, state in planned(hub, receipt.case_id)] == ["cancelled", "cancelled", "waiting", "waiting"]


def test_a_subscription_that_ended_gets_nothing_new(hub: SmallHub) -> None:
    """Deliveries are planned for who subscribes at that moment."""
    with hub.sessions.begin() as session:
        for subscription in session.scalars(select(Subscription)):
            subscription.ended_at = NOW
    hub.routed("referral.submitted", A_REFERRAL)
    with hub.sessions() as session:
        assert session.scalars(select(Delivery)).all() == []


Life = Callable[[SmallHub, UUID], None]


def answered_twice(hub: SmallHub, case: UUID) -> None:
    """Only the first answer counts."""
    answers(hub, case)
    answers(hub, case, text="En nog iets.")


def passed_on_and_answered(hub: SmallHub, case: UUID) -> None:
    """Declined, looked at, handed on, answered and closed."""
    declines(hub, case, code=DeclineCode.NO_CAPACITY)
    hub.read()
    redirects(hub, case, SWV)
    hub.read()
    accepts(hub, case, OTHER_TEAM)
    answers(hub, case, OTHER_TEAM)
    closes(hub, case, OTHER_TEAM)


def taken_twice(hub: SmallHub, case: UUID) -> None:
    """Taken, given back and taken again is one acceptance."""
    accepts(hub, case)
    retracts(hub, case)
    accepts(hub, case)


def closed_twice(hub: SmallHub, case: UUID) -> None:
    """Contested, answered once more and closed again is one case that was closed."""
    answers(hub, case)
    closes(hub, case)
    contests(hub, case)
    answers(hub, case, text="Wij komen morgen.")
    closes(hub, case)


def blocked(hub: SmallHub, case: UUID) -> None:
    """Consent is taken back."""
    hub.publish(withdrawal("consent.withdrawn", case))


def withdrawn(hub: SmallHub, case: UUID) -> None:
    """The question is taken back."""
    hub.publish(withdrawal("signal.withdrawn", case))


LIVES: list[tuple[Life, dict[str, int]]] = [
    (opens, {"raised": 1}),
    (accepts, {"raised": 1, "accepted": 1}),
    (answered_twice, {"raised": 1, "answered": 1}),
    (
        passed_on_and_answered,
        {
            "raised": 1,
            "declined": 1,
            "undecided": 1,
            "redirected": 1,
            "accepted": 1,
            "answered": 1,
            "closed": 1,
        },
    ),
    (taken_twice, {"raised": 1, "accepted": 1}),
    (closed_twice, {"raised": 1, "answered": 1, "closed": 1}),
    (blocked, {"raised": 1, "blocked": 1}),
    (withdrawn, {"raised": 1, "withdrawn": 1}),
]


@pytest.mark.parametrize(("life", "expected"), LIVES)
def test_a_life_is_counted_step_by_step(hub: SmallHub, life: Life, expected: dict[str, int]) -> None:
    """Each step once; a case counts as raised once, however often it is handed over."""
    life(hub, hub.routed("referral.submitted", A_REFERRAL))
    hub.read()
    assert counted(hub) == expected


def test_a_question_that_nobody_can_place_is_raised_and_undecided(hub: SmallHub) -> None:
    """Both in one event."""
    hub.routed("signal.raised", {**A_SIGNAL, "homePostcode": "3197"})
    assert counted(hub) == {"raised": 1, "undecided": 1}


def test_counts_say_what_and_where_and_never_who(hub: SmallHub) -> None:
    """Month, kind of request, theme, kind of school, partnership, municipality, border, days to the first answer."""
    far = hub.routed("referral.submitted", {**A_REFERRAL, "school": "99CA00", "homePostcode": "7902"})
    answers(hub, far, "GM0118-ST")  # a day later, on a Friday
    hub.read(NOW + timedelta(days=1))
    with hub.sessions() as session:
        rows = {row.measure: row for row in session.scalars(select(Count))}
    for row in rows.values():
        assert (row.month.isoformat(), row.request, row.theme, row.school_type) == (
            "2026-11-01",
            "referral.submitted",
            "wellbeing",
            "bao",
        )
        assert (row.swv, row.municipality, row.crosses_border, row.number) == ("PO2201", "GM0118", True, 1)
    assert {name: row.working_days for name, row in rows.items()} == {"raised": -1, "answered": 1}


def test_a_crowd_is_counted_as_it_came(hub: SmallHub) -> None:
    """Many cases in one batch of the readers add up."""
    hub.publish(*(cloudevent("signal.raised", A_SIGNAL) for _ in range(120)))
    hub.publish(*(cloudevent("absence.reported", AN_ABSENCE) for _ in range(30)))
    hub.read()
    assert counted(hub) == {"raised": 150}
