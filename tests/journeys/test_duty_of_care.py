"""A school seeks a place for a pupil in its duty of care: the clock runs, stands still, and is read by who may."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hub.clock import dutch_date
from tests.journeys.words import placement
from tests.support.callers import Json, Organisation, document, happenings
from tests.support.hub import RunningHub

TODAY = dutch_date(datetime.now(UTC))


def ago(days: int) -> date:
    """So many days before today."""
    return TODAY - timedelta(days=days)


def terms(view: Json) -> dict[str, Json]:
    """The terms in an answer, by their rule."""
    return {term["rule"]: term for term in view["terms"]}


def recorded(who: Organisation, case: str, milestone: str, on: date) -> dict[str, Json]:
    """Record a milestone; the terms as they are then."""
    return terms(document(who.try_to("milestones", case, milestone=milestone, on=on.isoformat()), 200))


def test_the_clock_of_the_duty_of_care(hub: RunningHub) -> None:
    """Six weeks; still as long as papers are missing; ten weeks with notice; and the decision meets it."""
    board, desk, other = map(hub.organisation, ("B00001", "PO2201", "PO2203"))
    case = board.publish("placement.sought", placement("99AA00", "9403", ago(30), candidateSchools=["99JE00"]))
    offered = board.sees(case, "offered", "PO2201")
    assert {(party["organisation"], party["role"]) for party in offered["parties"]} == {
        ("B00001", "sender"),
        ("PO2201", "holder"),
        ("PO2203", "named"),
    }
    counted = terms(offered)["F1"]
    assert (counted["starts"], counted["ends"]) == (ago(30).isoformat(), (ago(30) + timedelta(weeks=6)).isoformat())
    assert "WPO art. 40" in counted["source"]
    assert (counted["counting"], counted["confidence"], counted["met"]) == ("weeks", "sure", None)

    waits = recorded(board, case, "papers_requested", ago(25))
    assert waits["F1"]["ends"] is None
    assert waits["F1"]["stops"] == [{"since": ago(25).isoformat(), "until": None}]
    assert waits.keys() == {"F1", "F3"}

    goes_on = recorded(board, case, "papers_received", ago(15))
    assert goes_on["F1"]["ends"] == (ago(30) + timedelta(weeks=6, days=10)).isoformat()
    extended = recorded(board, case, "extension_announced", ago(10))
    assert "F1" not in extended
    assert extended["F1b"]["ends"] == (ago(30) + timedelta(weeks=10, days=10)).isoformat()
    assert recorded(board, case, "extension_announced", ago(10)) == extended

    decided = recorded(board, case, "decision_made", ago(1))
    assert decided["F1b"]["met"] == ago(1).isoformat()
    assert "F2" not in decided
    for reader in (desk, other):
        assert terms(reader.case(case)) == decided
    told = [one["data"]["milestone"] for one in happenings(desk.case(case), "milestone.recorded")]
    assert told == ["papers_requested", "papers_received", "extension_announced", "decision_made"]
    assert happenings(other.case(case), "milestone.recorded") == []


def test_a_term_is_told_in_the_language_of_the_reader(hub: RunningHub) -> None:
    """The sentence; title and source stay in Dutch, as the laws are."""
    board = hub.organisation("B00001")
    case = board.publish("placement.sought", placement("99AA00", "9403", ago(1)))
    board.sees(case, "offered")
    english = board.call("GET", f"/cases/{case}", headers={"Accept-Language": "en"}).json()
    assert "decides by" in terms(english)["F1"]["sentence"]
    assert "beslist uiterlijk" in terms(board.case(case))["F1"]["sentence"]


def test_what_cannot_be_recorded_is_refused(hub: RunningHub) -> None:
    """A day to come, a day before the registration, what belongs to another case or party, and a stranger."""
    board, desk = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("placement.sought", placement("99AA00", "9403", ago(7)))
    board.sees(case, "offered")
    refused: list[tuple[Organisation, Any, date, int]] = [
        (board, "papers_requested", TODAY + timedelta(days=1), 400),
        (board, "papers_requested", ago(8), 400),
        (board, "objection_received", ago(1), 400),
        (board, "unheard_of", ago(1), 400),
        (board, "papers_received", ago(1), 409),
        (desk, "decision_made", ago(1), 403),
        (hub.organisation("GM0106-ST"), "decision_made", ago(1), 404),
    ]
    for who, milestone, on, status in refused:
        document(who.try_to("milestones", case, milestone=milestone, on=on.isoformat()), status)
    assert happenings(board.case(case), "milestone.recorded") == []


def test_whoever_sees_no_question_sees_no_terms(hub: RunningHub) -> None:
    """A party that passed the case on keeps neither."""
    board, desk = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("placement.sought", placement("99AA00", "9403", ago(7)))
    board.sees(case, "offered", "PO2201")
    desk.redirects(case, "PO2203", "not_our_task")
    board.sees(case, "offered", "PO2203")
    assert desk.case(case)["terms"] == []
    assert terms(hub.organisation("PO2203").case(case)).keys() == {"F1", "F2"}


def test_a_preview_tells_the_terms(hub: RunningHub) -> None:
    """Before anything is sent; a school without duty of care reads that no term runs."""
    board = hub.organisation("B00001")
    plain = {"school": "99AA00", "homePostcode": "9403", "registeredOn": ago(7).isoformat()}
    body = {"type": "nl.samenspel.placement.sought.v1", "data": plain}
    asked = document(board.call("POST", "/routing/preview", json=body), 200)
    assert terms(asked)["F1"]["ends"] == (ago(7) + timedelta(weeks=6)).isoformat()
    full = document(board.call("POST", "/routing/preview", json={**body, "data": {**plain, "schoolIsFull": True}}), 200)
    assert (full["outcome"], full["terms"]) == ("held", [])
