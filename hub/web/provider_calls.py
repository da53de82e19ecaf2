"""The calls that the hub makes to identity providers. HTTP and nothing else: what an answer means is judged elsewhere.

Only addresses on the public internet are dialled, nothing is followed, little is read, and there is one deadline.
"""

import time
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub import __version__
from hub.access.provider_metadata import WELL_KNOWN, Metadata, read_metadata
from hub.access.refusals import ProviderAway
from hub.access.tables import Provider
from hub.access.token_request import TokenRequest
from hub.delivery.addresses import AddressRefused, dial

DEADLINE_SECONDS = 8.0
"""The longest a call takes, from looking up the name to the last byte that is read."""

_MOST_READ_BYTES = 256 * 1024
_FRESH_SECONDS = 3600.0
_FORGED_SECONDS = 60.0
_OK = 200


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a provider published, and when the hub looked."""

    metadata: Metadata
    keys: KeySet
    at: float


class ProviderCalls:
    """Calls to every provider, from one process; what a provider publishes is looked up once an hour."""

    def __init__(self, *, to_loopback: bool, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._to_loopback = to_loopback
        self._deadline = aiohttp.ClientTimeout(total=deadline_seconds)
        self._seen: dict[str, _Looked] = {}

    async def metadata(self, provider: Provider) -> Metadata:
        """What a provider says of itself. Raises ProviderAway."""
        return (await self._look(provider, _FRESH_SECONDS)).metadata

    async def keys(self, provider: Provider, *, anew: bool = False) -> KeySet:
        """The keys a provider signs with. Raises ProviderAway.

        `anew` looks again, because a token names a key that was not there; at most once a minute, or forged tokens
        would make the hub call all the time.
        """
        return (await self._look(provider, _FORGED_SECONDS if anew else _FRESH_SECONDS)).keys

    async def hand_in(self, request: TokenRequest) -> tuple[int, bytes]:
        """Status and body of the answer of a token endpoint. Raises ProviderAway."""
        return await self._call("POST", request.address, data=request.form, headers=request.headers)

    async def _look(self, provider: Provider, fresh_seconds: float) -> _Looked:
        seen = self._seen.get(provider.issuer)
        if seen is None or time.monotonic() - seen.at > fresh_seconds:
            document = await self._fetch(provider.issuer.rstrip("/") + WELL_KNOWN)
            metadata = read_metadata(provider.issuer, document, to_loopback=self._to_loopback)
            seen = _Looked(metadata, _key_set(await self._fetch(metadata.jwks_uri)), time.monotonic())
            self._seen[provider.issuer] = seen
        return seen

    async def _fetch(self, address: str) -> bytes:
        status, body = await self._call("GET", address)
        if status != _OK:
            raise ProviderAway(detail=f"status {status}")
        return body

    async def _call(self, method: str, address: str, **options: Any) -> tuple[int, bytes]:
        try:
            async with (
                self._session() as session,
                session.request(method, address, allow_redirects=False, **options) as answer,
            ):
                body = await answer.content.read(_MOST_READ_BYTES)
                while not answer.content.at_eof() and len(body) < _MOST_READ_BYTES:
                    body += await answer.content.read(_MOST_READ_BYTES - len(body))
                return answer.status, body
        except TimeoutError as error:
            raise ProviderAway(detail="timeout") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            cause = getattr(error, "os_error", error)
            raise ProviderAway(
                detail="address refused" if isinstance(cause, AddressRefused) else "connection"
            ) from error

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=dial(to_loopback=self._to_loopback), force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": f"Samenspel/{__version__}", "Accept": "application/json"},
            timeout=self._deadline,
        )


def _key_set(document: bytes) -> KeySet:
    """The keys of a provider that are for signatures; one of a kind that nobody knows here is passed over."""
    try:
        told = orjson.loads(document)["keys"]
        return KeySet.import_key_set({"keys": [key for key in told if key.get("use", "sig") == "sig"]})
    except (orjson.JSONDecodeError, JoseError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ProviderAway(detail="keys") from error
