"""What can be read of a declaration: how far its request has come."""

from uuid import UUID

from sqlalchemy.orm import Session

from hub.cases.tables import Case, Party
from hub.codes import OrganisationCode
from hub.declarations.course import Course, course_of
from hub.errors import NotFound
from hub.events.log import events_of_case


def declaration_of(session: Session, case_id: UUID, organisation: OrganisationCode) -> Course:
    """How far a request has come, for its sender, its holder and the partnership that pays.

    Raises NotFound alike for a foreign case, for none, and for one that asks for no declaration.
    """
    case, party = session.get(Case, case_id), session.get(Party, (case_id, organisation))
    history = events_of_case(session, case_id) if case and party else []
    course = course_of(history, OrganisationCode(case.holder)) if case else None
    if case is None or course is None or organisation not in {case.sender, case.holder, course.payer}:
        raise NotFound("There is no request for a declaration with this id for your organisation.")
    return course
