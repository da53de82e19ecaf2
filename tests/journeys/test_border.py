"""A pupil of a school in Assen lives in Steenwijk: two partnerships do not agree who pays, and a third one decides."""

from datetime import timedelta
from typing import Any

from hub import clock
from hub.clock import dutch_date
from tests.journeys.words import A_PUPIL, support
from tests.support.callers import Json, Organisation, document, happenings
from tests.support.hub import RunningHub

TODAY = dutch_date(clock.now())
TERMS: dict[str, Any] = {
    "leads": "PO2203",
    "pays": "PO2203",
    "startsOn": TODAY.isoformat(),
    "endsOn": (TODAY + timedelta(days=200)).isoformat(),
    "basis": "pupils_interest",
}


def at_table(who: Organisation, case: str, move: str, status: int = 200, **body: Any) -> Json:
    """A move of the talk, with what it must be answered with."""
    return document(who.try_to(f"border/{move}", case, **body), status)


def test_refused_twice_and_arbitrated(hub: RunningHub) -> None:
    """The school is answered for all the time, the other side never reads who the pupil is."""
    board, assen, steenwijk = (hub.organisation(code) for code in ("B00001", "PO2201", "PO2203"))
    arbiter, stranger = hub.organisation("PO2305"), hub.organisation("GM0106-ST")
    case = board.publish("support.requested", support("99AA00", "8331", pupil={"name": A_PUPIL}))
    board.sees(case, "offered", "PO2201")
    at_table(assen, case, "invitation", swv="PO2203", arbiter="PO2305")
    at_table(assen, case, "proposal", **TERMS, reasoning="Het gezin woont in uw regio.", withoutHealthData=True)
    at_table(steenwijk, case, "refusal", ground="not_our_cost")
    at_table(assen, case, "arbiter", 409)
    at_table(assen, case, "proposal", **TERMS, share=50)
    talk = at_table(steenwijk, case, "refusal", ground="not_our_cost")["talks"][0]
    assert talk["possibleMoves"] == ["propose", "call"]
    assert arbiter.get(f"/cases/{case}").status_code == stranger.get(f"/cases/{case}/border").status_code == 404
    at_table(assen, case, "arbiter")
    seen = steenwijk.case(case)
    assert seen["ground"] == "question_only"
    assert A_PUPIL not in str(seen) + str(arbiter.case(case))
    assert happenings(seen, "border.proposed")[0]["texts"] == {"reasoning": "Het gezin woont in uw regio."}
    at_table(arbiter, case, "decision", **TERMS, share=25)
    view = board.sees(case, "accepted", "PO2203")
    assert [step["data"]["share"] for step in happenings(view, "border.arbitrated")] == [25]
    assert {party["organisation"]: party["role"] for party in view["parties"]} == {
        "B00001": "sender", "PO2201": "named", "PO2203": "holder", "PO2305": "named",
    }  # fmt: skip
    steenwijk.answers(case, "Wij regelen de hulp.")
    assert steenwijk.closes(case)["state"] == "closed"


def test_a_school_across_the_country_border_gets_a_letter(hub: RunningHub) -> None:
    """It does not use the hub: whoever holds the case writes, waits, and records the reply."""
    board, assen = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("support.requested", support("99AA00", "9403", pupil={"name": A_PUPIL}))
    board.sees(case, "offered", "PO2201")
    outside = {"name": "Basisschool De Linde", "address": ["Dorpsstraat 1", "3900 Pelt"], "country": "BE"}
    at_table(assen, case, "invitation", outside=outside)
    at_table(assen, case, "proposal", **{**TERMS, "leads": "outside", "pays": "PO2201"})
    letter = assen.call("POST", f"/cases/{case}/border/letter", headers={"Accept": "application/pdf"})
    assert (letter.status_code, letter.content[:5]) == (200, b"%PDF-")
    assert board.call("POST", f"/cases/{case}/border/letter").status_code == 403
    at_table(assen, case, "reply", reply="agreed", on=TODAY.isoformat())
    view = board.sees(case, "offered", "PO2201")
    assert happenings(view, "border.invited")[0]["texts"]["outside"]["name"] == outside["name"]
    assert happenings(view, "border.agreed")[0]["data"]["leads"] == "outside"
