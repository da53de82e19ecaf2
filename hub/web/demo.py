"""The demo sign-in: be one of the invented people. Only on the embedded default; elsewhere the hub does not start."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.access import web_sessions
from hub.access.memberships import roles_now
from hub.access.people import invented_people, particulars_of
from hub.access.web_sessions import Arrival
from hub.errors import NotFound
from hub.web.front import Front, InFront
from hub.web.visitors import Post, posts_of, settle

router = APIRouter()


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody invented, as the page of the demo shows them."""

    id: UUID
    name: str
    posts: tuple[Post, ...]


def demo_people(front: Front, session: Session) -> list[DemoPerson]:
    """Everybody one can be."""
    now = front.now()
    return [
        DemoPerson(
            person.id,
            particulars_of(front.runtime.vault, person).name,
            posts_of(front, session, roles_now(session, person.id, now=now)),
        )
        for person in invented_people(session)
    ]


@router.post("/demo-sign-in")
def be(request: Request, front: InFront, person: Annotated[UUID, Form()]) -> Response:
    """Be somebody invented. Raises NotFound for everybody else, and where there is no demo."""
    now = front.now()
    with front.runtime.sessions.begin() as session:
        known = {one.id for one in invented_people(session)} if front.demo else set[UUID]()
        if person not in known:
            raise NotFound("There is no such person in the demo.", next_step="Choose somebody on the page.")
        held = request.cookies.get(front.cookies.session.name)
        if held is not None:
            web_sessions.end(session, held, now=now)
        arrival = Arrival(person, second_factor=True)
        secret = settle(front, session, web_sessions.open_session(session, arrival, now=now))
    response = RedirectResponse("/", 303)
    front.cookies.session.put(response, secret)
    return response
