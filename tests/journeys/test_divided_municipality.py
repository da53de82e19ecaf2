"""Zwartsluis and Hasselt: one municipality, two partnerships for primary education; the postcode decides."""

import pytest

from tests.journeys.words import admission
from tests.support.callers import happenings, rules
from tests.support.hub import RunningHub


@pytest.mark.parametrize(("postcode", "partnership"), [("8064", "PO2203"), ("8061", "PO2305")])
def test_a_first_admission_goes_to_the_partnership_of_the_postcode(
    hub: RunningHub, postcode: str, partnership: str
) -> None:
    """A child without a school gets its declaration from the partnership of its home, not from that of the school."""
    board, desk = hub.organisation("B00005"), hub.organisation(partnership)
    case = board.publish("admission.requested", admission("99JE00", postcode))
    offered = board.sees(case, "offered", partnership)
    assert {"A3b", "B3"} <= set(rules(happenings(offered, "referral.offered")[0]))
    desk.accepts(case)
    desk.answers(case, "De verklaring is afgegeven.", outcome="declaration_issued")
    assert happenings(board.sees(case, "answered"), "outcome.reported")[0]["data"]["outcome"] == "declaration_issued"


def test_the_reasons_tell_what_people_would_have_expected(hub: RunningHub) -> None:
    """For an enrolled pupil, the rule about home is named as one that does not hold, in the reader's language."""
    board = hub.organisation("B00001")
    case = board.publish("admission.requested", admission("99CA00", "7902", standing="enrolled"))
    board.sees(case, "offered", "PO2201")
    sentences = {}
    for language in ("nl", "en"):
        view = board.call("GET", f"/cases/{case}", headers={"Accept-Language": language}).json()
        reasons = happenings(view, "referral.offered")[0]["reasons"]
        assert all(reason["source"] for reason in reasons)
        assert {reason["applies"] for reason in reasons} == {True, False}
        sentences[language] = [reason["sentence"] for reason in reasons]
    assert not set(sentences["nl"]) & set(sentences["en"])
