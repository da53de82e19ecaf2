"""Compiles the tables of hub/directory/facts out of the reference data; run by hand when that data changes.

    python tools/compile_facts.py ../shared/data [folder to write to]

Nothing at run time needs this. The postcodes of the 2015 annex are read here from the text of the law itself, those of
the 2022 annex from its transcription; every decision where the two or other sources disagree stands in this file.
"""

# ruff: noqa: INP001 (a script, not a package)

import csv
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from postcode_history import Line, PostcodeHistory, Row, successors_of

Write = Callable[[str, Line, Iterable[Line]], None]

TARGET = Path(__file__).parent.parent / "hub" / "directory" / "facts"
START = "2014-08-01"
SECTORS = ("po", "vo")
OLD_TEXT, NEW_TEXT = "2015-04-23", "2022-02-09"
LAW_LINE = re.compile(r"^\| (\d{4}) +\| (.+?) +\| (\S+) +\| (\S+) +\|$", re.MULTILINE)
CITATION = "Regeling regio-indeling samenwerkingsverbanden passend onderwijs PO en VO (BWBR0032324), bijlage"


def main(data: Path, target: Path = TARGET) -> None:
    """Write every table anew."""
    write = partial(_write, target)
    derived = data / "derived"
    law_2015 = {
        match[1]: match.groups() for match in LAW_LINE.finditer(_text(data / "raw/wet/BWBR0032324_2015-04-23.md"))
    }
    postcodes = {row["pc4"]: row for row in _rows(derived / "pc4.csv")}
    municipalities = {row["code"]: row for row in _rows(derived / "municipalities.csv")}
    law_2022 = {row["pc4"]: row for row in _rows(derived / "law_pc4_swv_2022-02-09.csv")}
    changes = {(row["pc4"], row["sector"]): row for row in _rows(derived / "law_pc4_swv_changes.csv")}
    write_areas(write, law_2015, law_2022, changes)
    write_doubts(write, law_2022, changes, postcodes)
    write_partnerships(write, derived, law_2022)
    write_municipalities(
        write, municipalities, {row["code"]: row for row in _rows(derived / "municipality_regions.csv")}
    )
    write_transition_points(write, derived)
    write_postcode_municipalities(write, postcodes, law_2015, law_2022, municipalities)
    write_holidays(write, data)


def write_areas(
    write: Write, law_2015: Mapping[str, Line], law_2022: Mapping[str, Row], changes: Mapping[tuple[str, str], Row]
) -> None:
    """What both texts say alike in one table, what changed between them in another, with its periods."""
    alike: list[Line] = []
    periods: list[Line] = []
    for pc4, row in sorted(law_2022.items()):
        cells = dict(zip(SECTORS, _codes_only(law_2015[pc4][2:]), strict=True)) if pc4 in law_2015 else {}
        same = {sector: row[f"swv_{sector}"] for sector in SECTORS if row[f"swv_{sector}"] == cells.get(sector)}
        alike.append((pc4, same.get("po", ""), same.get("vo", "")))
        for sector in SECTORS:
            if sector not in same:
                moved_on = changes[pc4, sector.upper()]["valid_from"]
                periods += _periods(pc4, sector, (cells.get(sector, ""), row[f"swv_{sector}"]), moved_on)
    write("areas.csv", ("pc4", *SECTORS), [line for line in alike if any(line[1:])])
    write("area_periods.csv", ("pc4", "sector", "swv", "valid_from", "valid_until", "source"), periods)
    write("area_sources.csv", ("key", "citation"), sorted(_citations().items()))


def _periods(pc4: str, sector: str, codes: Line, moved_on: str) -> Iterator[Line]:
    old, new = codes
    if old:
        yield pc4, sector, old, "", moved_on or NEW_TEXT, "old"
    announced = moved_on not in {"", NEW_TEXT}
    yield pc4, sector, new, moved_on or NEW_TEXT, "", f"announced {moved_on}" if announced else "new"


def _codes_only(columns: Line) -> tuple[str, ...]:
    return tuple(code if re.fullmatch(r"(PO|VO)\d{4}", code) else "" for code in columns)


def _citations() -> Mapping[str, str]:
    return {
        "both": f"{CITATION}, gelijk in de teksten van {OLD_TEXT} en {NEW_TEXT}",
        "old": f"{CITATION}, tekst van {OLD_TEXT}",
        "new": f"{CITATION}, tekst van {NEW_TEXT}",
        "announced 2018-08-01": f"{CITATION}, tekst van {NEW_TEXT}; begin aangekondigd (csgdewaard.nl, 2017)",
        "announced 2020-08-01": f"{CITATION}, tekst van {NEW_TEXT}; begin aangekondigd (swvdeverbinding.nl, 2020)",
        "absent": f"{CITATION}, tekst van {NEW_TEXT}: postcode ontbreekt",
    }


def write_doubts(
    write: Write, law_2022: Mapping[str, Row], changes: Mapping[tuple[str, str], Row], postcodes: Mapping[str, Row]
) -> None:
    """The answers that a person must look at: absent postcodes, empty cells, a likely misprint, unknown days."""
    lines: list[tuple[str, ...]] = [
        *_newer_than_law(law_2022, postcodes),
        *_empty_cells(law_2022),
        *_unknown_days(changes),
    ]
    lines.append(("2236", "vo", "VO2812", "VO2803", "probably_clerical", NEW_TEXT, "", "new"))
    columns = ("pc4", "sector", "swv", "probable", "doubt", "valid_from", "valid_until", "source")
    write("area_doubts.csv", columns, sorted(lines))


