"""The calls to identity providers: where they may go, what is followed, and how long is waited."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hub.access.provider_metadata import WELL_KNOWN
from hub.access.refusals import ProviderAway
from hub.access.tables import Provider
from hub.access.token_request import TokenRequest
from hub.web.provider_calls import ProviderCalls
from tests.support.people import Town

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
Answer = Callable[[BaseHTTPRequestHandler], None]


def provider_at(issuer: str) -> Provider:
    """A provider of which only the issuer matters."""
    return Provider(code="x", issuer=issuer, client_id="samenspel", name="X")


@contextmanager
def a_server(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that answers everything alike; its address, and the paths it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer(self)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def says(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    """An answer with this status, body and headers."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def detail_of(issuer: str, *, to_loopback: bool = True) -> str:
    """What the log would say of a provider there that cannot be worked with."""
    calls = ProviderCalls(to_loopback=to_loopback)
    with pytest.raises(ProviderAway) as away:
        asyncio.run(calls.metadata(provider_at(issuer)))
    return away.value.detail


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])
def test_no_connection_to_this_machine(host: str) -> None:
    """The address that is dialled is judged, whatever it is called: the listener sees nobody."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        detail = detail_of(f"https://{host}:{listener.getsockname()[1]}", to_loopback=False)
        assert detail in {"address refused", "connection"}
        with pytest.raises(TimeoutError):
            listener.accept()


def test_nothing_is_followed() -> None:
    """A provider that sends on to another address is no provider."""
    with a_server(says(200)) as (goal, asked), a_server(says(302, Location=goal)) as (address, first):
        assert detail_of(address) == "status 302"
        assert first == [WELL_KNOWN]
        assert asked == []


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (says(404), "status 404"),
        (says(500), "status 500"),
        (says(200, b"not JSON"), "discovery"),
        (says(200, b"{}"), "discovery"),
        (says(200, b'{"issuer": "' + b"x" * 70_000 + b'"}'), "too large"),
        (lambda handler: handler.wfile.write(b"this is no HTTP\r\n\r\n"), "connection"),
        (lambda handler: handler.connection.close(), "connection"),
    ],
)
def test_a_provider_that_answers_nonsense(answer: Answer, detail: str) -> None:
    """Is as good as away, and the log says why."""
    with a_server(answer) as (address, _):
        assert detail in detail_of(address)


def test_nobody_there() -> None:
    """A refused connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert detail_of(f"http://127.0.0.1:{port}") == "connection"


def test_a_provider_that_never_answers() -> None:
    """Is waited for only so long."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        calls = ProviderCalls(to_loopback=True, deadline=timedelta(seconds=0.2))
        request = TokenRequest(f"http://127.0.0.1:{listener.getsockname()[1]}/token", {"code": "x"})
        with pytest.raises(ProviderAway) as away:
            asyncio.run(calls.hand_in(request))
    assert away.value.detail == "timeout"


def test_what_a_provider_publishes_is_looked_up_once(town: Town) -> None:
    """A second sign-in within the hour asks nothing; a key that nobody knows is looked for at most once a minute."""

    async def several() -> int:
        calls = ProviderCalls(to_loopback=True)
        provider = provider_at(town.assen.issuer)
        first = await calls.keys(provider)
        assert (await calls.metadata(provider)).issuer == town.assen.issuer
        same = [await calls.keys(provider, anew=anew) for anew in (False, True, True)]
        return sum(keys is first for keys in same)

    assert asyncio.run(several()) == 3
