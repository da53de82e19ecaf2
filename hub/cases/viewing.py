"""From where a party looks at a case: what the log and the case say that visibility is decided by. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from hub.cases.lifecycle import State
from hub.cases.parts import TOLD, Insight, may
from hub.cases.tables import Case, Party
from hub.codes import About, OrganisationCode, OrganisationKind, WithoutConsent
from hub.events.catalogue import OPENING
from hub.events.log import Event
from hub.privacy.consent import Receiver, Scope, has_consent, purpose_of_sharing, withdrawals_of
from hub.privacy.purposes import Purpose, purpose_of
from hub.privacy.visibility import Viewpoint


class Looking(NamedTuple):
    """Who looks at a case, and for which purpose; without one, for the purpose that its role has."""

    organisation: OrganisationCode
    kind: OrganisationKind
    purpose: Purpose | None = None


def viewpoint(events: Sequence[Event], case: Case | None, party: Party | None, looking: Looking) -> Viewpoint:
    """How a case looks from here. Raises InvalidInput for a purpose that the party's role does not have.

    What is taken back counts from its event on, whether or not the router has come to it.
    """
    organisation, kind, said = looking
    opening = opening_of(events)
    role = "sender" if opening.publisher == organisation else party.role if party else "none"
    without = lawful_purpose(opening)
    leads = leads_by_agreement(events, case, organisation)
    receiver = Receiver(organisation, kind, purpose_of_sharing(opening), leads_by_agreement=leads)
    covered = has_consent(events, receiver)
    return Viewpoint(
        kind=kind,
        role=role,
        case_type=opening.type,
        is_lawful_swv=case is not None and organisation in case.lawful_swvs,
        has_consent=covered,
        is_taken_back=_is_taken_back(events, opening, case, receiver, is_covered=covered),
        is_about_home=opening.data.get("about") == About.HOME,
        without_consent=without,
        purpose=purpose_of(said, role, without if kind is OrganisationKind.SOCIAL_TEAM and not covered else None),
        is_past_term=party is not None and party.expired_on is not None,
        is_only_told=party is not None and party.state == TOLD,
        is_at_border_talk=any(e.type.startswith("border.") and is_between(e, organisation) for e in events),
        leads_by_agreement=leads,
    )


def is_between(event: Event, organisation: str) -> bool:
    """Whether an event is one between authorities of which this is one: a border talk, or a move of the pupil."""
    return organisation in event.data.get("between", ())


def leads_by_agreement(events: Sequence[Event], case: Case | None, organisation: str) -> bool:
    """Whether an organisation holds the case because partnerships agreed so, and the law gives it nothing."""
    settled = {event.data["leads"] for event in events if event.type in _SETTLES}
    by_law = case is not None and organisation in case.lawful_swvs
    return organisation in settled and case is not None and case.holder == organisation and not by_law


_SETTLES = frozenset({"border.agreed", "border.arbitrated"})


def opening_of(events: Sequence[Event]) -> Event:
    """The event that began the case."""
    return next(event for event in events if event.type in OPENING)


INTERNAL = frozenset({"note.added", "case.assigned"})
"""What an organisation does for itself: no other one ever knows of it."""

ADDRESSED = frozenset({"question.asked", "question.answered", "message.sent"})
"""What is written to one party, named in `to`: nobody else reads its text."""

_FOR_OPERATOR = frozenset({"directory.correction.proposed", "directory.doubted"})
_TOLD_BY = frozenset({"referral.escalated", "substitute.told"})
"""What names another party to one that is only named, in `to`."""
_UNREMARKABLE = frozenset({"referral.opened"})


def may_know(event: Event, opening: Event, party: Party | None, organisation: str) -> bool:
    """Whether an organisation sees that something happened in a case that it is in.

    The sender follows everything, and a receiver sees the whole way, because it must be able to judge it. Who is only
    named sees how the case was offered, and no more. Who passed a case on is called to a joint talk about it.
    """
    if event.publisher == organisation:
        return True
    if event.type in INTERNAL | _FOR_OPERATOR:
        return False
    insight = may(party.role if party else None, is_sender=organisation == opening.publisher).insight
    if insight is Insight.OFFER:
        is_told = event.type in _TOLD_BY and event.data.get("to") == organisation
        return is_told or is_between(event, organisation) or event.type in {"referral.offered", opening.type}
    if party is None or insight is not Insight.UNTIL_PASSED_ON:
        return insight is Insight.ALL
    is_called = event.type == "joint_talk.called" and organisation in event.data["parties"]
    return is_called or event.recorded_at < party.since


def version_of(events: Sequence[Event]) -> int:
    """The version of a case for a reader that knows of `events`: its last change. Reading it is none."""
    return max((event.position for event in events if event.type not in _UNREMARKABLE), default=0)


def changes_since(version: int, history: Sequence[Event], party: Party | None, organisation: str) -> list[Event]:
    """What changed in a case after a version of it, as far as the organisation may know."""
    opening = opening_of(history)
    later = (event for event in history if event.position > version and event.type not in _UNREMARKABLE)
    return [event for event in later if may_know(event, opening, party, organisation)]


def lawful_purpose(opening: Event) -> WithoutConsent | None:
    """The purpose for which the school shares without consent (H5), as it recorded it."""
    said = opening.data.get("withoutConsent")
    return None if said is None else WithoutConsent(said)


def rests_on_consent(opening: Event) -> bool:
    """Whether a case has no other ground than consent: help at home (H1).

    Absence and education have a ground in law, and so has what the school shares for a lawful purpose (H5).
    """
    is_about_home = opening.type == "referral.submitted" or opening.data.get("about") == About.HOME
    return is_about_home and lawful_purpose(opening) is None


def _is_taken_back(
    events: Sequence[Event], opening: Event, case: Case | None, receiver: Receiver, *, is_covered: bool
) -> bool:
    """Whether this receiver sees nothing any more: the question is withdrawn, or the consent that it rests on."""
    if any(event.type == "signal.withdrawn" for event in events):
        return True
    withdrawals = withdrawals_of(events)
    if not withdrawals or not rests_on_consent(opening):
        return False
    ended = case is not None and case.state == State.BLOCKED
    if ended or any(taken.scope == Scope() for taken in withdrawals):
        return True
    return not is_covered and any(taken.scope.holds(receiver) for taken in withdrawals)