def _newer_than_law(law_2022: Mapping[str, Row], postcodes: Mapping[str, Row]) -> Iterator[tuple[str, ...]]:
    """A probable partnership only where the whole municipality has one; the nearest number proves nothing."""
    for pc4, row in postcodes.items():
        if pc4 in law_2022:
            continue
        for sector in SECTORS:
            probable = row[f"swv_{sector}_2015"] if row["swv_source"] == "municipality" else ""
            yield pc4, sector, "", probable, "newer_than_law", "", "", "absent"


def _empty_cells(law_2022: Mapping[str, Row]) -> Iterator[tuple[str, ...]]:
    for pc4, row in law_2022.items():
        for sector in SECTORS:
            if not row[f"swv_{sector}"]:
                yield pc4, sector, "", "", "no_swv_in_law", "", "", "both"


def _unknown_days(changes: Mapping[tuple[str, str], Row]) -> Iterator[tuple[str, ...]]:
    """Between the last text with the old code and the first with the new one, the law of the day is not known."""
    for (pc4, sector), row in changes.items():
        if not row["valid_from"]:
            yield pc4, sector.lower(), row["old"], row["new"], "change_date_unknown", OLD_TEXT, NEW_TEXT, "old"


# code: (first day, first day without it, successor). Days of the newer two as announced, see area_sources.csv;
# PO2901 ended on a day that is not known, at the latest when the text of 2022 came.
LIVES = {
    "PO2901": ("", NEW_TEXT, "PO2902"),
    "VO2504": ("", "2020-08-01", "VO2506"),
    "VO2815": ("2018-08-01", "", ""),
}


def write_partnerships(write: Write, derived: Path, law_2022: Mapping[str, Row]) -> None:
    """Every partnership there was since 2014. Names that nobody published are made from the number, and say so."""
    known = {row["code"]: row for row in _rows(derived / "swv.csv")}
    codes = known.keys() | {row[column] for row in law_2022.values() for column in ("swv_po", "swv_vo")} - {""}
    lines = [_partnership(code, known.get(code)) for code in sorted(codes)]
    columns = ("code", "sector", "name", "name_source", "valid_from", "valid_until", "successor")
    write("swv.csv", columns, lines)


NAME_SOURCES = {
    "seed 000": "passendonderwijsdrenthe.nl",
    "seed 002": "the partnership's own site",
    "general knowledge, verify": "unverified",
}


def _partnership(code: str, row: Row | None) -> Line:
    first, last, successor = LIVES.get(code, ("", "", ""))
    sourced = row is not None and row["name_source"] != "generated"
    name = row["name"] if row is not None and sourced else f"Samenwerkingsverband {code[:2]} {code[2:4]}.{code[4:]}"
    source = row["name_source"] if row is not None and sourced else "generated"
    return code, code[:2].lower(), name, NAME_SOURCES.get(source, source), first, last, successor


def write_municipalities(write: Write, municipalities: Mapping[str, Row], regions: Mapping[str, Row]) -> None:
    """Every municipality in force since the start of passend onderwijs, with who took it over."""
    lines = []
    for code, row in municipalities.items():
        if row["valid_to"] and row["valid_to"] <= START:
            continue
        region = regions.get(code, {})
        holiday = region.get("holiday_region_mixed") or region.get("holiday_region", "")
        first = _since(row)
        lines.append(
            (code, row["name"], first, row["valid_to"], successors_of(row), region.get("rmc_code", ""), holiday)
        )
    columns = ("code", "name", "valid_from", "valid_until", "successors", "rmc", "holiday_region")
    write("municipalities.csv", columns, lines)


def _since(row: Row) -> str:
    return row["valid_from"] if row["valid_from"] > START else ""


def write_transition_points(write: Write, derived: Path) -> None:
    """The regions of the transition points (RMC), named as DUO names them."""
    regions = {(row["rmc_code"], row["rmc_name"]) for row in _rows(derived / "municipality_regions.csv")}
    lines = [(f"RMC{code}", f"Doorstroompunt {name}", "", "") for code, name in sorted(regions)]
    write("transition_points.csv", ("code", "name", "valid_from", "valid_until"), lines)


def write_postcode_municipalities(
    write: Write,
    postcodes: Mapping[str, Row],
    law_2015: Mapping[str, Line],
    law_2022: Mapping[str, Row],
    municipalities: Mapping[str, Row],
) -> None:
    """Where each postcode lay, period by period. A guess by the nearest number is left out, unless the law names it."""
    history = PostcodeHistory(municipalities)
    lines: list[Line] = []
    for pc4, row in postcodes.items():
        today = row["municipality_code"]
        if pc4 in law_2015:
            lines += history.of(pc4, today, law_2015[pc4][1])
        elif pc4 in law_2022 or row["municipality_method"] != "nearest_number":
            lines.append((pc4, today, _since(municipalities[today]), ""))
    write("postcode_municipalities.csv", ("pc4", "municipalities", "valid_from", "valid_until"), lines)


def write_holidays(write: Write, data: Path) -> None:
    """Both sets of holidays, in a folder of their own because their licence is share-alike."""
    school = list(_rows(data / "derived/school_holidays.csv"))
    columns = ("holiday", "region", "first_day", "last_day")
    write("openholidays/school_holidays.csv", columns, [[row[column] for column in columns] for row in school])
    with (data / "raw/holidays/holidays.public.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source, delimiter=";"))
    lines = [(row["StartDate"], row["Name"].split(",")[0].removeprefix("NL ")) for row in rows]
    write("openholidays/public_holidays.csv", ("day", "name"), sorted(lines))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def _write(target: Path, name: str, columns: Line, lines: Iterable[Line]) -> None:
    path = target / name
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as table:
        table.write("# Compiled by tools/compile_facts.py; sources and licences: SOURCES.md\n")
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
