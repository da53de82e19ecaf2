"""Strategies for every valid input of routing, however odd, for the property tests."""

from datetime import date

from hypothesis import HealthCheck, settings, strategies as st

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
from hub.routing.facts import (
    Answers,
    Attendance,
    Declaration,
    Declined,
    Facts,
    Living,
    Permission,
    Request,
    Seeking,
    Sending,
    Transition,
)

thorough = settings(
    max_examples=settings().max_examples * 3 // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
"""For properties of decisions: half as many examples again as the profile of the run asks for."""

SITES = [
    *("bao-assen", "bao-beilen", "bao-zuidlaren", "bao-zwartsluis", "bao-roden", "bao-weesp", "bao-europoort"),
    *("bao-staphorst-reformed", "bao-staphorst-doubtful", "bao-nowhere", "sbo-hoogeveen", "so-assen", "so-hoogeveen"),
    *("so-vso-assen", "so-deaf-assen", "vo-assen", "vo-zuidlaren", "vo-pro-hoogeveen", "vso-assen", "mbo-assen"),
    *("private-assen", "no-such-school"),
]
POSTCODES = [
    *("9401", "9407", "9411", "9463", "9471", "9481", "7901", "8061", "8064", "7951", "9301", "1381", "3197", "1000"),
]
PARTIES = ["GM0106-ST", "GM0118-ST", "GM0106-LP", "GM1731-ST", "PO2201", "PO2203", "VO2201", "RMC07", "unheard-of"]
SWVS = ["PO2201", "PO2203", "VO2201", "PO0001", "PO9999"]
MUNICIPALITIES = ["GM0106", "GM0118", "GM0457", "GM0000"]
DAYS = st.dates(date(2013, 1, 1), date(2030, 12, 31))


def maybe(values: list[str]) -> st.SearchStrategy[str | None]:
    """One of the values, or not known."""
    return st.none() | st.sampled_from(values)


living = st.builds(
    Living,
    residence=st.sampled_from(Residence),
    stay_postcode=maybe(POSTCODES),
    before_stay=maybe(MUNICIPALITIES),
    at_birth=maybe(MUNICIPALITIES),
    country=st.none() | st.sampled_from(Country),
    stays_in_netherlands=st.booleans(),
    moved_on=st.none() | DAYS,
    help_form=st.none() | st.sampled_from(HelpForm),
    help_before_18=st.none() | st.booleans(),
)
declaration = st.builds(
    Declaration,
    step=st.sampled_from(DeclarationStep),
    issued_by=maybe(SWVS),
    runs_until=st.none() | DAYS,
    starts_on=st.none() | DAYS,
    asked_until=st.none() | DAYS,
    came_from=st.none() | st.sampled_from(CameFrom),
    in_netherlands_since=st.none() | DAYS,
    vo_year=st.none() | st.integers(1, 6),
    setting=st.none() | st.sampled_from(Setting),
    need=st.none() | st.sampled_from(Need),
    heard=st.none() | st.booleans(),
)
permission = st.builds(
    Permission,
    given_by=st.none() | st.sampled_from(ConsentBy),
    both_parents=st.none() | st.booleans(),
    withdrawn=st.booleans(),
    pupil_objects=st.booleans(),
    without=st.none() | st.sampled_from(WithoutConsent),
)
attendance = st.builds(
    Attendance,
    duty=st.none() | st.sampled_from(AttendanceDuty),
    exempt_5a=st.booleans(),
    expelled=st.booleans(),
    absent_since=st.none() | DAYS,
    is_enrolled_nowhere=st.booleans(),
)
seeking = st.builds(
    Seeking,
    registered_on=st.none() | DAYS,
    starts_school_on=st.none() | DAYS,
    candidates=st.lists(st.sampled_from(SITES), max_size=3).map(tuple),
    is_enrolled_elsewhere=st.booleans(),
    is_full=st.sampled_from([False, False, False, True]),
    refuses_foundation=st.sampled_from([False, False, False, True]),
)
transition = st.builds(Transition, receiving_site=maybe(SITES), starts_on=st.none() | DAYS)
sending = st.builds(
    Sending,
    asker=st.sampled_from([Asker.SCHOOL, *Asker]),
    carries=st.frozensets(st.sampled_from(Carried), max_size=1),
    to_council=st.sampled_from([False, False, False, True]),
)
answers = st.builds(
    Answers,
    by=st.none() | st.sampled_from([OrganisationCode(code) for code in ("PO2201", "VO2201")]),
    municipality=st.none() | st.sampled_from(list(map(OrganisationCode, MUNICIPALITIES))),
    home_swv=st.none() | st.sampled_from(list(map(OrganisationCode, SWVS))),
    school_swv=st.none() | st.sampled_from(list(map(OrganisationCode, SWVS))),
    site_sector=st.none() | st.sampled_from(Sector),
)
declines = st.builds(Declined, st.sampled_from(PARTIES).map(OrganisationCode), st.sampled_from(DeclineCode))
any_facts = st.builds(
    Facts,
    request=st.sampled_from(Request),
    on=DAYS,
    site=st.sampled_from(SITES),
    home_postcode=maybe(POSTCODES),
    standing=st.sampled_from(Standing),
    about=st.sampled_from(About),
    theme=st.none() | st.sampled_from(Theme),
    ask=st.none() | st.sampled_from(Ask),
    admission=st.none() | st.sampled_from(SchoolType),
    previous_site=maybe(SITES),
    age_group=maybe(["0-11", "12-15", "16-17", "18-22", "23+"]),
    acute_danger=st.sampled_from([False, False, False, True]),
    declined=st.lists(declines, max_size=4).map(tuple),
    settled=st.integers(0, 1),
    living=st.just(Living()) | living,
    declaration=st.just(Declaration()) | declaration,
    permission=st.just(Permission()) | permission,
    attendance=st.just(Attendance()) | attendance,
    seeking=seeking,
    transition=transition,
    sending=st.just(Sending()) | st.just(Sending()) | sending,
    answers=st.just(Answers()) | answers,
)
