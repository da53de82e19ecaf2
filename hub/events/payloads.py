"""What each event says: one model per type, with what is personal marked `Personal`.

A plain field is a code, a date or a yes/no, and stands in the log. A `Personal` field goes into the vault and nowhere
else; a test refuses any free text that is not marked. Names on the wire are in camelCase.
"""

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticKnownError

from hub import clock
from hub.clock import dutch_date
from hub.codes import About, Ask, Milestone, Residence, SchoolType, Standing, Theme, WithoutConsent
from hub.events.situation import AgeGroup, AttendanceStanding, DeclarationAsked, LivingSituation, Postcode, SiteCode


class Personal:
    """Marks a field that says something about a person: sealed per case, absent from the log."""


_NO_CONTROL = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_CONTROL)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8_000, pattern=_NO_CONTROL)]
FreeText = _Text
YesOrNo = Annotated[bool, Strict()]

_WRITTEN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _written_as_a_day(value: object) -> object:
    """A number is no day, although it could be read as one."""
    if isinstance(value, date) or (isinstance(value, str) and _WRITTEN_DAY.fullmatch(value)):
        return value
    raise PydanticKnownError("date_type")


def _not_in_the_future(value: date) -> date:
    if value > dutch_date(clock.now()):
        raise ValueError("This day is still to come.")
    return value


Day = Annotated[date, BeforeValidator(_written_as_a_day)]
PastDay = Annotated[Day, AfterValidator(_not_in_the_future)]


class Payload(BaseModel):
    """Base of all that can be published: unknown fields are refused, so a misspelt one is never lost."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=False, serialize_by_alias=True
    )
    personal_fields: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.personal_fields = frozenset(
            name for name, info in cls.model_fields.items() if any(m is Personal for m in info.metadata)
        )

    def plain(self) -> dict[str, Any]:
        """What may stand in the log."""
        return self.model_dump(mode="json", exclude=set(self.personal_fields), exclude_none=True)

    def personal(self) -> dict[str, Any]:
        """What goes into the vault; empty when the event says nothing of a person."""
        if not self.personal_fields:
            return {}
        return self.model_dump(mode="json", include=set(self.personal_fields), exclude_none=True)


class Pupil(Payload):
    """Who it is about, in the words of the school."""

    name: _Name
    birth_date: PastDay | None = None
    group: Annotated[str, StringConstraints(max_length=40, pattern=_NO_CONTROL)] | None = None


class Contact(Payload):
    """Who at the school can be reached about this."""

    name: _Name
    email: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    phone: Annotated[str, StringConstraints(max_length=30, pattern=r"^[0-9+() -]+$")] | None = None


_ReceiverOfConsent = Annotated[
    str, StringConstraints(pattern=r"^(social_team|transition_point|[A-Z]{2,3}[0-9]{2,4}(-[A-Z0-9]{1,12})?)$")
]


class Consent(Payload):
    """Who agreed to sharing, and when (domain rule H1: parents under 16, the pupil from 16).

    `receivers` are codes of teams, or kinds of team; `purposes` what they may be asked. Left out: the team that is
    responsible, whichever that is, for what the case asks.
    """

    given_by: Literal["parents", "pupil", "parents_and_pupil"]
    on: PastDay
    both_parents: Annotated[bool | None, Strict()] = None
    receivers: list[_ReceiverOfConsent] | None = Field(default=None, min_length=1, max_length=20)
    purposes: list[Ask] | None = Field(default=None, min_length=1, max_length=3)


_AGE_LIMITS: tuple[tuple[int, AgeGroup], ...] = ((12, "0-11"), (16, "12-15"), (18, "16-17"), (23, "18-22"))
_UNDER_16 = {"0-11", "12-15"}


def age_group(born: date, on: date) -> AgeGroup:
    """The group of someone born on `born`, on day `on`: the limits at which rights change (rules C6, D2, H1)."""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next((group for limit, group in _AGE_LIMITS if age < limit), "23+")


class AboutAPupil(Payload):
    """What every first event about a pupil says."""

    school: SiteCode
    home_postcode: Postcode | None = None
    standing: Standing = Standing.ENROLLED
    age_group: AgeGroup | None = None
    acute_danger: YesOrNo = False
    consent: Consent | None = None
    without_consent: WithoutConsent | None = None
    pupil_objects: bool | None = None
    living: LivingSituation | None = None
    pupil: Annotated[Pupil | None, Personal] = None
    contact: Annotated[Contact | None, Personal] = None

    @model_validator(mode="after")
    def _keep_secret_addresses(self) -> Self:
        secret = self.living is not None and self.living.residence is Residence.SECRET
        if secret and self.home_postcode is not None:
            raise ValueError("The register keeps this address secret: leave out homePostcode.")
        return self

    def age_group_on(self, day: date) -> AgeGroup | None:
        """The age group as the birth date says, or else as the school says; None when neither is known."""
        born = self.pupil.birth_date if self.pupil else None
        return self.age_group if born is None else age_group(born, day)

    @model_validator(mode="after")
    def _consent_of_who_may_give_it(self) -> Self:
        _check_giver(self.consent, self.age_group_on(dutch_date(clock.now())))
        return self


def _check_giver(consent: Consent | None, group: AgeGroup | None) -> None:
    by = consent.given_by if consent else None
    if by == "pupil" and group in _UNDER_16:
        raise ValueError("Under 16 the parents give consent: the pupil alone cannot.")
    if by == "parents" and group is not None and group not in _UNDER_16:
        raise ValueError("From 16 the pupil gives consent: the parents alone cannot.")


class SignalRaised(AboutAPupil):
    """A concern: to think along about, to help with, or only to know."""

    theme: Theme
    ask: Ask
    about: About = About.HOME
    question: Annotated[_Text, Personal]

    @model_validator(mode="after")
    def _no_name_without_consent(self) -> Self:
        has_ground = self.consent is not None or self.without_consent is not None
        if self.pupil is not None and not has_ground and self.about is About.HOME:
            raise ValueError("A pupil is only named with consent: leave out pupil, or add consent.")
        return self


class ReferralSubmitted(AboutAPupil):
    """A request for youth help, with consent (or the lawful purpose without it) and the parents' own words."""

    theme: Theme
    question: Annotated[_Text, Personal]
    parents_words: Annotated[_Text | None, Personal] = None

    @model_validator(mode="after")
    def _no_request_without_ground(self) -> Self:
        if self.consent is None and self.without_consent is None:
            raise ValueError("A request for help needs consent, or in withoutConsent the purpose that allows it.")
        return self


