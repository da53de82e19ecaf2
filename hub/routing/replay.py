"""What would change: decisions of a period taken again on a draft directory or a draft set of rules. Pure.

Nothing is stored and nobody is told. The report counts; it names organisations and rules, and no case unless asked.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from hub.codes import OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide, follow_choice
from hub.routing.decision import Decision, Held, Refused, Undecided
from hub.routing.facts import Facts
from hub.routing.ruleset import CURRENT, RuleSet

Answer = Decision | Undecided | Refused
NOBODY = "-"
MOST_CASES = 1_000
"""How many changed cases a report names; it counts them all."""


class Occasion(NamedTuple):
    """One decision that was taken: of which case, and on what was known of it then.

    `chosen` is where the holder `by` sent the case itself; None where the rules looked for the receiver. `is_first` is
    False for every decision after a decline, a redirection or an answer of triage.
    """

    case: str
    facts: Facts
    by: OrganisationCode | None = None
    chosen: OrganisationCode | None = None
    is_first: bool = True


@dataclass(frozen=True, slots=True)
class World:
    """A directory and a set of rules.

    With `on`, every case is judged as if it came on that day; with `not_before`, the cases that came earlier are judged
    as if they came on that day, and later ones on their own.
    """

    snapshot: Snapshot
    rules: RuleSet = CURRENT
    on: date | None = None
    not_before: date | None = None

    def decide(self, taken: Occasion) -> Answer:
        """The answer in this world."""
        facts = self._dated(taken.facts)
        if taken.by is None or taken.chosen is None:
            return decide(facts, self.snapshot, self.rules)
        return follow_choice(facts, self.snapshot, taken.by, taken.chosen, self.rules)

    def _dated(self, facts: Facts) -> Facts:
        on = self.on or max(facts.on, self.not_before or facts.on)
        return facts if on == facts.on else replace(facts, on=on)


@dataclass(frozen=True, slots=True)
class Shift:
    """One way in which answers change: for which kind of message, in what, from what to what."""

    request: str
    what: str  # outcome, holder, lead, asked, named, payer, until, desk
    before: str
    after: str


@dataclass(slots=True)
class Report:
    """How many decisions were taken again, how many change, for whom, and in which direction.

    `later` counts those that were not the first of their case; `schools` the changed ones per school that wrote.
    """

    judged: int = 0
    changed: int = 0
    later_judged: int = 0
    later_changed: int = 0
    shifts: Counter[Shift] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    schools: Counter[str] = field(default_factory=Counter)
    cases: list[str] = field(default_factory=list)

    def to_data(self) -> dict[str, Any]:
        """Plain JSON, the largest shifts first."""
        return {
            "judged": self.judged,
            "changed": self.changed,
            "later": {"judged": self.later_judged, "changed": self.later_changed},
            "shifts": [
                {"request": s.request, "what": s.what, "before": s.before, "after": s.after, "decisions": number}
                for s, number in largest(self.shifts)
            ],
            "gained": dict(largest(self.gained)),
            "lost": dict(largest(self.lost)),
            "schools": dict(largest(self.schools)),
            "cases": self.cases,
        }


def compare(taken: Iterable[Occasion], before: World, after: World) -> Report:
    """Take every decision again in both worlds, and count what differs."""
    report = Report()
    for occasion in taken:
        report.judged += 1
        report.later_judged += not occasion.is_first
        old, new = before.decide(occasion), after.decide(occasion)
        changes = shifts(occasion.facts.request.value, old, new)
        if changes:
            _count(report, occasion, changes)
            _count_receivers(report, old, new)
    return report


def _count(report: Report, occasion: Occasion, changes: Iterable[Shift]) -> None:
    report.changed += 1
    report.later_changed += not occasion.is_first
    report.shifts.update(changes)
    report.schools[occasion.facts.site] += 1
    if len(report.cases) < MOST_CASES and occasion.case not in report.cases[-1:]:
        report.cases.append(occasion.case)


def shifts(request: str, old: Answer, new: Answer) -> list[Shift]:
    """In what two answers to one message differ; empty where nobody would notice a difference."""
    if old is new:
        return []
    sides = _told(old), _told(new)
    return [
        Shift(request, what, sides[0][what], sides[1][what]) for what in sides[0] if sides[0][what] != sides[1][what]
    ]


def _told(answer: Answer) -> dict[str, str]:
    """What of an answer counts as a change; the words of its reasons do not."""
    if not isinstance(answer, Decision):
        triage = answer.triage if isinstance(answer, Undecided) else None
        nobody = dict.fromkeys(("lead", "asked", "named", "payer", "until", "desk"), NOBODY)
        return {"outcome": _outcome(answer), "holder": triage or NOBODY, **nobody}
    return {
        "outcome": "decided",
        "holder": answer.holder,
        "lead": answer.lead_swv or NOBODY,
        "asked": _joined(receiver.organisation for receiver in answer.receivers[1:]),
        "named": _joined(named.organisation for named in answer.named),
        "payer": answer.payer or NOBODY,
        "until": answer.declaration_until.isoformat() if answer.declaration_until else NOBODY,
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
    """Who gets the work: those that receive the case, or whoever must find out who does."""
    if isinstance(answer, Decision):
        return frozenset(receiver.organisation for receiver in answer.receivers)
    return frozenset((answer.triage,)) if isinstance(answer, Undecided) and answer.triage else frozenset()


def _joined(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes)) or NOBODY


def largest(counted: Counter[Any]) -> list[tuple[Any, int]]:
    """Largest first; among equals in a fixed order, so that two runs read the same."""
    return sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0])))
