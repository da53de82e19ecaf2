"""Consent as it stands in a case: for which receiver, for which purpose, by whom, and what was taken back. Pure.

Sources: domain rule H1 (parents under 16, the pupil from 16); AVG art. 7(3), taking back is as easy as giving. Consent
is for the help of a municipality: for a partnership or an attendance office it changes nothing (H3, D1), but for the
partnership that it names and that leads by agreement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hub.codes import Ask, ConsentBy, OrganisationKind
from hub.events.catalogue import OPENING
from hub.events.log import Event

WITHDRAWN, GIVEN = "consent.withdrawn", "consent.given"

_TEAMS = frozenset({OrganisationKind.SOCIAL_TEAM, OrganisationKind.TRANSITION_POINT})
_UNDER_16 = frozenset({"0-11", "12-15"})
_NEEDED = {True: ConsentBy.PARENTS, False: ConsentBy.PUPIL}


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom and for what: codes or kinds of receivers, and purposes. None is every one that consent can be for."""

    receivers: frozenset[str] | None = None
    purposes: frozenset[str] | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Scope":
        """The scope in the plain data of an event."""
        return cls(_names(data.get("receivers")), _names(data.get("purposes")))

    def holds(self, receiver: "Receiver") -> bool:
        """Whether this receiver, for its purpose, is meant."""
        if receiver.kind not in _TEAMS and not receiver.leads_by_agreement:
            return False
        known = {receiver.organisation, receiver.kind.value}
        named = self.receivers is None or bool(self.receivers & known)
        return named and (self.purposes is None or receiver.purpose.value in self.purposes)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who would see something, and for which purpose of sharing.

    `leads_by_agreement`: a partnership to which the law gives nothing, but which leads because partnerships agreed so.
    It sees the child only if consent names it: what another partnership knows does not go along (H3).
    """

    organisation: str
    kind: OrganisationKind
    purpose: Ask
    leads_by_agreement: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Consent that was taken back, and since when."""

    scope: Scope
    by: str
    position: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent that was given at a place in the log, with what was taken back of it since."""

    given_by: ConsentBy
    on: date
    scope: Scope
    age_group: str | None
    both_parents: bool | None
    withdrawals: tuple[Withdrawal, ...]

    @property
    def is_by_the_right_person(self) -> bool:
        """Under 16 the parents, both of them where both have authority; from 16 the pupil. An unknown age is no bar."""
        is_young = self.age_group in _UNDER_16
        if self.both_parents is False and (is_young or self.age_group is None):
            return False
        if self.age_group is None or self.given_by is ConsentBy.PARENTS_AND_PUPIL:
            return True
        return self.given_by is _NEEDED[is_young]

    def covers(self, receiver: Receiver) -> bool:
        """Whether it stands for this receiver and purpose now."""
        if not self.is_by_the_right_person or not self.scope.holds(receiver):
            return False
        if receiver.leads_by_agreement and receiver.organisation not in (self.scope.receivers or ()):
            return False
        return not any(withdrawal.scope.holds(receiver) for withdrawal in self.withdrawals)

    @property
    def withdrawn_at(self) -> datetime | None:
        """When all of it was taken back; None while any of it stands."""
        return next((taken.at for taken in self.withdrawals if taken.scope == Scope()), None)


def consents_of(events: Sequence[Event]) -> tuple[Consent, ...]:
    """All consent that was ever given in a case, the first first."""
    withdrawals = withdrawals_of(events)
    opening = next((event for event in events if event.type in OPENING), None)
    known_age = opening.data.get("ageGroup") if opening else None
    return tuple(_consent(event, known_age, withdrawals) for event in events if event.data.get("consent"))


def withdrawals_of(events: Iterable[Event]) -> tuple[Withdrawal, ...]:
    """Everything that was taken back in a case, the first first."""
    return tuple(withdrawal_of(event) for event in events if event.type == WITHDRAWN)


def withdrawal_of(event: Event) -> Withdrawal:
    """What a `consent.withdrawn` takes back."""
    return Withdrawal(Scope.of(event.data), event.data.get("withdrawnBy", ""), event.position, event.time)


def purpose_of_sharing(opening: Event) -> Ask:
    """What is asked of the receiver: to think along, to help or to know. A request that does not say asks for help."""
    return Ask(opening.data.get("ask", Ask.HELP))


def has_consent(events: Sequence[Event], receiver: Receiver) -> bool:
    """Whether anything that was given in the case stands for this receiver."""
    return any(consent.covers(receiver) for consent in consents_of(events))


def _consent(event: Event, known_age: str | None, withdrawals: Sequence[Withdrawal]) -> Consent:
    said = event.data["consent"]
    return Consent(
        given_by=ConsentBy(said["givenBy"]),
        on=date.fromisoformat(said["on"]),
        scope=Scope.of(said),
        age_group=event.data.get("ageGroup", known_age),
        both_parents=said.get("bothParents"),
        withdrawals=tuple(taken for taken in withdrawals if taken.position > event.position),
    )


def _names(values: Sequence[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)
