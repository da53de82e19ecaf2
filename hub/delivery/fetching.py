"""One small document from a server that the operator named: a guarded GET or POST, with everything bounded.

What is dialled is judged as for webhooks (`hub.delivery.addresses`): a name cannot lead into the private network.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from yarl import URL

from hub import __version__
from hub.delivery.addresses import AddressRefused, dial

DEADLINE = timedelta(seconds=5)
LARGEST_BYTES = 64 * 1024

_OK = 200


class FetchFailed(Exception):
    """The document could not be had; the text is one word for the log, and names no address."""


async def fetch(url: str, *, to_loopback: bool, deadline: timedelta = DEADLINE) -> bytes:
    """The document at `url`. Raises FetchFailed: no redirects, no proxies, no cookies, and no more than 64 KiB.

    `to_loopback` allows this machine as well; without it only https goes out.
    """
    status, document = await _exchange("GET", url, to_loopback=to_loopback, deadline=deadline)
    if status != _OK:
        raise FetchFailed(f"status {status}")
    return document


async def post_form(
    url: str, form: Mapping[str, str], headers: Mapping[str, str], *, to_loopback: bool, deadline: timedelta = DEADLINE
) -> tuple[int, bytes]:
    """Status and document that a form is answered with, under the same bounds. Raises FetchFailed."""
    return await _exchange("POST", url, to_loopback=to_loopback, deadline=deadline, data=form, headers=headers)


async def _exchange(
    method: str, url: str, *, to_loopback: bool, deadline: timedelta, **sent: Mapping[str, str]
) -> tuple[int, bytes]:
    if not to_loopback and URL(url).scheme != "https":
        raise FetchFailed("not https")
    try:
        async with (
            _client(to_loopback=to_loopback, deadline=deadline) as client,
            client.request(method, URL(url), allow_redirects=False, **sent) as response,  # type: ignore[arg-type]
        ):
            return response.status, await _read(response)
    except TimeoutError as error:
        raise FetchFailed("timeout") from error
    except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as error:
        refused = isinstance(getattr(error, "os_error", error), AddressRefused)
        raise FetchFailed("address refused" if refused else "connection") from error


def _client(*, to_loopback: bool, deadline: timedelta) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=dial(to_loopback=to_loopback), force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept": "application/json, application/jwk-set+json", "User-Agent": f"Samenspel/{__version__}"},
        skip_auto_headers=("Accept-Encoding",),
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=deadline.total_seconds()),
    )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    document = bytearray()
    async for chunk in response.content.iter_any():
        document += chunk
        if len(document) > LARGEST_BYTES:
            raise FetchFailed("too large")
    return bytes(document)
