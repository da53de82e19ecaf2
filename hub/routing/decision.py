"""What routing answers: a decision, a question to a person, or a refusal; each with reasons that need no directory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from hub.codes import Confidence, OrganisationCode
from hub.i18n import Language
from hub.routing.answer_terms import OPEN_WITHIN_WORKING_DAYS
from hub.routing.questions import QUESTIONS
from hub.routing.rule import Rule, Texts
from hub.routing.rules import RULES
from hub.routing.words import uncertainty


class PartyRole(StrEnum):
    """What a receiver does: hold the case, or be asked beside the holder."""

    HOLDER = "holder"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that held, or one that people might think held and did not (`applies` false), and the facts it used.

    Kept as rule id and facts; the sentence is made when it is read.
    """

    rule: str
    facts: Mapping[str, str]
    applies: bool = True

    def sentence(self, language: Language = "nl") -> str:
        """The reason in words, with a warning where the rule is not certain."""
        told = self._texts().told(language, self.facts)
        return f"{told} {uncertainty(self.confidence, language)}".rstrip()

    @property
    def source(self) -> str:
        """Where the rule stands and in which text it was read, in Dutch as the laws are."""
        return "; ".join(source.citation() for source in self._rule().sources)

    @property
    def confidence(self) -> Confidence:
        """How certain the rule is."""
        return self._rule().confidence

    def to_data(self) -> dict[str, Any]:
        """Plain JSON: `{"rule": "A3a", "facts": {...}}`, and `"applies": false` for a rule that did not hold."""
        data: dict[str, Any] = {"rule": self.rule, "facts": dict(self.facts)}
        return data if self.applies else data | {"applies": False}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Reason":
        """The reason that `to_data` wrote."""
        return cls(data["rule"], data["facts"], data.get("applies", True))

    def _rule(self) -> Rule[Any]:
        return RULES[self.rule]

    def _texts(self) -> Texts:
        entry = self._rule()
        return entry.texts if self.applies or entry.near_miss is None else entry.near_miss


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must answer before the case can be routed on."""

    id: str
    facts: Mapping[str, str]

    def sentence(self, language: Language = "nl") -> str:
        """The question in words."""
        return QUESTIONS[self.id].told(language, self.facts)

    def to_data(self) -> dict[str, Any]:
        """Plain JSON: `{"question": "home_postcode", "facts": {...}}`."""
        return {"question": self.id, "facts": dict(self.facts)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Question":
        """The question that `to_data` wrote."""
        return cls(data["question"], data["facts"])


@dataclass(frozen=True, slots=True)
class Receiver:
    """A party that receives the case, by the rule `reason`; `desk` is where within it the case is opened."""

    organisation: OrganisationCode
    role: PartyRole
    reason: str
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A party that is told that the case exists and why, by the rule `why`; it does not have to act."""

    organisation: OrganisationCode
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Who acts. The first of `receivers` holds the case.

    `lead_swv` is the partnership that leads where parties must be brought together: the one that decides on the
    question, else that of the school; None where the school has none. Leading alone gives no right to see the case.
    `payer` pays for the place that a declaration is asked for, `declaration_until` is the day up to which that
    holds, or for so and vso holds at least; both None where the rules do not say.
    """

    lead_swv: OrganisationCode | None
    receivers: tuple[Receiver, ...]
    named: tuple[Named, ...]
    answer_within_working_days: int
    reasons: tuple[Reason, ...]
    payer: OrganisationCode | None = None
    declaration_until: date | None = None
    open_within_working_days: int = OPEN_WITHIN_WORKING_DAYS

    @property
    def holder(self) -> OrganisationCode:
        """The one party that has the case."""
        return self.receivers[0].organisation


@dataclass(frozen=True, slots=True)
class Undecided:
    """A person must look: the partnership `triage`, or the operator of the hub when it is None."""

    triage: OrganisationCode | None
    missing: tuple[Question, ...]
    reasons: tuple[Reason, ...]

    @property
    def is_joint_talk(self) -> bool:
        """Whether the parties must agree in one talk who takes the case."""
        return any(question.id == "joint_talk" for question in self.missing)


@dataclass(frozen=True, slots=True)
class Held(Undecided):
    """The case stays with the school (`triage` is None) until what `missing` says is done; `rule` says why.

    `alarm`: no rule but a defect holds it, a rule that failed or rules that contradict each other. The operator of the
    hub must be told.
    """

    rule: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The hub does not take this at all (`rule`), and the reasons say what to do instead. Nothing may be stored."""

    rule: str
    reasons: tuple[Reason, ...]

    def sentence(self, language: Language = "nl") -> str:
        """What to do now, then why the hub refuses."""
        return " ".join(reason.sentence(language) for reason in self.reasons)
