"""What a school may say about a pupil's situation so that the rules can decide: codes, dates and yes or no, no text.

Every field is optional. What is left out is unknown, and the hub asks for it only where a rule needs it.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

from hub.codes import (
    AttendanceDuty,
    CameFrom,
    Country,
    DeclarationStep,
    HelpForm,
    Need,
    OrganisationCode,
    Postcode4,
    Residence,
    SchoolType,
    Sector,
    Setting,
    Standing,
)

Postcode = Annotated[Postcode4, StringConstraints(pattern=r"^[1-9][0-9]{3}$")]
MunicipalityCode = Annotated[OrganisationCode, StringConstraints(pattern=r"^GM[0-9]{4}$")]
SwvCode = Annotated[OrganisationCode, StringConstraints(pattern=r"^(PO|VO)[0-9]{4}$")]


SiteCode = Annotated[OrganisationCode, StringConstraints(pattern=r"^[0-9]{2}[A-Z]{2}[0-9A-Z]{2}$")]
AgeGroup = Literal["0-11", "12-15", "16-17", "18-22", "23+"]


class Plain(BaseModel):
    """Base of what stands in the log as it is: unknown fields are refused, names on the wire are in camelCase."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True
    )


class LivingSituation(Plain):
    """Where the child lives and stays; decides which municipality answers (domain rules C1 to C8, D1)."""

    residence: Residence = Residence.HOME
    stay_postcode: Postcode | None = None
    municipality_before_stay: MunicipalityCode | None = None
    municipality_at_birth: MunicipalityCode | None = None
    country: Country | None = None
    stays_in_netherlands: bool = True
    moved_on: date | None = None
    help_form: HelpForm | None = None
    help_before_18: bool | None = None


class DeclarationAsked(Plain):
    """The declaration (TLV) that is asked for, or that runs (domain rules A3 to A12)."""

    step: DeclarationStep = DeclarationStep.FIRST
    issued_by: SwvCode | None = None
    runs_until: date | None = None
    starts_on: date | None = None
    asked_until: date | None = None
    came_from: CameFrom | None = None
    in_netherlands_since: date | None = None
    vo_year: Literal[1, 2, 3, 4, 5, 6] | None = None
    setting: Setting | None = None
    need: Need | None = None
    heard: bool | None = None


class AttendanceStanding(Plain):
    """What attendance law must know (domain rules D1 to D5)."""

    duty: AttendanceDuty | None = None
    exempt_5a: bool = False
    expelled: bool = False


class Clarification(Plain):
    """What the party that does triage found out: exactly what was asked, and nothing else."""

    home_postcode: Postcode | None = None
    previous_school: SiteCode | None = None
    standing: Standing | None = None
    school_type: SchoolType | None = None
    age_group: AgeGroup | None = None
    living: LivingSituation | None = None
    declaration: DeclarationAsked | None = None
    municipality: MunicipalityCode | None = None
    home_swv: SwvCode | None = None
    school_swv: SwvCode | None = None
    department: Sector | None = None
