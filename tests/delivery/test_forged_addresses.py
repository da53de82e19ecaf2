"""Addresses made to lead the hub into the network it runs in (SSRF): refused when asked for, and never dialled.

A listener on every address of this machine counts the connections it gets. Each address of the corpus is tried twice:
as an organisation would give it, and, past that judgement, at the socket itself, with a name server that says
something else each time it is asked.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from yarl import URL

from hub.delivery import post
from hub.delivery.addresses import receiver_url
from hub.delivery.backoff import Answer
from hub.delivery.post import Target
from hub.errors import InvalidInput
from tests.support.waiting import wait_until

PORT = "PORT"  # stands for that of the listener

# One machine, 127.0.0.1, in the ways that one parser or another reads it.
SPELLINGS_OF_LOOPBACK = [
    *("127.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "127.127.127.127", "127.0.0.0", "127.255.255.254"),
    *("2130706433", "017700000001", "0x7f000001", "0x7f.0x0.0x0.0x1", "0x7f.1", "0177.0.0.1", "0177.0.0.01"),
    *("00000177.0.0.1", "127.0x0.0.1", "127.00.00.01", "0", "0.0.0.0", "0.0.0.0.", "000.000.000.000", "0x0"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[::1%25lo]", "[::1%25eth0]"),
    *("localhost", "LOCALHOST", "localhost.", "LocalHost.", "ip6-localhost", "localhost.localdomain"),
    *(
        "①②⑦.⓪.⓪.①",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
        "127。0。0。1",
        "127\uff0e0\uff0e0\uff0e1",
        "127｡0｡0｡1",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    ),
]
INSIDE = [
    *("10.0.0.1", "10.255.255.254", "167772161", "0x0a000001", "012.0.0.1", "172.16.0.1", "172.31.255.254"),
    *("2886729729", "192.168.0.1", "192.168.1.254", "3232235521", "0xc0a80001", "0300.0250.0.1", "100.64.0.1"),
    *("169.254.169.254", "169.254.170.2", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518"),
    *("[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::169.254.169.254]", "[2002:a9fe:a9fe::1]"),
    *("[fd00:ec2::254]", "[fe80::a9fe:a9fe]", "[fe80::1%25eth0]", "[fc00::1]", "[fd12:3456:789a::1]", "[fec0::1]"),
    *("[ff02::1]", "[ff05::2]", "[2001:db8::1]", "[100::1]", "[2001:10::1]", "[::ffff:10.0.0.1]", "[2002:a00:1::1]"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.170", "192.0.2.7"),
    *("metadata", "metadata.google.internal.", "instance-data", "kubernetes.default.svc", "redis", "postgres"),
]
WAYS_TO_WRITE = [
    "http://127.0.0.1:PORT/",
    "https://127.0.0.1:PORT/",
    "https://hooks.example.nl@127.0.0.1:PORT/",
    "https://hooks.example.nl:443@127.0.0.1:PORT/",
    "https://127.0.0.1:PORT@hooks.example.nl:PORT/",
    "https://hooks.example.nl#@127.0.0.1:PORT/",
    "https://127.0.0.1:PORT#hooks.example.nl",
    "https://127.0.0.1:PORT\\@hooks.example.nl/",
    "https://127.0.0.1:PORT?hooks.example.nl",
    "https:/127.0.0.1:PORT/",
    "https:127.0.0.1:PORT/",
    "//127.0.0.1:PORT/",
    "///127.0.0.1:PORT/",
    "127.0.0.1:PORT/",
    "gopher://127.0.0.1:PORT/_x",
    "file://127.0.0.1/etc/passwd",
    "ftp://127.0.0.1:PORT/",
    "dict://127.0.0.1:PORT/info",
    "ldap://127.0.0.1:PORT/",
    "jar:https://127.0.0.1:PORT!/",
    "unix:///var/run/docker.sock",
    "https://127.0.0.1%00.example.nl:PORT/",
    "https://127.0.0.1%2f.example.nl:PORT/",
    "https://127.0.0.1\t:PORT/",
    "https://127.0.0.1\r\n:PORT/",
    "https://\u2024127.0.0.1:PORT/",
    "https://[::1]:PORT/",
    "https://[::ffff:127.0.0.1]:PORT/",
    "http://[::]:PORT/",
    "https://127.0.0.1:0PORT/",
]
CORPUS = dict.fromkeys(
    [
        *WAYS_TO_WRITE,
        *(f"https://{host}/" for host in (*SPELLINGS_OF_LOOPBACK, *INSIDE)),
        *(f"https://{host}:{PORT}/" for host in SPELLINGS_OF_LOOPBACK),
    ]
)

REBINDING = [
    *("127.0.0.1", "0.0.0.0", "127.9.9.9", "10.0.0.1", "169.254.169.254", "192.168.0.1"),
    *("::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "fd00:ec2::254"),
]


class Listener:
    """Listens on every address of this machine and counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        with suppress(OSError):
            while True:
                self._socket.accept()[0].close()
                self.connections += 1

    def close(self) -> None:
        """Stop to listen."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """A service inside the network that no webhook may reach."""
    made = Listener()
    yield made
    made.close()


def _posted(url: URL) -> Answer:
    async def work() -> Answer:
        async with post.open_session(to_loopback=False, deadline=timedelta(seconds=5)) as session:
            return await post.post(session, Target(url, b"s" * 32), "m", b"{}", lambda: datetime.now(UTC))

    return asyncio.run(work())


def test_the_corpus_is_large() -> None:
    """Each address counts once."""
    assert len(CORPUS) >= 120


@pytest.mark.parametrize("written", CORPUS)
def test_a_forged_address_is_never_reached(written: str, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused when it is asked for; and whoever came past that meets the judgement at the socket."""
    address = written.replace(PORT, str(listener.port))
    looked_up = socket.getaddrinfo

    def only_here(host: str, port: int, family: int = 0, kind: int = 0, protocol: int = 0, flags: int = 0) -> object:
        """Reads every spelling of an address, but asks no name server outside this machine."""
        return looked_up(host, port, family, kind, protocol, flags | socket.AI_NUMERICHOST)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)
    with pytest.raises(InvalidInput):
        receiver_url(address, to_loopback=False)
    with suppress(ValueError):  # not an address in any reading
        answer = _posted(URL(address))
        assert answer.status is None
    assert listener.connections == 0


@pytest.mark.parametrize("first", range(len(REBINDING)))
def test_a_name_that_leads_somewhere_else_each_time_is_never_followed_inside(
    first: int, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is the address that is dialled, whatever the name server said before."""
    answers = cycle([*REBINDING[first:], *REBINDING[:first]])
    asked: list[str] = []

    def rebinding(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        address = next(answers)
        asked.append(host)
        if ":" in address:
            return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *_, **options: rebinding(host, port, **options))
    url = URL(f"https://hooks.assen.example.nl:{listener.port}/")
    assert [_posted(url) for _ in range(3)] == [Answer(None, "address refused")] * 3
    assert len(asked) == 3
    assert listener.connections == 0


def test_the_listener_would_have_counted(listener: Listener) -> None:
    """Otherwise the tests above could not fail."""
    other = Listener()
    socket.create_connection(("127.0.0.1", other.port)).close()
    socket.create_connection(("::1", other.port)).close()
    wait_until(lambda: other.connections == 2, what="both connections")
    other.close()
    assert listener.connections == 0
