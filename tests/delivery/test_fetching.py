"""Fetching a small document: what is had, and everything that is not, from real servers on this machine."""

import asyncio
from datetime import timedelta

import pytest

from hub.delivery.fetching import LARGEST_BYTES, FetchFailed, fetch
from tests.delivery.receivers import Answer, Receive, drips, hangs, hangs_up, never_ends, says
from tests.support.ports import free_port

GOOD = b'{"keys": []}'


def fetched(url: str, *, to_loopback: bool = True, seconds: float = 10) -> bytes:
    """The document at an address."""
    return asyncio.run(fetch(url, to_loopback=to_loopback, deadline=timedelta(seconds=seconds)))


def failure(url: str, *, to_loopback: bool = True, seconds: float = 10) -> str:
    """Why there is no document."""
    with pytest.raises(FetchFailed) as failed:
        fetched(url, to_loopback=to_loopback, seconds=seconds)
    return str(failed.value)


def test_a_document_is_had(receive: Receive) -> None:
    """With nothing of the hub's in the request but its name."""
    server = receive(says(200, body=GOOD))
    assert fetched(server.url) == GOOD
    [arrival] = server.arrivals
    assert arrival.headers["User-Agent"].startswith("Samenspel/")
    assert not {"Authorization", "Cookie", "Accept-Encoding"} & set(arrival.headers)


def test_the_largest_document_is_had_and_no_larger_one(receive: Receive) -> None:
    """64 KiB."""
    assert len(fetched(receive(says(200, body=b"x" * LARGEST_BYTES)).url)) == LARGEST_BYTES
    assert failure(receive(says(200, body=b"x" * (LARGEST_BYTES + 1))).url) == "too large"


@pytest.mark.parametrize(
    ("answer", "seconds", "reason"),
    [
        (says(404), 10, "status 404"),
        (says(500, body=GOOD), 10, "status 500"),
        (says(204), 10, "status 204"),
        (hangs_up, 10, "connection"),
        (never_ends, 10, "too large"),
        (hangs, 0.3, "timeout"),
        (drips, 0.3, "timeout"),
    ],
    ids=["not found", "broken", "empty", "hangs up", "never ends", "hangs", "drips"],
)
def test_a_server_with_bad_manners_gives_nothing(receive: Receive, answer: Answer, seconds: float, reason: str) -> None:
    """And holds nobody longer than the deadline."""
    assert failure(receive(answer).url, seconds=seconds) == reason


def test_no_redirect_is_followed(receive: Receive) -> None:
    """Where a named server points to was not judged by the operator."""
    elsewhere = receive(says(200, body=GOOD))
    assert failure(receive(says(302, {"Location": elsewhere.url})).url) == "status 302"
    assert elsewhere.arrivals == []


def test_no_proxy_of_the_environment_is_used(receive: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would dial for the hub, past every judgement."""
    proxy = receive(says(200, body=b"from the proxy"))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)
    assert fetched(receive(says(200, body=GOOD)).url) == GOOD
    assert proxy.arrivals == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1"])
def test_nothing_inside_the_network_is_dialled(receive: Receive, host: str) -> None:
    """Whatever name leads there; the address at the socket counts."""
    server = receive(says(200, body=GOOD))
    port = server.url.rpartition(":")[2].partition("/")[0]
    assert failure(f"https://{host}:{port}/keys", to_loopback=False) == "address refused"
    assert server.arrivals == []


def test_keys_are_never_fetched_in_the_open() -> None:
    """Without TLS anybody on the way could change them."""
    assert failure("http://login.example/keys", to_loopback=False) == "not https"


def test_nobody_there_is_a_failure_too() -> None:
    """As is an address that is none."""
    assert failure(f"http://127.0.0.1:{free_port()}/keys") == "connection"
    assert failure("http://[::1:x/keys") == "connection"
