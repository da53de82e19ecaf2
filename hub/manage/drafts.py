"""Drafts that an administrator writes to see what they would change: of the directory (JSON or CSV) and of the rules.

docs/replay.md shows both. Nothing here is stored.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from hub.codes import Confidence, OrganisationCode, Postcode4, Sector, Theme
from hub.directory.entries import Agreement, AreaCorrection, Contents, Coverage
from hub.errors import InvalidInput, Problem
from hub.events.reading import as_problems
from hub.routing.agreements import need_readable
from hub.routing.rules import RULES
from hub.routing.ruleset import Change, RuleSet

M = TypeVar("M")
_Postcode = Annotated[str, Field(pattern=r"^[1-9][0-9]{3}$")]


class _Draft(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)


class _Dated(_Draft):
    valid_from: date
    valid_until: date | None = None
    source: str = "draft"


class _Correction(_Dated):
    """The partnership (with a sector) or the municipality (without) of a postcode."""

    postcode: _Postcode
    organisation: str
    sector: Sector | None = None

    def entry(self) -> AreaCorrection:
        code, pc4 = OrganisationCode(self.organisation), Postcode4(self.postcode)
        return AreaCorrection(code, self.sector, pc4, self.valid_from, self.valid_until, self.source)


class _Agreement(_Dated):
    """A regional agreement; one with the same id is replaced."""

    id: str
    kind: str
    parties: list[str]
    scope: dict[str, Any] = Field(default_factory=dict)

    def entry(self) -> Agreement:
        parties = frozenset(map(OrganisationCode, self.parties))
        return Agreement(self.id, self.kind, parties, self.scope, self.valid_from, self.valid_until, self.source)


class _Coverage(_Dated):
    """Where a team or office works."""

    organisation: str
    municipality: str
    postcodes: list[_Postcode] | None = None
    themes: list[Theme] | None = None

    def entry(self) -> Coverage:
        return Coverage(
            OrganisationCode(self.organisation),
            OrganisationCode(self.municipality),
            None if self.postcodes is None else frozenset(map(Postcode4, self.postcodes)),
            None if self.themes is None else frozenset(self.themes),
            self.valid_from,
            self.valid_until,
        )


class DirectoryDraft(_Draft):
    """Dated changes of the directory."""

    corrections: list[_Correction] = Field(default_factory=list)
    agreements: list[_Agreement] = Field(default_factory=list)
    coverage: list[_Coverage] = Field(default_factory=list)

    def over(self, contents: Contents) -> Contents:
        """The directory with the draft laid over it: a draft entry counts before a stored one."""
        replaced = {agreement.id for agreement in self.agreements}
        kept = [agreement for agreement in contents.agreements if agreement.id not in replaced]
        return replace(
            contents,
            corrections=(*(one.entry() for one in self.corrections), *contents.corrections),
            agreements=(*(one.entry() for one in self.agreements), *kept),
            coverage=(*(one.entry() for one in self.coverage), *contents.coverage),
        )


class _RuleDraft(_Draft):
    valid_from: date | None = None
    valid_until: date | None = None
    confidence: Confidence | None = None
    switched_off: bool = False


_RULES = TypeAdapter(dict[str, _RuleDraft])


def read_directory(path: Path) -> DirectoryDraft:
    """The draft in a JSON file, or in a CSV file with one correction per line. Raises InvalidInput."""
    text = _text(path)
    if path.suffix.lower() != ".csv":
        draft = _checked(path, lambda: DirectoryDraft.model_validate_json(text))
        for agreement in draft.agreements:
            need_readable(agreement.entry())
        return draft
    lines = list(csv.DictReader(StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ","))
    return _checked(path, lambda: DirectoryDraft.model_validate({"corrections": _filled(lines)}))


def read_rules(path: Path) -> RuleSet:
    """The draft in a JSON file: per rule id its dates, its confidence, or that it is switched off.

    Raises InvalidInput, also for a rule that does not exist.
    """
    drafts = _checked(path, lambda: _RULES.validate_json(_text(path)))
    unknown = ", ".join(sorted(drafts.keys() - RULES.keys()))
    if unknown:
        raise InvalidInput("There is no rule %(rules)s.", next_step="docs/routing.md lists every rule.", rules=unknown)
    return RuleSet({rule: Change(**dict(draft)) for rule, draft in drafts.items()})


def _filled(lines: Iterable[Mapping[str, str | None]]) -> list[dict[str, str]]:
    """The fields that were filled in: an empty field of a CSV file says nothing."""
    return [{name.strip(): value.strip() for name, value in line.items() if name and value} for line in lines]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("The file %(file)s cannot be read: %(reason)s.", file=path, reason=error) from error


def _checked(path: Path, read: Callable[[], M]) -> M:
    try:
        return read()
    except ValidationError as error:
        problems: tuple[Problem, ...] = tuple(as_problems(error.errors()))
        first = problems[0]
        raise InvalidInput(
            "%(file)s is not a draft: %(place)s: %(problem)s",
            next_step="docs/replay.md shows what a draft looks like.",
            problems=problems,
            file=path.name,
            place=first.pointer or "/",
            problem=first.message,
        ) from error
