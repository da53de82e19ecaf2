"""A hub on a database of its own, with a publisher, receivers and a supervisor: what the trials below disturb."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from hub.codes import OrganisationCode
from hub.settings import Settings
from tests.support.callers import an_event, document
from tests.support.hub import RunningHub, answers, prepared, settings_in
from tests.support.waiting import wait_until
from tests.system.ledgers import Acknowledged, Event, Publisher, Receiver, receiving
from tests.system.supervisor import Kept, Supervisor

SUBSCRIBERS = ("GM0106-ST", "GM0118-ST", "PO2201", "GM0118-LP")
DRAINED_WITHIN_SECONDS = 120.0

_START_SECONDS = 60.0
_HOMES = ("9403", "9401", "7902", "9411", "3197")  # two teams, and a postcode that no rule can place
_SIGNAL = {"school": "99AA00", "theme": "wellbeing", "ask": "think_along", "question": "Wie denkt met ons mee?"}
_ABSENCE = {
    "school": "99CA00",
    "homePostcode": "7902",
    "since": "2026-10-01",
    "kind": "enrolled_absence",
    "reportedToDuo": True,
}

_PASSED = text("SELECT coalesce(sum(position), 0) FROM checkpoints")
_IS_BEHIND = text(
    "SELECT EXISTS (SELECT 1 FROM checkpoints c JOIN events e ON e.partition = c.partition AND e.position > c.position)"
    " OR EXISTS (SELECT 1 FROM deliveries WHERE state = 'waiting')"
)


@dataclass(frozen=True)
class Stage:
    """Everything that a trial needs."""

    hub: RunningHub
    folder: Path
    publisher: Publisher
    receiver: Receiver
    supervisor: Supervisor

    def serve(self) -> Kept:
        """Run the API, and return when it answers."""
        api = self.supervisor.keep("serve", "serve", "--port", str(self.hub.settings.port))
        self.wait_for_api()
        return api

    def work(self, number: int) -> list[Kept]:
        """Run this many prefork workers of two processes each."""
        return [self.supervisor.keep(f"worker-{n}", "worker", "--concurrency", "2") for n in range(number)]

    def wait_for_api(self) -> None:
        """Until it is ready."""
        wait_until(lambda: answers(self.hub.url), seconds=_START_SECONDS, what="an answer of the API", every=0.1)

    def subscribe_all(self) -> None:
        """Everybody who has a part wants to be told by webhook."""
        for code in SUBSCRIBERS:
            wish = {"url": f"{self.receiver.url}/{code}"}
            document(self.hub.organisation(code).call("POST", "/subscriptions", json=wish), 201)

    def passed(self) -> int:
        """A number that grows whenever a reader moves."""
        with self.hub.sessions() as session:
            return int(session.scalar(_PASSED) or 0)

    def is_drained(self) -> bool:
        """Whether every reader has read everything and nothing waits to be delivered."""
        with self.hub.sessions() as session:
            return not session.scalar(_IS_BEHIND)

    def drain(self) -> None:
        """Until everything is done: at most two minutes after the last repair."""
        wait_until(self.is_drained, seconds=DRAINED_WITHIN_SECONDS, what="the end of all work", every=0.2)

    def cases(self) -> int:
        """How many cases have been opened."""
        with self.hub.sessions() as session:
            return int(session.scalar(text("SELECT count(*) FROM cases")) or 0)


def crowd(number: int, taken_back: Sequence[Acknowledged] = ()) -> list[Event]:
    """A batch as schools send it: signals near and far, an absence in eight, and some questions taken back."""
    back = [an_event("signal.withdrawn", {"reason": "solved"}, subject=one.case) for one in taken_back]
    return back + [_event(n) for n in range(number - len(back))]


def _event(number: int) -> Event:
    if number % 8 == 0:
        return an_event("absence.reported", _ABSENCE)
    return an_event("signal.raised", {**_SIGNAL, "homePostcode": _HOMES[number % len(_HOMES)]})


@contextmanager
def stage(database_url: str, folder: Path, **settings: object) -> Iterator[Stage]:
    """A prepared hub of which nothing runs yet."""
    with ExitStack() as stack:
        made: Settings = settings_in(folder, database_url, **settings)
        hub = stack.enter_context(prepared(made))
        receiver = stack.enter_context(receiving(folder / f"arrivals-{uuid4().hex}.jsonl"))
        token = hub.organisation(OrganisationCode("B00001")).token
        publisher = Publisher(hub.url, token, folder / "acknowledged.jsonl")
        stack.callback(publisher.close)
        supervisor = stack.enter_context(Supervisor(_environment(made), folder))
        yield Stage(hub, folder, publisher, receiver, supervisor)


def _environment(settings: Settings) -> dict[str, str]:
    given = settings.model_dump(mode="json", exclude_unset=True)
    return {f"HUB_{name.upper()}": str(value) for name, value in given.items()}
