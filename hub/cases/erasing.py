"""Erasing cases: those whose terms have passed, and one that somebody asks for. The log tells that it was done.

A party whose own term has passed sees nothing from that day on; the key is destroyed when the last of them must let go.
A case that still runs is never erased by its age: it has a purpose until somebody ends it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Date, cast, func, select, update
from sqlalchemy.orm import Session

from hub.cases.ending import end_for_erasure
from hub.cases.lifecycle import OVER, State
from hub.cases.opening import cases_by_id
from hub.cases.tables import Case, Party
from hub.clock import dutch_date
from hub.codes import HUB_ORGANISATION, HUB_SOURCE, Outcome
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, NotFound
from hub.events import log
from hub.events.log import NewEvent
from hub.events.tables import EventRow
from hub.privacy.erasure import destroy, erased_at
from hub.privacy.retention import Kept, KeptBy, Terms
from hub.privacy.tables import CaseKey

AT_ONCE = 200

_RUNNING = frozenset(State) - OVER - {State.ANSWERED}
_STILL_SEEING = frozenset({"sender", "holder", "asked", "named"})


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a case lasts: until when for each party, and for the case as a whole."""

    case_id: UUID
    type: str
    is_running: bool
    until: date
    parties: Mapping[str, date]


class Step(NamedTuple):
    """What a look at some cases came to: how many were erased, how many are due but still run, and the last one."""

    erased: int
    running: int
    last: UUID | None


def erase_next(session: Session, terms: Terms, snapshot: Snapshot, *, after: UUID | None, now: datetime) -> Step:
    """Look at the next AT_ONCE cases that are old enough, and erase those whose term has passed. Does not commit."""
    today = dutch_date(now)
    cases = _old_enough(session, terms, today, after)
    found = lasting_of(session, cases, terms, snapshot)
    running = sum(one.is_running and one.until <= today for one in found)
    passed = [
        one.case_id for one in found if not one.is_running and min(one.parties.values(), default=one.until) <= today
    ]
    locked = list(cases_by_id(session, passed, lock=True).values())
    ended = [one for one in lasting_of(session, locked, terms, snapshot) if not one.is_running]
    _let_go(session, ended, today)
    erased = _erase(session, [one.case_id for one in ended if one.until <= today], "term", now)
    return Step(erased, running, cases[-1].id if cases else None)


def erase_unplaced(session: Session, terms: Terms, *, now: datetime) -> int:
    """Erase what the router never made a case of, some AT_ONCE; how many. Does not commit."""
    term = terms.of("", KeptBy("", None))
    young = dutch_date(now) - timedelta(days=365 * term.years + 28 * term.months)
    unplaced = select(CaseKey.case_id).where(
        CaseKey.wrapped.is_not(None),
        cast(CaseKey.made_at, Date) <= young,
        ~select(Case.id).where(Case.id == CaseKey.case_id).exists(),
    )
    return _erase(session, list(session.scalars(unplaced.limit(AT_ONCE))), "term", now)


def erase(session: Session, case_id: UUID, *, even_if_running: bool = False, now: datetime) -> bool:
    """Erase a case because somebody asked for it; False when that was done before. Does not commit.

    Raises NotFound, and Conflict for a case that still runs: only `even_if_running` ends it first.
    """
    case = cases_by_id(session, [case_id], lock=True).get(case_id)
    if case is None and not log.is_known(session, case_id):
        raise NotFound("There is no case with this id.", next_step="Check the id: it stands in the case's address.")
    if case is not None and State(case.state) in _RUNNING and not even_if_running:
        raise Conflict(
            "This case still runs: the parties wait for an answer.",
            next_step="Let the school take its question back first, or end it by erasing: --even-if-running.",
        )
    if erased_at(session, case_id) is not None:
        return False
    ending = end_for_erasure(session, case, now) if case else []
    session.flush()
    return _erase(session, [case_id], "request", now, ending) == 1


def all_lasting(session: Session, terms: Terms, snapshot: Snapshot, *, on: date) -> list[Lasting]:
    """Every case that still has a key and whose term will have passed `on` a day; the first first."""
    found: list[Lasting] = []
    cases = _old_enough(session, terms, on, None)
    while cases:
        found += [one for one in lasting_of(session, cases, terms, snapshot) if one.until <= on]
        cases = _old_enough(session, terms, on, cases[-1].id)
    return sorted(found, key=lambda one: (one.until, one.case_id))


