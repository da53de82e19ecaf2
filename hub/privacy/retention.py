"""How long what is kept: a term per kind of case and party, and when it ends. Pure, apart from reading its own facts.

The facts stand in `terms.toml`, each line with its source (domain rules H3 and H6). An operator's own file goes before
them, line by line, and must say where its term comes from too.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hub.codes import OrganisationKind
from hub.errors import HubError
from hub.events.catalogue import OPENING

ANY = "any"
PartyKind = Literal["any", "school", "social_team", "swv", "attendance_office", "transition_point"]

_LONGEST_YEARS = 30
_KIND: dict[OrganisationKind, PartyKind] = {
    OrganisationKind.SCHOOL_BOARD: "school",
    OrganisationKind.SCHOOL_SITE: "school",
    OrganisationKind.SOCIAL_TEAM: "social_team",
    OrganisationKind.SWV: "swv",
    OrganisationKind.ATTENDANCE_OFFICE: "attendance_office",
    OrganisationKind.TRANSITION_POINT: "transition_point",
}


class TermsUnusable(HubError):
    """The operator's file with terms cannot be read, or says something that cannot be."""

    status = 500
    code = "terms-unusable"
    title = "The file with the terms cannot be used"


class CountsFrom(StrEnum):
    """The day on which a term begins."""

    LAST_CHANGE = "last_change"
    ANSWER = "answer"  # of the case to the school; without one, the last change


class Term(BaseModel):
    """One line: how long a kind of party keeps a kind of case, and where that comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: str
    party: PartyKind
    when: Literal["always", "help_started"] = "always"
    years: Annotated[int, Field(ge=0, le=_LONGEST_YEARS)] = 0
    months: Annotated[int, Field(ge=0, le=11)] = 0
    counts_from: CountsFrom = CountsFrom.LAST_CHANGE
    source: Annotated[str, Field(min_length=5)]

    @model_validator(mode="after")
    def _is_about_something(self) -> "Term":
        if self.case != ANY and self.case not in OPENING:
            raise ValueError("This is no type of event that opens a case.")
        if self.years == self.months == 0:
            raise ValueError("A term is a month at least.")
        return self

    @property
    def place(self) -> tuple[str, str, str]:
        """What the line is about; there is one line for each."""
        return self.case, self.party, self.when

    def after(self, day: date) -> date:
        """The first day on which it has passed, when it begins on `day`."""
        month = day.month - 1 + self.months
        year = day.year + self.years + month // 12
        first = date(year, month % 12 + 1, 1)
        return first.replace(day=min(day.day, _days_in(first)))


@dataclass(frozen=True, slots=True)
class KeptBy:
    """A party that still may see the case, and whether it answered that help has begun."""

    organisation: str
    kind: OrganisationKind | None
    has_helped: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A case as its terms see it."""

    type: str
    last_change: date
    answered_on: date | None
    parties: tuple[KeptBy, ...]


class Terms:
    """All lines, of the package and of the operator."""

    def __init__(self, lines: Iterable[Term]) -> None:
        self._lines = {line.place: line for line in lines}

    @property
    def lines(self) -> tuple[Term, ...]:
        """The lines in force."""
        return tuple(self._lines.values())

    @property
    def shortest(self) -> Term:
        """The line that ends first: nothing younger can be due."""
        return min(self._lines.values(), key=lambda line: (line.years, line.months))

    def of(self, case_type: str, party: KeptBy) -> Term:
        """The line that counts for a party in a kind of case: the most precise one."""
        kind: PartyKind = _KIND.get(party.kind, "any") if party.kind else "any"
        moments = ("help_started", "always") if party.has_helped else ("always",)
        for when in moments:
            for place in ((case_type, kind), (ANY, kind), (case_type, ANY), (ANY, ANY)):
                if (*place, when) in self._lines:
                    return self._lines[*place, when]
        raise LookupError("the terms of the package have a line for everything")

    def end_for(self, kept: Kept, party: KeptBy) -> date:
        """The first day on which a party may see the case no more."""
        line = self.of(kept.type, party)
        answered = kept.answered_on if line.counts_from is CountsFrom.ANSWER else None
        return line.after(answered or kept.last_change)

    def end_of(self, kept: Kept) -> date:
        """The first day on which nobody may: the case is erased then."""
        nobody = KeptBy("", None)
        return max(self.end_for(kept, party) for party in kept.parties or (nobody,))


def read_terms(path: Path | None = None) -> Terms:
    """The terms of the package, with the lines of the operator's file before them. Raises TermsUnusable."""
    own = _lines(tomllib.loads(files("hub.privacy").joinpath("terms.toml").read_text("utf-8")))
    if path is None:
        return Terms(own)
    try:
        given = _lines(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise TermsUnusable(
            "The file with the terms is absent or damaged: %(path)s (%(what)s)",
            next_step="Write it like hub/privacy/terms.toml: docs/privacy.md tells how.",
            path=str(path),
            what=_first_of(error),
        ) from error
    return Terms([*own, *given])


def _lines(document: dict[str, object]) -> Sequence[Term]:
    """Raises ValueError for anything but lines, or for two about the same."""
    rows = document.get("term")
    if set(document) != {"term"} or not isinstance(rows, list):
        raise ValueError("lines begin with [[term]]")
    lines = [Term.model_validate(row) for row in rows]
    if len({line.place for line in lines}) < len(lines):
        raise ValueError("two lines are about the same")
    return lines


def _first_of(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _days_in(first: date) -> int:
    """The number of days of a month."""
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return (following - first).days
