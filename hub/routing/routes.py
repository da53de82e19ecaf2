"""Which rules are put to which kind of message, in which order: the order in which a person would explain it."""

from dataclasses import dataclass

from hub.codes import About, DeclarationStep, SchoolType, Standing
from hub.routing.facts import Request
from hub.routing.rule import Rule
from hub.routing.rules import (
    a_declaration as declaration,
    a_need as need,
    a_partnership as partnership,
    a_running as running,
    a_sbo as sbo,
    b_area as area,
    c_municipality as municipality,
    c_residence as residence,
    d_attendance as attendance,
    f_care_duty as care_duty,
    g_pending as pending,
    h_consent as consent,
    hub_protocol as protocol,
    hub_transition as transition,
)
from hub.routing.rules.conclusions import Concluded
from hub.routing.rules.f_care_duty import Candidate
from hub.routing.situation import Situation

Rules = tuple[Rule[Situation], ...]


@dataclass(frozen=True, slots=True)
class Route:
    """The rules for one kind of message. The first party that a rule makes receive holds the case.

    `closing` is put to what the rules concluded, `candidates` to each school that was asked for a place. More different
    receivers than `receivers` are a contradiction.
    """

    title: str
    rules: Rules
    closing: tuple[Rule[Concluded], ...] = ()
    candidates: tuple[Rule[Candidate], ...] = ()
    receivers: int = 1


_OUTSIDE: Rules = (partnership.outside_by_cluster, partnership.outside_by_type)
_NEEDS_NONE: Rules = (
    attendance.exempt_and_yet,
    need.language_is_no_extra_support,
    need.gifted_needs_none,
    running.residential_costs,
    running.closed_costs,
    running.placement_counts,
)

HOME = Route(
    "Vraag over thuis, of aanvraag voor jeugdhulp",
    (
        *consent.RULES,
        residence.no_team_abroad,
        municipality.adults_need_a_look,
        municipality.foster_care_goes_on,
        municipality.team_of_home,
        residence.team_before_stay,
        residence.team_of_secret_address,
        residence.team_of_stay_from_abroad,
        residence.team_of_asylum,
        residence.team_for_age,
        protocol.learned_from_decline,
        municipality.house_move,
        municipality.consulted_municipality,
        municipality.team_of_school,
        pending.planned_merger,
        partnership.own_partnership,
    ),
)
EDUCATION = Route("Signaal over onderwijs", (*_OUTSIDE, need.guidance_changes_nothing, partnership.own_partnership))
SUPPORT = Route(
    "Vraag aan het loket van het samenwerkingsverband",
    (
        need.language_is_no_extra_support,
        *_OUTSIDE,
        partnership.asked_by_school,
        need.guidance_changes_nothing,
        partnership.own_partnership,
        pending.right_to_be_heard,
    ),
)
RETURN = Route(
    "Terugplaatsing, ook na een residentiële of gesloten plaatsing",
    (partnership.asked_by_school, running.returned_to_mainstream, running.back_from_placement),
)
RENEWAL = Route(
    "Verlenging van een verklaring voor so of vso",
    (attendance.exempt_and_yet, partnership.asked_by_school, running.renewed_by_issuer, pending.right_to_be_heard),
    running.CLOSING_RULES,
)
CHANGE_OF_SECTOR = Route(
    "Signaal van een basisschool over de overstap",
    (protocol.change_of_sector, partnership.own_partnership),
)
PLACEMENT = Route(
    "De school zoekt een plek (zorgplicht)",
    (
        attendance.exempt_and_yet,
        care_duty.home_brokers,
        care_duty.no_care_duty,
        *_OUTSIDE,
        partnership.asked_by_school,
        care_duty.school_seeks,
    ),
    candidates=care_duty.CANDIDATE_RULES,
)
TRANSITION = Route("De school kondigt een overstap aan (warme overdracht)", transition.RULES)
_ABSENT: Rules = (
    attendance.attendance_office,
    attendance.office_of_school,
    attendance.no_duty,
    attendance.absolute_absence,
    attendance.transition_point,
    attendance.mbo_up_to_27,
    attendance.expulsion,
    attendance.no_officer_abroad,
    protocol.learned_from_decline,
    residence.two_municipalities,
    pending.planned_merger,
)
ABSENCE = Route(
    "Verzuim van een ingeschreven leerling",
    (attendance.exempt_and_yet, *_OUTSIDE, partnership.own_partnership, *_ABSENT),
    receivers=2,
)
ABSENCE_NOT_ENROLLED = Route(
    "Verzuim van een kind dat niet is ingeschreven",
    (attendance.exempt_and_yet, *_ABSENT, partnership.broker_for_unenrolled),
)
ADMISSION = {
    SchoolType.SO: Route(
        "Toelating tot het so",
        (
            *_NEEDS_NONE,
            running.so_runs_on,
            partnership.asked_by_school,
            *_OUTSIDE,
            declaration.so_from_school,
            declaration.so_national,
            declaration.so_from_home,
            declaration.so_from_abroad,
            running.renewed_by_issuer,
            pending.right_to_be_heard,
        ),
        running.CLOSING_RULES,
    ),
    SchoolType.VSO: Route(
        "Toelating tot het vso",
        (
            *_NEEDS_NONE,
            running.vso_runs_on,
            partnership.asked_by_school,
            *_OUTSIDE,
            declaration.vso_from_school,
            declaration.vso_from_home,
            declaration.vso_from_abroad,
            running.renewed_by_issuer,
            pending.right_to_be_heard,
        ),
        running.CLOSING_RULES,
    ),
    SchoolType.SBO: Route(
        "Toelating tot het sbo",
        (*_NEEDS_NONE, partnership.asked_by_school, declaration.sbo_by_its_school, pending.right_to_be_heard),
        sbo.CLOSING_RULES,
    ),
    SchoolType.PRO: Route(
        "Toelating tot het praktijkonderwijs",
        (
            *_NEEDS_NONE,
            need.pro_lasts,
            need.pro_from_first_year,
            need.pro_newcomer_waits,
            partnership.asked_by_school,
            declaration.pro_by_its_school,
            pending.right_to_be_heard,
        ),
        need.CLOSING_RULES,
    ),
}

