"""Reads the address files of schools that DUO publishes (open onderwijsdata, CC0), line by line, without a database.

Three files, each in two layouts: primary schools, secondary schools, and sbo/so/vso. The columns are found by their
exact names; until about 2021 two of them were called otherwise. The files are Windows-1252 with semicolons, quotes are
doubled inside quotes, an empty field is one space. No file says to which partnership a school belongs.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType
from hub.directory.entries import Doubt, Registration
from hub.errors import InvalidInput

Row = Mapping[str, str]

_NEEDED = (
    "BEVOEGD GEZAG NUMMER",
    "VESTIGINGSCODE",
    "VESTIGINGSNAAM",
    "POSTCODE",
    "GEMEENTENUMMER",
    "DENOMINATIE",
    "TELEFOONNUMMER",
    "INTERNETADRES",
)
_NEEDED_OF_SPECIAL = ("CLUSTER", "ONDERWIJS")
_OLDER_NAMES = {"BRIN NUMMER": "INSTELLINGSCODE", "VESTIGINGSNUMMER": "VESTIGINGSCODE"}
_SECONDARY = "ONDERWIJSSTRUCTUUR"
_SPECIAL = "SOORT PRIMAIR ONDERWIJS"

_SITE = re.compile(r"[0-9]{2}[A-Z]{2}[0-9A-Z]{2}")
_BOARD = re.compile(r"[0-9]{5}")
_MUNICIPALITY = re.compile(r"[0-9]{4}")
_POSTCODE = re.compile(r"[1-9][0-9]{3} ?[A-Z]{2}")
_REFORMED = "Reformatorisch"

NO_SITE_CODE = "This line has no valid site code (VESTIGINGSCODE)."
WRONG_LENGTH = "This line does not have as many fields as the header."
NO_NAME = "This line has no name of the site."


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: the site it describes, or the reason why it was skipped (an English message id)."""

    file: str
    number: int  # the header is line 1
    site: Registration | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SchoolFile:
    """A school file that was recognised. `register` names the kind of list, the same for both layouts."""

    name: str
    register: str
    older_layout: bool
    _columns: tuple[str, ...]
    _rows: tuple[tuple[int, list[str]], ...]

    def __len__(self) -> int:
        return len(self._rows)

    def lines(self) -> Iterator[Line]:
        """Every line below the header, in order."""
        for number, fields in self._rows:
            yield self._line(number, fields)

    def _line(self, number: int, fields: list[str]) -> Line:
        if len(fields) != len(self._columns):
            return Line(self.name, number, None, WRONG_LENGTH)
        row = {column: field.strip() for column, field in zip(self._columns, fields, strict=True)}
        reason = _reason_to_skip(row)
        source = in_older_layout(self.register) if self.older_layout else self.register
        return Line(self.name, number, None if reason else _site(row, source), reason)


def read_file(path: Path) -> SchoolFile:
    """The school file at `path`. Raises InvalidInput when it cannot be read, or is not a school file of DUO."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            "The file %(file)s cannot be read: %(reason)s.",
            next_step="Check the name of the file and whether you may read it.",
            file=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
    return parse(path.name, content)


def parse(name: str, content: bytes) -> SchoolFile:
    """The school file in `content`; `name` is only for messages. Raises InvalidInput when it is something else."""
    rows = _rows(name, _decoded(content))
    header = tuple(column.strip().upper() for column in rows[0][1]) if rows else ()
    columns = tuple(_OLDER_NAMES.get(column, column) for column in header)
    missing = tuple(column for column in _needed(columns) if column not in columns)
    if missing:
        raise _not_a_school_file(name, missing)
    return SchoolFile(name, _register(columns), columns != header, columns, tuple(rows[1:]))


def _rows(name: str, text: str) -> list[tuple[int, list[str]]]:
    lines = csv.reader(StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        return [(lines.line_num, fields) for fields in lines if fields]
    except csv.Error as error:
        raise InvalidInput(
            "%(file)s cannot be read as CSV beyond line %(line)s.",
            next_step="Import the file exactly as DUO offers it; a quote in it may have been lost.",
            file=name,
            line=lines.line_num,
        ) from error


def _needed(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Without cluster, a site outside every partnership would look like one inside (WEC art. 41)."""
    return _NEEDED + _NEEDED_OF_SPECIAL if _SPECIAL in columns else _NEEDED


