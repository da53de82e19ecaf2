"""The first page after signing in, choosing for whom one acts, the language, and what pages are dressed with."""

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from hub.access import web_sessions
from hub.access.rights import Right
from hub.errors import NotAllowed
from hub.web.front import InFront
from hub.web.pages import assets, page
from hub.web.visitors import ActingVisitor, TheVisitor

_OUR_PATH = re.compile(r"/|(/[a-z0-9-]{1,80}){1,6}")

router = APIRouter()


@router.api_route("/", methods=["GET", "HEAD"])
def start(request: Request, front: InFront, visitor: ActingVisitor) -> Response:
    """Who is signed in, for whom, and as what."""
    settings = front.runtime.settings
    reviews = visitor.caller.may(Right.REVIEW_READING)
    return page(
        request, "start.html", reviews=reviews, idle_minutes=settings.session_idle_minutes, hours=settings.session_hours
    )


@router.api_route("/organisation", methods=["GET", "HEAD"])
def organisations(request: Request, visitor: TheVisitor) -> Response:
    """For whom this person can act."""
    usable = [post for post in visitor.posts if post.roles]
    return page(request, "organisation.html", usable=usable, barred=[post for post in visitor.posts if post.barred])


@router.post("/organisation")
def act_for(
    request: Request, front: InFront, visitor: TheVisitor, organisation: Annotated[str, Form(max_length=40)]
) -> Response:
    """Act for an organisation from now on, under a new secret. Raises NotAllowed for one that is not this person's."""
    post = visitor.post(organisation)
    if post is None:
        raise NotAllowed(
            "You have no role in that organisation now.", next_step="Choose one of the organisations on the page."
        )
    held = request.cookies[front.cookies.session.name]
    with front.runtime.sessions.begin() as session:
        found = web_sessions.find(session, held, front.patience, now=front.now())
        secret = web_sessions.act_for(found, post.organisation)
    response = RedirectResponse("/", 303)
    front.cookies.session.put(response, secret)
    return response


@router.post("/language")
def speak(
    front: InFront, language: Annotated[Literal["nl", "en"], Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """Go on in another language, on the same page."""
    response = RedirectResponse(back if _OUR_PATH.fullmatch(back) else "/", 303)
    front.cookies.language.put(response, language)
    return response


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
def asset(request: Request) -> Response:
    """What pages are dressed with, in this version."""
    found = assets().get(request.url.path)
    if found is None:
        raise HTTPException(404)
    content, media_type = found
    return Response(content, media_type=media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"})
