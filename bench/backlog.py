"""Work that lies ready: events as the API would have written them, and readers that move over them in this process."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from bench.ground import Hub
from bench.samples import bodies
from hub import clock
from hub.access.tokens import grant_of
from hub.api.events import writer
from hub.cases.intake import Submission, judge
from hub.events import readers
from hub.runtime import Runtime

_GROUP = 500


def publish(hub: Hub, runtime: Runtime, number: int, board: str | None = None) -> None:
    """Put `number` events in the log, of all boards or of one; nobody has read them yet."""
    put(hub, runtime, bodies(number, board))


def put(hub: Hub, runtime: Runtime, sent: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Put events in the log, each given with the board that sends it."""
    with runtime.sessions() as session:
        snapshot = runtime.snapshot(session)
        callers = {code: grant_of(session, token, now=clock.now()).caller for code, token in hub.tokens.items()}
    write = writer(runtime)
    submissions = (judge([body], callers[sender], snapshot) for sender, body in sent)
    while group := list[Submission](islice(submissions, _GROUP)):
        write(group)


def move(runtime: Runtime, name: str) -> int:
    """Move a reader to the end of the log, here and now; how many events it passed."""
    reader = next(reader for reader in runtime.readers if reader.name == name)
    return readers.advance(runtime.sessions, reader, clock.now)
