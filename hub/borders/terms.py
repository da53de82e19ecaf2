"""Whether a proposal can be meant: it names the two sides, a rule that is there, and a period that is not all past."""

from collections.abc import Collection, Iterator
from datetime import date

from hub.codes import OrganisationCode
from hub.errors import InvalidInput, Problem
from hub.events.border_payloads import BorderBasis, BorderProposal
from hub.routing.agreements import can_be_agreed_away
from hub.routing.rules import RULES

LONGEST_YEARS = 12
"""A school career: what lasts longer belongs in an agreement of the region."""

_SIDE_MESSAGE = "This is neither of the two sides of the talk: %(sides)s."
_RULE_MESSAGE = "There is no rule %(rule)s; docs/routing.md lists them."
_NO_LAW_MESSAGE = "Rule %(rule)s is no law, but likely or a custom: choose another basis."
_PAST_MESSAGE = "This period has passed already."
_LONG_MESSAGE = "This period is longer than %(years)s years."


def need_sensible(proposal: BorderProposal, sides: Collection[OrganisationCode], today: date) -> None:
    """Raises InvalidInput, naming everything that cannot be meant."""
    problems = tuple(_problems(proposal, sides, today))
    if problems:
        raise InvalidInput("The proposal does not hold together: nothing has been said.", problems=problems)


def _problems(proposal: BorderProposal, sides: Collection[OrganisationCode], today: date) -> Iterator[Problem]:
    for name in ("leads", "pays"):
        if getattr(proposal, name) not in sides:
            yield Problem(f"/{name}", _SIDE_MESSAGE, {"sides": ", ".join(sorted(sides))})
    rule = proposal.rule
    if rule is not None and rule not in RULES:
        yield Problem("/rule", _RULE_MESSAGE, {"rule": rule})
    elif rule is not None and proposal.basis is BorderBasis.LAW and can_be_agreed_away(rule):
        yield Problem("/basis", _NO_LAW_MESSAGE, {"rule": rule})
    if proposal.ends_on < today:
        yield Problem("/endsOn", _PAST_MESSAGE)
    if proposal.ends_on.year - proposal.starts_on.year > LONGEST_YEARS:
        yield Problem("/endsOn", _LONG_MESSAGE, {"years": LONGEST_YEARS})
