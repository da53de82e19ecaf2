"""The door of the hub: what a school sends is judged as a whole, before anything is stored."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.cases.intake import judge
from hub.codes import OrganisationCode
from hub.errors import AcuteDanger, InvalidInput, NotAllowed
from tests.support.small_hub import (
    A_PLACEMENT,
    A_SIGNAL,
    A_TRANSITION,
    NOW,
    OTHER_BOARD,
    Body,
    SmallHub,
    cloudevent,
    school,
)

BSN = "111222333"  # passes the check, and belongs to nobody


def signal(**data: Any) -> Body:
    """A signal with other data."""
    return cloudevent("signal.raised", {**A_SIGNAL, **data})


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ("a text", [""]),
        ({}, ["/specversion", "/id", "/source", "/type", "/time", "/data"]),
        (signal(school="99ZZ99"), ["/data/school"]),
        (signal(homePostcode="9403AB", theme="weather"), ["/data/homePostcode", "/data/theme"]),
        (signal(pupil={"name": "Sem"}), ["/data"]),
        (signal(question=f"Zijn nummer is {BSN}."), ["/data/question"]),
        ({**signal(), "id": BSN}, ["/id"]),
        ({**signal(), "subject": str(uuid4())}, ["/subject"]),
        (cloudevent("signal.withdrawn", {"reason": "solved"}), ["/subject"]),
        (cloudevent("weather.changed", {}), ["/type"]),
        (cloudevent("referral.offered", {}), ["/type"]),
        ({**signal(), "time": (datetime.now(NOW.tzinfo) + timedelta(hours=1)).isoformat()}, ["/time"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else "",
)
def test_the_door_names_everything_that_is_wrong(shared_hub: SmallHub, body: object, pointers: list[str]) -> None:
    """Each mistake of an event is told with its place, and the value is never repeated."""
    with pytest.raises(InvalidInput) as refusal:
        judge([body], school(), shared_hub.snapshot)
    assert [problem.pointer for problem in refusal.value.problems] == pointers
    assert all(problem.index is None for problem in refusal.value.problems)
    assert BSN not in str([(problem.message, problem.parameters) for problem in refusal.value.problems])


def test_the_door_names_the_places_in_a_batch(shared_hub: SmallHub) -> None:
    """All mistakes of all events together, each with the place of its event."""
    with pytest.raises(InvalidInput) as refusal:
        shared_hub.judged(signal(), signal(theme="weather"), signal(school="99ZZ99"), signal(ask=3, theme=4))
    places = [(problem.index, problem.pointer) for problem in refusal.value.problems]
    assert places == [(1, "/data/theme"), (3, "/data/theme"), (3, "/data/ask"), (2, "/data/school")]


@pytest.mark.parametrize("type_", ["signal.raised", "absence.reported"])
@pytest.mark.parametrize("rest", [{}, {"theme": "weather"}], ids=["correct", "with mistakes"])
def test_acute_danger_is_told_to_call_before_anything_else(shared_hub: SmallHub, type_: str, rest: Body) -> None:
    """Whatever else is wrong with the batch: the numbers to call are the answer."""
    dangerous = cloudevent(type_, {**A_SIGNAL, **rest, "acuteDanger": True})
    with pytest.raises(AcuteDanger) as refusal:
        judge([signal(school="99ZZ99"), dangerous], school(), shared_hub.snapshot)
    assert "112" in refusal.value.next_step
    assert "0800-2000" in refusal.value.next_step


@pytest.mark.parametrize("name", ["acuteDanger", "acute_danger", "AcuteDanger"])
@pytest.mark.parametrize("value", ["true", "True ", 1, "ja", "1"])
def test_acute_danger_is_heard_however_it_is_written(shared_hub: SmallHub, name: str, value: object) -> None:
    """Who writes yes in a way the hub does not read must not get a remark about a form."""
    with pytest.raises(AcuteDanger):
        shared_hub.judged(cloudevent("signal.raised", {**A_SIGNAL, name: value}))


def test_a_school_that_is_asked_for_a_place_must_exist(shared_hub: SmallHub) -> None:
    """Whosever it is; each code that nobody knows is named with its place."""
    sought = {**A_PLACEMENT, "candidateSchools": ["99JE00", "99ZZ99"]}
    with pytest.raises(InvalidInput) as refusal:
        shared_hub.judged(cloudevent("placement.sought", sought))
    assert [problem.pointer for problem in refusal.value.problems] == ["/data/candidateSchools/1"]


def test_the_school_that_a_pupil_goes_on_to_must_exist(shared_hub: SmallHub) -> None:
    """Otherwise the handover would reach nobody."""
    with pytest.raises(InvalidInput) as refusal:
        shared_hub.judged(cloudevent("transition.announced", {**A_TRANSITION, "receivingSchool": "99ZZ99"}))
    assert [problem.pointer for problem in refusal.value.problems] == ["/data/receivingSchool"]


def test_a_board_speaks_for_its_own_schools_only(shared_hub: SmallHub) -> None:
    """A school of another board is refused, and so is a source that was not agreed with the sender."""
    with pytest.raises(NotAllowed):
        shared_hub.judged(signal(), organisation=OTHER_BOARD)
    with pytest.raises(NotAllowed):
        shared_hub.judged({**signal(), "source": "urn:nld:oin:00000099000000000002:systeem:ander"})
    assert judge([signal()], school(OrganisationCode("99AA00")), shared_hub.snapshot).organisation == "99AA00"


def test_a_school_counts_on_the_day_of_the_event(shared_hub: SmallHub) -> None:
    """Before the directory begins there is no school to speak for."""
    early = {**signal(), "time": "2013-01-01T12:00:00Z"}
    with pytest.raises(InvalidInput) as refusal:
        shared_hub.judged(early)
    assert [problem.pointer for problem in refusal.value.problems] == ["/data/school"]
