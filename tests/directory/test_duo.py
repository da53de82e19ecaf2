"""Reading DUO's school files: both layouts of three lists, with the quirks of the real ones."""

from pathlib import Path

import pytest

from hub.codes import SchoolType
from hub.directory.duo import NO_NAME, NO_SITE_CODE, WRONG_LENGTH, SchoolFile, parse, read_file
from hub.directory.entries import Doubt, Registration
from hub.errors import InvalidInput

SO, VSO, SBO, VO, PRO, BAO = (SchoolType(kind) for kind in ("so", "vso", "sbo", "vo", "pro", "bao"))

_POST = "STRAATNAAM CORRESPONDENTIEADRES;HUISNUMMER-TOEVOEGING CORRESPONDENTIEADRES;POSTCODE CORRESPONDENTIEADRES"
_REGIONS = (
    "PLAATSNAAM CORRESPONDENTIEADRES;NODAAL GEBIED CODE;NODAAL GEBIED NAAM;RPA-GEBIED CODE;RPA-GEBIED NAAM;"
    "WGR-GEBIED CODE;WGR-GEBIED NAAM;COROPGEBIED CODE;COROPGEBIED NAAM;ONDERWIJSGEBIED CODE;ONDERWIJSGEBIED NAAM;"
    "RMC-REGIO CODE;RMC-REGIO NAAM;VAKANTIEREGIO"
)
_BEGIN = (
    "PROVINCIE;BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;STRAATNAAM;HUISNUMMER-TOEVOEGING;"
    "POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE;TELEFOONNUMMER;INTERNETADRES"
)
PRIMARY = f"{_BEGIN};{_POST};{_REGIONS}"
SECONDARY = f"{_BEGIN};ONDERWIJSSTRUCTUUR;{_POST};{_REGIONS}"
SPECIAL = f"SOORT PRIMAIR ONDERWIJS;{_BEGIN};CLUSTER;ONDERWIJS;{_POST};{_REGIONS}"

_VALUES = {
    "PROVINCIE": "Drenthe",
    "BEVOEGD GEZAG NUMMER": "41414",
    "INSTELLINGSCODE": "99AA",
    "VESTIGINGSCODE": "99AA00",
    "VESTIGINGSNAAM": "De Zwerfkei",
    "POSTCODE": "9405 HX",
    "PLAATSNAAM": "ASSEN",
    "GEMEENTENUMMER": "0106",
    "GEMEENTENAAM": "ASSEN",
    "DENOMINATIE": "Openbaar",
    "TELEFOONNUMMER": "0000000000",
    "INTERNETADRES": "www.zwerfkei.example",
}


def a_line(header: str, **changes: str) -> str:
    """A line under `header`, in which every field that is not given is DUO's one space."""
    values = _VALUES | {name.replace("_", " "): value for name, value in changes.items()}
    return ";".join(values.get(column, " ") for column in header.split(";"))


def a_file(header: str, *lines: str, encoding: str = "cp1252") -> SchoolFile:
    """A file as DUO writes it."""
    return parse("scholen.csv", "\r\n".join([header, *lines, ""]).encode(encoding))


def the_site(file: SchoolFile) -> Registration:
    """The site in a file of one line."""
    (line,) = file.lines()
    assert line.site is not None
    return line.site


def older(header: str) -> str:
    """The same list as DUO laid it out until about 2021."""
    names = {"INSTELLINGSCODE": "BRIN NUMMER", "VESTIGINGSCODE": "VESTIGINGSNUMMER"}
    return ";".join(names.get(column, column) for column in header.split(";") if column != "VAKANTIEREGIO")


def test_a_primary_school() -> None:
    """Every field finds its place; names of places are not used, numbers are."""
    site = the_site(a_file(PRIMARY, a_line(PRIMARY)))
    assert (site.code, site.name, site.parent, site.municipality) == ("99AA00", "De Zwerfkei", "B41414", "GM0106")
    assert (site.pc4, site.cluster, site.doubt) == ("9405", None, None)
    assert site.types == {BAO}
    assert (site.phone, site.web) == ("0000000000", "www.zwerfkei.example")
    assert site.swv_override is None


@pytest.mark.parametrize("header", [PRIMARY, SECONDARY, SPECIAL])
def test_the_older_layout_gives_the_same_site(header: str) -> None:
    """Two columns were called otherwise and one was missing; the source says which layout it was."""
    line = a_line(header)
    old_header = older(header)
    old_line = ";".join(line.split(";")[:-1])
    now, then = a_file(header, line), a_file(old_header, old_line)
    assert then.older_layout
    assert not now.older_layout
    assert then.register == now.register
    assert the_site(then).code == the_site(now).code
    assert the_site(then).source != the_site(now).source


@pytest.mark.parametrize(
    ("structure", "types"),
    [
        ("PRO", {PRO}),
        ("VBO/MAVO/HAVO/VWO", {VO}),
        ("VBO/MAVO/PRO", {VO, PRO}),
        ("BRUGJAAR", {VO}),
        (" ", {VO}),
    ],
)
def test_a_secondary_school(structure: str, types: set[SchoolType]) -> None:
    """Practical education stands in the structure beside the rest."""
    assert the_site(a_file(SECONDARY, a_line(SECONDARY, ONDERWIJSSTRUCTUUR=structure))).types == types


