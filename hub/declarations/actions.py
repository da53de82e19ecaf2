"""The steps of a declaration, one verb each: they lock the case, check the step, and append what happened.

Repeating the last step changes nothing.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from hub.cases.acting import Acting
from hub.cases.known import course_until
from hub.cases.milestones import need_in_order
from hub.cases.moving import need_open, take_part
from hub.cases.tables import Case
from hub.cases.telling import Said, everyone_at_work, is_repeated, say
from hub.codes import Milestone, OrganisationCode
from hub.declarations.course import Course, course_of
from hub.declarations.law import need_lawful
from hub.declarations.tables import DeclarationRow
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, InvalidInput, NotAllowed, Problem
from hub.events.admission_payloads import (
    AdmissionAdvised,
    AdmissionAgreed,
    AdmissionHeard,
    AdmissionIssued,
    AdmissionRefused,
)
from hub.events.log import Event, events_of_case
from hub.routing.terms.milestones import Reached, day_of

_EARLY_MESSAGE = "This day is too early: the decision before it was announced later."
_OPENING = "admission.requested"


class _Request(NamedTuple):
    """A request for a declaration, locked, with how far it has come."""

    case: Case
    course: Course
    history: list[Event]


def hear(acting: Acting, case_id: UUID, heard: AdmissionHeard) -> None:
    """Record who was heard."""
    _say_on_the_way(acting, _deciding(acting, case_id), Said("admission.heard", heard.plain()))


def advise(acting: Acting, case_id: UUID, advised: AdmissionAdvised) -> None:
    """Record that an expert advised."""
    _say_on_the_way(acting, _deciding(acting, case_id), Said("admission.advised", advised.plain()))


def agree(acting: Acting, case_id: UUID, agreed: AdmissionAgreed) -> None:
    """Agree, or not, with a place that your partnership would pay (A5b). Raises NotAllowed for any other party."""
    request = _asked(acting, case_id)
    if request is None or request.course.payer != acting.organisation:
        raise NotAllowed(
            "Only the partnership that pays for the place agrees with it.",
            next_step="The case says who pays, and by which rule.",
        )
    _say_on_the_way(acting, request, Said("admission.agreed", agreed.plain()))


def issue(acting: Acting, snapshot: Snapshot, case_id: UUID, issued: AdmissionIssued) -> None:
    """Issue the declaration; from its announcement the term for an objection counts.

    Raises InvalidInput for one that is not as the law wants it, Conflict where the partnership that pays has not agreed
    or a decision was made before.
    """
    request = _deciding(acting, case_id)
    said = Said("admission.issued", issued.plain(), issued.personal())
    if _is_last(acting, request, said):
        return
    _need_open(request)
    need_lawful(issued, request.course.school_type, acting.organisation, snapshot)
    _need_payer(request.course)
    _need_announceable(request, Reached(Milestone.DECISION_ANNOUNCED, issued.on))
    _keep(acting, request.case, issued)
    _say(acting, request, said)


def refuse(acting: Acting, case_id: UUID, refused: AdmissionRefused) -> None:
    """Issue no declaration; the school reads why, and the term for an objection counts."""
    request = _deciding(acting, case_id)
    said = Said("admission.refused", refused.plain(), refused.personal())
    if _is_last(acting, request, said):
        return
    _need_open(request)
    _need_announceable(request, Reached(Milestone.DECISION_ANNOUNCED, refused.on))
    _say(acting, request, said)


def _asked(acting: Acting, case_id: UUID) -> _Request | None:
    """The request of a case, locked; None for a case about something else. Raises NotFound."""
    case, _ = take_part(acting, case_id)
    history = events_of_case(acting.session, case_id)
    course = course_of(history, OrganisationCode(case.holder))
    return _Request(case, course, history) if course else None


def _deciding(acting: Acting, case_id: UUID) -> _Request:
    """The request that the caller decides on. Raises NotFound, and NotAllowed for whoever does not decide."""
    request = _asked(acting, case_id)
    if request is None or request.case.holder != acting.organisation or acting.organisation == request.case.sender:
        raise NotAllowed(
            "Only the partnership that holds a request for a declaration decides on it.",
            next_step="Wait for the decision. You see in the case what happens.",
        )
    return request


def _need_open(request: _Request) -> None:
    if request.case.state != "closed" or not request.course.is_open:  # an objection may come after the case was closed
        need_open(request.case)
    if not request.course.is_open:
        raise Conflict(
            "There is a decision on this request already.",
            next_step="A new one can be made after an objection: record first that it was received.",
        )


def _need_payer(course: Course) -> None:
    if course.payer is not None and course.payer_agrees is not True:
        raise Conflict(
            "%(payer)s pays for this place and must agree with it first (rule A5b).",
            next_step="Wait for its word, or ask it to the table (border talk).",
            payer=course.payer,
        )


def _need_announceable(request: _Request, announced: Reached) -> None:
    """The first decision is the milestone from which the term for an objection counts, so it must fit the others."""
    course = course_until(request.history, request.history[-1].position)
    if day_of(Milestone.DECISION_ANNOUNCED, course.milestones) is None:
        need_in_order(course.facts(), course.milestones, announced)
    elif request.course.decision is not None and announced.on.isoformat() < request.course.decision.data["on"]:
        raise InvalidInput(_EARLY_MESSAGE, problems=(Problem("/on", _EARLY_MESSAGE),))


def _keep(acting: Acting, case: Case, issued: AdmissionIssued) -> None:
    """One for a case: a declaration after an objection takes the place of the one before."""
    row = {
        "issued_by": acting.organisation,
        "sender": case.sender,
        "starts_on": issued.starts_on,
        "ends_on": issued.ends_on,
        "issued_at": acting.now,
        "reminded_on": None,
    }
    kept = insert(DeclarationRow).values(case_id=case.id, **row)
    acting.session.execute(kept.on_conflict_do_update(index_elements=["case_id"], set_=row))


def _is_last(acting: Acting, request: _Request, said: Said) -> bool:
    own = [event for event in request.history if event.type.startswith("admission.") and event.type != _OPENING]
    return bool(own) and is_repeated(acting, own[-1], said)


def _say_on_the_way(acting: Acting, request: _Request, said: Said) -> None:
    """Say what comes before a decision, once."""
    if not _is_last(acting, request, said):
        _need_open(request)
        _say(acting, request, said)


def _say(acting: Acting, request: _Request, said: Said) -> None:
    """Tell the school, whoever works on the case, and the partnership that pays."""
    case, course, _ = request
    payer = [course.payer] if course.payer else []
    data = {**said.plain, **({"between": [case.holder, *payer]} if payer else {})}
    case.changed_at = acting.now
    to = {case.sender, *everyone_at_work(acting, case.id), *payer}
    say(acting, case.id, Said(said.type, data, said.personal), to)
