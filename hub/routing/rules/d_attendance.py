"""Group D: attendance. Which officer or transition point hears of an absence, beside the report to DUO."""

from collections.abc import Callable
from datetime import date

from hub.codes import AttendanceDuty, Confidence, OrganisationCode, SchoolType, Standing
from hub.directory.entries import Organisation
from hub.routing import residence
from hub.routing.rule import Applies, Asks, Holds, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.sources import explained, lpw, wpo
from hub.routing.situation import Situation, school


@rule(
    "D1",
    "Verzuim: de gemeente waar de leerling woont of verblijft",
    lpw("art. 21 en 21a"),
    explained("Verzuim", "onderwijsinspectie.nl"),
    texts=Texts(
        nl="De leerling woont of verblijft in {municipality_name}. Voor verzuim is {office_name} daar aan zet. Dit "
        "bericht vervangt de melding in het verzuimregister van DUO niet: bij 16 uur ongeoorloofd verzuim in 4 "
        "lesweken meldt de school dat daar binnen 5 werkdagen.",
        en="The pupil lives or stays in {municipality_name}. {office_name} acts there on absence. This message does "
        "not replace the report in DUO's absence register: at 16 unauthorised hours in 4 lesson weeks the school "
        "reports it there within 5 working days.",
    ),
)
def attendance_office(case: Situation) -> Outcome | None:
    """Under 18: the office where the pupil lives or stays, which may be another municipality than for youth help."""
    if not _has_officer(case):
        return None
    return desk_of_home(case, case.snapshot.attendance_office, "attendance_office")


@rule(
    "D1b",
    "Verzuim: niet de gemeente van de school",
    lpw("art. 21 en 21a"),
    texts=Texts(
        nl="Voor verzuim telt waar de leerling woont of verblijft, en niet waar de school staat.",
        en="For absence it counts where the pupil lives or stays, and not where the school stands.",
    ),
    near_miss=Texts(
        nl="{school_name} staat in de gemeente {school_municipality_name}. De leerplicht daar is niet aan zet, want de "
        "leerling woont of verblijft in {municipality_name}.",
        en="{school_name} stands in the municipality of {school_municipality_name}. The attendance office there does "
        "not act, because the pupil lives or stays in {municipality_name}.",
    ),
)
def office_of_school(case: Situation) -> Outcome | None:
    """Schools know the officer of their own municipality; told only when the pupil lives in another one."""
    if not _has_officer(case):
        return None
    home, own = residence.of_attendance(case), case.site.municipality
    if isinstance(home, Asks) or own is None or own == home:
        return None
    parties = case.party("municipality", home) | case.party("school_municipality", own)
    return NearMiss(school(case.site) | parties)


@rule(
    "D2",
    "Wie niet leerplichtig of kwalificatieplichtig is, verzuimt niet voor de wet",
    lpw("art. 4a lid 2"),
    texts=Texts(
        nl="Volgens de school is de leerling niet leerplichtig en niet kwalificatieplichtig: nog geen 5, of na een "
        "diploma praktijkonderwijs, een getuigschrift of het vso-profiel arbeid of dagbesteding. De "
        "leerplichtambtenaar heeft hier geen taak.",
        en="According to the school the pupil has no duty to attend and no qualification duty: not yet 5, or after a "
        "diploma of practical education, a certificate or the vso profile work or day care. The attendance officer has "
        "no task here.",
    ),
)
def no_duty(case: Situation) -> Outcome | None:
    """Without a duty there is no absence in law; the school's own partnership still helps with education."""
    if case.facts.attendance.duty is not AttendanceDuty.NONE or case.adult:
        return None
    enrolled = case.facts.standing is Standing.ENROLLED
    return Applies({}, asks=None if enrolled else "no_attendance_duty")


@rule(
    "D2b",
    "Vrijstelling 5a en toch onderwijs of verzuim",
    explained("Vrijstelling van de leerplicht, art. 5 onder a", "een overzicht; het artikel zelf is nog na te lezen"),
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="De leerling heeft een vrijstelling van de leerplicht (artikel 5 onder a). Dat past niet bij een melding "
        "van verzuim en niet bij een aanmelding op een school.",
        en="The pupil is exempt from compulsory schooling (article 5 under a). That does not fit a report of absence, "
        "nor a registration at a school.",
    ),
)
def exempt_and_yet(case: Situation) -> Outcome | None:
    """An exemption and a school contradict each other: the attendance office says which of them holds."""
    return Holds({}, "exemption_conflict") if case.facts.attendance.exempt_5a else None


