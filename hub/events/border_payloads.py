"""What partnerships say to each other about a pupil who crosses their border: codes, dates, a share; never the child.

The one text there is (`reasoning`) is sealed, and its writer says that it holds nothing about health: a partnership may
give that to nobody but the pupil's school (WVO 2020 art. 2.47(16), domain rule H3).
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, StringConstraints, model_validator

from hub.codes import Country
from hub.events.payloads import Day, PastDay, Payload, Personal
from hub.events.situation import SwvCode

_NO_CONTROL = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_CONTROL)]
_Reasoning = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000, pattern=_NO_CONTROL)
]
_Leader = SwvCode | Literal["outside"]
_Percent = Annotated[int, Strict(), Field(ge=1, le=100)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}[0-9]{1,2}[a-z]?$")]


class BorderBasis(StrEnum):
    """On what partnerships rest their agreement about a pupil who crosses their border."""

    LAW = "law"
    REGIONAL_AGREEMENT = "regional_agreement"
    PRACTICE = "practice"
    PUPILS_INTEREST = "pupils_interest"


class BorderRefusal(StrEnum):
    """Why a partnership does not agree with what another one proposes."""

    NOT_OUR_TASK = "not_our_task"
    NOT_OUR_COST = "not_our_cost"
    PERIOD = "period"
    NO_PLACE = "no_place"
    FACTS_UNCLEAR = "facts_unclear"
    OTHER = "other"


class _Reasoned(Payload):
    """Something that may be reasoned in words, without anything about health."""

    reasoning: Annotated[_Reasoning | None, Personal] = None
    without_health_data: Literal[True] | None = None

    @model_validator(mode="after")
    def _says_that_it_is_without_health_data(self) -> Self:
        if self.reasoning is not None and self.without_health_data is None:
            raise ValueError("Say with withoutHealthData that your reasoning holds nothing about health.")
        return self


class Destination(Payload):
    """A party outside the network: who, where, and in which country when that is not the Netherlands."""

    name: _Line
    address: list[_Line] = Field(default_factory=list, max_length=5)
    country: Country | None = None


class BorderInvitation(Payload):
    """Who is asked to the table: a partnership, or a party outside the network; and who decides when talks fail."""

    swv: SwvCode | None = None
    outside: Annotated[Destination | None, Personal] = None
    arbiter: SwvCode | None = None

    @model_validator(mode="after")
    def _one_other_side(self) -> Self:
        if (self.swv is None) == (self.outside is None):
            raise ValueError("Name one other side: a partnership in swv, or a party outside the network in outside.")
        return self


class BorderProposal(_Reasoned):
    """Who leads, who pays which share (percent; the rest is for the other side), from and up to and including when.

    `basis` is what it rests on, `rule` the rule of the hub that says so; the law never without its rule.
    """

    leads: _Leader
    pays: _Leader
    share: _Percent = 100
    starts_on: Day
    ends_on: Day
    basis: BorderBasis
    rule: RuleId | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("The last day cannot lie before the first day.")
        if self.basis is BorderBasis.LAW and self.rule is None:
            raise ValueError("Name in rule the rule of the law that you mean; docs/routing.md lists them.")
        return self


class BorderRefused(_Reasoned):
    """Why a proposal, or the invitation itself, is refused."""

    ground: BorderRefusal


class OutsideReply(Payload):
    """What a party outside the network answered to the letter, and on which day."""

    reply: Literal["agreed", "refused"]
    ground: BorderRefusal | None = None
    on: PastDay

    @model_validator(mode="after")
    def _refuses_on_a_ground(self) -> Self:
        if (self.reply == "refused") != (self.ground is not None):
            raise ValueError("A refusal has a ground, an agreement has none.")
        return self
