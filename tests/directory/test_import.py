"""Importing DUO's school files: small samples for every rule, the real files where they are at hand."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hub.codes import OrganisationCode, OrganisationKind, Sector
from hub.directory import actions
from hub.directory.current import build_snapshot, version_of
from hub.directory.entries import Doubt
from hub.directory.importing import LATER_STATE, NEWER_LIST, TWICE, ImportReport
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput
from hub.store.engine import Sessions

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 11, 21), date(2026, 11, 20)
REAL = Path(__file__).parents[3] / "shared" / "data" / "raw" / "duo"

needs_real_files = pytest.mark.skipif(not REAL.exists(), reason="DUO's files do not lie beside this folder")

HEADER = (
    "PROVINCIE;BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;POSTCODE;GEMEENTENUMMER;DENOMINATIE;"
    "TELEFOONNUMMER;INTERNETADRES;VAKANTIEREGIO"
)
OLD_HEADER = HEADER.replace("INSTELLINGSCODE", "BRIN NUMMER").replace("VESTIGINGSCODE", "VESTIGINGSNUMMER")


def a_row(code: str, postcode: str = "8061 AB", name: str = "De Stadsgracht") -> str:
    """A school in Hasselt."""
    return f"Overijssel;41414;{code[:4]};{code};{name};{postcode};1896;Openbaar; ; ;Noord"


def a_file(folder: Path, *rows: str, name: str = "scholen.csv", header: str = HEADER) -> Path:
    """A file on disk as DUO writes it."""
    path = folder / name
    path.write_bytes("\r\n".join([header, *rows, ""]).encode("cp1252"))
    return path


def imported(sessions: Sessions, *files: Path, on: date | None = None) -> ImportReport:
    """Import in a transaction of its own."""
    with sessions.begin() as session:
        return actions.import_duo(session, files, NOW, on=on)


def directory(sessions: Sessions) -> Snapshot:
    """What a new transaction sees."""
    with sessions() as session:
        return build_snapshot(session)


def version(sessions: Sessions) -> int:
    """The version that a new transaction sees."""
    with sessions() as session:
        return version_of(session)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Taken, unchanged, updated, skipped."""
    return report.taken, report.unchanged, report.updated, len(report.skipped)


def test_sites_and_their_board_come_in(sessions: Sessions, tmp_path: Path) -> None:
    """Each site is a school site and a party; its board is known by its number."""
    report = imported(sessions, a_file(tmp_path, a_row("99AA00"), a_row("99AB00")))
    assert counts(report) == (2, 0, 0, 0)
    snapshot = directory(sessions)
    site, party = snapshot.site("99AA00", TODAY), snapshot.organisation("99AA00", TODAY)
    assert site is not None
    assert party is not None
    board = snapshot.organisation(site.board or "", TODAY)
    assert board is not None
    assert (board.kind, board.name) == (OrganisationKind.SCHOOL_BOARD, "Bevoegd gezag 41414")
    assert party.kind is OrganisationKind.SCHOOL_SITE


def test_the_same_file_again_changes_nothing(sessions: Sessions, tmp_path: Path) -> None:
    """Nothing is written and no process has to read the directory again."""
    file = a_file(tmp_path, a_row("99AA00"), a_row("99AB00"))
    imported(sessions, file)
    before = version(sessions)
    assert counts(imported(sessions, file)) == (0, 2, 0, 0)
    assert version(sessions) == before


def test_a_changed_address_counts_from_the_day_given(sessions: Sessions, tmp_path: Path) -> None:
    """Before that day the old postcode decides, as it did."""
    imported(sessions, a_file(tmp_path, a_row("99AA00")))
    assert counts(imported(sessions, a_file(tmp_path, a_row("99AA00", "8064 AB")), on=YESTERDAY)) == (0, 0, 1, 0)
    snapshot = directory(sessions)
    areas = [snapshot.swv_of_site("99AA00", Sector.PO, on) for on in (date(2026, 11, 19), YESTERDAY)]
    assert [area.swv for area in areas if area] == ["PO2305", "PO2203"]


def test_what_is_skipped_says_where_and_why(sessions: Sessions, tmp_path: Path) -> None:
    """A bad line and a site that stands there twice; the others are taken."""
    report = imported(sessions, a_file(tmp_path, a_row("99AA00"), a_row("WRONG"), a_row("99AA00"), a_row("99AB00")))
    assert report.taken == 2
    assert [(one.file, one.line) for one in report.skipped] == [("scholen.csv", 3), ("scholen.csv", 4)]
    assert report.skipped[1].reason == TWICE


def test_a_site_without_postcode_is_taken_and_named(sessions: Sessions, tmp_path: Path) -> None:
    """The school is known, its partnership is not."""
    report = imported(sessions, a_file(tmp_path, a_row("99AA00", " ")))
    assert (report.taken, report.without_postcode) == (1, ("99AA00",))
    assert directory(sessions).swv_of_site("99AA00", Sector.PO, TODAY) is None


