"""What a partnership says on the way to a declaration of admissibility (TLV), and in it.

The number of a declaration points at a pupil for whoever keeps the register, so it is sealed like a name.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hub.events.border_payloads import BorderRefusal
from hub.events.payloads import Day, PastDay, Payload, Personal, YesOrNo

_Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}$")]
_Text = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=8_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
    ),
]


class Expert(StrEnum):
    """Who advises a partnership on a declaration."""

    EDUCATION_SPECIALIST = "education_specialist"  # orthopedagoog
    PSYCHOLOGIST = "psychologist"
    YOUTH_DOCTOR = "youth_doctor"
    SOCIAL_WORKER = "social_worker"
    TEACHER = "teacher"
    OTHER = "other"


class AdmissionRefusal(StrEnum):
    """Why a partnership issues no declaration."""

    BASIC_SUPPORT_SUFFICES = "basic_support_suffices"
    OTHER_SUPPORT_FITS = "other_support_fits"
    INCOMPLETE = "incomplete"
    PAYER_REFUSES = "payer_refuses"
    OTHER = "other"


class AdmissionHeard(Payload):
    """Who was heard before the decision, and on which day."""

    who: list[Literal["pupil", "parents", "school"]] = Field(min_length=1, max_length=3)
    on: PastDay


class AdmissionAdvised(Payload):
    """The advice of one expert: of which profession, whether to admit, and on which day. Never what it says."""

    expert: Expert
    admits: YesOrNo
    on: PastDay


class AdmissionAgreed(Payload):
    """Whether the partnership that pays agrees with the place; a refusal has a ground."""

    agrees: YesOrNo
    ground: BorderRefusal | None = None

    @model_validator(mode="after")
    def _refuses_on_a_ground(self) -> Self:
        if self.agrees == (self.ground is not None):
            raise ValueError("A refusal has a ground, an agreement has none.")
        return self


class AdmissionIssued(Payload):
    """A declaration. Both days belong to it; without a last day it holds for the whole school career (pro).

    `category` is that of the funding of so and vso: 1 low, 2 middle, 3 high. `on` is the day of its announcement, from
    which the term for an objection counts.
    """

    declaration_number: Annotated[_Number, Personal]
    category: Literal[1, 2, 3] | None = None
    starts_on: Day
    ends_on: Day | None = None
    on: PastDay


class AdmissionRefused(Payload):
    """No declaration: on which ground, why in words for the school, and the day of the announcement."""

    ground: AdmissionRefusal
    explanation: Annotated[_Text, Personal]
    on: PastDay
