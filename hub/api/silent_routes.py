"""GET /v1/silent-routes: where nobody answers. A partnership sees its own area, the operator of the hub everything."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext
from hub.api.needs import needs
from hub.api.wire import Answer, reads, refusals
from hub.codes import HUB_ORGANISATION
from hub.silent_routes import Kind, Silent, in_area_of, silent_organisations, unused_rules

router = APIRouter(prefix="/silent-routes", tags=["directory"])

Watcher = Annotated[Caller, needs(Right.WATCH_ROUTES)]


class SilentRoute(Answer):
    """Where nobody answers: an organisation or a rule, since when if that is known, and how many cases or addresses."""

    kind: Kind
    subject: str
    since: datetime | None
    count: int


class SilentRoutes(Answer):
    """All that the caller may know of, in order of kind and subject."""

    routes: list[SilentRoute]


@reads(router, "", operation_id="readSilentRoutes", responses=refusals(401, 403, 406, 503))
def silent(caller: Watcher, parts: InContext) -> SilentRoutes:
    """Who never opens a case, at whom nothing arrives, which school has nobody to read an answer, and unused rules.

    It holds codes and counts of organisations, so it is counted over the cases of all, and then cut down to the area.
    """
    now = clock.now()
    with parts.runtime.sessions() as session:
        found = silent_organisations(session, parts.runtime.snapshot(session), now=now)
        if caller.organisation == HUB_ORGANISATION:
            found += unused_rules(session, now=now)
        else:
            found = in_area_of(found, caller.organisation)
    return SilentRoutes(routes=[_read(one) for one in found])


def _read(one: Silent) -> SilentRoute:
    return SilentRoute(kind=one.kind, subject=one.subject, since=one.since, count=one.count)
