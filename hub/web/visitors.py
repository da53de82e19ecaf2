"""Who looks at a page: the person behind the session, for whom that person acts now, and what may be done.

Everything is looked up anew for each page, so a person, a role or a provider that is withdrawn is worth nothing from
that moment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from hub.access import web_sessions
from hub.access.callers import Caller
from hub.access.memberships import Roles, roles_now
from hub.access.people import particulars_of
from hub.access.providers import serves
from hub.access.rights import Right, rights_of
from hub.access.roles import Role
from hub.access.tables import Person, Provider
from hub.access.web_sessions import NotSignedInHere, SessionOver
from hub.clock import dutch_date
from hub.codes import HUB_ORGANISATION, HUB_SOURCE, OrganisationCode, OrganisationKind
from hub.directory.snapshot import Snapshot
from hub.errors import HubError, NotAllowed
from hub.web.front import Front, InFront


class ChooseFirst(HubError):
    """Signed in, but still without an organisation to act for, or no longer with that one."""

    status = 403
    code = "choose-first"
    title = "For whom do you act?"
    next_step = "Choose the organisation that you act for, and do this again."


def source_of_pages(organisation: OrganisationCode) -> str:
    """Under which source the people of an organisation publish what they fill in here."""
    return f"{HUB_SOURCE}-pages-{organisation.lower()}"


@dataclass(frozen=True, slots=True)
class Post:
    """An organisation that a person can act for: with `roles` now, with `barred` only after a second factor."""

    organisation: OrganisationCode
    name: str
    kind: OrganisationKind
    roles: tuple[Role, ...]
    barred: tuple[Role, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Visitor:
    """Somebody who is signed in. There is no repr: a name is never to stand in a log."""

    person_id: UUID
    name: str
    provider: str | None
    posts: tuple[Post, ...]
    acting: Post | None

    @property
    def caller(self) -> Caller:
        """Who this is to the rest of the hub. Raises ChooseFirst."""
        if self.acting is None:
            raise ChooseFirst("You have not yet chosen an organisation.")
        rights = rights_of(self.acting.roles, self.acting.kind)
        sources = frozenset({source_of_pages(self.acting.organisation)})
        return Caller(self.acting.organisation, rights, sources, f"person:{self.person_id}")

    def post(self, organisation: str) -> Post | None:
        """The organisation with this code, if this person can act for it now."""
        return next((post for post in self.posts if post.organisation == organisation and post.roles), None)


def look_up(front: Front, session: Session, secret: str) -> Visitor:
    """The person whose browser holds `secret`. Raises NotSignedInHere and SessionOver."""
    now = front.now()
    found = web_sessions.find(session, secret, front.patience, now=now)
    person = session.get_one(Person, found.person_id)
    provider = None if found.provider is None else session.get_one(Provider, found.provider)
    if person.withdrawn_at is not None or (provider is not None and provider.withdrawn_at is not None):
        raise NotSignedInHere("This browser is not signed in to Samenspel.")
    roles = roles_now(session, person.id, now=now)
    posts = posts_of(front, session, roles, provider=provider, second_factor=found.second_factor)
    acting = next((post for post in posts if post.organisation == found.organisation and post.roles), None)
    name = particulars_of(front.runtime.vault, person).name
    return Visitor(person.id, name, found.provider, posts, acting)


def visitor(request: Request, front: InFront) -> Visitor:
    """Who looks. Raises NotSignedInHere and SessionOver."""
    secret = request.cookies.get(front.cookies.session.name)
    if secret is None:
        raise NotSignedInHere("This browser is not signed in to Samenspel.")
    with front.runtime.sessions.begin() as session:
        found = look_up(front, session, secret)
    request.state.visitor = found
    return found


def perhaps(request: Request, front: InFront) -> Visitor | None:
    """Who looks at a page that is for everybody; None for who is not signed in, or no longer."""
    try:
        return visitor(request, front)
    except (NotSignedInHere, SessionOver):
        return None


def acting(visitor: Annotated[Visitor, Depends(visitor)]) -> Visitor:
    """Who looks, on behalf of an organisation. Raises NotSignedInHere, SessionOver and ChooseFirst."""
    if visitor.acting is None:
        raise ChooseFirst("You have not yet chosen an organisation.")
    return visitor


def holding(right: Right) -> Any:
    """Who looks, for an organisation in which they have a right. Raises what `acting` raises, and NotAllowed."""

    def held(visitor: Annotated[Visitor, Depends(acting)]) -> Visitor:
        if not visitor.caller.may(right):
            raise NotAllowed(
                "Your role does not open this page.",
                next_step="Go back to the start page, or ask the administrator of your organisation for another role.",
            )
        return visitor

    return Depends(held)


def settle(front: Front, session: Session, secret: str) -> str:
    """Choose for somebody who has nothing to choose from; the secret to go on with."""
    usable = [post for post in look_up(front, session, secret).posts if post.roles]
    if len(usable) != 1:
        return secret
    found = web_sessions.find(session, secret, front.patience, now=front.now())
    return web_sessions.act_for(found, usable[0].organisation)


def posts_of(
    front: Front, session: Session, roles: Roles, *, provider: Provider | None = None, second_factor: bool = True
) -> tuple[Post, ...]:
    """For whom somebody with these roles can act who came from `provider`, in order of the organisations' codes."""
    now = front.now()
    snapshot = front.runtime.snapshot(session, now)
    posts = []
    for organisation, held in roles.items():
        known = _known(snapshot, organisation, now)
        if known is None or (provider is not None and not serves(provider, organisation)):
            continue
        barred = frozenset[Role]() if second_factor else held & front.second_factor_roles
        posts.append(Post(organisation, *known, _ordered(held - barred), _ordered(barred)))
    return tuple(posts)


def _known(snapshot: Snapshot, code: OrganisationCode, now: datetime) -> tuple[str, OrganisationKind] | None:
    if code == HUB_ORGANISATION:
        return "Samenspel", OrganisationKind.HUB
    organisation = snapshot.organisation(code, dutch_date(now))
    return None if organisation is None else (organisation.name, organisation.kind)


def _ordered(roles: frozenset[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)


TheVisitor = Annotated[Visitor, Depends(visitor)]
ActingVisitor = Annotated[Visitor, Depends(acting)]
