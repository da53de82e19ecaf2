"""Asking who is responsible: before a school sends anything, and as anybody, without a token."""

from typing import Any

import pytest

from hub.events.envelope import full_type
from tests.support.callers import document
from tests.support.hub import RunningHub

PLAIN = {"school": "99CA00", "homePostcode": "7902", "theme": "wellbeing"}
CONSENT = {"givenBy": "parents", "on": "2026-11-01"}


def asked(hub: RunningHub, type_: str, data: dict[str, Any], by: str = "B00001") -> Any:
    """The answer to a preview that may well be refused."""
    return hub.organisation(by).call("POST", "/routing/preview", json={"type": full_type(type_), "data": data})


def test_a_preview_decides_and_stores_nothing(hub: RunningHub) -> None:
    """The same answer as for the event itself, and no case comes of it."""
    board = hub.organisation("B00001")
    before = board.read("/cases", limit=200) if board.get("/cases", limit=1).status_code == 200 else None
    told = document(asked(hub, "referral.submitted", {**PLAIN, "consent": CONSENT}), 200)
    assert told["outcome"] == "decided"
    assert [(party["organisation"], party["role"]) for party in told["parties"]] == [("GM0118-ST", "holder")]
    assert {"C1", "C7"} <= {reason["rule"] for reason in told["reasons"] if reason["applies"]}
    assert before is None or board.read("/cases", limit=200) == before


def test_a_preview_tells_what_holds_and_what_is_missing(hub: RunningHub) -> None:
    """A pupil who does not want it, no postcode, danger: each with what to do."""
    objects = {**PLAIN, "consent": CONSENT, "ageGroup": "12-15", "pupilObjects": True}
    held = document(asked(hub, "referral.submitted", objects), 200)
    assert (held["outcome"], len(held["questions"])) == ("held", 1)
    no_postcode = {"school": "99CA00", "theme": "wellbeing", "consent": CONSENT}
    assert document(asked(hub, "referral.submitted", no_postcode), 200)["outcome"] == "undecided"
    danger = document(asked(hub, "referral.submitted", {**PLAIN, "consent": CONSENT, "acuteDanger": True}), 200)
    assert danger["outcome"] == "refused"
    assert any("112" in reason["sentence"] for reason in danger["reasons"])


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({**PLAIN, "consent": CONSENT, "question": "Sem is stil."}, "/data/question"),
        ({**PLAIN, "consent": CONSENT, "pupil": {"name": "Sem"}}, "/data/pupil"),
        ({**PLAIN, "consent": CONSENT, "school": "99ZZ00"}, "/data/school"),
        ({**PLAIN, "consent": CONSENT, "theme": "unheard-of"}, "/data/theme"),
        ({**PLAIN, "consent": CONSENT, "ageGroup": "16-17"}, "/data"),
    ],
)
def test_a_preview_refuses_what_is_personal_or_wrong(hub: RunningHub, data: dict[str, Any], pointer: str) -> None:
    """Nothing personal travels for a preview; every mistake is named by its place."""
    problem = document(asked(hub, "referral.submitted", data), 400)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_preview_needs_the_right_to_publish(hub: RunningHub) -> None:
    """A team may not ask it, and no school for another one."""
    data = {**PLAIN, "consent": CONSENT}
    assert asked(hub, "referral.submitted", data, by="GM0106-ST").status_code == 403
    assert asked(hub, "referral.submitted", data, by="B00005").status_code == 403
    assert asked(hub, "consent.withdrawn", {"withdrawnBy": "parents"}).status_code == 400


def test_anybody_may_ask_who_helps_a_child(hub: RunningHub) -> None:
    """By postcode, by school, for a day; in the reader's language and without a token."""
    ask = hub.client.get
    home = document(ask("/v1/responsible", params={"postcode": "8064", "sector": "po", "on": "2026-11-21"}), 200)
    assert home["home"]["areas"]["po"]["swv"] == "PO2203"
    assert "Postcode" not in str(home["school"])
    school = document(ask("/v1/responsible", params={"school": "99CA00"}, headers={"Accept-Language": "en"}), 200)
    assert school["school"]["areas"] == {"po": "PO2201"}
    assert school["school"]["reasons"][0].startswith("For ")
    assert ask("/v1/responsible").status_code == 400
    assert ask("/v1/responsible", params={"postcode": "80"}).status_code == 400
    assert ask("/v1/responsible", params={"school": "99ZZ99"}).status_code == 404


def test_who_asks_too_often_is_told_when_to_come_back(hub: RunningHub) -> None:
    """The public question has a limit per address; others are not touched by it."""
    answers = (hub.client.get("/v1/responsible", params={"postcode": "9401"}) for _ in range(200))
    refused = next(answer for answer in answers if not answer.is_success)
    assert document(refused, 429)["nextStep"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    document(hub.organisation("B00001").get("/inbox"), 200)
