"""Words that every floor shares: the closed lists of the trade, and how identities are written.

The Dutch word of each term stands in the glossary (docs/glossary.md). Nothing here decides anything.
"""

import os
import time
from enum import StrEnum
from typing import NewType
from uuid import UUID

OrganisationCode = NewType("OrganisationCode", str)
"""Unique over all kinds: PO2201 (swv), GM0106 (municipality), 18CW00 (school site), B41234 (school board),
GM0106-ST (social team), GM0106-LP (attendance office), RMC07 (transition point)."""

Postcode4 = NewType("Postcode4", str)
"""The four digits of a Dutch postcode, 1000 to 9999, never the letters: those point at a single street."""


HUB_ORGANISATION = OrganisationCode("HUB")
"""The publisher of what the hub itself writes."""

HUB_SOURCE = "urn:nld:oin:00000099000000000000:systeem:samenspel"
"""The CloudEvents source of what the hub writes; the OIN lies in the range for tests until the operator has its own."""


class Sector(StrEnum):
    """The two sectors in which the law divides the country over partnerships (swv)."""

    PO = "po"
    VO = "vo"


class SchoolType(StrEnum):
    """Kind of education at a school site; `private` is a school that is not funded (B3)."""

    BAO = "bao"
    SBO = "sbo"
    SO = "so"
    VO = "vo"
    VSO = "vso"
    PRO = "pro"
    MBO = "mbo"
    PRIVATE = "private"

    @property
    def sector(self) -> Sector | None:
        """The sector whose area table counts for this kind; none for mbo and private schools (A11)."""
        return _SECTOR_OF_TYPE.get(self)


_SECTOR_OF_TYPE = {
    SchoolType.BAO: Sector.PO,
    SchoolType.SBO: Sector.PO,
    SchoolType.SO: Sector.PO,
    SchoolType.VO: Sector.VO,
    SchoolType.VSO: Sector.VO,
    SchoolType.PRO: Sector.VO,
}


class OrganisationKind(StrEnum):
    """Kinds of party in the directory."""

    SWV = "swv"
    MUNICIPALITY = "municipality"
    SCHOOL_BOARD = "school_board"
    SCHOOL_SITE = "school_site"
    SOCIAL_TEAM = "social_team"
    ATTENDANCE_OFFICE = "attendance_office"
    TRANSITION_POINT = "transition_point"
    HUB = "hub"


class Standing(StrEnum):
    """How the pupil stands to the school that writes."""

    ENROLLED = "enrolled"
    REGISTERED = "registered"  # the parents have applied in writing; not enrolled at any funded school
    NOT_ENROLLED = "not_enrolled"


class Theme(StrEnum):
    """What the concern is about."""

    ATTENDANCE = "attendance"
    WELLBEING = "wellbeing"
    BEHAVIOUR = "behaviour"
    DEVELOPMENT = "development"
    HOME = "home"
    POVERTY = "poverty"
    CARE_NEED = "care_need"
    TRANSITION = "transition"


class About(StrEnum):
    """Where the question lies: with the family's life (municipality) or with the education itself (swv)."""

    HOME = "home"
    EDUCATION = "education"


class Ask(StrEnum):
    """What the school asks of the receiver."""

    THINK_ALONG = "think_along"
    HELP = "help"
    KNOW = "know"


class DeclineCode(StrEnum):
    """Why a receiver does not take a case."""

    NOT_OUR_AREA = "not_our_area"
    NOT_OUR_TASK = "not_our_task"
    NO_CAPACITY = "no_capacity"
    NOT_ELIGIBLE = "not_eligible"
    ALREADY_KNOWN = "already_known"
    INCOMPLETE = "incomplete"
    OTHER = "other"


class Outcome(StrEnum):
    """What an answer to the school comes to, and with what a case closes."""

    HELP_STARTED = "help_started"
    HELP_FINISHED = "help_finished"
    ADVICE_GIVEN = "advice_given"
    DECLARATION_ISSUED = "declaration_issued"
    NO_HELP_NEEDED = "no_help_needed"
    HELP_REFUSED = "help_refused"  # by the pupil or the parents
    ALREADY_IN_CARE = "already_in_care"
    OTHER = "other"


class PauseCode(StrEnum):
    """For what a receiver lets a case rest that it has in hand."""

    WAITING_LIST = "waiting_list"
    FAMILY_DECIDES = "family_decides"
    OTHER_HELP_FIRST = "other_help_first"
    ABSENT = "absent"
    OTHER = "other"


