"""What is recorded in a case: by whom, on which day, in which order, and once."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from hub.cases.recording import record
from hub.cases.terms import terms_of_case
from hub.codes import Milestone, OrganisationCode
from hub.errors import Conflict, Gone, HubError, InvalidInput, NotAllowed, NotFound
from hub.events.payloads import MilestoneRecorded
from tests.support.moves import OFFICE, SWV, accepts, answers, closes, declines, redirects
from tests.support.small_hub import A_PLACEMENT, AN_ABSENCE, BOARD, NOW, TEAM, SmallHub, withdrawal

M = Milestone
OTHER_SWV = "PO2203"
SPECIAL_BOARD = OrganisationCode("B00005")
AN_ADMISSION = {
    "school": "99JE00",
    "homePostcode": "8064",
    "standing": "registered",
    "schoolType": "so",
    "question": "Aanmelding van een kleuter.",
}


def on(month: int, day: int) -> date:
    """A day of the year of the examples."""
    return date(2026, month, day)


def records(hub: SmallHub, case: UUID, who: str, milestone: M, day: date) -> None:
    """Record a milestone, and let the hub tell it."""
    with hub.acting(who) as acting:
        record(acting, case, MilestoneRecorded(milestone=milestone, on=day))
    hub.read()


def recorded(hub: SmallHub, case: UUID) -> list[tuple[str, str]]:
    """What was recorded in a case."""
    events = [event for event in hub.events(case) if event.type == "milestone.recorded"]
    return [(event.data["milestone"], event.data["on"]) for event in events]


@pytest.fixture
def placement(hub: SmallHub) -> UUID:
    """A place is sought for a pupil who was registered on 2 November."""
    return hub.routed("placement.sought", A_PLACEMENT)


@pytest.fixture
def admission(hub: SmallHub) -> UUID:
    """A declaration was asked for on 19 November; the partnership of Zwartsluis decides."""
    return hub.routed("admission.requested", AN_ADMISSION, organisation=SPECIAL_BOARD)


def test_what_the_school_records_is_told_to_the_receiver(hub: SmallHub, placement: UUID) -> None:
    """Milestone and day stand in the log, and nothing personal; whoever is only named is not told."""
    records(hub, placement, BOARD, M.PAPERS_REQUESTED, on(11, 9))
    event = hub.events(placement)[-1]
    assert (event.publisher, event.data) == (BOARD, {"milestone": "papers_requested", "on": "2026-11-09"})
    assert event.sealed_id is None
    told = [who for who in (SWV, OTHER_SWV, BOARD) if event.position in {each.position for each in hub.feed(who)}]
    assert told == [SWV]


def test_what_the_receiver_records_is_told_to_the_school(hub: SmallHub, admission: UUID) -> None:
    """The school reads when its application came in."""
    records(hub, admission, OTHER_SWV, M.APPLICATION_RECEIVED, on(11, 19))
    assert hub.events(admission)[-1].position in {event.position for event in hub.feed(SPECIAL_BOARD)}


def test_the_same_again_is_recorded_once(hub: SmallHub, placement: UUID) -> None:
    """Also after others were recorded."""
    for milestone, day in ((M.PAPERS_REQUESTED, on(11, 9)), (M.PAPERS_RECEIVED, on(11, 12))) * 2:
        records(hub, placement, BOARD, milestone, day)
    assert recorded(hub, placement) == [("papers_requested", "2026-11-09"), ("papers_received", "2026-11-12")]


REFUSED = [
    # before what it follows: the registration, the papers, the enrolment
    ([], (M.PAPERS_REQUESTED, on(11, 1)), InvalidInput, "/on"),
    ([(M.PAPERS_REQUESTED, on(11, 9))], (M.PAPERS_RECEIVED, on(11, 8)), InvalidInput, "/on"),
    ([(M.ENROLLED, on(11, 16))], (M.DEVELOPMENT_PLAN_MADE, on(11, 12)), InvalidInput, "/on"),
    (
        [(M.PAPERS_REQUESTED, on(11, 9)), (M.PAPERS_RECEIVED, on(11, 12))],
        (M.PAPERS_REQUESTED, on(11, 10)),
        InvalidInput,
        "/on",
    ),
    # after what it precedes, in whichever order the two are told
    ([(M.DECISION_MADE, on(11, 16))], (M.PAPERS_REQUESTED, on(11, 17)), InvalidInput, "/on"),
    ([(M.DECISION_MADE, on(11, 16))], (M.EXTENSION_ANNOUNCED, on(11, 17)), InvalidInput, "/on"),
    ([(M.PAPERS_REQUESTED, on(11, 9))], (M.DECISION_MADE, on(11, 8)), InvalidInput, "/on"),
    # not its turn
    ([], (M.PAPERS_RECEIVED, on(11, 9)), Conflict, None),
    ([], (M.DEVELOPMENT_PLAN_MADE, on(11, 9)), Conflict, None),
    ([(M.PAPERS_REQUESTED, on(11, 9))], (M.PAPERS_REQUESTED, on(11, 10)), Conflict, None),
    ([(M.DECISION_MADE, on(11, 16))], (M.DECISION_MADE, on(11, 17)), Conflict, None),
    # not of this kind of case
    ([], (M.OBJECTION_RECEIVED, on(11, 9)), InvalidInput, "/milestone"),
    ([], (M.BACK_AT_SCHOOL, on(11, 9)), InvalidInput, "/milestone"),
]


@pytest.mark.parametrize(("before", "then", "refusal", "pointer"), REFUSED)
def test_what_cannot_be_is_refused(
    hub: SmallHub,
    placement: UUID,
    before: list[tuple[M, date]],
    then: tuple[M, date],
    refusal: type[HubError],
    pointer: str | None,
) -> None:
    """Each refusal says why, and nothing is recorded."""
    for milestone, day in before:
        records(hub, placement, BOARD, milestone, day)
    with pytest.raises(refusal) as refused:
        records(hub, placement, BOARD, *then)
    assert [problem.pointer for problem in refused.value.problems] == ([pointer] if pointer else [])
    assert len(recorded(hub, placement)) == len(before)


def test_what_was_forgotten_can_be_recorded_later(hub: SmallHub, placement: UUID) -> None:
    """A decision does not close the book on what came before it."""
    records(hub, placement, BOARD, M.DECISION_MADE, on(11, 16))
    records(hub, placement, BOARD, M.PAPERS_REQUESTED, on(11, 9))
    assert len(recorded(hub, placement)) == 2


def test_an_extension_is_announced_within_the_six_weeks(hub: SmallHub) -> None:
    """F1: later it extends nothing; time in which papers were missing does not count."""
    late = {**A_PLACEMENT, "registeredOn": "2026-10-01"}
    case = hub.routed("placement.sought", late)
    with pytest.raises(InvalidInput) as refused:
        records(hub, case, BOARD, M.EXTENSION_ANNOUNCED, on(11, 13))
    assert refused.value.problems[0].parameters == {"day": "2026-11-12"}
    records(hub, case, BOARD, M.PAPERS_REQUESTED, on(10, 12))
    records(hub, case, BOARD, M.PAPERS_RECEIVED, on(10, 14))
    records(hub, case, BOARD, M.EXTENSION_ANNOUNCED, on(11, 13))


def test_an_application_was_received_before_all_else(hub: SmallHub, admission: UUID) -> None:
    """Its day moves the beginning of the term, so nothing may have happened before it."""
    records(hub, admission, OTHER_SWV, M.DECISION_ANNOUNCED, on(11, 19))
    with pytest.raises(InvalidInput):
        records(hub, admission, OTHER_SWV, M.APPLICATION_RECEIVED, on(11, 18))
    records(hub, admission, OTHER_SWV, M.APPLICATION_RECEIVED, on(11, 19))


@pytest.mark.parametrize(
    ("who", "milestone", "refusal"),
    [
        (SPECIAL_BOARD, M.DECISION_ANNOUNCED, NotAllowed),  # the school does not decide on its own application
        (OTHER_SWV, M.ENROLLED, NotAllowed),  # the partnership does not enrol
        (TEAM, M.DECISION_ANNOUNCED, NotFound),
    ],
)
def test_each_milestone_has_its_recorder(
    hub: SmallHub, admission: UUID, who: str, milestone: M, refusal: type[HubError]
) -> None:
    """Whoever it happens with, because it knows the day; a stranger learns nothing."""
    with pytest.raises(refusal):
        records(hub, admission, who, milestone, on(11, 19))


def test_whoever_is_only_named_records_nothing(hub: SmallHub, placement: UUID) -> None:
    """It holds nothing and owes nothing."""
    with pytest.raises(NotAllowed):
        records(hub, placement, OTHER_SWV, M.DECISION_MADE, on(11, 16))


def test_an_objection_can_come_after_the_case_was_closed(hub: SmallHub, admission: UUID) -> None:
    """The term for it begins with the decision."""
    accepts(hub, admission, OTHER_SWV)
    records(hub, admission, OTHER_SWV, M.DECISION_ANNOUNCED, on(11, 19))
    answers(hub, admission, OTHER_SWV)
    closes(hub, admission, OTHER_SWV)
    records(hub, admission, OTHER_SWV, M.OBJECTION_RECEIVED, on(11, 19))
    assert hub.case(admission).state == "closed"


def test_triage_has_no_application(hub: SmallHub, admission: UUID) -> None:
    """Who only looks where a case belongs has not received what it asks."""
    declines(hub, admission, OTHER_SWV)
    hub.read()
    looks = hub.case(admission).holder
    with pytest.raises(Conflict):
        records(hub, admission, looks, M.APPLICATION_RECEIVED, on(11, 19))
    with pytest.raises(Conflict):
        records(hub, admission, OTHER_SWV, M.APPLICATION_RECEIVED, on(11, 19))


def test_the_next_receiver_records_anew(hub: SmallHub, admission: UUID) -> None:
    """F6: the term begins with the partnership that decides, whenever another one had the application before."""
    records(hub, admission, OTHER_SWV, M.APPLICATION_RECEIVED, on(11, 19))
    declines(hub, admission, OTHER_SWV)
    hub.read()
    redirects(hub, admission, hub.case(admission).holder, to="PO2305")
    hub.read()
    assert hub.view(admission, SPECIAL_BOARD).course.milestones == ()
    with hub.acting("PO2305", NOW + timedelta(days=4)) as acting:
        record(acting, admission, MilestoneRecorded.model_construct(milestone=M.APPLICATION_RECEIVED, on=on(11, 23)))
    counted = terms_of_case(hub.view(admission, SPECIAL_BOARD).course, hub.case(admission), hub.snapshot)
    assert {term.rule.id: term.starts for term in counted} == {"F6": on(11, 23), "F6b": on(11, 23)}


def test_nothing_is_recorded_in_a_case_that_was_taken_back(hub: SmallHub) -> None:
    """Nor is there a term in it any more."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    hub.publish(withdrawal("signal.withdrawn", case))
    hub.read()
    for who in (BOARD, OFFICE):
        with pytest.raises(Gone):
            records(hub, case, who, M.BACK_AT_SCHOOL, on(11, 9))
    assert terms_of_case(hub.view(case, BOARD).course, hub.case(case), hub.snapshot) == ()
