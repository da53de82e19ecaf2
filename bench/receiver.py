"""The receiver of webhooks: answers 204 at once, and remembers when which case was told of first.

Run it as `python -m bench.receiver PORT`. GET asks for what came so far: a JSON object of case to time.monotonic().
"""

import asyncio
import re
import sys
import time
from typing import cast

import orjson
import uvloop

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_SUBJECT = re.compile(rb'"subject":"([^"]+)"')
_THANKS = b"HTTP/1.1 204 No Content\r\n\r\n"

_arrived: dict[str, float] = {}
_times: list[float] = []


class _Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or (length and len(body) < int(length[1])):
            return
        self._received = b""
        if head.startswith(b"POST"):
            _note(body)
            self._transport.write(_THANKS)
        else:
            self._transport.write(_what_came())


def _note(body: bytes) -> None:
    now = time.monotonic()
    _times.append(now)
    subject = _SUBJECT.search(body)
    if subject:
        _arrived.setdefault(subject[1].decode(), now)


def _what_came() -> bytes:
    answer = orjson.dumps({"cases": _arrived, "messages": len(_times), "last": _times[-1] if _times else None})
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer)


async def _listen(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_listen(int(sys.argv[1])))