class SupportRequested(AboutAPupil):
    """A question to the desk of the swv."""

    asks_for: Literal["advice", "arrangement", "orientation"]
    theme: Theme = Theme.DEVELOPMENT
    declaration: DeclarationAsked | None = None
    question: Annotated[_Text, Personal]


class AdmissionRequested(AboutAPupil):
    """A request for a declaration of admissibility (TLV)."""

    school_type: Literal[SchoolType.SO, SchoolType.SBO, SchoolType.VSO, SchoolType.PRO]
    previous_school: SiteCode | None = None
    declaration: DeclarationAsked | None = None
    attendance: AttendanceStanding | None = None
    question: Annotated[_Text, Personal]


class PlacementSought(AboutAPupil):
    """A registration for which the school cannot offer the place itself, and seeks one elsewhere (duty of care).

    `registered_on` is the day of the written registration: from it the term of six weeks runs. `school_is_full` and
    `foundation_refused` (the parents do not respect the foundation of the school) each take the duty of care away.
    """

    standing: Literal[Standing.REGISTERED] = Standing.REGISTERED
    registered_on: PastDay
    starts_school_on: date | None = None
    candidate_schools: list[SiteCode] = Field(default_factory=list, max_length=5)
    enrolled_elsewhere: YesOrNo = False
    school_is_full: YesOrNo = False
    foundation_refused: YesOrNo = False
    attendance: AttendanceStanding | None = None
    theme: Theme = Theme.DEVELOPMENT
    question: Annotated[_Text, Personal]

    @model_validator(mode="after")
    def _starts_after_registration(self) -> Self:
        if self.starts_school_on is not None and self.starts_school_on < self.registered_on:
            raise ValueError("The first day at school cannot lie before the registration.")
        return self


class AbsenceReported(AboutAPupil):
    """A pupil who is at home, or may soon be. It never replaces the report to DUO."""

    since: PastDay
    kind: Literal["enrolled_absence", "not_enrolled_absence", "at_risk"]
    reported_to_duo: YesOrNo
    attendance: AttendanceStanding | None = None
    question: Annotated[_Text | None, Personal] = None


class ConsentGiven(Payload):
    """Consent for a running case, or for one receiver more; `subject` of the envelope is the case."""

    consent: Consent
    age_group: AgeGroup | None = None

    @model_validator(mode="after")
    def _consent_of_who_may_give_it(self) -> Self:
        _check_giver(self.consent, self.age_group)
        return self


class ConsentWithdrawn(Payload):
    """Consent for a running case is taken back; `subject` of the envelope is the case.

    With `receivers` or `purposes` only for those; without, all of it.
    """

    withdrawn_by: Literal["parents", "pupil"]
    receivers: list[_ReceiverOfConsent] | None = Field(default=None, min_length=1, max_length=20)
    purposes: list[Ask] | None = Field(default=None, min_length=1, max_length=3)


class SignalWithdrawn(Payload):
    """The school takes back its question; `subject` of the envelope is the case."""

    reason: Literal["solved", "mistake", "left_school", "other"]


class MilestoneRecorded(Payload):
    """Something that happened in a case and that terms count from: what, and on which day."""

    milestone: Milestone
    on: PastDay