@pytest.mark.parametrize(
    ("kind", "education", "types"),
    [
        ("SBAO", "SBAO", {SBO}),
        ("(V)SO", "SO ZMLK + VSO ZMLK", {SO, VSO}),
        ("(V)SO", "SO LZ/P + VSO LZ/P + RP-SO LZ/P + RP-VSO LZ/P", {SO, VSO}),
        ("(V)SO", "SO DOBLN,DOVN,ESM", {SO}),
        ("(V)SO", "VSO ZMOK + RP-VSO ZMOK", {VSO}),
        ("(V)SO", " ", {SO, VSO}),
    ],
)
def test_a_special_school(kind: str, education: str, types: set[SchoolType]) -> None:
    """The kinds come from what a site teaches; residential places (RP) are of the same kind."""
    line = a_line(SPECIAL, SOORT_PRIMAIR_ONDERWIJS=kind, ONDERWIJS=education)
    assert the_site(a_file(SPECIAL, line)).types == types


@pytest.mark.parametrize(
    ("cluster", "expected", "doubt"),
    [
        ("3", "3", None),
        ("3/4", "3/4", None),
        ("2", "2", None),
        (" ", None, None),
        ("2/3", "2/3", Doubt.CLUSTER_UNCLEAR),
    ],
)
def test_clusters(cluster: str, expected: str | None, doubt: Doubt | None) -> None:
    """A site inside and outside the partnerships at once is for a person to look at."""
    site = the_site(a_file(SPECIAL, a_line(SPECIAL, CLUSTER=cluster)))
    assert (site.cluster, site.doubt) == (expected, doubt)


def test_the_reformed_denomination_is_only_a_doubt() -> None:
    """No file says which schools joined the nationwide partnership."""
    site = the_site(a_file(PRIMARY, a_line(PRIMARY, DENOMINATIE="Reformatorisch")))
    assert site.doubt is Doubt.REFORMED_BY_DENOMINATION
    assert site.swv_override is None


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_encodings(encoding: str) -> None:
    """DUO writes Windows-1252; a copy that somebody saved as UTF-8 reads the same."""
    name = "Skoalle \u2019t Pompeblêd"
    assert the_site(a_file(PRIMARY, a_line(PRIMARY, VESTIGINGSNAAM=name), encoding=encoding)).name == name


def test_quotes_in_a_name() -> None:
    """Quotes inside a quoted field are doubled."""
    site = the_site(a_file(PRIMARY, a_line(PRIMARY, VESTIGINGSNAAM='"Basisschool ""De Maasparel"""')))
    assert site.name == 'Basisschool "De Maasparel"'


def test_one_space_is_an_empty_field() -> None:
    """A site without telephone, web address or postcode is taken without them."""
    site = the_site(a_file(SPECIAL, a_line(SPECIAL, TELEFOONNUMMER=" ", INTERNETADRES=" ", POSTCODE=" ")))
    assert (site.phone, site.web, site.pc4) == (None, None, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (a_line(PRIMARY, VESTIGINGSCODE=" "), NO_SITE_CODE),
        (a_line(PRIMARY, VESTIGINGSCODE="99A"), NO_SITE_CODE),
        (a_line(PRIMARY, VESTIGINGSNAAM=" "), NO_NAME),
        (a_line(PRIMARY) + ";", WRONG_LENGTH),
        ("Drenthe;41414", WRONG_LENGTH),
    ],
)
def test_a_line_that_cannot_be_taken_says_why(line: str, reason: str) -> None:
    """The reason and the number of the line; the lines round it are read."""
    first, second, third = a_file(PRIMARY, a_line(PRIMARY), line, a_line(PRIMARY)).lines()
    assert (second.number, second.site, second.reason) == (3, None, reason)
    assert first.site == third.site


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        (b"", "VESTIGINGSCODE"),
        (b"PK\x03\x04 no text at all \x00\xff", "VESTIGINGSCODE"),
        (b"INSTELLINGSCODE;VESTIGINGSCODE;LEERLINGEN_2025\r\n99AA;99AA00;5\r\n", "POSTCODE"),
        (SPECIAL.replace("CLUSTER;", "").encode(), "CLUSTER"),
        (PRIMARY.replace(";", ",").encode(), "POSTCODE"),
    ],
)
def test_another_file_is_refused_with_what_is_missing(content: bytes, missing: str) -> None:
    """The message names the file and the columns; without the cluster, no list of special schools is taken."""
    with pytest.raises(InvalidInput) as refusal:
        parse("leerlingen.csv", content)
    text = refusal.value.message % refusal.value.parameters
    assert "leerlingen.csv" in text
    assert missing in text
    assert "DUO" in refusal.value.next_step


def test_a_lost_quote_is_told_with_its_place() -> None:
    """A field without end would swallow the schools after it: the file is refused."""
    endless = a_line(PRIMARY, VESTIGINGSNAAM='"De Zwerfkei')
    with pytest.raises(InvalidInput) as refusal:
        a_file(PRIMARY, a_line(PRIMARY), endless, a_line(PRIMARY))
    assert refusal.value.parameters["line"] == 4


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The refusal names the file without its folder."""
    with pytest.raises(InvalidInput) as refusal:
        read_file(tmp_path / "weg.csv")
    assert refusal.value.parameters["file"] == "weg.csv"