@rule(
    "D3",
    "Verzuim vanaf 18 jaar: het Doorstroompunt",
    explained("Soorten verzuim", "duo.nl"),
    explained("Wet van school naar duurzaam werk", "BWBR0051614 en samenvoordeklant.nl"),
    texts=Texts(
        nl="De leerling is 18 jaar of ouder en woont in {municipality_name}. Dan helpt het Doorstroompunt van die "
        "regio: {office_name}. Dit bericht vervangt geen melding bij DUO.",
        en="The pupil is 18 or older and lives in {municipality_name}. Then the transition point of that region helps: "
        "{office_name}. This message replaces no report to DUO.",
    ),
)
def transition_point(case: Situation) -> Outcome | None:
    """From 18 on the attendance officer has no task; the transition point of the home region has."""
    if not case.adult or case.abroad:
        return None
    return desk_of_home(case, case.snapshot.transition_point, "transition_point")


@rule(
    "D3b",
    "Verzuim in het mbo: hulp tot 27 jaar",
    explained("Wet van school naar duurzaam werk", "BWBR0051614 en samenvoordeklant.nl"),
    valid_from=date(2026, 1, 1),
    texts=Texts(
        nl="In het mbo geldt de plicht om verzuim te melden sinds 1 januari 2026 tot 27 jaar, voor wie nog geen "
        "startkwalificatie heeft.",
        en="Since 1 January 2026 mbo schools must report absence up to the age of 27, for those without a basic "
        "qualification.",
    ),
)
def mbo_up_to_27(case: Situation) -> Outcome | None:
    """The age limit rose from 23 to 27."""
    return Applies({}) if case.adult and SchoolType.MBO in case.site.types else None


@rule(
    "D4",
    "Nergens ingeschreven: de gemeente van de woonplaats controleert",
    lpw("art. 19"),
    texts=Texts(
        nl="Een leerling die nergens staat ingeschreven, is absoluut verzuimend. De gemeente van de woonplaats "
        "controleert dat in de BRP.",
        en="A pupil who is enrolled nowhere is absent in the absolute sense. The municipality of the home checks that "
        "in the population register.",
    ),
)
def absolute_absence(case: Situation) -> Outcome | None:
    """Nobody is enrolled, so no school can report: the municipality compares its register."""
    return Applies({}) if _has_officer(case) and case.facts.standing is Standing.NOT_ENROLLED else None


@rule(
    "D4b",
    "Verwijdering wordt meteen gemeld",
    lpw("art. 18"),
    wpo("art. 40 lid 11"),
    texts=Texts(
        nl="Een school verwijdert een leerling pas als een andere school de leerling wil opnemen, en meldt de "
        "verwijdering meteen aan de gemeente.",
        en="A school removes a pupil only after another school is willing to take the pupil, and reports the removal "
        "to the municipality at once.",
    ),
)
def expulsion(case: Situation) -> Outcome | None:
    """Another school first, then the report, and that without delay."""
    return Applies({}) if case.facts.attendance.expelled else None


@rule(
    "D5",
    "Wie in het buitenland woont, heeft geen leerplichtambtenaar",
    lpw("art. 16 lid 3"),
    texts=Texts(
        nl="De leerling woont in het buitenland{country}. Daar is geen Nederlandse leerplichtambtenaar aan zet.",
        en="The pupil lives abroad{country}. No Dutch attendance officer acts there.",
    ),
)
def no_officer_abroad(case: Situation) -> Outcome | None:
    """Children who cross the border to school from Belgium or Germany."""
    if not case.abroad:
        return None
    country = case.facts.living.country
    enrolled = case.facts.standing is Standing.ENROLLED
    return Applies({"country": country.value if country else ""}, asks=None if enrolled else "absence_abroad")


def _has_officer(case: Situation) -> bool:
    return not case.adult and not case.abroad and case.facts.attendance.duty is not AttendanceDuty.NONE


def desk_of_home(
    case: Situation, desk_of: Callable[[OrganisationCode, date], Organisation | None], question: str
) -> Outcome:
    """A desk of the municipality where the pupil lives or stays receives the case."""
    municipality = residence.of_attendance(case)
    if isinstance(municipality, Asks):
        return municipality
    facts = case.party("municipality", municipality)
    desk = desk_of(municipality, case.on)
    if desk is None:
        return Asks(question, facts)
    return Applies(facts | {"office": desk.code, "office_name": desk.name}, receives=desk.code)


RULES: tuple[Rule[Situation], ...] = (
    attendance_office,
    office_of_school,
    no_duty,
    exempt_and_yet,
    transition_point,
    mbo_up_to_27,
    absolute_absence,
    expulsion,
    no_officer_abroad,
)
