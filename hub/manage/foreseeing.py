"""A change of the directory, foreseen before it is written: whom it affects on its day, and which decisions.

The change is made in a transaction that is rolled back; both directories then answer the same questions. It is written
in another one, and only on the directory for which its effect was shown.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from hub import clock
from hub.cases.history import decisions_between
from hub.directory.current import build_snapshot, version_of
from hub.directory.effect import Effect, effect_on, names_in
from hub.directory.registering import lock_directory
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict
from hub.routing.replay import Report, World, compare
from hub.routing.usual_questions import asked_in_both
from hub.store.engine import Sessions

T = TypeVar("T")


class DirectoryMoved(Conflict):
    """The directory is not the one for which the effect was worked out."""

    code = "directory-moved"
    next_step = "Give the command again, and look at its effect on the directory of now."


@dataclass(frozen=True, slots=True)
class Proposal(Generic[T]):
    """A change of the directory that holds from the day `on`, and until `until` if an end is known."""

    change: Callable[[Session], T]
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The effect of a change on the directory at `version`, and on the decisions of a period.

    `is_news` is False for a change that says what the directory says already.
    """

    version: int
    is_news: bool
    effects: tuple[Effect, ...]
    since: date
    until: date
    decisions: Report

    def to_data(self) -> dict[str, Any]:
        """Plain JSON."""
        period = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return {
            "version": self.version,
            "isNews": self.is_news,
            "days": [effect.to_data() for effect in self.effects],
            "decisions": period | self.decisions.to_data(),
        }


def foresee(sessions: Sessions, proposal: Proposal[T], *, since: date | None = None) -> tuple[T, Foreseen]:
    """What a change would do, and what it would answer; nothing is written.

    Decisions are those from the day `since`, a year ago when not given, until today. Earlier ones than the first day of
    the change are taken as if they came on that day. Raises whatever the change itself refuses.
    """
    today = clock.dutch_date(clock.now())
    since = since or _a_year_before(today)
    with sessions() as session:
        lock_directory(session)
        before = build_snapshot(session)
        answer = proposal.change(session)
        after = build_snapshot(session)
        session.rollback()
    if after.version == before.version:
        return answer, Foreseen(before.version, False, (), since, today, Report())
    worlds = World(before, not_before=proposal.on), World(after, not_before=proposal.on)
    with sessions() as session:
        decisions = compare(decisions_between(session, since, today), *worlds)
    effects = _effects(before, after, proposal, today)
    return answer, Foreseen(before.version, True, effects, since, today, decisions)


def write(sessions: Sessions, proposal: Proposal[T], foreseen: Foreseen) -> T:
    """Write a change whose effect was shown. Raises DirectoryMoved when the directory changed meanwhile."""
    with sessions.begin() as session:
        lock_directory(session)
        if version_of(session) != foreseen.version:
            raise DirectoryMoved("The directory has changed since this effect was shown.")
        return proposal.change(session)


def _effects(before: Snapshot, after: Snapshot, proposal: Proposal[Any], today: date) -> tuple[Effect, ...]:
    """On the first day, on the day it ends, and today if that lies between; a day like the one before is left out."""
    days = {proposal.on, proposal.until or proposal.on, max(today, proposal.on)}
    found: list[Effect] = []
    for on in sorted(days):
        effect = _effect_on(before, after, on)
        if effect and (not found or replace(effect, on=found[-1].on, names=found[-1].names) != found[-1]):
            found.append(effect)
    return tuple(found)


def _effect_on(before: Snapshot, after: Snapshot, on: date) -> Effect:
    """Look-ups do not show what agreements do, so the rules are asked as well."""
    effect = effect_on(before, after, on)
    sites, postcodes = asked_in_both(before, after, on)
    names = names_in((*sites, *postcodes), (after, before), on)
    return replace(
        effect,
        names={**effect.names, **names},
        sites=(*effect.sites, *sites),
        postcodes=(*effect.postcodes, *postcodes),
    )


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)
