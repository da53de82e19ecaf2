"""What a case knows of its declaration: what is asked, who must pay and agrees, and what was decided. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from hub.codes import Milestone, OrganisationCode, SchoolType
from hub.events.log import Event

DECIDED = frozenset({"admission.issued", "admission.refused"})
_SETTLED = frozenset({"border.agreed", "border.arbitrated"})


class Course(NamedTuple):
    """How far the request has come.

    `payer` is another partnership than the one that decides, which must agree first (A5b); None where it pays itself.
    `payer_agrees` is None as long as it has said nothing. `decision` is the last one; `is_open`: one can be made, also
    anew after an objection.
    """

    school_type: SchoolType
    payer: OrganisationCode | None
    payer_agrees: bool | None
    heard: tuple[Event, ...]
    advised: tuple[Event, ...]
    decision: Event | None
    is_open: bool


def course_of(history: Sequence[Event], holder: OrganisationCode) -> Course | None:
    """The course of a request for a declaration; None for a case about something else. `history`: the oldest first."""
    opening = next((event for event in history if event.type == "admission.requested"), None)
    if opening is None:
        return None
    payer, agrees = _payer(history, holder)
    decisions = [event for event in history if event.type in DECIDED]
    decision = decisions[-1] if decisions else None
    return Course(
        SchoolType(opening.data["schoolType"]),
        payer,
        agrees,
        tuple(event for event in history if event.type == "admission.heard"),
        tuple(event for event in history if event.type == "admission.advised"),
        decision,
        decision is None or _objected_after(decision, history),
    )


def _payer(history: Sequence[Event], holder: OrganisationCode) -> tuple[OrganisationCode | None, bool | None]:
    """Who pays by what was settled at the border, which counts as agreed, or else by the rules."""
    settled = next((event for event in reversed(history) if event.type in _SETTLED), None)
    if settled is not None:
        payer = OrganisationCode(settled.data["pays"])
        return (None, None) if payer == holder else (payer, True)
    offered = next((event for event in reversed(history) if event.type == "referral.offered"), None)
    payer = OrganisationCode(offered.data.get("payer") or holder) if offered else holder
    if payer == holder:
        return None, None
    said = [e.data["agrees"] for e in history if e.type == "admission.agreed" and e.publisher == payer]
    return payer, said[-1] if said else None


def _objected_after(decision: Event, history: Sequence[Event]) -> bool:
    return any(
        event.type == "milestone.recorded"
        and event.data["milestone"] == Milestone.OBJECTION_RECEIVED
        and event.position > decision.position
        for event in history
    )
