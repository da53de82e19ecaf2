"""Who may see which personal field of a case, and on what ground. Pure: decided per party, never per screen.

Sources: Jeugdwet 7.1 and consent (domain rules H1, H2), WVO 2020 art. 2.47(16) for the swv (H3), LPW 21 for the
attendance officer (D1, H5). What is not named here is not shown.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.codes import OrganisationKind


class Ground(StrEnum):
    """The legal basis on which a party sees personal data; written in the disclosure ledger."""

    OWN_DATA = "own_data"
    CONSENT = "consent"
    SWV_TASK = "swv_task"
    ATTENDANCE_LAW = "attendance_law"
    QUESTION_ONLY = "question_only"


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """From where a case is looked at: the party's kind and role, the type of the case, and how it stands with consent.

    `is_lawful_swv`: the swv of the school, or the one that the law names to decide on admission; never one to which
    somebody merely handed the case, nor one that leads by custom.
    """

    kind: OrganisationKind
    role: str
    case_type: str
    is_lawful_swv: bool
    has_consent: bool
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class Visible:
    """The personal fields a party sees, and why."""

    fields: frozenset[str]
    ground: Ground | None


ALL_FIELDS = frozenset({"pupil", "contact", "question", "parents_words", "answer", "explanation"})
"""Every personal field there is. What one receiver writes is for the school only, never for the next receiver (H3)."""

_OF_THE_SCHOOL = frozenset({"pupil", "contact", "question", "parents_words"})
_QUESTION = frozenset({"question"})
_WITHOUT_CHILD = frozenset({"question", "contact"})
_NOTHING = Visible(frozenset(), None)
_RECEIVING = frozenset({"holder", "asked"})


def visible(view: Viewpoint) -> Visible:
    """What the party at `view` sees. The sender always sees what it wrote itself, and its answer."""
    if view.role == "sender":
        return Visible(ALL_FIELDS, Ground.OWN_DATA)
    if view.is_taken_back:
        return _NOTHING
    if view.role == "named":
        return Visible(_QUESTION, Ground.QUESTION_ONLY)
    if view.role not in _RECEIVING:
        return _NOTHING
    ground = _ground_of_receiver(view)
    return Visible(_WITHOUT_CHILD if ground is Ground.QUESTION_ONLY else _OF_THE_SCHOOL, ground)


def _ground_of_receiver(view: Viewpoint) -> Ground:
    """Consent is given for the help of a municipality: it opens no case to an swv or an attendance officer."""
    if view.kind is OrganisationKind.SWV and view.is_lawful_swv and view.case_type != "referral.submitted":
        return Ground.SWV_TASK
    if view.kind is OrganisationKind.ATTENDANCE_OFFICE and view.case_type == "absence.reported":
        return Ground.ATTENDANCE_LAW
    if view.kind in {OrganisationKind.SOCIAL_TEAM, OrganisationKind.TRANSITION_POINT} and view.has_consent:
        return Ground.CONSENT
    return Ground.QUESTION_ONLY