class ContestCode(StrEnum):
    """Why a school does not agree with an answer."""

    NOT_ANSWERED = "not_answered"  # there is a text, but no answer to the question
    NOTHING_HAPPENED = "nothing_happened"
    SITUATION_CHANGED = "situation_changed"
    DISAGREE = "disagree"
    OTHER = "other"


class Residence(StrEnum):
    """Where a child lives, in the words of the residence rule of youth help (Jeugdwet, domain rules C1 to C5)."""

    HOME = "home"  # at the address in the population register (BRP)
    STAY = "stay"  # with a foster parent, in residential care, a shelter or a secure institution
    SECRET = "secret"  # noqa: S105 - the register keeps the address secret: never ask for it
    UNKNOWN = "unknown"  # the register does not say
    ASYLUM = "asylum"
    ABROAD = "abroad"


class Country(StrEnum):
    """A neighbouring country from which children cross the border to school, or another one."""

    BELGIUM = "BE"
    GERMANY = "DE"
    OTHER = "other"


class HelpForm(StrEnum):
    """The form of youth help: what a house move does to it differs (domain rule C8)."""

    AMBULATORY = "ambulatory"
    FOSTER = "foster"
    STAY = "stay"


class DeclarationStep(StrEnum):
    """Why a declaration (TLV) is asked for."""

    FIRST = "first"
    SCHOOL_CHANGE = "school_change"
    HOUSE_MOVE = "house_move"
    RENEWAL = "renewal"
    RETURN = "return"


class CameFrom(StrEnum):
    """Where a child comes from that is enrolled at no school within a partnership (domain rule A3b)."""

    DIRECT_ENTRY = "direct_entry"
    NEWCOMER = "newcomer"
    PRIVATE_SCHOOL = "private_school"
    CLUSTER_1_2 = "cluster_1_2"
    OUT_OF_SCHOOL = "out_of_school"


class Setting(StrEnum):
    """A placement outside school that counts as a declaration (domain rule A10)."""

    RESIDENTIAL = "residential"
    CLOSED = "closed"


class Need(StrEnum):
    """A need that asks for no declaration, or that no partnership decides on (domain rules A9, A12)."""

    LANGUAGE_ONLY = "language_only"
    GIFTED = "gifted"
    CLUSTER_GUIDANCE = "cluster_guidance"


class ConsentBy(StrEnum):
    """Who agreed that the school shares something with the municipality."""

    PARENTS = "parents"
    PUPIL = "pupil"
    PARENTS_AND_PUPIL = "parents_and_pupil"


class WithoutConsent(StrEnum):
    """The lawful purposes for which something is shared without consent (domain rule H5)."""

    SAFETY = "safety"
    SUPERVISION_ORDER = "supervision_order"
    VITAL_INTEREST = "vital_interest"


class Milestone(StrEnum):
    """What happens in the course of a case that a term begins at, stands still for, or is met by (group F)."""

    PAPERS_REQUESTED = "papers_requested"
    PAPERS_RECEIVED = "papers_received"
    EXTENSION_ANNOUNCED = "extension_announced"
    DECISION_MADE = "decision_made"
    APPLICATION_RECEIVED = "application_received"
    DECISION_ANNOUNCED = "decision_announced"
    OBJECTION_RECEIVED = "objection_received"
    OBJECTION_EXTENDED = "objection_extended"
    ENROLLED = "enrolled"
    DEVELOPMENT_PLAN_MADE = "development_plan_made"
    DISPUTE_SUBMITTED = "dispute_submitted"
    BACK_AT_SCHOOL = "back_at_school"


OUTSIDE = OrganisationCode("outside")
"""Stands for a party that does not use the hub: a partnership, or a school across the country's border."""


class AttendanceDuty(StrEnum):
    """Whether a pupil must attend: compulsory schooling, the qualification duty, or neither (LPW)."""

    COMPULSORY = "compulsory"
    QUALIFICATION = "qualification"
    NONE = "none"


class Asker(StrEnum):
    """Who asks. Only a school may ask a partnership anything about a pupil (domain rule A2)."""

    SCHOOL = "school"
    SWV = "swv"
    MUNICIPALITY = "municipality"
    PARENTS = "parents"
    OTHER = "other"


class Carried(StrEnum):
    """What a message may never carry, or not to everyone (domain rules H3, H4)."""

    BSN = "bsn"
    ECK_ID = "eck_id"
    HEALTH_DATA = "health_data"


class Confidence(StrEnum):
    """How certain a rule is: read in the law, likely, a custom of the region, or not confirmed."""

    SURE = "sure"
    LIKELY = "likely"
    REGIONAL = "regional"
    UNCONFIRMED = "unconfirmed"


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562): random, and sorted by time so that large indexes stay warm."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (random >> 68) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=value)
