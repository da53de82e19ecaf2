"""The demo region: invented schools, boards, social teams and offices on the real ground of Drenthe and its borders.

Partnerships, municipalities and transition points are real and come from the facts; everybody who could be called is
not. Numbers begin with 000, which no exchange connects; addresses end in .example.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType
from hub.directory.entries import START, Coverage, Organisation, Registration
from hub.directory.facts import load_facts

SOURCE = "demo, invented"

MUNICIPALITIES = tuple(
    OrganisationCode(code)
    for code in (
        "GM0106",  # Assen
        "GM1680",  # Aa en Hunze
        "GM1731",  # Midden-Drenthe
        "GM1730",  # Tynaarlo
        "GM0118",  # Hoogeveen
        "GM1690",  # De Wolden
        "GM1701",  # Westerveld
        "GM0119",  # Meppel
        "GM1708",  # Steenwijkerland
        "GM0180",  # Staphorst
        "GM1896",  # Zwartewaterland
        "GM1699",  # Noordenveld
    )
)

_BOARDS = {
    "B00001": "Stichting Noorderbrink",
    "B00002": "Vereniging De Drie Esdorpen",
    "B00003": "Stichting Voortgezet Onderwijs Tussen Aa en Reest",
    "B00004": "Stichting Reestdal Scholen",
    "B00005": "Stichting Speciaal Onderwijs Drentse Stromen",
    "B00006": "Stichting Kop en Kust Scholen",
}

_SMILDE = OrganisationCode("GM1731-ST-SMILDE")
COVERAGE = (
    Coverage(
        _SMILDE,
        OrganisationCode("GM1731"),
        frozenset(map(Postcode4, ("9421", "9422", "9423"))),
        None,
        valid_from=START,
        valid_until=None,
    ),
)
"""Midden-Drenthe has a team of its own for the three villages along the canal; all other teams work everywhere."""


def registrations() -> list[Registration]:
    """Everyone in the demo region, in a fixed order."""
    parties = [*_boards(), *_schools(), *_offices(), *_transition_points()]
    return [_with_number(one, index) for index, one in enumerate(parties, start=1)]


def _boards() -> Iterator[Registration]:
    for code, name in _BOARDS.items():
        yield Registration(OrganisationCode(code), OrganisationKind.SCHOOL_BOARD, name, SOURCE)


def _schools() -> Iterator[Registration]:
    with files("hub.directory").joinpath("demo_schools.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(line for line in table if not line.startswith("#")):
            yield Registration(
                code=OrganisationCode(row["code"]),
                kind=OrganisationKind.SCHOOL_SITE,
                name=row["name"],
                source=SOURCE,
                parent=OrganisationCode(row["board"]),
                municipality=OrganisationCode(row["municipality"]),
                types=frozenset(map(SchoolType, row["types"].split())),
                pc4=Postcode4(row["pc4"]),
                cluster=row["cluster"] or None,
            )


def _offices() -> Iterator[Registration]:
    for municipality in MUNICIPALITIES:
        name = _fact(municipality).name
        yield _office(f"{municipality}-ST", OrganisationKind.SOCIAL_TEAM, f"Sociaal team {name}", municipality)
        yield _office(f"{municipality}-LP", OrganisationKind.ATTENDANCE_OFFICE, f"Leerplicht {name}", municipality)
    yield _office(_SMILDE, OrganisationKind.SOCIAL_TEAM, "Sociaal team Smilde", OrganisationCode("GM1731"))


def _office(code: str, kind: OrganisationKind, name: str, municipality: OrganisationCode) -> Registration:
    return Registration(OrganisationCode(code), kind, name, SOURCE, parent=municipality, municipality=municipality)


def _transition_points() -> Iterator[Registration]:
    regions = {load_facts().transition_points[municipality] for municipality in MUNICIPALITIES}
    for code in sorted(regions):
        yield Registration(code, OrganisationKind.TRANSITION_POINT, _fact(code).name, SOURCE)


def _fact(code: OrganisationCode) -> Organisation:
    return load_facts().organisations[code][0]


def _with_number(one: Registration, index: int) -> Registration:
    return replace(one, phone=f"000 000 {index:04}", web=f"https://{one.code.lower()}.samenspel.example")