def test_a_site_that_left_the_list_is_named_and_stays(sessions: Sessions, tmp_path: Path) -> None:
    """A list that is cut off must not close schools; a person ends them."""
    imported(sessions, a_file(tmp_path, a_row("99AA00"), a_row("99AB00")))
    report = imported(sessions, a_file(tmp_path, a_row("99AB00")))
    assert report.no_longer_listed == ("99AA00",)
    assert directory(sessions).site("99AA00", TODAY) is not None


def test_an_older_layout_never_replaces_a_newer_list(sessions: Sessions, tmp_path: Path) -> None:
    """Whether it comes after the newer list or beside it, in either order."""
    old = a_file(tmp_path, a_row("99AA00", "8064 AB"), a_row("99AC00"), name="oud.csv", header=OLD_HEADER)
    new = a_file(tmp_path, a_row("99AA00"))
    report = imported(sessions, old, new)
    assert counts(report) == (1, 0, 0, 2)
    assert {one.reason for one in report.skipped} == {NEWER_LIST}
    assert counts(imported(sessions, old)) == (0, 0, 0, 2)
    assert directory(sessions).site("99AC00", TODAY) is None


def test_a_state_before_the_last_change_is_skipped(sessions: Sessions, tmp_path: Path) -> None:
    """Importing for a day in the past does not undo what came later."""
    imported(sessions, a_file(tmp_path, a_row("99AA00")))
    imported(sessions, a_file(tmp_path, a_row("99AA00", "8064 AB")))
    report = imported(sessions, a_file(tmp_path, a_row("99AA00")), on=YESTERDAY)
    assert counts(report) == (0, 0, 0, 1)
    assert report.skipped[0].reason == LATER_STATE


def test_one_bad_file_leaves_everything_as_it_was(sessions: Sessions, tmp_path: Path) -> None:
    """All files are read before the first is written."""
    good, bad = a_file(tmp_path, a_row("99AA00")), a_file(tmp_path, "x", name="bad.csv", header="y")
    with pytest.raises(InvalidInput), sessions.begin() as session:
        actions.import_duo(session, [good, bad], NOW)
    assert version(sessions) == 0
    assert directory(sessions).site("99AA00", TODAY) is None


def test_an_import_tells_how_far_it_is(sessions: Sessions, tmp_path: Path) -> None:
    """The number of sites done rises to the number there are."""
    told: list[tuple[int, int]] = []
    with sessions.begin() as session:
        actions.import_duo(session, [_many(tmp_path, 2500)], NOW, lambda done, total: told.append((done, total)))
    assert told == [(1000, 2500), (2000, 2500), (2500, 2500)]


def _many(folder: Path, number: int) -> Path:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    codes = (f"99{letters[n // 600]}{letters[n // 25 % 24]}{n % 25:02}" for n in range(number))
    return a_file(folder, *map(a_row, codes))


@needs_real_files
def test_the_real_list_of_primary_schools(sessions: Sessions) -> None:
    """All 6,122 sites of 2026 come in, 163 of them with a doubt about the nationwide partnership; again: none."""
    (file,) = REAL.glob("02.*.csv")
    first = imported(sessions, file)
    assert counts(first) == (6122, 0, 0, 0)
    before = version(sessions)
    assert counts(imported(sessions, file)) == (0, 6122, 0, 0)
    assert version(sessions) == before
    snapshot = directory(sessions)
    areas = [snapshot.swv_of_site(site.code, Sector.PO, TODAY) for site in snapshot.sites(TODAY)]
    found = Counter(area.swv for area in areas if area)
    doubts = Counter(area.doubt for area in areas if area)
    assert len(found.keys() - {None}) == 75
    assert found[None] == doubts[Doubt.NEWER_THAN_LAW]
    assert found[OrganisationCode("PO2203")] == 110
    assert doubts[Doubt.REFORMED_BY_DENOMINATION] == 163


@needs_real_files
def test_the_real_list_of_2021_and_then_of_2026(sessions: Sessions) -> None:
    """Each counts from its day; sites that moved to another postcode keep the old one for 2022."""
    (old,), (new,) = REAL.glob("03-*.csv"), REAL.glob("02.*.csv")
    assert counts(imported(sessions, old, on=date(2021, 10, 1))) == (6215, 0, 0, 0)
    report = imported(sessions, new, on=date(2026, 7, 1))
    assert report.taken + report.updated == 6122
    assert report.taken + 6215 - len(report.no_longer_listed) == 6122
    snapshot = directory(sessions)
    moved = [
        site.code
        for site in snapshot.sites(TODAY)
        if (before := snapshot.site(site.code, date(2022, 1, 1))) and before.pc4 != site.pc4
    ]
    assert len(moved) == 81


@needs_real_files
def test_the_list_of_pupils_is_not_a_list_of_schools(sessions: Sessions) -> None:
    """The refusal names the columns it lacks."""
    (pupils,) = REAL.glob("06.*.csv")
    with pytest.raises(InvalidInput, match="not a school file"):
        imported(sessions, pupils)
