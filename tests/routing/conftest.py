"""A small region to route in: the real statutory division, with invented schools, teams and offices."""

from collections.abc import Callable, Iterator

import pytest

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType, Sector
from hub.directory.entries import START, Contents, Coverage, Doubt, Organisation, Site
from hub.directory.snapshot import NATIONAL_SWV, Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Decision, Held, Refused, Undecided
from hub.routing.facts import Facts

SINCE = START
MUNICIPALITIES = {
    "GM0106": "Assen",
    "GM0118": "Hoogeveen",
    "GM0180": "Staphorst",
    "GM0363": "Amsterdam",
    "GM0599": "Rotterdam",
    "GM1680": "Aa en Hunze",
    "GM1699": "Noordenveld",
    "GM1730": "Tynaarlo",
    "GM1731": "Midden-Drenthe",
    "GM1896": "Zwartewaterland",
}
BAO, SBO, SO, VO, VSO, PRO = (
    frozenset({kind})
    for kind in (SchoolType.BAO, SchoolType.SBO, SchoolType.SO, SchoolType.VO, SchoolType.VSO, SchoolType.PRO)
)


def _site(
    code: str,
    types: frozenset[SchoolType],
    place: tuple[str, str],
    *,
    cluster: str | None = None,
    national: bool = False,
    doubt: Doubt | None = None,
) -> Site:
    pc4, municipality = place
    override = {Sector.PO: NATIONAL_SWV[Sector.PO]} if national else None
    return Site(
        code=OrganisationCode(code),
        name=f"School {code}",
        board=None,
        types=types,
        pc4=Postcode4(pc4),
        municipality=OrganisationCode(municipality),
        cluster=cluster,
        swv_override=override,
        valid_from=SINCE,
        valid_until=None,
        doubt=doubt,
    )


ASSEN, BEILEN, HOOGEVEEN = ("9401", "GM0106"), ("9411", "GM1731"), ("7901", "GM0118")
ZUIDLAREN, VRIES = ("9471", "GM1730"), ("9481", "GM1730")
ZWARTSLUIS, HASSELT = ("8064", "GM1896"), ("8061", "GM1896")

SITES = (
    _site("bao-assen", BAO, ASSEN),
    _site("bao-beilen", BAO, BEILEN),
    _site("bao-zuidlaren", BAO, ZUIDLAREN),
    _site("bao-zwartsluis", BAO, ZWARTSLUIS),
    _site("bao-hasselt", BAO, HASSELT),
    _site("bao-roden", BAO, ("9301", "GM1699")),
    _site("bao-weesp", BAO, ("1381", "GM0363")),
    _site("bao-staphorst-reformed", BAO, ("7951", "GM0180"), national=True),
    _site("bao-staphorst-doubtful", BAO, ("7951", "GM0180"), doubt=Doubt.REFORMED_BY_DENOMINATION),
    _site("bao-europoort", BAO, ("3197", "GM0599")),
    _site("bao-nowhere", BAO, ("1000", "GM0106")),
    _site("sbo-hoogeveen", SBO, HOOGEVEEN),
    _site("so-assen", SO, ASSEN, cluster="3"),
    _site("so-hoogeveen", SO, HOOGEVEEN, cluster="4"),
    _site("so-vso-assen", SO | VSO, ASSEN, cluster="3"),
    _site("so-deaf-assen", SO, ASSEN, cluster="2"),
    _site("vo-assen", VO, ASSEN),
    _site("vo-zuidlaren", VO, ZUIDLAREN),
    _site("vo-pro-hoogeveen", VO | PRO, HOOGEVEEN),
    _site("vso-assen", VSO, ASSEN, cluster="4"),
    _site("mbo-assen", frozenset({SchoolType.MBO}), ASSEN),
    _site("private-assen", frozenset({SchoolType.PRIVATE}), ASSEN),
)


def _desk(code: str, kind: OrganisationKind, name: str, municipality: str) -> Organisation:
    return Organisation(
        code=OrganisationCode(code),
        kind=kind,
        name=name,
        parent=None,
        municipality=OrganisationCode(municipality),
        valid_from=SINCE,
        valid_until=None,
    )


def _desks() -> Iterator[Organisation]:
    """A social team and an attendance office everywhere, except in Aa en Hunze."""
    for code, name in MUNICIPALITIES.items():
        if name != "Aa en Hunze":
            yield _desk(f"{code}-ST", OrganisationKind.SOCIAL_TEAM, f"Sociaal team {name}", code)
            yield _desk(f"{code}-LP", OrganisationKind.ATTENDANCE_OFFICE, f"Leerplicht {name}", code)
    yield _desk("GM0106-ST2", OrganisationKind.SOCIAL_TEAM, "Sociaal team Assen-Oost", "GM0106")


EAST_OF_ASSEN = Coverage(
    organisation=OrganisationCode("GM0106-ST2"),
    municipality=OrganisationCode("GM0106"),
    pc4s=frozenset({Postcode4("9407")}),
    themes=None,
    valid_from=SINCE,
    valid_until=None,
)


@pytest.fixture(scope="session")
def contents() -> Contents:
    """What the directory of the examples holds beside the facts of the package."""
    return Contents(organisations=tuple(_desks()), sites=SITES, coverage=(EAST_OF_ASSEN,))


@pytest.fixture(scope="session")
def region(contents: Contents) -> Snapshot:
    """The directory of the examples."""
    return Snapshot.from_facts(contents)


Tell = Callable[[Facts], str]
TellIn = Callable[[Facts, Snapshot], str]


@pytest.fixture(scope="session")
def told_in() -> TellIn:
    """Route a case in a directory and write the answer on one line, so that a table of examples can be read.

    `PO2203 +GM0118-LP ~PO2201 | A1 !B1 D1`: holder, who else is asked, who is only named; then the rules that held and,
    with `!`, those that look as if they did. `? PO2201: home_postcode | A1`: who does triage and what is missing.
    `held: consent_missing | H1`: the case stays with the school. `$PO2201` pays.
    HUB1 (the term) and HUB6 (triage) end every answer and are left out; so is A7, which `$` tells.
    """

    def line(facts: Facts, snapshot: Snapshot) -> str:
        answer = decide(facts, snapshot)
        told = [reason for reason in answer.reasons if reason.rule not in ("A7", "HUB1", "HUB6")]
        rules = " ".join(reason.rule if reason.applies else f"!{reason.rule}" for reason in told)
        return f"{_parties(answer)} | {rules}".rstrip(" |")

    return line


@pytest.fixture(scope="session")
def told(region: Snapshot, told_in: TellIn) -> Tell:
    """The same in the directory of the examples."""
    return lambda facts: told_in(facts, region)


def _parties(answer: Decision | Undecided | Refused) -> str:
    match answer:
        case Decision():
            asked = [f"+{receiver.organisation}" for receiver in answer.receivers[1:]]
            named = [f"~{named.organisation}" for named in answer.named]
            payer = [f"${answer.payer}"] if answer.payer else []
            return " ".join([answer.holder, *asked, *named, *payer])
        case Held():
            return f"held: {' '.join(question.id for question in answer.missing)}"
        case Undecided():
            questions = " ".join(question.id for question in answer.missing)
            return f"? {answer.triage or 'operator'}: {questions}"
        case Refused():
            return f"refused by {answer.rule}"
