"""POST /v1/already-open: whether the caller has a case open about a pupil. Its name stands in the body only."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext, InSession
from hub.api.needs import needs
from hub.api.wire import Answer, RequestBody, refusals
from hub.cases.already_open import Found, Sought, already_open
from hub.cases.lifecycle import State
from hub.events.payloads import Pupil
from hub.events.situation import SiteCode

router = APIRouter(tags=["cases"])


class PupilSought(RequestBody):
    """A pupil of one of your schools, as you would name it in an event."""

    school: SiteCode
    pupil: Pupil


class OpenCase(Answer):
    """A case of yours that is open; `isSure`: name and birth date are the same, and not the name alone."""

    case: UUID
    address: str
    type: str
    theme: str | None
    state: State
    opened_date: date
    is_sure: bool


class AlreadyOpen(Answer):
    """Your open cases about this pupil, what changed last first; empty when there is none."""

    cases: list[OpenCase]


@router.post("/already-open", operation_id="findOpenCases", responses=refusals(400, 401, 403, 406, 415, 503))
def find(
    body: PupilSought, caller: Annotated[Caller, needs(Right.PUBLISH)], parts: InContext, session: InSession
) -> AlreadyOpen:
    """Ask before you publish: your own open cases of this school about the same pupil. Nothing is stored.

    Cases of others are not looked at, also not when they are about the same pupil.
    """
    sought = Sought(body.pupil.name, body.pupil.birth_date)
    found = already_open(session, parts.runtime.vault, caller.organisation, body.school, sought)
    return AlreadyOpen(cases=[_told(one) for one in found])


def _told(found: Found) -> OpenCase:
    case = found.case
    return OpenCase(
        case=case.id,
        address=f"/v1/cases/{case.id}",
        type=case.type,
        theme=case.theme,
        state=State(case.state),
        opened_date=case.opened_on,
        is_sure=found.is_sure,
    )
