"""Where the demo plays: a client per organisation, and the trace that is printed."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from hub.errors import HubError
from hub.events.envelope import MEDIA_TYPE, full_type

DEMO_SOURCE = "urn:nld:oin:00000099000000000001:systeem:demo"
_PATIENCE_SECONDS = 15.0
_LOOK_EVERY_SECONDS = 0.01

Tokens = Mapping[str, str]
Print = Callable[[str], None]


class DemoStuck(HubError):
    """A story did not go on as it should."""

    status = 500
    code = "demo-stuck"
    next_step = "Check with `hub health` whether the hub and its workers run, and play the demo again."


class Stage:
    """Plays the part of every organisation against a running hub, and prints what happens."""

    def __init__(self, client: httpx.Client, tokens: Tokens, print_line: Print) -> None:
        self._client = client
        self._tokens = tokens
        self._print = print_line

    def title(self, text: str) -> None:
        """Begin a story."""
        self._print(f"\n■ {text}")

    def publish(self, school: str, what: str, type_: str, data: Mapping[str, Any]) -> str:
        """A school publishes an event; the id of its case."""
        event = {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": DEMO_SOURCE,
            "type": full_type(type_),
            "time": datetime.now(UTC).isoformat(),
            "data": dict(data),
        }
        with self._timed(school, what):
            answer = self._call("POST", "/v1/events", school, json=event, media_type=MEDIA_TYPE)
        case: str = answer["case"]
        return case

    def wait_for(self, case: str, watcher: str, state: str, holder: str | None = None) -> dict[str, Any]:
        """Watch a case, as `watcher` sees it, until it has the state and the holder; then tell why it came there."""
        begun = time.perf_counter()
        while time.perf_counter() - begun < _PATIENCE_SECONDS:
            view = self._call("GET", f"/v1/cases/{case}", watcher)
            if view["state"] == state and holder in {None, view["holder"]}:
                self._tell_routing(view, begun)
                return view
            time.sleep(_LOOK_EVERY_SECONDS)
        raise DemoStuck("A case of the demo did not come into state %(state)s.", state=state)

    def move(self, organisation: str, case: str, what: str, move: str, body: Mapping[str, Any] | None = None) -> None:
        """A receiver does something with a case."""
        with self._timed(organisation, what):
            self._call("POST", f"/v1/cases/{case}/{move}", organisation, json=body)

    def read(self, organisation: str, case: str, what: str) -> dict[str, Any]:
        """Somebody reads a case."""
        with self._timed(organisation, what):
            return self._call("GET", f"/v1/cases/{case}", organisation)

    def say(self, text: str) -> None:
        """A remark under the story."""
        self._print(f"    {text}")

    def _tell_routing(self, view: Mapping[str, Any], begun: float) -> None:
        routed = [h for h in view["timeline"] if h["reasons"]]
        milliseconds = (time.perf_counter() - begun) * 1000
        name = view["holderName"] or view["holder"]
        self._print(f"  → {name} ({view['holder']}), {view['state']}  [{milliseconds:.0f} ms]")
        for reason in routed[-1]["reasons"] if routed else ():
            mark = "omdat" if reason["applies"] else "niet, want"
            self._print(f"      {reason['rule']:<5} {mark}: {reason['sentence']}")
        for question in routed[-1]["questions"] if routed else ():
            self._print(f"      vraag: {question}")

    @contextmanager
    def _timed(self, organisation: str, what: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self._print(f"  {organisation}: {what}  [{(time.perf_counter() - begun) * 1000:.0f} ms]")

    def _call(
        self, method: str, path: str, organisation: str, *, json: Any = None, media_type: str = "application/json"
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._tokens[organisation]}"}
        if json is not None:
            headers["Content-Type"] = media_type
        answer = self._client.request(method, path, json=json, headers=headers)
        if answer.is_error:
            raise DemoStuck("The hub answered %(status)s to the demo.", status=answer.status_code)
        document: dict[str, Any] = answer.json()
        return document
