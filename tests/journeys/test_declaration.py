"""From a request to a declaration that runs: the pupil moves in the middle of it, and nothing begins anew."""

from datetime import timedelta
from typing import Any

from hub import clock
from hub.clock import dutch_date
from hub.routing.schoolyears import earliest_end
from tests.journeys.words import A_PUPIL, admission
from tests.support.callers import Json, Organisation, document, happenings, rules
from tests.support.hub import RunningHub
from tests.support.waiting import wait_until

TODAY = dutch_date(clock.now())
DECISION: dict[str, Any] = {"declarationNumber": "004711", "startsOn": TODAY.isoformat(), "on": TODAY.isoformat()}


def step(by: Organisation, case: str, move: str, status: int = 200, **body: Any) -> Json:
    """A step towards a decision, with what it must be answered with."""
    return document(by.call("POST", f"/cases/{case}/declaration/{move}", json=body), status)


def test_a_pupil_moves_in_the_middle_of_a_running_declaration(hub: RunningHub) -> None:
    """Whoever issued it stays responsible and goes on paying (A8c); the new region confirms that."""
    board, steenwijk, assen = (hub.organisation(code) for code in ("B00005", "PO2203", "PO2201"))
    case = board.publish("admission.requested", admission("99JE00", "8064", pupil={"name": A_PUPIL}))
    board.sees(case, "offered", "PO2203")
    ends = earliest_end(TODAY)
    step(steenwijk, case, "hearing", who=["parents"], on=TODAY.isoformat())
    step(steenwijk, case, "advice", expert="education_specialist", admits=True, on=TODAY.isoformat())
    early = (ends - timedelta(days=365)).isoformat()
    wrong = step(steenwijk, case, "issuance", 400, **DECISION, category=2, endsOn=early)
    assert "/endsOn" in str(wrong)
    made = step(steenwijk, case, "issuance", **DECISION, category=2, endsOn=ends.isoformat())
    assert (made["decision"]["outcome"], made["isOpen"]) == ("issued", False)
    view = board.case(case)
    assert happenings(view, "admission.issued")[0]["texts"] == {"declarationNumber": "004711"}
    assert {"F6", "F6c"} <= {term["rule"] for term in view["terms"]}
    moved = {"movedOn": TODAY.isoformat(), "homePostcode": "9403"}
    board.publish("move.notified", moved, subject=case)
    wait_until(lambda: happenings(board.case(case), "move.weighed"), seconds=20, what="both are asked")
    [asked] = happenings(assen.case(case), "move.weighed")
    assert "A8c" in rules(asked)
    assert A_PUPIL not in str(assen.case(case))
    for who in (steenwijk, assen):
        document(who.try_to("move/confirmation", case, agrees=True), 200)
    wait_until(lambda: happenings(board.case(case), "move.settled"), seconds=20, what="both agree")
    assert board.case(case)["holder"] == "PO2203"


def test_who_pays_agrees_before_a_place_in_sbo(hub: RunningHub) -> None:
    """A5b: a pupil from Steenwijk in a school for sbo in Assen."""
    board, steenwijk, assen = (hub.organisation(code) for code in ("B00001", "PO2203", "PO2201"))
    asked = admission("99AD00", "8331", schoolType="sbo", previousSchool="99JA00")
    case = board.publish("admission.requested", asked)
    board.sees(case, "offered", "PO2201")
    sbo = {**DECISION, "endsOn": (TODAY + timedelta(days=400)).isoformat()}
    step(assen, case, "issuance", 409, **sbo)
    assert step(steenwijk, case, "agreement", agrees=True)["payerAgrees"] is True
    step(assen, case, "issuance", **sbo)
    assert document(steenwijk.get(f"/cases/{case}/declaration"), 200)["payer"] == "PO2203"
    assert hub.organisation("GM0106-ST").get(f"/cases/{case}/declaration").status_code == 404
