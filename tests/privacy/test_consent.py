"""Consent counts for the receiver and the purpose it was given for, from who may give it, until it is taken back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.codes import Ask, ConsentBy, OrganisationKind as Kind
from hub.events.log import Event
from hub.privacy.consent import Consent, Receiver, Scope, consents_of, has_consent, purpose_of_sharing

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
TEAM = Receiver("GM0106-ST", Kind.SOCIAL_TEAM, Ask.HELP)
OTHER_TEAM = Receiver("GM1680-ST", Kind.SOCIAL_TEAM, Ask.HELP)
POINT = Receiver("RMC07", Kind.TRANSITION_POINT, Ask.HELP)
BY_PARENTS = {"givenBy": "parents", "on": "2026-11-18"}


def event(type_: str, position: int, **data: Any) -> Event:
    """An event of one case."""
    at = NOON + timedelta(hours=position)
    return Event(position, "urn", str(position), type_, UUID(int=1), "B00001", at, at, data, None, None)


def opened(consent: dict[str, Any] | None = BY_PARENTS, **data: Any) -> Event:
    """The first event of a case."""
    return event("referral.submitted", 1, **({"consent": consent} if consent else {}), **data)


def given(position: int, **consent: Any) -> Event:
    """Consent that comes later."""
    return event("consent.given", position, consent={**BY_PARENTS, **consent})


def taken(position: int, **scope: Any) -> Event:
    """Consent that is taken back."""
    return event("consent.withdrawn", position, withdrawnBy="parents", **scope)


EXAMPLES: list[tuple[str, list[Event], set[Receiver]]] = [
    ("nobody agreed", [opened(None)], set()),
    ("for whichever team", [opened()], {TEAM, OTHER_TEAM, POINT}),
    ("for one team", [opened({**BY_PARENTS, "receivers": ["GM0106-ST"]})], {TEAM}),
    ("for a kind of team", [opened({**BY_PARENTS, "receivers": ["social_team"]})], {TEAM, OTHER_TEAM}),
    ("for another purpose", [opened({**BY_PARENTS, "purposes": ["think_along"]})], set()),
    ("for this purpose", [opened({**BY_PARENTS, "purposes": ["help", "know"]})], {TEAM, OTHER_TEAM, POINT}),
    ("taken back", [opened(), taken(2)], set()),
    ("taken back for one", [opened(), taken(2, receivers=["GM0106-ST"])], {OTHER_TEAM, POINT}),
    ("taken back for a kind", [opened(), taken(2, receivers=["social_team"])], {POINT}),
    ("taken back for a purpose", [opened(), taken(2, purposes=["help"])], set()),
    ("taken back for another purpose", [opened(), taken(2, purposes=["know"])], {TEAM, OTHER_TEAM, POINT}),
    ("given later", [opened(None), given(2, receivers=["RMC07"])], {POINT}),
    ("given again", [opened(), taken(2), given(3)], {TEAM, OTHER_TEAM, POINT}),
    ("given again for one", [opened(), taken(2), given(3, receivers=["GM1680-ST"])], {OTHER_TEAM}),
    ("given, and taken back at last", [opened(), given(2), taken(3)], set()),
    ("one more", [opened({**BY_PARENTS, "receivers": ["GM0106-ST"]}), given(2, receivers=["RMC07"])], {TEAM, POINT}),
]


@pytest.mark.parametrize(("events", "expected"), [each[1:] for each in EXAMPLES], ids=[each[0] for each in EXAMPLES])
def test_whom_consent_covers(events: list[Event], expected: set[Receiver]) -> None:
    """Exactly those that are meant, at the end of what happened."""
    assert {one for one in (TEAM, OTHER_TEAM, POINT) if has_consent(events, one)} == expected


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.SOCIAL_TEAM, Kind.TRANSITION_POINT}))
def test_consent_opens_nothing_to_others(kind: Kind) -> None:
    """Not to a partnership, an attendance office or a school, even when it names them (H2, H3)."""
    named = opened({**BY_PARENTS, "receivers": ["PO2201", kind.value]})
    assert not has_consent([named], Receiver("PO2201", kind, Ask.HELP))


@pytest.mark.parametrize(
    ("age_group", "giver", "both_parents", "counts"),
    [
        ("0-11", "parents", None, True),
        ("0-11", "pupil", None, False),
        ("12-15", "parents", True, True),
        ("12-15", "parents", False, False),
        ("12-15", "pupil", None, False),
        ("12-15", "parents_and_pupil", None, True),
        ("16-17", "pupil", None, True),
        ("16-17", "pupil", False, True),
        ("16-17", "parents", None, False),
        ("16-17", "parents_and_pupil", None, True),
        ("18-22", "parents", None, False),
        ("23+", "pupil", None, True),
        (None, "parents", None, True),
        (None, "parents", False, False),
        (None, "pupil", None, True),
    ],
)
def test_only_who_may_give_it_gives_it(
    age_group: str | None, giver: str, both_parents: bool | None, counts: bool
) -> None:
    """Under 16 the parents, both with authority; from 16 the pupil (H1)."""
    consent = {"givenBy": giver, "on": "2026-11-18"} | ({} if both_parents is None else {"bothParents": both_parents})
    ages = {} if age_group is None else {"ageGroup": age_group}
    assert has_consent([opened(consent, **ages)], TEAM) is counts
    assert has_consent([opened(None, **ages), event("consent.given", 2, consent=consent)], TEAM) is counts


def test_the_age_at_the_later_consent_counts() -> None:
    """A pupil who has become sixteen gives consent alone."""
    young = opened(None, ageGroup="12-15")
    older = event("consent.given", 2, consent={"givenBy": "pupil", "on": "2026-11-19"}, ageGroup="16-17")
    assert has_consent([young, older], TEAM)


def test_how_it_stands_can_be_told() -> None:
    """Who agreed, when, for whom, and since when it is taken back as a whole."""
    events = [opened({**BY_PARENTS, "receivers": ["GM0106-ST"]}), taken(2, receivers=["RMC07"]), taken(3)]
    [consent] = consents_of(events)
    assert (consent.given_by, consent.on) == (ConsentBy.PARENTS, date(2026, 11, 18))
    assert consent.scope == Scope(frozenset({"GM0106-ST"}))
    assert consent.withdrawn_at == NOON + timedelta(hours=3)
    assert isinstance(consent, Consent)


@pytest.mark.parametrize(
    ("data", "purpose"), [({"ask": "know"}, Ask.KNOW), ({"ask": "help"}, Ask.HELP), ({}, Ask.HELP)]
)
def test_the_purpose_of_sharing_is_what_is_asked(data: dict[str, Any], purpose: Ask) -> None:
    """A request that does not say asks for help."""
    assert purpose_of_sharing(opened(None, **data)) is purpose
