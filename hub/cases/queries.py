"""What can be read of cases: an inbox, and one case as a party may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, literal_column, select, text, tuple_
from sqlalchemy.orm import Session

from hub.cases.known import Course, course_until
from hub.cases.lifecycle import (
    BOTH_STATUSES,
    OVER,
    TAKEN_BACK,
    Move,
    Stand,
    State,
    Status,
    Technical,
    possible_for_school,
    possible_moves,
    status_of,
)
from hub.cases.moving import not_found, stand_of
from hub.cases.parts import RECEIVING_ROLES, May, may
from hub.cases.tables import TERM, WAITING, Case, Party
from hub.cases.viewing import ADDRESSED, Looking, may_know, opening_of, version_of, viewpoint
from hub.codes import OrganisationCode
from hub.events.catalogue import OPENING
from hub.events.log import Event, events_of_case
from hub.privacy.consent import Consent, consents_of
from hub.privacy.purposes import Purpose
from hub.privacy.vault import Erased, Letter, Vault, letters_of
from hub.privacy.visibility import Visible, visible


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page of the inbox ended: the last term and case on it."""

    due_on: date
    case_id: UUID


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the inbox: the case, and the caller's part in it."""

    case: Case
    party: Party


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened in a case, with the personal texts that this reader may see."""

    event: Event
    personal: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as one party may see it. `case` is None while the hub is still looking for the receiver.

    `course` is all that is known of the case, for what is worked out of it; it is not for this reader's eyes as it is.
    """

    case_id: UUID
    opening: Event
    course: Course
    case: Case | None
    party: Party | None
    parties: Sequence[Party]
    may: May
    role: str
    purpose: Purpose
    consents: Sequence[Consent]
    shown: Visible
    is_erased: bool
    moments: Sequence[Moment]
    moves: tuple[Move, ...]
    status: Status
    version: int

    @property
    def technical(self) -> Technical:
        """What the hub is doing with the case."""
        if self.is_erased:
            return Technical.ERASED
        return BOTH_STATUSES[State(self.case.state)][0] if self.case else Technical.RECEIVED

    @property
    def is_inside(self) -> bool:
        """Whether the reader is in the case now, as its sender or a receiver, and may see who else is."""
        return self.may.is_inside

    @property
    def shows_terms(self) -> bool:
        """Whether the reader may know the terms: whoever may see the question, as long as it is there."""
        return "question" in self.shown.fields and not self.is_erased

    @property
    def disclosed(self) -> Visible:
        """What of the personal fields is really there to be read, for the ledger."""
        fields = {_snake(name) for moment in self.moments for name in moment.personal}
        return Visible(frozenset(fields), self.shown.ground)

    @property
    def is_first_reading(self) -> bool:
        """Whether a receiver reads it for the first time."""
        party = self.party
        return party is not None and party.opened_at is None and self.may.receives


_NO_TERM = date(9999, 12, 31)
_TERM: ColumnElement[date] = literal_column(TERM, Date)


def inbox(
    session: Session, organisation: OrganisationCode, *, state: str | None = None, after: Mark | None, limit: int
) -> list[Entry]:
    """The cases that `organisation` was offered and has not finished, or those in a `state`; the first due first."""
    asked = text(WAITING) if state is None else and_(Party.state == state, Party.role.in_(("holder", "asked")))
    statement = select(Party).where(Party.organisation == organisation, asked)
    if after is not None:
        statement = statement.where(tuple_(_TERM, Party.case_id) > (after.due_on, after.case_id))
    parties = session.scalars(statement.order_by(_TERM, Party.case_id).limit(limit)).all()
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_([p.case_id for p in parties])))}
    return [Entry(cases[party.case_id], party) for party in parties]


