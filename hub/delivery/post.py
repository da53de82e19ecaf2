"""One try: a signed message to a receiver, and its answer. HTTP and nothing else."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from yarl import URL

from hub import __version__
from hub.delivery.addresses import AddressRefused, dial
from hub.delivery.backoff import Answer, retry_after
from hub.delivery.signing import signed_headers
from hub.events.envelope import MEDIA_TYPE

DEADLINE = timedelta(seconds=15)
"""The longest one try takes, from looking up the name to the last byte that is read."""

_MOST_READ_BYTES = 64 * 1024
_BODY_SECONDS = 1.0  # the status has decided; the rest is read only to keep the connection
_KEPT_ALIVE_SECONDS = 4.0  # less than receivers do, so that no message meets a connection that is just being closed
_NAME_SECONDS = 30

_HEADERS = {"Content-Type": MEDIA_TYPE, "User-Agent": f"Samenspel/{__version__}"}


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """Where messages of a subscription go, and the secret they are signed with. Never shown: there is no repr."""

    url: URL
    secret: bytes


def open_session(*, to_loopback: bool, deadline: timedelta = DEADLINE) -> aiohttp.ClientSession:
    """The HTTP client of a process: no cookies, proxies, redirects or compression, and only open addresses."""
    connector = aiohttp.TCPConnector(
        limit=0,  # the sender's lanes decide how many are open
        socket_factory=dial(to_loopback=to_loopback),
        keepalive_timeout=_KEPT_ALIVE_SECONDS,
        ttl_dns_cache=_NAME_SECONDS,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_HEADERS,
        skip_auto_headers=("Accept", "Accept-Encoding"),
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=deadline.total_seconds()),
    )


async def post(
    session: aiohttp.ClientSession, target: Target, message: str, body: bytes, clock: Callable[[], datetime]
) -> Answer:
    """Send `body` once under the id `message`. Every failure of the way or of the receiver is an answer too."""
    headers = signed_headers(target.secret, message, body, at=clock())
    try:
        async with session.post(target.url, data=body, headers=headers, allow_redirects=False) as response:
            await _read_a_little(response)
            wait = response.headers.get("Retry-After")
            return Answer(response.status, None, retry_after(wait, now=clock()) if wait else None)
    except TimeoutError:
        return Answer(None, "timeout")
    except (aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: a name that no address can be made of
        return Answer(None, _word_for(error))


async def _read_a_little(response: aiohttp.ClientResponse) -> None:
    """Read the body when it is short and quick, so that the connection can be used again; close it otherwise."""
    content = response.content
    if content.is_eof():
        return
    read = 0
    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(_BODY_SECONDS):
            while not content.at_eof() and read <= _MOST_READ_BYTES:
                read += len(await content.readany())
    if not content.at_eof():
        response.close()


def _word_for(error: Exception) -> str:
    """What went wrong, in a word that holds nothing of the receiver's."""
    cause = getattr(error, "os_error", error)
    if isinstance(cause, AddressRefused):
        return "address refused"
    if isinstance(error, aiohttp.ClientSSLError) or isinstance(cause, ssl.SSLError):
        return "tls"
    if isinstance(error, aiohttp.ClientConnectorDNSError) or isinstance(cause, socket.gaierror):
        return "name"
    if isinstance(error, aiohttp.ClientConnectionError) or isinstance(cause, ConnectionError):
        return "connection"
    return "protocol"
