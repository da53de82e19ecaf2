"""A rule that fails or contradicts another holds its case and nobody else's, and the operator hears of it."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from hub.cases import alarms
from hub.cases.alarms import Held
from hub.cases.history import decisions_between
from hub.clock import dutch_date
from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType
from hub.directory.actions import conclude, load_demo
from hub.directory.current import SnapshotHolder, build_snapshot
from hub.directory.entries import START, Agreement, Registration
from hub.directory.registering import lock_directory, register
from hub.errors import Conflict, NotFound
from hub.reactions import readers
from hub.store.engine import Sessions
from tests.support.moves import answers, redirects
from tests.support.small_hub import A_QUESTION, A_REFERRAL, BOARD, NOW, TEAM, SmallHub, withdrawal

ASSEN, SWV = OrganisationCode("GM0106"), OrganisationCode("PO2201")
IN_HOOGEVEEN = {**A_REFERRAL, "homePostcode": "7902"}
LATER = NOW + timedelta(days=1)


def by_age(**more: Any) -> Agreement:
    """The team of Assen for the youngest. Without a team it makes the rule raise; the command line refuses that."""
    scope = {"municipality": ASSEN, "ages": ["0-11"], **more}
    return Agreement("by-age", "team_by_age", frozenset({ASSEN}), scope, START, None, "test")


def desk(name: str, **more: Any) -> Agreement:
    """A desk of the partnership for all its schools: two of them contradict each other."""
    return Agreement(name, "desk", frozenset({SWV}), {"swv": SWV, "name": name, **more}, START, None, "test")


def change(hub: SmallHub, *agreements: Agreement) -> None:
    """Write agreements into the directory, past the command that would look at them."""
    with hub.sessions.begin() as session:
        for agreement in agreements:
            conclude(session, agreement)


@pytest.fixture
def hub(sessions: Sessions) -> SmallHub:
    """A hub that reads its directory from the database, as a real one does."""
    with sessions.begin() as session:
        load_demo(session, NOW)
    with sessions() as session:
        made = SmallHub(sessions, build_snapshot(session))
    made.readers = readers(SnapshotHolder().newest)
    return made


def held(hub: SmallHub) -> list[Held]:
    """What waits for the operator."""
    with hub.sessions() as session:
        found = alarms.held_for_operator(session)
        assert alarms.count_alarms(session) == sum(one.has_alarm for one in found)
        return found


def release(hub: SmallHub, case: UUID) -> None:
    """The operator lets the rules decide again."""
    with hub.sessions.begin() as session:
        alarms.release(session, case, now=LATER)
    hub.read(LATER)


def test_a_rule_that_raises_holds_its_case_and_no_other(hub: SmallHub, caplog: pytest.LogCaptureFixture) -> None:
    """The school has the case, the operator sees the rule and the time, and the log names the case."""
    change(hub, by_age())
    with caplog.at_level(logging.ERROR):
        broken = hub.routed("referral.submitted", A_REFERRAL)
        sound = hub.routed("referral.submitted", IN_HOOGEVEEN)
    assert (hub.case(broken).state, hub.case(broken).holder, hub.case(broken).alarm) == ("undecided", BOARD, "C1")
    assert (hub.case(sound).state, hub.case(sound).holder, hub.case(sound).alarm) == ("offered", "GM0118-ST", None)
    assert held(hub) == [Held(broken, NOW, "C1", ("rules_failed",))]
    assert any(str(broken) in record.getMessage() and "C1" in record.getMessage() for record in caplog.records)
    assert not any("Sem" in record.getMessage() for record in caplog.records)


def test_agreements_that_contradict_each_other_hold_the_case(hub: SmallHub) -> None:
    """Nothing says which desk counts, so nobody gets the question."""
    change(hub, desk("Loket Noord"), desk("Loket Zuid"))
    case = hub.routed("support.requested", A_QUESTION)
    [found] = held(hub)
    assert (found.case_id, found.rules, found.has_alarm) == (case, "HUB8", True)
    assert SWV not in hub.parties(case)


def test_after_the_mend_the_rules_decide_again(hub: SmallHub) -> None:
    """Before it the case is held again; after it the team has it, and the replay counts every decision."""
    change(hub, by_age())
    case = hub.routed("referral.submitted", A_REFERRAL)
    release(hub, case)
    assert [one.case_id for one in held(hub)] == [case]
    change(hub, by_age(team=TEAM))
    release(hub, case)
    assert held(hub) == []
    assert (hub.case(case).state, hub.case(case).holder, hub.case(case).alarm) == ("offered", TEAM, None)
    assert hub.types(case).count("case.released") == 2
    with hub.sessions() as session:
        taken = [one for one in decisions_between(session, dutch_date(NOW), dutch_date(LATER)) if one.case == str(case)]
    assert [one.is_first for one in taken] == [True, False, False]


def test_everybody_in_the_case_is_told_that_it_goes_on(hub: SmallHub) -> None:
    """The school that held it, and nobody else yet."""
    change(hub, by_age())
    case = hub.routed("referral.submitted", A_REFERRAL)
    release(hub, case)
    assert "case.released" in [event.type for event in hub.feed(BOARD)]
    assert hub.feed(TEAM) == []


def test_a_school_that_hands_the_case_on_itself_ends_the_alarm(hub: SmallHub) -> None:
    """It knows who can help; the operator has nothing to release any more."""
    change(hub, by_age())
    case = hub.routed("referral.submitted", A_REFERRAL)
    redirects(hub, case, BOARD, TEAM)
    hub.read()
    assert (hub.case(case).holder, held(hub)) == (TEAM, [])


@pytest.mark.parametrize("end", ["withdrawn", "answered"])
def test_a_case_that_is_over_waits_for_nobody(hub: SmallHub, end: str) -> None:
    """Taken back, or answered by the school that held it."""
    change(hub, by_age())
    case = hub.routed("referral.submitted", A_REFERRAL)
    if end == "withdrawn":
        hub.publish(withdrawal("signal.withdrawn", case))
    else:
        answers(hub, case, BOARD, "no_help_needed", "Al opgelost.")
    hub.read()
    assert (hub.case(case).state, held(hub)) == (end, [])


def test_what_no_partnership_looks_into_waits_for_the_operator_too(hub: SmallHub) -> None:
    """A school where the law names no partnership: no alarm, but nobody else will find out."""

    def a_school(session: Session) -> None:
        site = Registration(
            OrganisationCode("99ZZ00"),
            OrganisationKind.SCHOOL_SITE,
            "De Zandbank",
            "test",
            parent=BOARD,
            types=frozenset({SchoolType.BAO}),
            pc4=Postcode4("3197"),
        )
        lock_directory(session)
        register(session, [site], on=dutch_date(NOW))

    _in_transaction(hub, a_school)
    change(hub, by_age())
    with_alarm = hub.routed("referral.submitted", A_REFERRAL, now=LATER)
    without = hub.routed("support.requested", {**A_QUESTION, "school": "99ZZ00"})
    assert [(one.case_id, one.has_alarm) for one in held(hub)] == [(with_alarm, True), (without, False)]
    assert held(hub)[1].questions == ("school_in_doubt",)


@pytest.mark.parametrize("data", [A_REFERRAL, {**A_REFERRAL, "consent": None, "homePostcode": "7902"}])
def test_only_what_waits_for_the_operator_is_released(hub: SmallHub, data: dict[str, Any]) -> None:
    """Neither an offered case nor one for which the school must ask consent first."""
    said = {name: value for name, value in data.items() if value is not None}
    type_ = "referral.submitted" if "consent" in said else "signal.raised"
    if type_ == "signal.raised":
        said = {"school": "99AA00", "homePostcode": "7902", "theme": "home", "ask": "help", "question": "?"}
        said |= {"pupilObjects": True}
    case = hub.routed(type_, said)
    before = hub.types(case)
    with pytest.raises(Conflict):
        release(hub, case)
    assert (hub.types(case), held(hub)) == (before, [])


def test_a_case_that_is_not_there_is_not_released(hub: SmallHub) -> None:
    """The operator is told where the ids stand."""
    with pytest.raises(NotFound) as refused:
        release(hub, uuid4())
    assert "hub cases held" in refused.value.next_step


def _in_transaction(hub: SmallHub, do: Callable[[Session], None]) -> None:
    with hub.sessions.begin() as session:
        do(session)
    with hub.sessions() as session:
        hub.snapshot = build_snapshot(session)
