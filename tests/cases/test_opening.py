"""A published event becomes a case with one holder, a term, and everyone told who must know."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from hub.cases.known import Course
from hub.cases.placing import place
from hub.cases.tables import Case, Party
from hub.codes import OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.events.log import Event
from hub.events.readers import parked
from tests.support.moves import OFFICE, SWV
from tests.support.small_hub import (
    A_PLACEMENT,
    A_QUESTION,
    A_REFERRAL,
    A_SIGNAL,
    A_TRANSITION,
    AN_ABSENCE,
    BOARD,
    NOW,
    TEAM,
    Body,
    SmallHub,
    cloudevent,
)

SPECIAL_BOARD = OrganisationCode("B00005")
ADMISSION: Body = {
    "school": "99JE00",
    "homePostcode": "8064",
    "standing": "registered",
    "schoolType": "so",
    "question": "Aanmelding van een kleuter.",
}
OPENINGS = [
    ("referral.submitted", A_REFERRAL, BOARD, "offered", TEAM, SWV, date(2026, 11, 26)),
    ("signal.raised", A_SIGNAL, BOARD, "offered", TEAM, SWV, date(2026, 11, 26)),
    ("support.requested", A_QUESTION, BOARD, "offered", SWV, SWV, date(2026, 12, 3)),
    ("placement.sought", A_PLACEMENT, BOARD, "offered", SWV, SWV, date(2026, 12, 3)),
    ("transition.announced", A_TRANSITION, BOARD, "offered", "B00003", SWV, date(2026, 12, 3)),
    ("absence.reported", AN_ABSENCE, BOARD, "offered", SWV, SWV, date(2026, 11, 26)),
    # six weeks: the term of a declaration runs over Christmas and New Year's Day
    ("admission.requested", ADMISSION, SPECIAL_BOARD, "offered", "PO2203", "PO2203", date(2027, 1, 4)),
    # no partnership has this postcode: the school's own finds out, within two working days
    ("signal.raised", {**A_SIGNAL, "homePostcode": "3197"}, BOARD, "undecided", SWV, SWV, date(2026, 11, 23)),
    # a school outside all partnerships: nobody can find out, so it stays with the school
    (
        *("support.requested", {**A_QUESTION, "school": "99DD00"}, SPECIAL_BOARD),
        *("undecided", SPECIAL_BOARD, None, date(2026, 11, 23)),
    ),
]


@pytest.mark.parametrize(("type_", "data", "sender", "state", "holder", "lead", "due"), OPENINGS)
def test_a_case_opens_with_a_holder_and_a_term(
    hub: SmallHub,
    type_: str,
    data: Body,
    sender: OrganisationCode,
    state: str,
    holder: str,
    lead: str | None,
    due: date,
) -> None:
    """Whatever the question is, somebody holds it, and the day is known on which the school must have its answer."""
    case = hub.routed(type_, data, organisation=sender)
    row = hub.case(case)
    assert (row.type, row.state, row.holder, row.sender) == (type_, state, holder, sender)
    assert (row.lead_swv, row.due_on, row.opened_on, row.school) == (lead, due, date(2026, 11, 19), data["school"])
    assert row.answered_on is None
    assert [name for name, (role, _) in hub.parties(case).items() if role == "holder"] == [holder]


def test_the_rules_refuse_acute_danger_that_came_past_the_door(hub: SmallHub) -> None:
    """Such an event is never placed with anybody, whatever let it in."""
    opening = hub.events(hub.routed("signal.raised", A_SIGNAL))[0]
    with pytest.raises(TypeError, match="acute danger"):
        place(Course(opening._replace(data={**opening.data, "acuteDanger": True})), hub.snapshot)


def offers(hub: SmallHub, case: UUID) -> list[Event]:
    """What the hub wrote when it placed a case."""
    return [event for event in hub.events(case) if event.publisher == "HUB"]


def test_school_and_receiver_are_told_with_the_reasons(hub: SmallHub) -> None:
    """The offer says who, until when, and by which rules; it is in both feeds and in no other."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    [offer] = offers(hub, case)
    assert (offer.type, offer.time) == ("referral.offered", NOW)
    assert {name: offer.data[name] for name in ("receiver", "role", "dueOn", "leadSwv", "named", "first")} == {
        "receiver": TEAM,
        "role": "holder",
        "dueOn": "2026-11-26",
        "leadSwv": SWV,
        "named": [],
        "first": True,
    }
    assert "C1" in [reason["rule"] for reason in offer.data["reasons"]]
    told = [name for name in (BOARD, TEAM, SWV, "GM0118-ST") if offer.position in {e.position for e in hub.feed(name)}]
    assert told == [BOARD, TEAM]


