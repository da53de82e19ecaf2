"""The events of the benchmark: what schools of the demo region send, about 1 kB each, all people in them invented."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any
from uuid import uuid4

import orjson

from hub.codes import SchoolType, Theme
from hub.demo.stage import DEMO_SOURCE
from hub.directory.demo import registrations
from hub.events.envelope import full_type

_POSTCODES = ("9401", "9403", "9411", "9421", "7902", "7941", "8064", "8061", "9471", "8331", "7951", "9301")
_QUESTION = (
    "Sem is de laatste weken stil en moe. Hij komt vaak te laat en zegt dat hij slecht slaapt. Zijn leerkracht heeft "
    "met hem en met zijn ouders gesproken. Zij maken zich ook zorgen en willen graag dat er iemand meedenkt. Op school "
    "letten wij op rust en vaste afspraken; thuis is er sinds de zomer veel veranderd. Wie kan met ons meedenken?"
)
_DIFFERENT = 48
_ID = "0" * 32


class Sample:
    """An event of one school board, cut where its id stands, so that a new one costs a copy and no more."""

    def __init__(self, board: str, event: dict[str, Any]) -> None:
        self.board = board
        self.event = event
        self._before, self._after = orjson.dumps(event | {"id": _ID}).split(_ID.encode())

    def body(self) -> bytes:
        """The JSON of the event under a new id."""
        return self._before + uuid4().hex.encode() + self._after


def samples() -> list[Sample]:
    """Different events of different schools, always the same ones."""
    schools = [one for one in registrations() if one.code.startswith("99") and one.types]
    primary = [school for school in schools if school.types == {SchoolType.BAO}]
    made = zip(cycle(primary), cycle(_POSTCODES), cycle(Theme), strict=False)
    return [
        Sample(str(school.parent), _event(school.code, pc4, theme)) for school, pc4, theme in islice(made, _DIFFERENT)
    ]


def of_board(board: str) -> list[Sample]:
    """The samples that one school board may send."""
    return [sample for sample in samples() if sample.board == board]


def bodies(number: int, board: str | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """So many different events, as JSON values with the board that sends each; all of one board if it is given."""
    for sample in islice(cycle(of_board(board) if board else samples()), number):
        yield sample.board, sample.event | {"id": uuid4().hex}


def of_every_type(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """So many first events about pupils: signals, requests for help, for support and for admission, and absence."""
    for sample, (type_, more) in islice(zip(cycle(samples()), cycle(_of_every_type()), strict=False), number):
        data = {name: value for name, value in sample.event["data"].items() if name not in more.get("without", ())}
        said = {name: value for name, value in more.items() if name != "without"}
        yield sample.board, sample.event | {"id": uuid4().hex, "type": full_type(type_), "data": data | said}


def _of_every_type() -> list[tuple[str, dict[str, Any]]]:
    """Seven of them: not a divisor of the number of samples, so that every school comes to send each."""
    today, signal = datetime.now(UTC).date().isoformat(), {"ask", "about"}
    return [
        ("signal.raised", {}),
        ("signal.raised", {"about": "education"}),
        ("referral.submitted", {"without": signal}),
        ("support.requested", {"without": signal, "asksFor": "advice"}),
        ("admission.requested", {"without": {*signal, "theme"}, "schoolType": "so"}),
        ("admission.requested", {"without": {*signal, "theme"}, "schoolType": "vso"}),
        (
            "absence.reported",
            {"without": {*signal, "theme"}, "since": today, "kind": "enrolled_absence", "reportedToDuo": True},
        ),
    ]


def _event(school: str, postcode: str, theme: Theme) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "specversion": "1.0",
        "id": _ID,
        "source": DEMO_SOURCE,
        "type": full_type("signal.raised"),
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "school": school,
            "homePostcode": postcode,
            "theme": theme.value,
            "ask": "help",
            "about": "home",
            "question": _QUESTION,
            "pupil": {"name": "Sem Jansen", "birthDate": "2015-03-14", "group": "7"},
            "contact": {"name": "J. de Groot", "email": "j.degroot@school.example", "phone": "000 000 0001"},
            "consent": {"givenBy": "parents", "on": now.date().isoformat()},
        },
    }