ROUTES = (
    HOME,
    EDUCATION,
    SUPPORT,
    CHANGE_OF_SECTOR,
    PLACEMENT,
    TRANSITION,
    ABSENCE,
    ABSENCE_NOT_ENROLLED,
    *ADMISSION.values(),
    RENEWAL,
    RETURN,
)

GROUND_RULES = (
    area.by_postcode,
    area.split_primary,
    area.split_secondary,
    area.split_by_merger,
    area.differs_by_sector,
)
"""Put to the postcode under every conclusion that rests on one."""
LISTED_RULES = area.LISTED_RULES
"""Put to the postcode of a school whose partnership does not follow from it, because a list names another."""


_RENEWED = frozenset({SchoolType.SO, SchoolType.VSO})
_ABOUT_A_DECLARATION = frozenset({Request.ADMISSION, Request.SUPPORT})


def route_of(case: Situation) -> Route | None:
    """The route for a case; None when a declaration is asked for without saying which one."""
    facts = case.facts
    if facts.request in _ABOUT_A_DECLARATION and facts.declaration.step is DeclarationStep.RETURN:
        return RETURN
    match facts.request:
        case Request.ADMISSION:
            return _route_of_admission(case)
        case Request.ABSENCE:
            return ABSENCE if facts.standing is Standing.ENROLLED else ABSENCE_NOT_ENROLLED
        case Request.SUPPORT | Request.PLACEMENT | Request.TRANSITION:
            return _only_route(facts.request)
        case Request.SIGNAL if facts.about is About.EDUCATION:
            return CHANGE_OF_SECTOR if case.leaves_primary else EDUCATION
        case _:
            return HOME


def _only_route(request: Request) -> Route:
    """The route of a kind of message that has just one."""
    return {Request.SUPPORT: SUPPORT, Request.PLACEMENT: PLACEMENT, Request.TRANSITION: TRANSITION}[request]


def _route_of_admission(case: Situation) -> Route | None:
    """A renewal at the same school goes its own way; a "renewal" at another school is a new application."""
    facts = case.facts
    same_school = facts.previous_site in (None, facts.site)
    renewal = facts.declaration.step is DeclarationStep.RENEWAL and same_school
    if renewal and facts.admission in _RENEWED and facts.declaration.setting is None:
        return RENEWAL
    return None if facts.admission is None else ADMISSION.get(facts.admission)
