"""The review of reading: who of one's own organisation opened cases in an unusual way, and what they opened."""

from datetime import timedelta
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from hub.access.people import particulars_of, people_of
from hub.access.rights import Right
from hub.clock import DUTCH_TIME, dutch_date
from hub.codes import OrganisationCode
from hub.directory.calendar import days_off_from
from hub.privacy.queries import openings_of
from hub.privacy.review import PERSON, Opening, Sign, Unusual, review
from hub.store.engine import acting_for
from hub.web.front import Front, InFront
from hub.web.pages import page
from hub.web.visitors import Visitor, holding

_PERIODS = (7, 30, 90)
_MOST_SHOWN = 500

router = APIRouter()


class Looked(NamedTuple):
    """What a reviewer is shown of one who reads: the opaque label, the name within the organisation, and the moment."""

    caller: str
    name: str


@router.api_route("/reading", methods=["GET", "HEAD"])
def reading(
    request: Request,
    front: InFront,
    visitor: Annotated[Visitor, holding(Right.REVIEW_READING)],
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> Response:
    """What is unusual in the reading of one's own organisation, the most striking first."""
    organisation = visitor.caller.organisation
    since = front.now() - timedelta(days=days)
    opened = _opened(front, organisation, days)
    found = review(opened, days_off_from(dutch_date(since)))
    names = _names(front, organisation)
    return page(
        request,
        "reading.html",
        days=days,
        periods=_PERIODS,
        number=len(opened),
        findings=[_told(one, names) for one in found],
        readers=[Looked(caller, names.get(caller, caller)) for caller in sorted({one.caller for one in opened})],
        signs=Sign,
    )


@router.api_route("/reading/{caller}", methods=["GET", "HEAD"])
def reading_of(
    request: Request,
    front: InFront,
    visitor: Annotated[Visitor, holding(Right.REVIEW_READING)],
    caller: str,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> Response:
    """Everything that one person or system of one's own organisation opened, the newest first."""
    organisation = visitor.caller.organisation
    theirs = [one for one in reversed(_opened(front, organisation, days)) if one.caller == caller]
    names = _names(front, organisation)
    return page(
        request,
        "reading_of.html",
        days=days,
        reader=names.get(caller, caller),
        openings=[(one.at.astimezone(DUTCH_TIME), one) for one in theirs[:_MOST_SHOWN]],
        left_out=max(0, len(theirs) - _MOST_SHOWN),
    )


def _opened(front: Front, organisation: OrganisationCode, days: int) -> list[Opening]:
    until = front.now()
    with acting_for(front.runtime.sessions, organisation) as session:
        return list(openings_of(session, organisation, since=until - timedelta(days=days), until=until))


def _told(one: Unusual, names: dict[str, str]) -> tuple[Unusual, Looked, str, str]:
    moments = [f"{moment.astimezone(DUTCH_TIME):%d-%m-%Y %H:%M}" for moment in (one.first_at, one.last_at)]
    return one, Looked(one.caller, names.get(one.caller, one.caller)), moments[0], moments[1]


def _names(front: Front, organisation: OrganisationCode) -> dict[str, str]:
    """The people who have, or had, a role here, by the label that the ledger knows them by."""
    with front.runtime.sessions() as session:
        return dict(_labelled(front, session, organisation))


def _labelled(front: Front, session: Session, organisation: OrganisationCode) -> list[tuple[str, str]]:
    people = people_of(session, organisation)
    return [(_label(person.id), particulars_of(front.runtime.vault, person).name) for person in people]


def _label(person_id: UUID) -> str:
    return f"{PERSON}{person_id}"
