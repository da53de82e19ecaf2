"""Which events are worth a message, and to which organisations. Pure.

A new type that asks something of people gets its line here.
"""

from collections.abc import Collection

from hub.events.log import Event

_MEANT_FOR = {
    "referral.offered": "receiver",
    "case.undecided": "triage",
    "question.asked": "to",
    "question.answered": "to",
}
"""Types that ask something of one organisation, and where they name it."""

_MEANT_FOR_ALL = frozenset(
    {"referral.reminded", "referral.escalated", "outcome.reported", "case.contested", "transition.escalated"}
)
"""Types that concern everybody they are told to."""

TYPES = frozenset(_MEANT_FOR) | _MEANT_FOR_ALL


def organisations_to_tell(event: Event, audience: Collection[str]) -> set[str]:
    """Whose people get a message about an event; never those of who wrote it, and never anybody outside its audience.

    What no partnership can look into is the school's own again, so a question without triage concerns the school.
    """
    if event.type not in TYPES:
        return set()
    one = event.data.get(_MEANT_FOR[event.type]) if event.type in _MEANT_FOR else None
    return {code for code in audience if one in {None, code} and code != event.publisher}
