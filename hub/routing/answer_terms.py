"""Within how many working days a receiver opens a case and answers the school: the hub's own, or what a region agreed.

These are promises between parties, and no law; the terms of the law (`hub.routing.terms`) run beside them.
"""

from typing import NamedTuple

from hub.directory.entries import Agreement
from hub.routing.facts import Request
from hub.routing.situation import Situation

ANSWER_TERMS = "answer_terms"
"""Kind of agreement: other working days (`opened`, `answered`) for kinds of request, for who lives or goes to school
in the area of a party."""
SCHOOL_HOLIDAYS = "school_holidays"
"""Kind of agreement: the parties do not work in the school holidays of a `region`."""

MOST_WORKING_DAYS = 40
"""Eight weeks: the longest that the law leaves for a decision on a request (Awb 4:13)."""

OPEN_WITHIN_WORKING_DAYS = 2
TRIAGE_WITHIN_WORKING_DAYS = 2
ANSWER_AGAIN_WORKING_DAYS = 5
"""After the school contested an answer, or the case was taken in hand again."""
ANSWER_WITHIN_WORKING_DAYS = {
    Request.SIGNAL: 5,
    Request.REFERRAL: 5,
    Request.SUPPORT: 10,
    Request.ADMISSION: 30,  # six weeks is the custom for a declaration (F6)
    Request.PLACEMENT: 10,
    Request.TRANSITION: 10,
    Request.ABSENCE: 5,
}


class Within(NamedTuple):
    """Working days in which a case is opened, and in which the school has its answer."""

    opened: int
    answered: int


def answer_terms(case: Situation) -> Within:
    """What holds for a case. Where two agreements of its region name different days, neither counts."""
    request = case.facts.request
    agreed = {_within(agreement, request) for agreement in _agreements(case) if request.value in agreement.scope}
    if len(agreed) == 1:
        return agreed.pop()
    return Within(OPEN_WITHIN_WORKING_DAYS, ANSWER_WITHIN_WORKING_DAYS[request])


def _within(agreement: Agreement, request: Request) -> Within:
    said = agreement.scope[request.value]
    return Within(said["opened"], said["answered"])


def _agreements(case: Situation) -> list[Agreement]:
    """Of the partnership and board of the school, and of the municipalities of school and home."""
    region = {case.school_swv, case.site.municipality, case.site.board, *case.municipalities} - {None}
    return [one for party in region if party for one in case.snapshot.agreements_of(ANSWER_TERMS, party, case.on)]
