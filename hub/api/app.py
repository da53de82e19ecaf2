"""The API as one application, built to the API Design Rules 2.2: mounted at /v1, with its document beside it."""

from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub import __version__
from hub.access.rights import CLIENT_RIGHTS, Right
from hub.api import (
    agenda,
    already_open,
    borders,
    cases,
    declarations,
    events,
    feed,
    health,
    inbox,
    oauth,
    problems,
    reading,
    relocation,
    replies,
    routing,
    security_contact,
    silent_routes,
    statement,
    subscriptions,
    team,
    terms,
)
from hub.api.needs import about, right_of
from hub.api.wire import refusals, sends_json, takes_json
from hub.settings import TOKEN_PATH

_DESCRIPTION = """
Samenspel brings a school's signal to the party that must help, and brings back the answer.

Every term that the law knows has its Dutch word in the glossary (docs/glossary.md).
"""
_CONTACT = {"name": "Samenspel", "url": "https://samenspel.example/contact", "email": "beheer@samenspel.example"}

_IN_JSON = (
    already_open,
    reading,
    cases,
    terms,
    borders,
    relocation,
    declarations,
    inbox,
    feed,
    subscriptions,
    replies,
    agenda,
    routing,
    silent_routes,
    team,
)
_OTHERWISE = (statement, events, health)
_LETTERS = borders.letters


def make_api(public_url: str) -> FastAPI:
    """The application that answers under /v1."""
    app = FastAPI(
        title="Samenspel",
        version=__version__,
        description=_DESCRIPTION,
        contact=_CONTACT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        servers=[{"url": f"{public_url}/v1"}],
        root_path_in_servers=False,
        strict_content_type=False,
    )
    problems.install(app)
    for module in _IN_JSON:
        app.include_router(
            module.router, dependencies=[Depends(sends_json), Depends(takes_json)], responses=refusals(429)
        )
    app.include_router(statement.router, responses=refusals(429))
    app.include_router(_LETTERS, responses=refusals(429))
    app.include_router(events.router)
    app.include_router(health.router)
    _publish_document(app, public_url)
    return app


def make_outside() -> FastAPI:
    """The application for what lies outside the versioned API: tokens, and health where load balancers look for it."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    problems.install(app)
    app.include_router(health.router)
    app.include_router(security_contact.router)
    app.include_router(oauth.router)
    return app


def _publish_document(app: FastAPI, public_url: str) -> None:
    """Leave out what FastAPI adds and the hub does not do: 422 for form errors; tell of headers and of tokens."""
    original = app.openapi

    def document() -> dict[str, Any]:
        made = original()
        schemas = made["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        for schema in schemas.values():
            _name_formats(schema)
        made["components"]["securitySchemes"]["oauth2"] = _oauth2(public_url)
        rights = _rights()
        for path, operation in ((path, o) for path, found in made["paths"].items() for o in found.values()):
            _tidy(operation)
            _tell_right(operation, path, rights[operation["operationId"]])
        return made

    app.openapi = document  # type: ignore[method-assign]  # the way FastAPI documents


def _name_formats(schema: dict[str, Any]) -> None:
    """Write "a day, or null" as one type, so that whoever reads a property finds its format there."""
    for name, said in schema.get("properties", {}).items():
        one, *other = said.get("anyOf", [None])
        if other == [{"type": "null"}] and "format" in one:
            rest = {key: value for key, value in said.items() if key != "anyOf"}
            schema["properties"][name] = {**one, "type": [one["type"], "null"], **rest}


def _oauth2(public_url: str) -> dict[str, Any]:
    """How machines get the tokens that every operation with a lock takes."""
    return {
        "type": "oauth2",
        "description": "Client credentials with private_key_jwt, as in the NL GOV profile for OAuth.",
        "flows": {
            "clientCredentials": {
                "tokenUrl": public_url + TOKEN_PATH,
                "scopes": {right.value: _SCOPES[right] for right in sorted(CLIENT_RIGHTS)},
            }
        },
    }


_SCOPES = {
    Right.PUBLISH: "publish events of your schools",
    Right.READ_CASES: "read your cases and your inbox",
    Right.ANSWER_CASES: "accept, decline, redirect, answer and close cases",
    Right.READ_FEED: "read what is meant for you in the feed",
    Right.MANAGE_SUBSCRIPTIONS: "manage your webhooks",
    Right.READ_AGENDA: "read the figures of the region",
    Right.MANAGE_CALENDAR: "say when your team works, and who stands in for it",
    Right.WATCH_ROUTES: "see where in your area nobody answers",
    Right.READ_STATEMENT: "give parents the statement of the cases that your organisation sent",
}


def _rights() -> dict[str | None, Right | None]:
    """The right that each operation asks for, by its name."""
    routers = (*(module.router for module in (*_IN_JSON, *_OTHERWISE)), _LETTERS)
    routes = (route for router in routers for route in router.routes)
    return {route.operation_id: right_of(route) for route in routes if isinstance(route, APIRoute)}


def _tell_right(operation: dict[str, Any], path: str, right: Right | None) -> None:
    """Write down what an operation asks for, and whether its address names something that may be another's."""
    if right is not None:
        operation.update({"x-right": right.value, "x-about": about(path)})
        operation["security"] = [
            *(way for way in operation["security"] if "oauth2" not in way),
            {"oauth2": [right.value]},
        ]


_VERSION_HEADER = {"API-Version": {"description": "version of this API", "schema": {"type": "string"}}}
_CHALLENGE = {"WWW-Authenticate": {"description": "what to sign in with (RFC 6750)", "schema": {"type": "string"}}}
_PATIENCE = {"Retry-After": {"description": "seconds to wait", "schema": {"type": "integer"}}}
_HEADERS_OF = {"401": _CHALLENGE, "429": _PATIENCE}


def _tidy(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
    for status, response in responses.items():
        response.setdefault("headers", {}).update(_VERSION_HEADER | _HEADERS_OF.get(status, {}))
        content = response.get("content", {})
        if "application/problem+json" in content and "application/json" in content:
            content["application/problem+json"] = content.pop("application/json")


class Edge:
    """The outermost layer: every answer carries the API's version, and tells browsers to keep and guess nothing."""

    HEADERS = (
        (b"api-version", __version__.encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"referrer-policy", b"no-referrer"),
        (b"strict-transport-security", b"max-age=31536000"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
    )
    OPEN = (b"access-control-allow-origin", b"*")

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the headers to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_document = scope["path"].endswith("/openapi.json")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}  # pages say more, and say it themselves
                missing = [header for header in self.HEADERS if header[0] not in said]
                message["headers"] = [*message["headers"], *missing, *([self.OPEN] if is_document else [])]
            await send(message)

        await self._app(scope, receive, with_headers)
