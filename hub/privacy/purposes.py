"""For what somebody opens a case: a short list, never free text. Pure; the answer is written in the disclosure ledger.

Source: AVG art. 5(1)(b), purpose limitation. Without a word from the reader the purpose follows from its part in the
case; sharing without consent (domain rule H5) is for the purpose that the school recorded, and for no other.
"""

from enum import StrEnum

from hub.codes import WithoutConsent
from hub.errors import InvalidInput, Problem


class Purpose(StrEnum):
    """Why a case is opened."""

    FOLLOW = "follow"  # what becomes of one's own question
    HANDLE = "handle"  # judge, answer and help
    INVOLVEMENT = "involvement"  # see whether it concerns one's own region
    ACCOUNT = "account"  # look back at what one did oneself
    ACCESS_REQUEST = "access_request"  # a parent or pupil asks what is known (AVG art. 15)
    COMPLAINT = "complaint"  # a complaint, an objection, a dispute
    SAFETY = "safety"
    SUPERVISION_ORDER = "supervision_order"
    VITAL_INTEREST = "vital_interest"


_USUAL = {
    "sender": Purpose.FOLLOW,
    "holder": Purpose.HANDLE,
    "asked": Purpose.HANDLE,
    "named": Purpose.INVOLVEMENT,
    "former": Purpose.ACCOUNT,
}
_RECEIVING = frozenset({"holder", "asked"})
_FOR_EVERY_PARTY = (Purpose.ACCESS_REQUEST, Purpose.COMPLAINT)


def purposes_for(role: str, without_consent: WithoutConsent | None = None) -> tuple[Purpose, ...]:
    """The purposes that a party with this role may open a case for; the first is the one it has unless it says else."""
    usual = _USUAL.get(role, Purpose.ACCOUNT)
    if without_consent is not None and role in _RECEIVING:
        return (Purpose(without_consent.value), usual, *_FOR_EVERY_PARTY)
    return (usual, *_FOR_EVERY_PARTY)


def purpose_of(said: Purpose | None, role: str, without_consent: WithoutConsent | None = None) -> Purpose:
    """What the reader said, or what its role says. Raises InvalidInput for a purpose that its role does not have."""
    possible = purposes_for(role, without_consent)
    if said is None:
        return possible[0]
    if said not in possible:
        message = "Your organisation cannot open this case for this purpose. Choose one of: %(expected)s."
        expected = ", ".join(possible)
        problem = Problem("/purpose", message, {"expected": expected})
        raise InvalidInput(message, problems=(problem,), expected=expected)
    return said
