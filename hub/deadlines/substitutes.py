"""Who stands in for a team that is closed, and for whoever stands in and is closed too. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.deadlines.team_calendar import Span


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on end on which a team is closed, and who stands in for it, if anybody does."""

    span: Span
    substitute: str | None = None


Closures = Mapping[str, Sequence[Closure]]
"""The closures of each organisation."""


def closed_until(organisation: str, on: date, closures: Closures) -> date | None:
    """The last day of the closure in which a day lies; None when the organisation is open."""
    found = _closure(organisation, on, closures)
    return None if found is None else found.span.last_day


def stands_in(organisation: str, on: date, closures: Closures) -> str | None:
    """Who stands in on a day: the first down the chain that is open then. None when nobody does, or it is open."""
    passed = {organisation}
    closure = _closure(organisation, on, closures)
    while closure is not None:
        name = closure.substitute
        if name is None or name in passed:
            return None
        passed.add(name)
        closure = _closure(name, on, closures)
        if closure is None:
            return name
    return None


def comes_back_to(organisation: str, closure: Closure, closures: Closures) -> bool:
    """Whether the chain of a new closure leads back to the organisation on some day: then nobody would stand in."""
    return closure.substitute is not None and _reaches(organisation, closure.substitute, closure.span, closures, set())


def _reaches(goal: str, name: str, during: Span, closures: Closures, passed: set[str]) -> bool:
    """`passed` are those on the way; a circle among others is not this one's."""
    if name == goal:
        return True
    if name in passed:
        return False
    return any(
        _reaches(goal, other.substitute, both, closures, {*passed, name})
        for other in closures.get(name, ())
        if other.substitute is not None and (both := other.span.shared_with(during)) is not None
    )


def overlapping(spans: Iterable[Span]) -> Span | None:
    """The first span, by its first day, that begins before the one before it has ended."""
    before: Span | None = None
    for span in sorted(spans, key=lambda one: one.first_day):
        if before is not None and span.shared_with(before) is not None:
            return span
        before = span
    return None


def _closure(organisation: str, on: date, closures: Closures) -> Closure | None:
    return next((one for one in closures.get(organisation, ()) if one.span.covers(on)), None)
