"""In which municipality a postcode lay since 2014, followed from the name in the law to the municipality of today.

A postcode's municipality is stated twice: by the law of 2015 and by the reference data of today. Between them lead the
mergers, each with its day. Where a day or a part is not known, the answer is every municipality it may have been.
"""

# ruff: noqa: INP001 (a script, not a package)

import re
from collections.abc import Iterator, Mapping, Sequence

Row = Mapping[str, str]
Line = Sequence[str]

NAMES_OF_LAW = "2015-01-01"  # the annex of 2015 names the municipalities as they were on this day
RENAMED_IN_LAW = {"Sudwest Fryslan": "Súdwest-Fryslân"}

# Villages that a border correction moved: (municipality by the law's name, municipality by DUO's school files)
# until the day of the oldest school file that shows the new one. The day of the correction itself is not known.
MOVED = {"9613": "GM0014", "3227": "GM0530"}
MOVED_BY = "2021-10-01"


class PostcodeHistory:
    """Follows a postcode from the municipality that the law named to the one of today."""

    def __init__(self, municipalities: Mapping[str, Row]) -> None:
        self._all = municipalities

    def of(self, pc4: str, today: str, name_in_law: str) -> list[Line]:
        """The lines of one postcode, in order of time."""
        first = self._in_force(name_in_law)
        if pc4 in MOVED:
            return self._lines(pc4, [(first, MOVED_BY), *self._path(MOVED[pc4], today)])
        return self._lines(pc4, self._path(first, today))

    def _lines(self, pc4: str, path: list[tuple[str, str]]) -> list[Line]:
        before = self._before(path[0][0], NAMES_OF_LAW) | ({MOVED[pc4]} if pc4 in MOVED else set())
        lines: list[Line] = []
        since = ""
        if before != {path[0][0]}:
            lines.append((pc4, "|".join(sorted(before)), "", NAMES_OF_LAW))
            since = NAMES_OF_LAW
        for code, until in path:
            lines += self._stretch(pc4, code, since, until)
            since = until
        return lines

    def _stretch(self, pc4: str, code: str, since: str, until: str) -> Iterator[Line]:
        """One municipality on the path; a village on the move may have lain in either of two."""
        if pc4 not in MOVED or until != MOVED_BY:
            yield pc4, code, since, until
            return
        for piece, end in self._chain(code, until):
            other = MOVED[pc4]
            yield pc4, "|".join(sorted({piece, other})), since, end
            since = end

    def _chain(self, code: str, until: str) -> Iterator[tuple[str, str]]:
        ends = self._all[code]["valid_to"]
        while ends and ends < until:
            yield code, ends
            code = self._all[code]["merged_into"]
            ends = self._all[code]["valid_to"]
        yield code, until

    def _path(self, code: str, today: str) -> list[tuple[str, str]]:
        """Municipalities from `code` to `today`, each with the day it ended."""
        if code == today:
            return [(code, "")]
        row = self._all[code]
        for successor in successors_of(row).split("|"):
            if successor and (rest := self._path(successor, today)):
                return [(code, row["valid_to"]), *rest]
        return []

    def _before(self, code: str, day: str) -> set[str]:
        """Who may have had the postcode just before `day`: the same municipality, or any that it took over then."""
        taken = {
            old for old, row in self._all.items() if row["valid_to"] == day and code in successors_of(row).split("|")
        }
        existed = self._all[code]["valid_from"] < day
        return taken | ({code} if existed else set())

    def _in_force(self, name: str) -> str:
        name = RENAMED_IN_LAW.get(name, name)
        matches = [code for code, row in self._all.items() if name in {row["name"], _plain(row["name"])}]
        matches = [code for code in matches if _in_force_then(self._all[code])]
        (code,) = matches
        return code


def _plain(name: str) -> str:
    return re.sub(r" \([A-Z][A-Za-z.]*\)$", "", name)


def _in_force_then(row: Row) -> bool:
    return not row["valid_to"] or row["valid_to"] > NAMES_OF_LAW


def successors_of(row: Row) -> str:
    """Codes of the municipalities that took one over, with | between them; empty while it is in force."""
    return row["split_over"] or row["merged_into"]
