"""A partnership decides on a declaration: in which order, as the law wants it, and with whom paying."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from hub.borders import actions as border
from hub.cases.recording import record
from hub.cases.terms import terms_of_case
from hub.codes import Milestone, OrganisationCode
from hub.declarations import actions
from hub.declarations.queries import declaration_of
from hub.declarations.reminding import WEEKS_BEFORE, remind
from hub.directory.entries import START, Agreement
from hub.errors import Conflict, Gone, HubError, InvalidInput, NotAllowed, NotFound
from hub.events.admission_payloads import (
    AdmissionAdvised,
    AdmissionAgreed,
    AdmissionHeard,
    AdmissionIssued,
    AdmissionRefused,
)
from hub.events.border_payloads import BorderInvitation, BorderProposal
from hub.events.payloads import MilestoneRecorded
from tests.support.moves import answers, closes
from tests.support.small_hub import BOARD, NOW, TEAM, SmallHub, cloudevent, withdrawal

ASSEN, STEENWIJK = OrganisationCode("PO2201"), OrganisationCode("PO2203")
SPECIAL_BOARD = OrganisationCode("B00005")
SO = {
    "school": "99JE00",
    "homePostcode": "8064",
    "standing": "registered",
    "schoolType": "so",
    "pupil": {"name": "Sem Voorbeeld"},
    "question": "Aanmelding van een kleuter.",
}
SBO = {
    "school": "99AD00",
    "previousSchool": "99JA00",
    "homePostcode": "8331",
    "standing": "registered",
    "schoolType": "sbo",
    "question": "Aanmelding voor het sbo, van een school in Steenwijk.",
}
ISSUED: dict[str, Any] = {
    "declarationNumber": "004711",
    "category": 1,
    "startsOn": "2026-12-01",
    "endsOn": "2028-07-31",
    "on": "2026-11-19",
}
REFUSED = {"ground": "other_support_fits", "explanation": "Het arrangement op school past.", "on": "2026-11-19"}


@pytest.fixture
def hub(shared_hub: SmallHub) -> SmallHub:
    """A hub in which each test has a case of its own."""
    return shared_hub


@pytest.fixture
def case(hub: SmallHub) -> UUID:
    """A request for so, on which Steenwijk decides and for which it pays."""
    return hub.routed("admission.requested", SO, organisation=SPECIAL_BOARD)


@pytest.fixture
def across(hub: SmallHub) -> UUID:
    """A request for sbo in Assen of a pupil from Steenwijk, which pays (A5b)."""
    return hub.routed("admission.requested", SBO)


def issues(hub: SmallHub, case: UUID, who: str = STEENWIJK, **changes: Any) -> None:
    """A partnership issues a declaration."""
    said = {name: value for name, value in {**ISSUED, **changes}.items() if value is not None}
    with hub.acting(who) as acting:
        actions.issue(acting, hub.snapshot, case, AdmissionIssued.model_validate(said))
    hub.read()


def refuses(hub: SmallHub, case: UUID, who: str = STEENWIJK, **changes: Any) -> None:
    """A partnership issues none."""
    with hub.acting(who) as acting:
        actions.refuse(acting, case, AdmissionRefused.model_validate({**REFUSED, **changes}))
    hub.read()


def hears(hub: SmallHub, case: UUID, who: str = STEENWIJK) -> None:
    """The pupil is heard."""
    with hub.acting(who) as acting:
        actions.hear(acting, case, AdmissionHeard.model_validate({"who": ["pupil", "parents"], "on": "2026-11-18"}))


def is_advised(hub: SmallHub, case: UUID, who: str = STEENWIJK, expert: str = "psychologist") -> None:
    """An expert advises."""
    said = {"expert": expert, "admits": True, "on": "2026-11-18"}
    with hub.acting(who) as acting:
        actions.advise(acting, case, AdmissionAdvised.model_validate(said))


def agrees(hub: SmallHub, case: UUID, who: str = STEENWIJK, **said: Any) -> None:
    """The partnership that pays says what it thinks."""
    with hub.acting(who) as acting:
        actions.agree(acting, case, AdmissionAgreed.model_validate(said or {"agrees": True}))


def receives_objection(hub: SmallHub, case: UUID) -> None:
    """Parents object."""
    with hub.acting(STEENWIJK) as acting:
        record(acting, case, MilestoneRecorded(milestone=Milestone.OBJECTION_RECEIVED, on=date(2026, 11, 19)))


def steps(hub: SmallHub, case: UUID) -> list[str]:
    """What happened on the way to a decision."""
    return [type_ for type_ in hub.types(case) if type_.startswith("admission.")][1:]


def terms(hub: SmallHub, case: UUID) -> dict[str, date]:
    """When each term of a case began."""
    counted = terms_of_case(hub.view(case, SPECIAL_BOARD).course, hub.case(case), hub.snapshot)
    return {term.rule.id: term.starts for term in counted}


def test_from_the_hearing_to_the_declaration(hub: SmallHub, case: UUID) -> None:
    """Each step is told to the school, each once; the number is sealed, and read by the school and who issued it."""
    for _ in range(2):
        hears(hub, case)
    for expert in ("psychologist", "psychologist", "youth_doctor"):
        is_advised(hub, case, expert=expert)
    for _ in range(2):
        issues(hub, case)
    assert steps(hub, case) == ["admission.heard", "admission.advised", "admission.advised", "admission.issued"]
    told = [event.type for event in hub.feed(SPECIAL_BOARD) if event.case_id == case]
    assert [type_ for type_ in told if type_ in steps(hub, case)] == steps(hub, case)
    assert "4711" not in str([event.data for event in hub.events(case)])
    for who in (SPECIAL_BOARD, STEENWIJK):
        texts = [moment.personal for moment in hub.view(case, who).moments if moment.event.type == "admission.issued"]
        assert texts == [{"declarationNumber": "004711"}]


def test_the_decision_begins_the_term_for_an_objection(hub: SmallHub, case: UUID) -> None:
    """F6: without anybody recording a milestone beside it."""
    before = terms(hub, case).keys()
    issues(hub, case)
    begun = {rule: day for rule, day in terms(hub, case).items() if rule not in before}
    assert set(begun.values()) == {date(2026, 11, 19)}
    assert begun


def test_a_refusal_says_why_to_the_school_alone(hub: SmallHub, case: UUID) -> None:
    """The ground is a code; the words are sealed."""
    for _ in range(2):
        refuses(hub, case)
    event = hub.events(case)[-1]
    assert (event.type, event.data["ground"]) == ("admission.refused", "other_support_fits")
    assert hub.view(case, SPECIAL_BOARD).moments[-1].personal == {"explanation": REFUSED["explanation"]}
    assert steps(hub, case) == ["admission.refused"]


def test_one_decision_until_there_is_an_objection(hub: SmallHub, case: UUID) -> None:
    """Then a new one can be made, also when the case was closed; the term began with the first."""
    refuses(hub, case)
    with pytest.raises(Conflict):
        issues(hub, case)
    answers(hub, case, STEENWIJK)
    closes(hub, case, STEENWIJK)
    receives_objection(hub, case)
    with pytest.raises(InvalidInput):
        issues(hub, case, on="2026-11-18")
    began = terms(hub, case)
    issues(hub, case)
    assert steps(hub, case) == ["admission.refused", "admission.issued"]
    assert terms(hub, case) == began


LAW = [
    (SO, {"category": None}, "/category"),
    (SO, {"endsOn": None}, "/endsOn"),
    (SO, {"endsOn": "2027-07-31"}, "/endsOn"),  # the rest of the year, and no full one
    (SO, {"endsOn": "2028-08-01"}, "/endsOn"),
    (SO, {"endsOn": "2026-11-30"}, "/endsOn"),
    ({**SO, "schoolType": "pro", "school": "99JF00"}, {"category": None, "endsOn": "2028-07-31"}, "/endsOn"),
]


@pytest.mark.parametrize(("request_", "changes", "pointer"), LAW)
def test_what_the_law_does_not_allow(
    hub: SmallHub, request_: dict[str, Any], changes: dict[str, Any], pointer: str
) -> None:
    """A8 and A6: nothing is issued."""
    board = SPECIAL_BOARD if request_["schoolType"] == "so" else OrganisationCode("B00003")
    case = hub.routed("admission.requested", request_, organisation=board)
    with pytest.raises(InvalidInput) as refused:
        issues(hub, case, hub.case(case).holder, **changes)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]
    assert steps(hub, case) == []


def test_practical_education_is_for_good(hub: SmallHub) -> None:
    """And needs no reminder."""
    asked = {**SO, "schoolType": "pro", "school": "99JF00"}
    case = hub.routed("admission.requested", asked, organisation=OrganisationCode("B00003"))
    issues(hub, case, hub.case(case).holder, category=None, endsOn=None)
    assert reminded(hub, case, timedelta(days=20_000)) == []


def test_the_agreement_of_the_partnership_binds_for_sbo(hub: SmallHub, across: UUID) -> None:
    """A8f: the rest of the year and as many full ones as it laid down; without an agreement any day."""
    agreed = Agreement("duur", "sbo_declaration_until", frozenset({ASSEN}), {"full_years": 2}, START, None, "-")
    agrees(hub, across)
    with pytest.raises(InvalidInput):
        issues(hub.with_agreement(agreed), across, ASSEN, category=None)
    issues(hub, across, ASSEN, category=None)


def test_who_pays_agrees_first(hub: SmallHub, across: UUID) -> None:
    """A5b: it is told of the request, says yes or no, and may change its mind; nobody else says it."""
    with pytest.raises(Conflict, match="must agree"):
        issues(hub, across, ASSEN, category=None)
    agrees(hub, across, agrees=False, ground="not_our_cost")
    with pytest.raises(Conflict, match="must agree"):
        issues(hub, across, ASSEN, category=None)
    with pytest.raises(NotAllowed):
        agrees(hub, across, ASSEN)
    for _ in range(2):
        agrees(hub, across)
    issues(hub, across, ASSEN, category=None)
    assert steps(hub, across) == ["admission.agreed", "admission.agreed", "admission.issued"]
    seen = hub.view(across, STEENWIJK)
    assert "admission.issued" in {moment.event.type for moment in seen.moments}
    assert seen.shown.fields == {"question"}


def test_a_refusal_needs_nobody_who_pays(hub: SmallHub, across: UUID) -> None:
    """There is nothing to pay for."""
    refuses(hub, across, ASSEN)
    assert steps(hub, across) == ["admission.refused"]


def test_what_was_settled_at_the_border_counts_as_agreed(hub: SmallHub, across: UUID) -> None:
    """Who pays is then as the two said."""
    said = {
        "leads": ASSEN, "pays": STEENWIJK, "startsOn": "2026-12-01", "endsOn": "2027-07-31", "basis": "practice",
    }  # fmt: skip
    with hub.acting(ASSEN) as acting:
        border.invite(acting, hub.snapshot, across, BorderInvitation.model_validate({"swv": STEENWIJK}))
    with hub.acting(ASSEN) as acting:
        border.propose(acting, across, BorderProposal.model_validate(said))
    with hub.acting(STEENWIJK) as acting:
        border.agree(acting, across, 1)
    issues(hub, across, ASSEN, category=None)
    with hub.sessions() as session:
        course = declaration_of(session, across, STEENWIJK)
    assert (course.payer, course.payer_agrees, course.is_open) == (STEENWIJK, True, False)


@pytest.mark.parametrize("step", [hears, is_advised, issues, refuses])
@pytest.mark.parametrize(("who", "refusal"), [(SPECIAL_BOARD, NotAllowed), (ASSEN, NotFound), (TEAM, NotFound)])
def test_only_who_decides_takes_a_step(
    hub: SmallHub, case: UUID, step: Callable[[SmallHub, UUID, str], None], who: str, refusal: type[HubError]
) -> None:
    """Not the school, and nobody from elsewhere."""
    with pytest.raises(refusal):
        step(hub, case, who)


def test_there_is_no_declaration_without_a_request(hub: SmallHub) -> None:
    """A question to the desk is another thing."""
    asked = {"school": "99AA00", "asksFor": "advice", "question": "Welke hulp past hier?"}
    case = hub.routed("support.requested", asked)
    with pytest.raises(NotAllowed):
        issues(hub, case, ASSEN)
    with pytest.raises(NotFound), hub.sessions() as session:
        declaration_of(session, case, ASSEN)


def test_nothing_is_decided_about_what_was_taken_back(hub: SmallHub, across: UUID) -> None:
    """The school withdrew its request."""
    hub.publish(withdrawal("signal.withdrawn", across))
    hub.read()
    with pytest.raises(Gone):
        refuses(hub, across, ASSEN)


@pytest.mark.parametrize(
    "changes",
    [{"declarationNumber": "12-A"}, {"declarationNumber": ""}, {"category": 4}, {"on": "2999-01-01"}, {"extra": 1}],
)
def test_what_is_no_declaration(changes: dict[str, Any]) -> None:
    """Digits, a category of the law, and a day that has been."""
    with pytest.raises(ValidationError):
        AdmissionIssued.model_validate({**ISSUED, **changes})


def reminded(hub: SmallHub, case: UUID, later: timedelta) -> list[tuple[str, bool, bool]]:
    """What upkeep says of a case after a time, and whether school and partnership are told."""
    with hub.sessions.begin() as session:
        while remind(session, now=NOW + later):
            pass
    events = [event for event in hub.events(case) if event.type == "admission.ending"]
    told = [{event.position for event in hub.feed(who)} for who in (SPECIAL_BOARD, STEENWIJK)]
    return [(event.data["endsOn"], event.position in told[0], event.position in told[1]) for event in events]


def test_in_time_for_a_renewal_both_are_reminded_once(hub: SmallHub, case: UUID) -> None:
    """Sixteen weeks before its last day, however often somebody looks."""
    issues(hub, case)
    in_time = date(2028, 7, 31) - timedelta(weeks=WEEKS_BEFORE) - NOW.date()
    assert reminded(hub, case, in_time - timedelta(days=1)) == []
    for _ in range(2):
        assert reminded(hub, case, in_time) == [("2028-07-31", True, True)]


def test_a_declaration_that_runs_stays_with_who_issued_it(hub: SmallHub, case: UUID) -> None:
    """A8c: the pupil moves house; the other partnership is asked, and reads why it is not its task."""
    issues(hub, case)
    moved = {"movedOn": "2026-11-18", "homePostcode": "9403"}
    hub.publish(cloudevent("move.notified", moved, subject=str(case)), organisation=SPECIAL_BOARD)
    hub.read()
    weighed = hub.events(case)[-1]
    assert weighed.data["matters"] == [{"now": STEENWIJK, "other": ASSEN, "responsible": STEENWIJK}]
    assert "A8c" in {reason["rule"] for reason in weighed.data["reasons"]}
    assert ASSEN in hub.parties(case)
    assert BOARD not in hub.parties(case)