def test_who_is_asked_gets_an_offer_of_its_own(hub: SmallHub) -> None:
    """One event for each receiver; only the first counts as the opening of the case."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    assert [(o.data["receiver"], o.data["role"], o.data["first"]) for o in offers(hub, case)] == [
        (SWV, "holder", True),
        (OFFICE, "asked", False),
    ]
    assert hub.parties(case) == {
        BOARD: ("sender", "sender"),
        SWV: ("holder", "offered"),
        OFFICE: ("asked", "offered"),
    }


def test_who_is_named_is_told_and_owes_nothing(hub: SmallHub) -> None:
    """It is in the case and in the audience, without a term."""
    case = hub.routed("absence.reported", {**AN_ABSENCE, "standing": "not_enrolled"})
    assert hub.parties(case)["PO2203"] == ("named", "named")
    [offer] = offers(hub, case)
    assert offer.data["named"] == ["PO2203"]
    assert offer.position in {event.position for event in hub.feed("PO2203")}
    with hub.sessions() as session:
        assert session.get_one(Party, (case, "PO2203")).due_on is None


def test_what_no_rule_can_place_says_what_is_missing(hub: SmallHub) -> None:
    """The triage party gets the exact question; the school sees that it was asked."""
    case = hub.routed("signal.raised", {**A_SIGNAL, "homePostcode": "3197"})
    [undecided] = offers(hub, case)
    assert undecided.type == "case.undecided"
    assert undecided.data["triage"] == SWV
    assert undecided.data["missing"]
    assert {BOARD, SWV} == {n for n in (BOARD, SWV, TEAM) if undecided in hub.feed(n)}


def test_a_case_is_listed_by_codes_only(hub: SmallHub) -> None:
    """Kind of school, municipality, theme, and whether home and school lie in different partnerships."""
    near = hub.case(hub.routed("referral.submitted", A_REFERRAL))
    assert (near.school_type, near.municipality, near.home_postcode, near.theme) == (
        "bao",
        "GM0106",
        "9403",
        "wellbeing",
    )
    assert near.crosses_border is False
    far = hub.case(hub.routed("absence.reported", AN_ABSENCE))
    assert (far.municipality, far.crosses_border, far.theme) == ("GM0118", True, None)
    special = hub.case(hub.routed("admission.requested", ADMISSION, organisation=SPECIAL_BOARD))
    assert special.school_type == "so"


def test_the_trace_of_a_request_goes_on_in_the_hub(hub: SmallHub) -> None:
    """What the hub writes because of an event carries the event's trace."""
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    [receipt] = hub.publish(cloudevent("signal.raised", A_SIGNAL, traceparent=trace))
    hub.read()
    assert [event.traceparent for event in hub.events(receipt.case_id)] == [trace, trace]


def test_a_crowd_of_events_becomes_as_many_cases(small_hub: SmallHub) -> None:
    """A batch of the router opens each case once, whatever its kind."""
    bodies = [cloudevent(type_, data) for type_, data, sender, *_ in OPENINGS if sender == BOARD]
    receipts = small_hub.publish(*bodies, *(cloudevent("signal.raised", A_SIGNAL) for _ in range(300)))
    small_hub.read()
    with small_hub.sessions() as session:
        ids = set(session.scalars(select(Case.id)))
        one_holder = select(func.count()).where(Party.role == "holder").group_by(Party.case_id)
        assert set(session.scalars(one_holder)) == {1}
        assert parked(session) == []
    assert ids == {receipt.case_id for receipt in receipts}


def test_the_directory_of_the_day_of_the_event_counts(hub: SmallHub, demo_region: Snapshot) -> None:
    """An event that was late is placed as on its own day; its term begins when it can be read."""
    [receipt] = hub.publish(cloudevent("signal.raised", A_SIGNAL, time="2026-11-12T10:00:00Z"))
    hub.read()
    assert hub.case(receipt.case_id).opened_on == date(2026, 11, 12)
    assert hub.case(receipt.case_id).due_on == date(2026, 11, 26)
    assert demo_region.organisation(TEAM, date(2026, 11, 12)) is not None