def sent(
    session: Session, organisation: OrganisationCode, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[Case]:
    """The cases that `organisation` sent, what changed last first."""
    statement = select(Case).where(Case.sender == organisation)
    if before is not None:
        statement = statement.where(tuple_(Case.changed_at, Case.id) < before)
    return list(session.scalars(statement.order_by(Case.changed_at.desc(), Case.id.desc()).limit(limit)))


def waiting_for_school(session: Session, case_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the cases in which a receiver waits for the school's answer to its question."""
    asked = select(Party.case_id).where(Party.case_id.in_(case_ids), Party.asked_at.is_not(None))
    return set(session.scalars(asked))


def case_view(session: Session, vault: Vault, case_id: UUID, looking: Looking, *, now: datetime) -> CaseView:
    """The case as a party may see it.

    Raises NotFound alike for a foreign case and for none, InvalidInput for a purpose that the party's role does not
    have.
    """
    organisation = looking.organisation
    events = events_of_case(session, case_id)
    opening = _opening(events)
    case = session.get(Case, case_id)
    parties = _parties_of(session, case_id)
    party = next((each for each in parties if each.organisation == organisation), None)
    if opening is None:
        raise not_found()
    allowed = may(party.role if party else None, is_sender=opening.publisher == organisation)
    if not allowed.reads:
        raise not_found()
    view = viewpoint(events, case, party, looking)
    shown = visible(view)
    letters, is_erased = _letters(session, vault, case_id, shown)
    own = [event for event in events if may_know(event, opening, party, organisation)]
    return CaseView(
        case_id,
        opening,
        course_until(events, events[-1].position),
        case,
        party,
        parties,
        allowed,
        view.role,
        view.purpose or Purpose.ACCOUNT,
        consents_of(events),
        shown,
        is_erased,
        [Moment(event, _personal(event, letters, shown, organisation)) for event in own],
        _moves(case, party, parties, organisation, now),
        _status(case, parties, now),
        version_of(own),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands for one party: its state, for what it waits, what the party can do next, and the version."""

    state: State
    status: Status
    moves: tuple[Move, ...]
    version: int


def standing_of(session: Session, case_id: UUID, organisation: OrganisationCode, *, now: datetime) -> Standing:
    """Where the case stands for `organisation`. Raises NotFound alike for a foreign case and for none."""
    case = session.get(Case, case_id)
    parties = _parties_of(session, case_id)
    party = next((each for each in parties if each.organisation == organisation), None)
    if case is None or (party is None and case.sender != organisation):
        raise not_found()
    history = events_of_case(session, case_id)
    own = [event for event in history if may_know(event, opening_of(history), party, organisation)]
    moves = _moves(case, party, parties, organisation, now)
    return Standing(State(case.state), _status(case, parties, now), moves, version_of(own))


def _parties_of(session: Session, case_id: UUID) -> Sequence[Party]:
    return session.scalars(select(Party).where(Party.case_id == case_id).order_by(Party.since)).all()


def _status(case: Case | None, parties: Sequence[Party], now: datetime) -> Status:
    """For what a case waits: what its holder waits for, or else a question of another receiver to the school."""
    if case is None:
        return Status.SEARCHING
    receiving = [stand_of(each, now) for each in parties if each.role in RECEIVING_ROLES]
    if State(case.state) not in OVER and any(stand.waits_for_school for stand in receiving):
        return Status.WAITS_FOR_SCHOOL
    holder = next((stand for stand in receiving if stand.is_holder), Stand(State(case.state)))
    return status_of(holder._replace(state=State(case.state)))


def agenda_profiles(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, Case]:
    """What cases are counted by."""
    return {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(case_ids)))}


def mark_of(entry: Entry) -> Mark:
    """Where a page that ends with `entry` ended."""
    return Mark(entry.party.due_on or _NO_TERM, entry.case.id)


def _opening(events: Sequence[Event]) -> Event | None:
    return next((event for event in events if event.type in OPENING), None)


def _letters(session: Session, vault: Vault, case_id: UUID, shown: Visible) -> tuple[dict[UUID, Letter], bool]:
    if not shown.fields:
        return {}, False
    try:
        return letters_of(session, vault, case_id), False
    except Erased:
        return {}, True


def _personal(event: Event, letters: dict[UUID, Letter], shown: Visible, organisation: str) -> dict[str, Any]:
    letter = letters.get(event.sealed_id) if event.sealed_id else None
    if letter is None:
        return {}
    if event.publisher == organisation:
        return letter.fields
    if event.type in ADDRESSED:
        return letter.fields if event.data["to"] == organisation and "question" in shown.fields else {}
    return {name: value for name, value in letter.fields.items() if _snake(name) in shown.fields}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _moves(
    case: Case | None, party: Party | None, parties: Sequence[Party], looking: str, now: datetime
) -> tuple[Move, ...]:
    """What the reader can do now: as a receiver, and as the school that sent the case."""
    if case is None or State(case.state) in TAKEN_BACK:
        return ()
    own = possible_moves(stand_of(party, now)) if party is not None and party.role in RECEIVING_ROLES else ()
    if looking != case.sender:
        return own
    others = (each for each in parties if each.role in RECEIVING_ROLES and each.organisation != looking)
    own = tuple(move for move in own if move is not Move.ASK)  # a school that holds its own question has nobody to ask
    return (*own, *possible_for_school(stand_of(each, now) for each in others))
