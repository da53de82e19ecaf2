"""What a rule is: where it stands in the law, how certain it is, when it holds, how it is told, what it concludes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Generic, NamedTuple, TypeVar

from hub.codes import Confidence, OrganisationCode, Postcode4, Sector
from hub.directory.entries import START
from hub.i18n import Language
from hub.routing.words import spoken

S = TypeVar("S")
Used = Mapping[str, str]
"""The facts a rule used, by the names its sentences call them."""

ALWAYS = date.min
"""Safety has no first day."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands, and in which text it was read: the jurist who checks it needs both."""

    law: str
    article: str
    read_in: str
    note: str = ""

    def citation(self) -> str:
        """The reference in one line, in Dutch as the laws are."""
        reference = f"{self.law} {self.article}".strip()
        reading = f"gelezen in: {self.read_in}"
        return f"{reference} ({reading}; {self.note})" if self.note else f"{reference} ({reading})"


@dataclass(frozen=True, slots=True)
class Texts:
    """A sentence in two languages, with the names of facts in braces; both must name the same facts."""

    nl: str
    en: str

    def told(self, language: Language, facts: Used) -> str:
        """The sentence in `language`, its facts filled in."""
        template = self.en if language == "en" else self.nl
        return template.format_map({name: spoken(name, value, language) for name, value in facts.items()})

    @property
    def facts(self) -> frozenset[str]:
        """The names of the facts that the sentence tells."""
        return _named_in(self.nl)


@lru_cache(maxsize=512)
def _named_in(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


class Ground(NamedTuple):
    """The postcode that a partnership was read from: of the home or of the school.

    `listed` is the partnership that a list of schools names instead; then `swv`, that of the postcode, does not count.
    """

    pc4: Postcode4
    municipality: OrganisationCode | None
    sector: Sector
    swv: OrganisationCode
    of_home: bool
    listed: OrganisationCode | None = None


class Applies(NamedTuple):
    """The rule holds: who receives the case, is named by it or pays for it, and what is missing all the same.

    `until` is the day up to which a declaration holds.
    """

    facts: Used
    receives: OrganisationCode | None = None
    names: OrganisationCode | None = None
    ground: Ground | None = None
    asks: str | None = None
    pays: OrganisationCode | None = None
    until: date | None = None


class NearMiss(NamedTuple):
    """The rule looks as if it held, and does not: worth telling, because people think it does."""

    facts: Used


class Asks(NamedTuple):
    """The rule cannot be judged before a question is answered; `because` is the rule that says so, if one does."""

    question: str
    facts: Used
    because: str | None = None


class Holds(NamedTuple):
    """The rule stops the case: it stays with the school, which reads in `asks` what must happen first."""

    facts: Used
    asks: str


Outcome = Applies | NearMiss | Asks | Holds


class Contradiction(LookupError):
    """Rules or agreements say two different things, and nothing says which of them counts. Never guessed away."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """One rule of the trade. `judge` is pure; None means that the rule has nothing to say about this case.

    `near_miss` is the sentence for a case in which the rule does not hold although one might think so. Validity is
    half-open, as everywhere in the directory.
    """

    id: str
    title: str
    sources: tuple[Source, ...]
    confidence: Confidence
    valid_from: date
    valid_until: date | None
    texts: Texts
    near_miss: Texts | None
    judge: Callable[[S], Outcome | None]

    def on(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


def rule(  # noqa: PLR0913 - a rule has this many properties, and all but two go by name
    identity: str,
    title: str,
    *sources: Source,
    texts: Texts,
    near_miss: Texts | None = None,
    confidence: Confidence = Confidence.SURE,
    valid_from: date = START,
    valid_until: date | None = None,
) -> Callable[[Callable[[S], Outcome | None]], Rule[S]]:
    """Make a rule out of the function that judges it."""

    def made(judge: Callable[[S], Outcome | None]) -> Rule[S]:
        return Rule(identity, title, sources, confidence, valid_from, valid_until, texts, near_miss, judge)

    return made
