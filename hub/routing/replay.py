"""What would change: decisions of a period taken again on a draft directory or a draft set of rules. Pure.

Nothing is stored and nobody is told. The report counts; it names organisations and rules, and no case unless asked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Decision, Held, Refused, Undecided
from hub.routing.facts import Facts
from hub.routing.ruleset import CURRENT, RuleSet

Answer = Decision | Undecided | Refused
NOBODY = "-"
MOST_CASES = 1_000
"""How many changed cases a report names; it counts them all."""


@dataclass(frozen=True, slots=True)
class World:
    """A directory and a set of rules; with `on`, every case is judged as if it came on that day."""

    snapshot: Snapshot
    rules: RuleSet = CURRENT
    on: date | None = None

    def decide(self, facts: Facts) -> Answer:
        """The answer in this world."""
        return decide(facts if self.on is None else replace(facts, on=self.on), self.snapshot, self.rules)


@dataclass(frozen=True, slots=True)
class Shift:
    """One way in which answers change: for which kind of message, in what, from what to what."""

    request: str
    what: str  # holder, asked, named, payer, desk, outcome
    before: str
    after: str


@dataclass(slots=True)
class Report:
    """How many cases were judged, how many change, and in which direction."""

    judged: int = 0
    changed: int = 0
    shifts: Counter[Shift] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    cases: list[str] = field(default_factory=list)

    def to_data(self) -> dict[str, Any]:
        """Plain JSON, the largest shifts first."""
        return {
            "judged": self.judged,
            "changed": self.changed,
            "shifts": [
                {"request": s.request, "what": s.what, "before": s.before, "after": s.after, "cases": number}
                for s, number in _largest(self.shifts)
            ],
            "gained": dict(_largest(self.gained)),
            "lost": dict(_largest(self.lost)),
            "cases": self.cases,
        }


def compare(cases: Iterable[tuple[str, Facts]], before: World, after: World) -> Report:
    """Judge every case (its id and facts) in both worlds, and count what differs."""
    report = Report()
    for identity, facts in cases:
        report.judged += 1
        old, new = before.decide(facts), after.decide(facts)
        shifts = list(_shifts(facts.request.value, old, new))
        if not shifts:
            continue
        report.changed += 1
        report.shifts.update(shifts)
        _count_receivers(report, old, new)
        if len(report.cases) < MOST_CASES:
            report.cases.append(identity)
    return report


def _shifts(request: str, old: Answer, new: Answer) -> Iterator[Shift]:
    sides = _told(old), _told(new)
    for what in sides[0]:
        before, after = (side[what] for side in sides)
        if before != after:
            yield Shift(request, what, before, after)


def _told(answer: Answer) -> dict[str, str]:
    """What of an answer counts as a change; the words of its reasons do not."""
    if not isinstance(answer, Decision):
        return {"outcome": _outcome(answer), **dict.fromkeys(("holder", "asked", "named", "payer", "desk"), NOBODY)}
    return {
        "outcome": "decided",
        "holder": answer.holder,
        "asked": _joined(receiver.organisation for receiver in answer.receivers[1:]),
        "named": _joined(named.organisation for named in answer.named),
        "payer": answer.payer or NOBODY,
        "desk": answer.receivers[0].desk or NOBODY,
    }


def _outcome(answer: Undecided | Refused) -> str:
    if isinstance(answer, Refused):
        return f"refused by {answer.rule}"
    kind = "held" if isinstance(answer, Held) else "asked"
    return f"{kind}: {' '.join(question.id for question in answer.missing)}"


def _count_receivers(report: Report, old: Answer, new: Answer) -> None:
    before, after = _receivers(old), _receivers(new)
    report.gained.update(after - before)
    report.lost.update(before - after)


def _receivers(answer: Answer) -> frozenset[str]:
    found = answer.receivers if isinstance(answer, Decision) else ()
    return frozenset(receiver.organisation for receiver in found)


def _joined(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes)) or NOBODY


def _largest(counted: Counter[Any]) -> list[tuple[Any, int]]:
    """Largest first; among equals in a fixed order, so that two runs read the same."""
    return sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0])))
