"""Routes on which nobody answers: who never opens, at whom nothing arrives, a school without a person, an unused rule.

Silence looks like peace. A case that is routed well to a team that never looks is lost all the same, and nothing in
that case says so; only many cases together do. What is found here names organisations, counts and days, never a case.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from hub.access.roles import Role
from hub.clock import dutch_date
from hub.codes import OrganisationKind, Sector
from hub.directory.snapshot import Snapshot
from hub.routing.routes import GROUND_RULES, ROUTES
from hub.routing.rules import RULES

LOOKED_BACK = timedelta(days=90)
"""How far back cases count for who opens them."""

TIME_TO_OPEN = timedelta(days=14)
"""A case that came later than this says nothing yet of who received it."""

RULE_UNUSED_FOR = timedelta(days=365)
"""Transitions, declarations and holidays come back every year: what was not used in one is not used."""

_COUNTED_AGAIN_SECONDS = 300.0
_SCHOOLS = frozenset({OrganisationKind.SCHOOL_BOARD, OrganisationKind.SCHOOL_SITE})


class Kind(StrEnum):
    """What is silent."""

    NEVER_OPENS = "never_opens"  # an organisation that opened none of the cases it was asked to take
    NOTHING_ARRIVES = "nothing_arrives"  # an organisation with a suspended e-mail address, or whose webhook is gone
    NO_COORDINATOR = "no_coordinator"  # a school that sends cases, and where nobody can read an answer
    RULE_UNUSED = "rule_unused"  # a rule that decided nothing, and explained nothing


@dataclass(frozen=True, slots=True)
class Silent:
    """A silent route: an organisation, or a rule; since when, if that is known; how much it is about.

    `count`: the cases that were not opened, the addresses that fail, the cases that were sent; 0 for a rule. `areas`:
    the partnerships in whose area it lies; none for a rule.
    """

    kind: Kind
    subject: str
    since: datetime | None
    count: int
    areas: frozenset[str] = frozenset()


_NEVER_OPENS = text(
    """
    SELECT organisation AS subject, min(since) AS since, count(*) AS number
    FROM case_parties
    WHERE role IN ('holder', 'asked') AND since BETWEEN :from AND :until
    GROUP BY organisation
    HAVING bool_and(opened_at IS NULL AND state = 'offered')
    """
)
_NOTHING_ARRIVES = text(
    """
    SELECT subject, min(since) AS since, count(*) AS number
    FROM (
        SELECT DISTINCT m.organisation AS subject, s.since, s.person_id AS failing
        FROM mail_suspensions s
        JOIN people p ON p.id = s.person_id AND p.withdrawn_at IS NULL
        JOIN memberships m ON m.person_id = s.person_id AND m.since <= :now AND (m.until IS NULL OR m.until > :now)
        UNION ALL
        SELECT gone.organisation, gone.ended_at, gone.id
        FROM subscriptions gone
        WHERE gone.end_reason = 'gone' AND gone.ended_at > :from AND NOT EXISTS (
            SELECT FROM subscriptions s WHERE s.organisation = gone.organisation AND s.ended_at IS NULL)
    ) AS failing
    GROUP BY subject
    """
)
_NO_COORDINATOR = text(
    """
    SELECT sender AS subject, NULL AS since, count(*) AS number
    FROM cases
    WHERE changed_at > :from AND NOT EXISTS (
        SELECT FROM memberships m JOIN people p ON p.id = m.person_id AND p.withdrawn_at IS NULL
        WHERE m.organisation = cases.sender AND m.role = :coordinator
          AND m.since <= :now AND (m.until IS NULL OR m.until > :now))
    GROUP BY sender
    """
)
_USED_RULES = text(
    """
    SELECT DISTINCT reason ->> 'rule'
    FROM events, jsonb_array_elements(data -> 'reasons') AS reason
    WHERE type IN ('referral.offered', 'case.undecided') AND recorded_at > :from
    """
)


def silent_organisations(session: Session, directory: Snapshot, *, now: datetime) -> list[Silent]:
    """Organisations that do not open, or that nothing reaches, in order of kind and code."""
    asked = {"from": now - LOOKED_BACK, "until": now - TIME_TO_OPEN, "now": now, "coordinator": Role.COORDINATOR.value}
    questions = {
        Kind.NEVER_OPENS: _NEVER_OPENS,
        Kind.NOTHING_ARRIVES: _NOTHING_ARRIVES,
        Kind.NO_COORDINATOR: _NO_COORDINATOR,
    }
    on = dutch_date(now)
    rows = ((kind, row) for kind, question in questions.items() for row in session.execute(question, asked))
    found = (_silent(kind, row, directory, on) for kind, row in rows)
    return sorted(found, key=lambda one: (one.kind, one.subject))


def unused_rules(session: Session, *, now: datetime) -> list[Silent]:
    """Rules that no decision of the last year used, in order of their ids; none while the hub is younger than that.

    Rules that only refuse leave nothing in the log, so of them nothing is known.
    """
    first = session.scalar(text("SELECT recorded_at FROM events WHERE position = 1"))
    if first is None or first > now - RULE_UNUSED_FOR:
        return []
    used = set(session.scalars(_USED_RULES, {"from": now - RULE_UNUSED_FOR}))
    on = dutch_date(now)
    idle = (rule for rule in _deciding_rules() - used if RULES[rule].on(on))
    return [Silent(Kind.RULE_UNUSED, rule, None, 0) for rule in sorted(idle)]


def in_area_of(found: Iterable[Silent], swv: str) -> list[Silent]:
    """What a partnership may know of: its own area."""
    return [one for one in found if swv in one.areas]


class Watch:
    """How many organisations are silent, per kind; counted anew every five minutes at most, however often asked."""

    def __init__(self) -> None:
        self._counts: Mapping[Kind, int] = {}
        self._until = 0.0

    def counts(self, session: Session, directory: Snapshot, *, now: datetime) -> Mapping[Kind, int]:
        """The counts; a kind of which there are none is left out."""
        if time.monotonic() >= self._until:
            self._counts = Counter(one.kind for one in silent_organisations(session, directory, now=now))
            self._until = time.monotonic() + _COUNTED_AGAIN_SECONDS
        return self._counts


def _silent(kind: Kind, row: Row[Any], directory: Snapshot, on: date) -> Silent:
    return Silent(kind, row.subject, row.since, row.number, frozenset(_areas(row.subject, directory, on)))


def _areas(code: str, directory: Snapshot, on: date) -> Iterator[str]:
    """The partnerships in whose area an organisation lies: of schools their own, else those of the municipality."""
    party = directory.organisation(code, on)
    if party is None:
        return
    if party.kind is OrganisationKind.SWV:
        yield code
    elif party.kind in _SCHOOLS:
        sites = [site for site in directory.sites(on) if code in {site.code, site.board}]
        areas = (directory.swv_of_site(site.code, sector, on) for site in sites for sector in Sector)
        yield from (area.swv for area in areas if area is not None and area.swv is not None)
    elif party.municipality is not None:
        yield from chain.from_iterable(directory.partnerships(party.municipality, sector, on) for sector in Sector)


def _deciding_rules() -> frozenset[str]:
    """The rules that are put to cases, and so leave their names in decisions."""
    found = {rule.id for rule in GROUND_RULES}
    for route in ROUTES:
        found |= {rule.id for rule in route.rules} | {rule.id for rule in route.closing}
        found |= {rule.id for rule in route.candidates}
    return frozenset(found)
