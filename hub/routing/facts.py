"""What is known of a case when it is routed: the only input besides the directory. No names, no free text.

Every fact beyond the first few is optional, and grouped by what it is about: who answers "unknown" leaves it out.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.codes import (
    About,
    Ask,
    Asker,
    AttendanceDuty,
    CameFrom,
    Carried,
    ConsentBy,
    Country,
    DeclarationStep,
    DeclineCode,
    HelpForm,
    Need,
    OrganisationCode,
    Residence,
    SchoolType,
    Sector,
    Setting,
    Standing,
    Theme,
    WithoutConsent,
)


class Request(StrEnum):
    """What kind of message the school sent."""

    SIGNAL = "signal"
    REFERRAL = "referral"
    SUPPORT = "support"
    ADMISSION = "admission"
    PLACEMENT = "placement"
    TRANSITION = "transition"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True)
class Declined:
    """A party that did not take this case, or passed it on, and why."""

    organisation: OrganisationCode
    code: DeclineCode


@dataclass(frozen=True, slots=True)
class Living:
    """Where the child lives and stays (group C).

    `before_stay` is the municipality of the register just before an unbroken stay began, `at_birth` that of the mother
    when the child was born, `stay_postcode` where the child really stays. `help_before_18` says whether youth help was
    decided on or started before the 18th birthday.
    """

    residence: Residence = Residence.HOME
    stay_postcode: str | None = None
    before_stay: str | None = None
    at_birth: str | None = None
    country: Country | None = None
    stays_in_netherlands: bool = True
    moved_on: date | None = None
    help_form: HelpForm | None = None
    help_before_18: bool | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """The declaration (TLV) that is asked for, or that runs (group A).

    `issued_by` and `runs_until` are about the one that runs; `starts_on` and `asked_until` about the one asked for.
    `vo_year` is the year of secondary education that the pupil is in, `heard` whether the pupil was heard.
    """

    step: DeclarationStep = DeclarationStep.FIRST
    issued_by: str | None = None
    runs_until: date | None = None
    starts_on: date | None = None
    asked_until: date | None = None
    came_from: CameFrom | None = None
    in_netherlands_since: date | None = None
    vo_year: int | None = None
    setting: Setting | None = None
    need: Need | None = None
    heard: bool | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """Who agreed to sharing, or on which ground sharing needs no consent (group H).

    `both_parents` is False where only one of two parents with authority agreed, None where nobody said.
    """

    given_by: ConsentBy | None = None
    both_parents: bool | None = None
    withdrawn: bool = False
    pupil_objects: bool = False
    without: WithoutConsent | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """What attendance law must know (group D), and since when the pupil is at home (F8).

    `absent_since` is None for a pupil who is only at risk. `is_enrolled_nowhere`: the absence is an absolute one.
    """

    duty: AttendanceDuty | None = None
    exempt_5a: bool = False
    expelled: bool = False
    absent_since: date | None = None
    is_enrolled_nowhere: bool = False


@dataclass(frozen=True, slots=True)
class Seeking:
    """The written registration for which a school seeks a place elsewhere, and where it has asked (group F).

    `candidates` are the sites that were asked for a place. `is_full`: the school has no room; `refuses_foundation`: the
    parents do not respect its foundation. Each takes the duty of care away.
    """

    registered_on: date | None = None
    starts_school_on: date | None = None
    candidates: tuple[str, ...] = ()
    is_enrolled_elsewhere: bool = False
    is_full: bool = False
    refuses_foundation: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """Where a pupil goes on to: the site of the next school, or None for who leaves school; and from which day."""

    receiving_site: str | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """Who asks, what the message carries, and whether the child protection council is meant to receive it."""

    asker: Asker = Asker.SCHOOL
    carries: frozenset[Carried] = frozenset()
    to_council: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """What the party that does triage found out, where no other fact can hold the answer.

    `by` gave them. `site_sector` says at which department a pupil is of a site that gives so and vso both.
    """

    by: OrganisationCode | None = None
    municipality: OrganisationCode | None = None
    home_swv: OrganisationCode | None = None
    school_swv: OrganisationCode | None = None
    site_sector: Sector | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """One case on one day.

    `site` is the school site that writes, `previous_site` the one that a pupil who is only registered comes from.
    `admission` is the kind of school that a declaration is asked for. `age_group` is one of "0-11", "12-15", "16-17",
    "18-22" and "23+". `declined` stands in order of time, the oldest first: every hand-over of the case counts once.
    `settled`: how many of those came before the last joint talk that agreed on a receiver.
    """

    request: Request
    on: date
    site: str
    home_postcode: str | None = None
    standing: Standing = Standing.ENROLLED
    about: About = About.EDUCATION
    theme: Theme | None = None
    ask: Ask | None = None
    admission: SchoolType | None = None
    previous_site: str | None = None
    age_group: str | None = None
    acute_danger: bool = False
    declined: tuple[Declined, ...] = ()
    settled: int = 0
    living: Living = Living()
    declaration: Declaration = Declaration()
    permission: Permission = Permission()
    attendance: Attendance = Attendance()
    seeking: Seeking = Seeking()
    transition: Transition = Transition()
    sending: Sending = Sending()
    answers: Answers = Answers()
