"""What endpoints are given: the hub's parts, a session that commits before the answer leaves, and the caller."""

import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from hub import clock
from hub.access.callers import Caller
from hub.access.token_refusals import TokenRefused
from hub.api.bearers import Bearers
from hub.api.grants import Grants
from hub.api.keyring import Keyring
from hub.api.limits import RateLimits
from hub.api.news import News, looking
from hub.cases.intake import Outcome, Submission
from hub.codes import OrganisationKind
from hub.directory.snapshot import Snapshot
from hub.errors import NotAllowed, NotSignedIn
from hub.events.group_commit import GroupCommit
from hub.hints import AFTER_A_MOVE, Hints
from hub.privacy.ledger import Viewer
from hub.runtime import Runtime
from hub.silent_routes import Watch
from hub.store.engine import acting_for

_SNAPSHOT_SECONDS = 1.0


class Context:
    """The parts of one API process."""

    def __init__(self, runtime: Runtime, hints: Hints, intake: GroupCommit[Submission, Outcome]) -> None:
        self.runtime = runtime
        self.hints = hints
        self.intake = intake
        self.limits = RateLimits(runtime.settings)
        self.keyring = Keyring(runtime)
        self.grants = Grants(runtime, Bearers(runtime.settings, self.keyring))
        self.watch = Watch()
        self.news = News(looking(runtime.sessions))
        self._snapshot: Snapshot | None = None
        self._snapshot_at = 0.0

    async def snapshot(self) -> Snapshot:
        """The directory, at most a second behind; looked up beside the event loop."""
        if self._snapshot is None or time.monotonic() - self._snapshot_at > _SNAPSHOT_SECONDS:
            self._snapshot = await run_in_threadpool(self._look_up_snapshot)
            self._snapshot_at = time.monotonic()
        return self._snapshot

    @contextmanager
    def acting_for(self, organisation: str) -> Iterator[Session]:
        """A transaction that sees and changes what belongs to an organisation, and nothing else."""
        with acting_for(self.runtime.sessions, organisation) as opened, opened.begin():
            yield opened

    @contextmanager
    def at_one_moment(self, organisation: str) -> Iterator[Session]:
        """The same, of the database as it is at one moment, so that what is read fits together."""
        with self.acting_for(organisation) as opened:
            opened.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield opened

    def _look_up_snapshot(self) -> Snapshot:
        with self.runtime.sessions() as session:
            return self.runtime.snapshot(session)


bearer = HTTPBearer(
    auto_error=False,
    description="An access token of the hub, see oauth2; of another issuer that the hub knows; or one of `hub token`.",
)


async def context(request: Request) -> Context:
    """The parts of this process. Not a plain function: FastAPI would send each request through a thread for it."""
    parts: Context = request.app.state.context
    return parts


LookUp = Callable[[str], Awaitable[Caller]]
"""Finds whom a token stands for. Raises TokenRefused."""


async def caller(
    request: Request,
    parts: Annotated[Context, Depends(context)],
    shown: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Caller:
    """Who calls. Raises NotSignedIn; TooMany when it calls too often, or shows wrong tokens too often."""
    return await counted(request, parts, shown, parts.grants.caller)


async def counted(
    request: Request, parts: Context, shown: HTTPAuthorizationCredentials | None, look_up: LookUp
) -> Caller:
    """Who calls, as `look_up` knows it, counted. Raises as `caller` does.

    Wrong tokens count for an address, never against the good ones that come from there: many schools may share it.
    """
    if shown is None:
        raise NotSignedIn("This address asks for a token.")
    try:
        found = await look_up(shown.credentials)
    except TokenRefused:
        await parts.limits.address(request)
        raise
    if not parts.limits.client_has(found):
        await parts.limits.client(found)
    return found


def session(
    parts: Annotated[Context, Depends(context)], caller: Annotated[Caller, Depends(caller)]
) -> Iterator[Session]:
    """A session of the caller; what was written is committed before the answer leaves, or not at all."""
    with parts.acting_for(caller.organisation) as opened:
        yield opened


def moving_session(
    parts: Annotated[Context, Depends(context)], caller: Annotated[Caller, Depends(caller)]
) -> Iterator[Session]:
    """A session for a move in a case: once it is committed, and not before, the workers are told that there is news."""
    with parts.acting_for(caller.organisation) as opened:
        yield opened
    parts.hints.give(*AFTER_A_MOVE)


_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


async def viewer(request: Request, caller: Annotated[Caller, Depends(caller)]) -> Viewer:
    """Who looks, as the disclosure ledger names it. A trace that is not well-formed counts as none (W3C)."""
    trace = request.headers.get("traceparent", "")
    return Viewer(caller.organisation, caller.label, trace if _TRACEPARENT.fullmatch(trace) else None)


def kind_of(caller: Caller, snapshot: Snapshot) -> OrganisationKind:
    """What kind of party the caller is, today. Raises NotAllowed when the directory no longer has it."""
    organisation = snapshot.organisation(caller.organisation, clock.dutch_date(clock.now()))
    if organisation is None:
        raise NotAllowed(
            "The directory does not know your organisation today.",
            next_step="Ask the hub's administrator whether your organisation has merged or ended.",
        )
    return organisation.kind


InContext = Annotated[Context, Depends(context)]
TheCaller = Annotated[Caller, Depends(caller)]
InMovingSession = Annotated[Session, Depends(moving_session, scope="function")]
TheViewer = Annotated[Viewer, Depends(viewer)]
InSession = Annotated[Session, Depends(session, scope="function")]
