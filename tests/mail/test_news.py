"""Of which events people are told, and whose people."""

from typing import Any

import pytest

from hub.events.log import Event, NewEvent
from hub.mail.news import organisations_to_tell
from tests.support.events import an_event

SCHOOL, TEAM, NAMED = "B00001", "GM0106-ST", "PO2203"


def logged(new: NewEvent) -> Event:
    """The event as readers get it."""
    return Event(1, new.source, new.id, new.type, new.case_id, new.publisher, new.time, new.time, new.data, None, None)


@pytest.mark.parametrize(
    ("type_", "data", "publisher", "told"),
    [
        ("referral.offered", {"receiver": TEAM}, "HUB", {TEAM}),
        ("case.undecided", {"triage": TEAM}, "HUB", {TEAM}),
        ("case.undecided", {"triage": None}, "HUB", {SCHOOL, TEAM, NAMED}),
        ("question.asked", {"to": SCHOOL}, TEAM, {SCHOOL}),
        ("question.answered", {"to": TEAM}, SCHOOL, {TEAM}),
        ("message.sent", {"to": SCHOOL}, TEAM, {SCHOOL}),
        ("substitute.told", {"organisation": "GM1680-ST", "to": TEAM}, "HUB", {TEAM}),
        ("move.weighed", {"between": [TEAM, "GM1680-ST"]}, "HUB", {TEAM}),
        ("joint_talk.called", {"parties": [TEAM]}, "HUB", {SCHOOL, TEAM, NAMED}),
        ("note.added", {}, TEAM, set()),
        ("outcome.reported", {"outcome": "help_started"}, TEAM, {SCHOOL, NAMED}),
        ("referral.offered", {"receiver": "GM1680-ST"}, "HUB", set()),
        ("referral.opened", {}, TEAM, set()),
        ("signal.raised", {}, SCHOOL, set()),
    ],
)
def test_who_is_told(type_: str, data: dict[str, Any], publisher: str, told: set[str]) -> None:
    """Who is asked something, within the audience of the event; never who wrote it."""
    event = logged(an_event(type=type_, data=data, publisher=publisher))
    assert organisations_to_tell(event, (SCHOOL, TEAM, NAMED)) == told
