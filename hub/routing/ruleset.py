"""Which rules count, from when, and how certain they are: the set of this version, or a draft of the next one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.codes import Confidence
from hub.routing.rule import Rule


@dataclass(frozen=True, slots=True)
class Change:
    """What a draft says of one rule; None leaves it as it is. `switched_off` takes the rule out altogether."""

    valid_from: date | None = None
    valid_until: date | None = None
    confidence: Confidence | None = None
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of the package, with the changes of a draft laid over them."""

    changes: Mapping[str, Change] = field(default_factory=dict)

    def in_force(self, entry: Rule[Any], on: date) -> bool:
        """Whether a rule counts on a day."""
        change = self.changes.get(entry.id) if self.changes else None
        if change is None:
            return entry.valid_from <= on and (entry.valid_until is None or on < entry.valid_until)
        first, last = change.valid_from or entry.valid_from, change.valid_until or entry.valid_until
        return not change.switched_off and first <= on and (last is None or on < last)

    def confidence(self, entry: Rule[Any]) -> Confidence:
        """How certain a rule is in this set."""
        change = self.changes.get(entry.id)
        return entry.confidence if change is None or change.confidence is None else change.confidence


CURRENT = RuleSet()
"""The rules as this version of the hub has them."""
