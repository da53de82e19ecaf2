"""Who sees what of a case, and on what ground: the whole table."""

from itertools import product
from typing import Any

import pytest

from hub.codes import OrganisationKind as Kind, WithoutConsent
from hub.events.catalogue import PUBLISHED
from hub.privacy.purposes import Purpose
from hub.privacy.visibility import ALL_FIELDS, Ground, Viewpoint, Visible, visible

RECEIVERS = (Kind.SWV, Kind.SOCIAL_TEAM, Kind.ATTENDANCE_OFFICE, Kind.TRANSITION_POINT)
OF_THE_SCHOOL = frozenset({"pupil", "contact", "question", "parents_words"})
WITHOUT_CHILD = frozenset({"question", "contact"})
NOTHING = Visible(frozenset(), None)

SCHOOL_CONTENT = {
    ground: Visible(OF_THE_SCHOOL, ground) for ground in (Ground.SWV_TASK, Ground.ATTENDANCE_LAW, Ground.CONSENT)
}
WITHOUT = Visible(WITHOUT_CHILD, Ground.QUESTION_ONLY)

TABLE = [
    # (kind, type of case, lawful swv, consent) → what a holder or asked party sees
    (Kind.SWV, "support.requested", True, False, SCHOOL_CONTENT[Ground.SWV_TASK]),
    (Kind.SWV, "admission.requested", True, True, SCHOOL_CONTENT[Ground.SWV_TASK]),
    (Kind.SWV, "support.requested", False, True, WITHOUT),
    (Kind.SWV, "support.requested", False, False, WITHOUT),
    (Kind.SWV, "referral.submitted", True, True, WITHOUT),
    (Kind.ATTENDANCE_OFFICE, "absence.reported", False, True, SCHOOL_CONTENT[Ground.ATTENDANCE_LAW]),
    (Kind.ATTENDANCE_OFFICE, "absence.reported", False, False, SCHOOL_CONTENT[Ground.ATTENDANCE_LAW]),
    (Kind.ATTENDANCE_OFFICE, "signal.raised", False, True, WITHOUT),
    (Kind.SOCIAL_TEAM, "referral.submitted", False, True, SCHOOL_CONTENT[Ground.CONSENT]),
    (Kind.SOCIAL_TEAM, "signal.raised", False, False, WITHOUT),
    (Kind.TRANSITION_POINT, "absence.reported", False, True, SCHOOL_CONTENT[Ground.CONSENT]),
    (Kind.TRANSITION_POINT, "absence.reported", False, False, WITHOUT),
]


def looks(
    kind: Kind,
    role: str,
    *,
    type_: str = "support.requested",
    lawful: bool = False,
    consent: bool = True,
    taken_back: bool = False,
    **more: Any,
) -> Visible:
    """What is seen from this viewpoint."""
    return visible(Viewpoint(kind, role, type_, lawful, consent, taken_back, **more))


@pytest.mark.parametrize("role", ["holder", "asked"])
@pytest.mark.parametrize(("kind", "type_", "lawful", "consent", "expected"), TABLE)
def test_what_a_receiver_sees(
    role: str, kind: Kind, type_: str, lawful: bool, consent: bool, expected: Visible
) -> None:
    """The law decides for the partnership it names and for attendance; for the municipality's team, consent."""
    assert looks(kind, role, type_=type_, lawful=lawful, consent=consent) == expected


@pytest.mark.parametrize(("kind", "consent", "taken_back"), list(product(Kind, [True, False], [True, False])))
def test_the_sender_always_sees_its_own_case(kind: Kind, consent: bool, taken_back: bool) -> None:
    """What it wrote itself, and every answer; also after it was taken back."""
    assert looks(kind, "sender", consent=consent, taken_back=taken_back) == Visible(
        ALL_FIELDS - {"note"}, Ground.OWN_DATA
    )


@pytest.mark.parametrize(("kind", "role"), list(product(Kind, ["holder", "asked", "named", "former", "none"])))
def test_what_is_taken_back_closes_every_eye(kind: Kind, role: str) -> None:
    """No ground is left, whoever looks."""
    assert looks(kind, role, lawful=True, taken_back=True) == NOTHING


@pytest.mark.parametrize(("kind", "lawful"), list(product(RECEIVERS, [True, False])))
def test_who_is_only_named_sees_the_question(kind: Kind, lawful: bool) -> None:
    """Enough to know that it concerns its area, and nothing of the child."""
    assert looks(kind, "named", lawful=lawful) == Visible(frozenset({"question"}), Ground.QUESTION_ONLY)


@pytest.mark.parametrize(("kind", "role"), list(product(Kind, ["former", "none", "unheard of"])))
def test_who_has_no_part_any_more_sees_nothing(kind: Kind, role: str) -> None:
    """A former holder included: what is not named is not shown."""
    assert looks(kind, role, lawful=True) == NOTHING


@pytest.mark.parametrize("consent", [True, False])
def test_a_partnership_sees_no_child_in_a_question_about_home(consent: bool) -> None:
    """Its task is education; consent for the help of a municipality does not make it another."""
    assert looks(Kind.SWV, "holder", type_="signal.raised", lawful=True, consent=consent, is_about_home=True) == WITHOUT


@pytest.mark.parametrize(
    ("kind", "lawful", "purpose", "consent"), list(product(Kind, WithoutConsent, [None, *Purpose], [True, False]))
)
def test_what_is_shared_without_consent_is_for_one_purpose(
    kind: Kind, lawful: WithoutConsent, purpose: Purpose | None, consent: bool
) -> None:
    """H5: the team that receives it, for the purpose that the school recorded; nobody else and for nothing else.

    The parents' own words are never part of it. Consent, where there is any, goes before.
    """
    seen = looks(kind, "holder", type_="signal.raised", consent=consent, without_consent=lawful, purpose=purpose)
    opens = kind is Kind.SOCIAL_TEAM and purpose == lawful.value
    if consent and kind in {Kind.SOCIAL_TEAM, Kind.TRANSITION_POINT}:
        assert seen == SCHOOL_CONTENT[Ground.CONSENT]
    elif opens:
        assert seen == Visible(frozenset({"pupil", "contact", "question"}), Ground(lawful.value))
    else:
        assert seen == WITHOUT


@pytest.mark.parametrize("role", ["sender", "holder", "asked", "named"])
def test_after_its_term_a_party_sees_nothing(role: str) -> None:
    """Whatever ground it had: it may not keep what it saw."""
    for kind in Kind:
        assert looks(kind, role, lawful=True, is_past_term=True) == NOTHING


def test_no_receiver_reads_what_another_wrote() -> None:
    """Answers and explanations are for the school, never for the next receiver."""
    for kind, role, lawful in product(Kind, ["holder", "asked", "named", "former"], [True, False]):
        assert not looks(kind, role, lawful=lawful).fields & {"answer", "explanation"}


def test_every_personal_field_that_can_be_published_is_in_the_table() -> None:
    """A new personal field stays invisible until somebody decides who may see it."""
    published = frozenset[str]().union(*(entry.payload.personal_fields for entry in PUBLISHED.values()))
    assert published == OF_THE_SCHOOL
    assert OF_THE_SCHOOL | {
        "answer", "explanation", "message", "note", "reasoning", "outside", "declaration_number"
    } == ALL_FIELDS  # fmt: skip
