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
    "message.sent": "to",
    "substitute.told": "to",
    "move.weighed": "between",
}
"""Types that ask something of one organisation or of a few, and where they name them."""

_MEANT_FOR_ALL = frozenset(
    {
        *("referral.reminded", "referral.escalated", "transition.escalated"),
        *("outcome.reported", "case.contested", "case.reopened", "joint_talk.called"),
        *("border.reminded", "admission.ending"),
    }
)
"""Types that concern everybody they are told to."""

TYPES = frozenset(_MEANT_FOR) | _MEANT_FOR_ALL


def organisations_to_tell(event: Event, audience: Collection[str]) -> set[str]:
    """Whose people get a message about an event; never those of who wrote it, and never anybody outside its audience.

    What no partnership can look into is the school's own again, so a question without triage concerns the school.
    """
    if event.type not in TYPES:
        return set()
    named = event.data.get(_MEANT_FOR[event.type]) if event.type in _MEANT_FOR else None
    meant = set(audience) if named is None else {named} if isinstance(named, str) else set(named)
    return meant & set(audience) - {event.publisher}
