"""What holds for every page: no form from elsewhere, no body that is too large, and headers that bind the browser."""

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import NotAllowed

MOST_BYTES = 64 * 1024
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        *(
            f"{kind} 'self'"
            for kind in ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action")
        ),
        *(f"{kind} 'none'" for kind in ("base-uri", "frame-ancestors", "object-src")),
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would call the origin of our own forms "null"
}


class FromElsewhere(NotAllowed):
    """A form that another site sent, or a program that is no browser."""

    code = "from-elsewhere"
    title = "This did not come from a page of Samenspel"
    next_step = "Go to the start page of Samenspel and do it there."


async def from_our_own_pages(request: Request) -> None:
    """Take what changes something from our own pages only, whatever cookie comes along. Raises FromElsewhere.

    Browsers say in Sec-Fetch-Site where a request comes from, and those that do not yet say it in Origin. Whoever says
    neither is no browser, and has nothing to send here.
    """
    if request.method in _SAFE_METHODS:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = request.app.state.front.origin
    if site != "same-origin" if site is not None else origin != own:
        raise FromElsewhere("Samenspel takes a form from its own pages only, so nothing was done.")


class Guard:
    """The outermost layer of the pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a limit on the body, and dress the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, _limited(receive), dressed)


def _limited(receive: Receive) -> Receive:
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            raise HTTPException(413)
        return message

    return limited
