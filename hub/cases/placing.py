"""From an opening event to a decided case: the decision of the rules on what is known, and the term. Pure."""

from datetime import date
from typing import NamedTuple

from hub.cases.known import Course
from hub.cases.opening import Placement, Profile
from hub.clock import dutch_date
from hub.codes import OrganisationCode, SchoolType, Sector
from hub.directory.calendar import days_off_from
from hub.directory.entries import Area
from hub.directory.snapshot import Snapshot
from hub.events.log import Event
from hub.routing.answer_terms import TRIAGE_WITHIN_WORKING_DAYS
from hub.routing.decide import decide, follow_choice
from hub.routing.decision import Decision, Refused, Undecided
from hub.routing.facts import Facts, Request
from hub.routing.rules import RULES
from hub.workdays import add_working_days

_RULES_OF_LAW = frozenset(identity for identity in RULES if identity.startswith("A"))


class Choice(NamedTuple):
    """A holder's own decision to hand a case to another party."""

    by: OrganisationCode
    chosen: OrganisationCode
    is_triage: bool


def place(course: Course, snapshot: Snapshot, choice: Choice | None = None) -> Placement:
    """Decide where a case goes; `choice` is what its last holder decided itself."""
    facts = course.facts()
    decision = follow_choice(facts, snapshot, choice.by, choice.chosen) if choice else decide(facts, snapshot)
    if isinstance(decision, Refused):
        raise TypeError("a message about acute danger came past the door of the hub")
    return Placement(
        course.opening,
        profile_of(facts, snapshot),
        decision,
        lawful_swvs(facts, decision, snapshot, choice),
        facts.on,
        _due_on(course.opening, decision),
    )


def profile_of(facts: Facts, snapshot: Snapshot) -> Profile:
    """What the case is listed and counted by; it crosses a border when home lies outside the school's own swv.

    What triage found out about the home counts before what the postcode says.
    """
    homes = snapshot.municipalities(facts.home_postcode, facts.on) if facts.home_postcode else ()
    homes = (facts.answers.municipality,) if facts.answers.municipality else homes
    school_type = facts.admission or _school_type(facts, snapshot)
    return Profile(
        school=facts.site,
        school_type=school_type,
        theme=facts.theme,
        home_postcode=facts.home_postcode,
        municipality=homes[0] if len(homes) == 1 else None,
        crosses_border=_crosses_border(facts, school_type, snapshot),
    )


def lawful_swvs(
    facts: Facts, decision: Decision | Undecided, snapshot: Snapshot, choice: Choice | None = None
) -> tuple[str, ...]:
    """The partnerships that may see the pupil (WVO 2020 art. 2.47(16), WPO art. 18a).

    That are the school's own, and the one that decides on admission: by a rule of the law, or because triage found it.
    """
    areas = (snapshot.swv_of_site(facts.site, sector, facts.on) for sector in Sector)
    lawful: set[str] = {area.swv for area in areas if area is not None and area.swv and area.doubt is None}
    if isinstance(decision, Decision):
        lawful |= {receiver.organisation for receiver in decision.receivers if receiver.reason in _RULES_OF_LAW}
    if choice is not None and choice.is_triage and facts.request is Request.ADMISSION:
        lawful.add(choice.chosen)
    return tuple(sorted(lawful))


def _school_type(facts: Facts, snapshot: Snapshot) -> SchoolType | None:
    """The kind of school that writes; where a site has several, the first in the order of the law's list."""
    site = snapshot.site(facts.site, facts.on)
    return next((kind for kind in SchoolType if kind in site.types), None) if site else None


def _crosses_border(facts: Facts, school_type: SchoolType | None, snapshot: Snapshot) -> bool:
    sector = school_type.sector if school_type else None
    if sector is None:
        return False
    areas = (
        snapshot.swv_of_site(facts.site, sector, facts.on),
        snapshot.area(facts.home_postcode, sector, facts.on) if facts.home_postcode else None,
    )
    found = (facts.answers.school_swv, facts.answers.home_swv)
    own, home = (_swv_of(area, code, sector) for area, code in zip(areas, found, strict=True))
    return own is not None and home is not None and own != home


def _swv_of(area: Area | None, found: str | None, sector: Sector) -> str | None:
    """What the directory says, or what triage found where the directory is not sure."""
    if area is not None and area.swv is not None and (area.doubt is None or found is None):
        return area.swv
    return found if found is not None and found.startswith(sector.value.upper()) else None


def _due_on(opening: Event, decision: Decision | Undecided) -> date:
    """The last day of the term, which begins when the event is there to be read, however long ago it happened."""
    begins = dutch_date(max(opening.time, opening.recorded_at))
    days = decision.answer_within_working_days if isinstance(decision, Decision) else TRIAGE_WITHIN_WORKING_DAYS
    return add_working_days(begins, days, days_off_from(begins))