def lasting_of(session: Session, cases: Sequence[Case], terms: Terms, snapshot: Snapshot) -> list[Lasting]:
    """How long each of the cases lasts, in their order."""
    ids = [case.id for case in cases]
    helped = _who_helped(session, ids)
    parties: dict[UUID, list[str]] = {id_: [] for id_ in ids}
    seeing = (Party.case_id.in_(ids), Party.role.in_(_STILL_SEEING))
    for party in session.execute(select(Party.case_id, Party.organisation).where(*seeing)):
        parties[party.case_id].append(party.organisation)
    return [_lasting(case, parties[case.id], helped, terms, snapshot) for case in cases]


def _lasting(
    case: Case, parties: Iterable[str], helped: set[tuple[UUID, str]], terms: Terms, snapshot: Snapshot
) -> Lasting:
    keepers = [_keeper(name, case, snapshot, has_helped=(case.id, name) in helped) for name in parties]
    kept = Kept(case.type, dutch_date(case.changed_at), case.answered_on, tuple(keepers))
    until = {keeper.organisation: terms.end_for(kept, keeper) for keeper in keepers}
    return Lasting(case.id, case.type, State(case.state) in _RUNNING, terms.end_of(kept), until)


def _keeper(name: str, case: Case, snapshot: Snapshot, *, has_helped: bool) -> KeptBy:
    found = snapshot.organisation(name, dutch_date(case.changed_at)) or snapshot.organisation(name, case.opened_on)
    return KeptBy(name, found.kind if found else None, has_helped)


def _who_helped(session: Session, case_ids: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """Who said in an answer, or on closing, that help has begun; help that has finished had begun."""
    said = EventRow.type.in_(("outcome.reported", "case.closed"))
    started = (said, EventRow.data["outcome"].astext.in_((Outcome.HELP_STARTED, Outcome.HELP_FINISHED)))
    rows = session.execute(select(EventRow.case_id, EventRow.publisher).where(EventRow.case_id.in_(case_ids), *started))
    return {(row.case_id, row.publisher) for row in rows}


def _old_enough(session: Session, terms: Terms, today: date, after: UUID | None) -> list[Case]:
    """Cases that still have a key and are older than the shortest term, in order of their id."""
    shortest = terms.shortest
    begun = func.least(cast(Case.changed_at, Date), Case.answered_on)
    old = begun <= today - timedelta(days=365 * shortest.years + 28 * shortest.months)
    statement = select(Case).join(CaseKey, CaseKey.case_id == Case.id).where(CaseKey.wrapped.is_not(None), old)
    if after is not None:
        statement = statement.where(Case.id > after)
    return list(session.scalars(statement.order_by(Case.id).limit(AT_ONCE)))


def _let_go(session: Session, ended: Sequence[Lasting], today: date) -> None:
    """Parties whose own term has passed see nothing any more, while others still may."""
    for one in ended:
        past = [name for name, until in one.parties.items() if until <= today]
        if past:
            theirs = (Party.case_id == one.case_id, Party.organisation.in_(past), Party.expired_on.is_(None))
            session.execute(update(Party).where(*theirs).values(expired_on=today))


def _erase(
    session: Session, case_ids: Sequence[UUID], because: str, now: datetime, ending: Sequence[NewEvent] = ()
) -> int:
    destroyed = destroy(session, case_ids, now=now) if case_ids else []
    told = _audiences(session, destroyed)
    events = [_erased(case_id, because, told.get(case_id, ()), now) for case_id in destroyed]
    log.append(session.connection(), [*ending, *events], now=now)
    return len(destroyed)


def _audiences(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    in_them = select(Party.case_id, Party.organisation).where(Party.case_id.in_(case_ids), Party.role != "former")
    for row in session.execute(in_them):
        found.setdefault(row.case_id, []).append(row.organisation)
    return found


def _erased(case_id: UUID, because: str, told: Sequence[str], now: datetime) -> NewEvent:
    return NewEvent(
        type="case.erased",
        case_id=case_id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data={"because": because},
        audience=tuple(told),
    )
