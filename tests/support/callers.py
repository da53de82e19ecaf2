"""Organisations that speak to a running hub over HTTP, in the words that the stories are told in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from hub.events.envelope import MEDIA_TYPE, full_type
from tests.support.waiting import wait_until

SOURCE = "urn:nld:oin:00000099000000000001:systeem:demo"
"""Under which the boards of the demo region publish."""

Json = dict[str, Any]


def an_event(type_: str, data: Mapping[str, Any], **attributes: Any) -> Json:
    """A CloudEvent of now with an id of its own; an attribute that is None is left out."""
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": SOURCE,
        "type": full_type(type_),
        "time": datetime.now(UTC).isoformat(),
        "data": dict(data),
        **attributes,
    }
    return {name: value for name, value in event.items() if value is not None}


class Organisation:
    """One organisation with its token."""

    def __init__(self, client: httpx.Client, code: str, token: str) -> None:
        self.code = code
        self.token = token
        self._client = client

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any call at all, signed in; `headers` are added, and one that is None is left out."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        said = {name: value for name, value in headers.items() if value is not None}
        return self._client.request(method, f"/v1{path}", headers=said, **options)

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Read an address."""
        return self.call("GET", path, params=query)

    def read(self, path: str, **query: Any) -> Json:
        """The document at an address that must be readable."""
        return document(self.get(path, **query), 200)

    def send(self, event: Any, media_type: str | None = MEDIA_TYPE, **options: Any) -> httpx.Response:
        """Publish something that may well be refused."""
        headers = {"Content-Type": media_type, **options.pop("headers", {})}
        if isinstance(event, bytes):
            return self.call("POST", "/events", content=event, headers=headers, **options)
        return self.call("POST", "/events", json=event, headers=headers, **options)

    def publish(self, type_: str, data: Mapping[str, Any], **attributes: Any) -> str:
        """Publish an event that must be taken; the id of its case."""
        case: str = document(self.send(an_event(type_, data, **attributes)), 202)["case"]
        return case

    def case(self, case: str) -> Json:
        """A case as this organisation sees it."""
        return self.read(f"/cases/{case}")

    def sees(self, case: str, state: str, holder: str | None = None) -> Json:
        """The case, as soon as this organisation sees it in a state, and with a holder if one is named."""

        def found() -> Json | None:
            view = self.case(case)
            return view if view["state"] == state and holder in {None, view["holder"]} else None

        view = wait_until(found, seconds=20, what=f"state {state} with {holder or 'any holder'}")
        assert view is not None
        return view

    def try_to(self, move: str, case: str, **body: Any) -> httpx.Response:
        """A move that may well be refused."""
        return self.call("POST", f"/cases/{case}/{move}", json=body or None)

    def moves(self, move: str, case: str, **body: Any) -> Json:
        """A move that must be made."""
        return document(self.try_to(move, case, **body), 200)

    def accepts(self, case: str) -> Json:
        """Take a case."""
        return document(self.try_to("acceptance", case), 200)

    def declines(self, case: str, code: str, explanation: str | None = None) -> Json:
        """Do not take a case."""
        return document(self.try_to("declination", case, code=code, **_unless_none(explanation)), 200)

    def redirects(self, case: str, to: str, code: str, explanation: str | None = None) -> Json:
        """Hand a case to another party."""
        return document(self.try_to("redirection", case, to=to, code=code, **_unless_none(explanation)), 200)

    def answers(self, case: str, text: str, outcome: str = "help_started") -> Json:
        """Give the school its answer."""
        return document(self.try_to("answer", case, outcome=outcome, text=text), 200)

    def closes(self, case: str) -> Json:
        """Close a case."""
        return document(self.try_to("closure", case), 200)

    def has_waiting(self, case: str) -> Json | None:
        """The line of a case in the inbox, if it is there; every page is read."""
        page: Json = {"next": None}
        while True:
            page = self.read("/inbox", limit=200, **({"after": page["next"]} if page["next"] else {}))
            for entry in page["entries"]:
                if entry["case"] == case:
                    return dict(entry)
            if page["next"] is None:
                return None

    def was_told(self, case: str) -> list[str]:
        """The types of all events of a case in this organisation's feed, in order; every page is read."""
        told: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = self.read("/feed", limit=500, **after)
            told += [short(event["type"]) for event in page["events"] if event["subject"] == case]
            if not page["events"]:
                return told
            after = {"after": page["next"]}

    def will_be_told(self, case: str, *types: str) -> None:
        """Wait until the feed tells exactly these events of a case, in this order."""
        wait_until(lambda: self.was_told(case) == list(types), seconds=20, what=f"the feed of {self.code}: {types}")


def document(answer: httpx.Response, status: int) -> Json:
    """The JSON of an answer that must have this status."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    body: Json = answer.json()
    return body


def happenings(view: Json, type_: str) -> list[Json]:
    """What of this type happened in a case, in order."""
    return [happening for happening in view["timeline"] if happening["type"] == full_type(type_)]


def rules(happening: Json) -> list[str]:
    """The rules that were used."""
    return [reason["rule"] for reason in happening["reasons"] if reason["applies"]]


def short(type_: str) -> str:
    """The name of a type without what all types have around it."""
    return type_.removeprefix("nl.samenspel.").removesuffix(".v1")


def _unless_none(explanation: str | None) -> dict[str, str]:
    return {} if explanation is None else {"explanation": explanation}
