"""A child goes to live with a foster family elsewhere: one municipality for help, another one for attendance."""

from datetime import timedelta

from hub import clock
from hub.clock import dutch_date
from tests.journeys.words import absence, referral
from tests.support.callers import Organisation, document, happenings, rules
from tests.support.hub import RunningHub
from tests.support.waiting import wait_until

FOSTER = {"residence": "stay", "municipalityBeforeStay": "GM0106", "stayPostcode": "7902", "helpForm": "foster"}


def is_told(who: Organisation, case: str, type_: str) -> None:
    """Wait until this happened in a case."""
    wait_until(lambda: happenings(who.case(case), type_), seconds=20, what=type_)


def test_a_foster_child_has_two_municipalities(hub: RunningHub) -> None:
    """Assen goes on with the help (C2), Hoogeveen sees to attendance from then on (D1); both confirm."""
    board, team, there = (hub.organisation(code) for code in ("B00001", "GM0106-ST", "GM0118-ST"))
    office, office_there = hub.organisation("GM0106-LP"), hub.organisation("GM0118-LP")
    help_ = board.publish("referral.submitted", referral("99AA00", "9403"))
    away = board.publish("absence.reported", absence("99AA00", "9403"))
    board.sees(help_, "offered", "GM0106-ST")
    board.sees(away, "offered", "PO2201")
    moved_on = (dutch_date(clock.now()) - timedelta(days=1)).isoformat()
    for case in (help_, away):
        board.publish("move.notified", {"movedOn": moved_on, "homePostcode": "7902", "living": FOSTER}, subject=case)
        is_told(board, case, "move.weighed")
    [asked] = happenings(there.case(help_), "move.weighed")
    assert {"C2"} <= set(rules(asked))
    assert asked["data"]["matters"] == [{"now": "GM0106-ST", "other": "GM0118-ST", "responsible": "GM0106-ST"}]
    for case, who in ((help_, team), (help_, there), (away, office), (away, office_there)):
        document(who.try_to("move/confirmation", case, agrees=True), 200)
    for case in (help_, away):
        is_told(board, case, "move.settled")
    assert board.case(help_)["holder"] == "GM0106-ST"
    roles = {party["organisation"]: party["role"] for party in board.case(away)["parties"]}
    assert (roles["PO2201"], roles["GM0106-LP"], roles["GM0118-LP"]) == ("holder", "former", "asked")
    assert "Sem" not in str(there.case(help_)["parties"])
