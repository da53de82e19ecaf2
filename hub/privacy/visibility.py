"""Who may see which personal field of a case, and on what ground. Pure: decided per party, never per screen.

Sources: Jeugdwet 7.1 and consent (domain rules H1, H2), WVO 2020 art. 2.47(16) for the swv (H3), LPW 21 for the
attendance officer (D1), and the lawful purposes without consent (H5). What is not named here is not shown.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.codes import OrganisationKind, WithoutConsent
from hub.privacy.purposes import Purpose


class Ground(StrEnum):
    """The legal basis on which a party sees personal data; written in the disclosure ledger."""

    OWN_DATA = "own_data"
    CONSENT = "consent"
    SWV_TASK = "swv_task"
    ATTENDANCE_LAW = "attendance_law"
    QUESTION_ONLY = "question_only"
    SAFETY = "safety"  # the three of H5: the school shares without consent, for that purpose alone
    SUPERVISION_ORDER = "supervision_order"
    VITAL_INTEREST = "vital_interest"
    RIGHT_OF_ACCESS = "right_of_access"  # AVG art. 15: everything, for the person whom it is about


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """From where a case is looked at: the party's kind and role, the type of the case, and how it stands with consent.

    `is_lawful_swv`: the swv of the school, or the one that the law names to decide on admission; never one to which
    somebody merely handed the case, nor one that leads by custom.
    `has_consent`: for this receiver and this purpose of sharing. `without_consent` is the lawful purpose that the
    school recorded instead, `purpose` the one that the case is opened for. `is_past_term`: the party may no longer
    keep what it saw. `is_only_told`: it is named because a receiver is late or closed, and needs no more for that.
    `is_at_border_talk`: it settles with other partnerships who leads, and reads their reasoning. `leads_by_agreement`:
    it holds the case because of that, and not by law.
    """

    kind: OrganisationKind
    role: str
    case_type: str
    is_lawful_swv: bool
    has_consent: bool
    is_taken_back: bool
    is_about_home: bool = False
    without_consent: WithoutConsent | None = None
    purpose: Purpose | None = None
    is_past_term: bool = False
    is_only_told: bool = False
    is_at_border_talk: bool = False
    leads_by_agreement: bool = False


@dataclass(frozen=True, slots=True)
class Visible:
    """The personal fields a party sees, and why."""

    fields: frozenset[str]
    ground: Ground | None


FIELDS = (
    "question",
    "pupil",
    "contact",
    "parents_words",
    "answer",
    "explanation",
    "message",
    "note",
    "reasoning",
    "outside",
    "declaration_number",
)
"""The personal fields, in the order in which people are told of them."""

ALL_FIELDS = frozenset(FIELDS)
"""Every personal field there is. What one receiver writes is for the school only, never for the next receiver (H3).

What the school and a receiver write to each other (`message`) is part of the question: the one whom it is meant for
reads it as long as it sees the question. A note is for who wrote it (hub/cases/viewing.py).
"""

_OF_THE_SENDER = ALL_FIELDS - {"note"}
_OF_THE_SCHOOL = frozenset({"pupil", "contact", "question", "parents_words"})
_QUESTION = frozenset({"question"})
_REASONING = frozenset({"reasoning"})
_WITHOUT_CHILD = frozenset({"question", "contact"})
_NEEDED_FOR_H5 = frozenset({"pupil", "contact", "question"})  # nobody's consent, so not the parents' own words
_NOTHING = Visible(frozenset(), None)
_RECEIVING = frozenset({"holder", "asked"})
_FIELDS_ON = {
    Ground.QUESTION_ONLY: _WITHOUT_CHILD,
    Ground.SAFETY: _NEEDED_FOR_H5,
    Ground.SUPERVISION_ORDER: _NEEDED_FOR_H5,
    Ground.VITAL_INTEREST: _NEEDED_FOR_H5,
}


def visible(view: Viewpoint) -> Visible:
    """What the party at `view` sees. The sender sees what it wrote itself and its answer, as long as it may keep it."""
    if view.is_past_term:
        return _NOTHING
    if view.role == "sender":
        return Visible(_OF_THE_SENDER, Ground.OWN_DATA)
    if view.is_taken_back or view.is_only_told:
        return _NOTHING
    reasoning = _REASONING if view.is_at_border_talk else frozenset[str]()
    if view.role == "named":
        return Visible(_QUESTION | reasoning, Ground.QUESTION_ONLY)
    if view.role not in _RECEIVING:
        return _NOTHING
    ground = _ground_of_receiver(view)
    return Visible(_FIELDS_ON.get(ground, _OF_THE_SCHOOL) | reasoning, ground)


def _ground_of_receiver(view: Viewpoint) -> Ground:
    """Consent is given for the help of a municipality: it opens no case to an swv or an attendance officer.

    The exception is the partnership that leads because partnerships agreed so, and that consent names.

    A partnership has its task in education; what is about the home it may have to pass on, and needs no name for that.
    """
    is_about_education = view.case_type != "referral.submitted" and not view.is_about_home
    if view.kind is OrganisationKind.SWV and view.is_lawful_swv and is_about_education:
        return Ground.SWV_TASK
    if view.kind is OrganisationKind.SWV and view.leads_by_agreement and view.has_consent:
        return Ground.CONSENT
    if view.kind is OrganisationKind.ATTENDANCE_OFFICE and view.case_type == "absence.reported":
        return Ground.ATTENDANCE_LAW
    if view.kind in {OrganisationKind.SOCIAL_TEAM, OrganisationKind.TRANSITION_POINT} and view.has_consent:
        return Ground.CONSENT
    if view.kind is OrganisationKind.SOCIAL_TEAM and _is_for_the_lawful_purpose(view):
        return Ground(str(view.without_consent))
    return Ground.QUESTION_ONLY


def _is_for_the_lawful_purpose(view: Viewpoint) -> bool:
    """What is shared without consent is seen for the purpose that allows it, and closed for every other (H5)."""
    return view.without_consent is not None and view.purpose == view.without_consent.value
