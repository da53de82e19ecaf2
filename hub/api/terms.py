"""The terms of a case as the API gives them, and the milestones from which they count."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request

from hub.api.moves import InCase
from hub.api.wire import Answer, refusals
from hub.cases import recording
from hub.cases.known import course_until
from hub.cases.tables import Case
from hub.cases.terms import terms_of_case
from hub.codes import Confidence
from hub.events import log
from hub.events.payloads import MilestoneRecorded
from hub.i18n import Language, language_of
from hub.routing.terms.term import Counting, Term

router = APIRouter(prefix="/cases/{caseId}", tags=["cases"])


class StopRead(Answer):
    """A time in which a term stands still: up to and including the day before `until`; null: it still does."""

    since: date
    until: date | None


class TermRead(Answer):
    """A term: from which day it counts, when it stood still, and its last day (`ends`, null while it stands still).

    `met` is the day on which that happened for which the term runs. `title` and `source` are in Dutch, as the laws are.
    """

    rule: str
    title: str
    sentence: str
    starts: date
    stops: list[StopRead]
    ends: date | None
    met: date | None
    counting: Counting
    source: str
    confidence: Confidence


class TermsCounted(Answer):
    """The terms of a case, counted with what was recorded."""

    id: UUID
    terms: list[TermRead]


def term_read(term: Term, language: Language) -> TermRead:
    """The term in a language, with those of its stops that came before its end."""
    stops = [stop for stop in term.stops if term.ends is None or stop.since <= term.ends]
    return TermRead(
        rule=term.rule.id,
        title=term.rule.title,
        sentence=term.sentence(language),
        starts=term.starts,
        stops=[StopRead(since=stop.since, until=stop.until) for stop in stops],
        ends=term.ends,
        met=term.met_on,
        counting=term.rule.counting,
        source=term.source,
        confidence=term.rule.confidence,
    )


@router.post(
    "/milestones",
    operation_id="recordMilestone",
    responses=refusals(400, 401, 403, 404, 406, 409, 410, 415, 503),
)
def record_milestone(
    move: InCase,
    body: MilestoneRecorded,
    request: Request,
) -> TermsCounted:
    """Record something that happened, on its day: the terms are counted anew with it.

    What happens at the school the school records that sent the case: papers for a registration, an extension, the
    decision, the enrolment, the plan, a dispute, and that the pupil is back. What happens with an application for a
    declaration its receiver records. The same again changes nothing.
    """
    acting, case_id = move.acting, move.case_id
    recording.record(acting, case_id, body)
    history = log.events_of_case(acting.session, case_id)
    course = course_until(history, history[-1].position)
    terms = terms_of_case(course, acting.session.get(Case, case_id), move.snapshot)
    language = language_of(request.headers.get("accept-language"))
    return TermsCounted(id=case_id, terms=[term_read(term, language) for term in terms])