def _not_a_school_file(name: str, missing: tuple[str, ...]) -> InvalidInput:
    return InvalidInput(
        "%(file)s is not a school file of DUO: these columns are missing: %(columns)s.",
        next_step="Download the address file of schools from DUO's open data as CSV and import it unchanged.",
        file=name,
        columns=", ".join(missing),
    )


def _decoded(content: bytes) -> str:
    """Text of a file in UTF-8 with or without mark, or else in Windows-1252, in which every byte means something."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def in_older_layout(register: str) -> str:
    """How the list is named as a source when it came in its older layout."""
    return f"{register} (oude indeling)"


def _register(columns: tuple[str, ...]) -> str:
    if _SPECIAL in columns:
        return "DUO, adressen sbo, so en vso"
    if _SECONDARY in columns:
        return "DUO, adressen voortgezet onderwijs"
    return "DUO, adressen basisonderwijs"


def _reason_to_skip(row: Row) -> str | None:
    if not _SITE.fullmatch(row["VESTIGINGSCODE"]):
        return NO_SITE_CODE
    return None if row["VESTIGINGSNAAM"] else NO_NAME


def _site(row: Row, source: str) -> Registration:
    types = _types(row)
    cluster = row.get("CLUSTER") or None
    return Registration(
        code=OrganisationCode(row["VESTIGINGSCODE"]),
        kind=OrganisationKind.SCHOOL_SITE,
        name=row["VESTIGINGSNAAM"],
        source=source,
        parent=_matching(_BOARD, row["BEVOEGD GEZAG NUMMER"], "B"),
        municipality=_matching(_MUNICIPALITY, row["GEMEENTENUMMER"], "GM"),
        types=types,
        pc4=Postcode4(row["POSTCODE"][:4]) if _POSTCODE.fullmatch(row["POSTCODE"]) else None,
        cluster=cluster,
        doubt=_doubt(row, cluster),
        phone=row["TELEFOONNUMMER"] or None,
        web=row["INTERNETADRES"] or None,
    )


def _matching(pattern: re.Pattern[str], number: str, prefix: str) -> OrganisationCode | None:
    return OrganisationCode(prefix + number) if pattern.fullmatch(number) else None


def _types(row: Row) -> frozenset[SchoolType]:
    if _SPECIAL in row:
        return _special_types(row[_SPECIAL], row.get("ONDERWIJS", ""))
    if _SECONDARY in row:
        structure = set(row[_SECONDARY].split("/"))
        practical = {SchoolType.PRO} if "PRO" in structure else set()
        return frozenset(practical | ({SchoolType.VO} if structure != {"PRO"} else set()))
    return frozenset({SchoolType.BAO})


def _special_types(kind: str, education: str) -> frozenset[SchoolType]:
    """From "SO ZMLK + RP-VSO ZMOK" (RP: in a residential setting); where that is empty, from "(V)SO" or "SBAO"."""
    if "SBAO" in {kind, education}:
        return frozenset({SchoolType.SBO})
    named = {part.strip().removeprefix("RP-").split(" ")[0] for part in education.split("+")}
    found = {kind for kind in (SchoolType.SO, SchoolType.VSO) if kind.value.upper() in named}
    return frozenset(found or {SchoolType.SO, SchoolType.VSO})


def _doubt(row: Row, cluster: str | None) -> Doubt | None:
    if cluster and set(cluster) & set("12") and set(cluster) & set("34"):
        return Doubt.CLUSTER_UNCLEAR
    return Doubt.REFORMED_BY_DENOMINATION if row["DENOMINATIE"] == _REFORMED else None
