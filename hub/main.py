"""The ASGI application: the API at /v1 and the pages for people, with the parts of this process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Match, Mount
from starlette.types import Lifespan, Receive, Scope, Send

from hub import clock
from hub.api import problems
from hub.api.app import Edge, make_api, make_outside
from hub.api.context import Context
from hub.api.events import short_way, writer
from hub.events.group_commit import GroupCommit
from hub.hints import Hints
from hub.runtime import Runtime, make_runtime
from hub.settings import Settings
from hub.telemetry import set_up_logging
from hub.web.app import Pages
from hub.web.front import Clock, Front
from hub.workers.app import hint_sender


def make_app(runtime: Runtime, hints: Hints, now: Clock = clock.now) -> Edge:
    """The application on parts that somebody else opens and closes; `now` is the clock of the pages."""
    api, outside = make_api(runtime.settings.public_url), make_outside()
    routes = [short_way, Mount("/v1", api), Mount("/", _Crossing(Pages(Front(runtime, now, hints.give)), outside))]
    root = Starlette(routes=routes, lifespan=_lifespan((api, outside), runtime, hints))
    root.router.redirect_slashes = False
    problems.install(root)
    return Edge(root)


class _Crossing:
    """Outside /v1: pages for people, and what programs look for there. An address of neither is told as one reads."""

    def __init__(self, pages: Pages, outside: FastAPI) -> None:
        self._pages = pages
        self._outside = outside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the one that knows the address."""
        await (self._pages if self._is_for_people(scope) else self._outside)(scope, receive, send)

    def _is_for_people(self, scope: Scope) -> bool:
        if self._pages.knows(scope):
            return True
        known = any(route.matches(scope)[0] is not Match.NONE for route in self._outside.routes)
        return not known and scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")


def app_from_environment() -> Edge:
    """The application of an API process: what uvicorn starts in each of its workers."""
    settings = Settings()
    set_up_logging(settings.log_format)
    assert settings.database_url is not None, "hub serve sets the database's address for its workers"
    runtime = make_runtime(settings, str(settings.database_url))
    # Without a broker there is no worker in this process that a hint could reach: the sweepers do the work.
    return make_app(runtime, Hints(hint_sender(settings) if settings.redis_url else lambda _: None))


def _lifespan(apps: Sequence[FastAPI], runtime: Runtime, hints: Hints) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(root: Starlette) -> AsyncIterator[None]:
        runtime.warm_up()
        intake = GroupCommit(writer(runtime), weigh=lambda submission: len(submission.events))
        parts = Context(runtime, hints, intake)
        for app in (root, *apps):
            app.state.context = parts
        yield
        await intake.close()
        hints.close()
        runtime.close()

    return lifespan
