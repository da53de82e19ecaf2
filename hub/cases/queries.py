"""What can be read of cases: an inbox, and one case as a party may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, literal_column, select, text, tuple_
from sqlalchemy.orm import Session

from hub.cases import parts
from hub.cases.known import Course, course_until
from hub.cases.lifecycle import OVER, Move, State, possible_moves
from hub.cases.parts import MAY, Insight, May, Part
from hub.cases.tables import TERM, WAITING, Case, Party
from hub.cases.viewing import Looking, viewpoint
from hub.codes import OrganisationCode
from hub.errors import NotFound
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


def case_view(session: Session, vault: Vault, case_id: UUID, looking: Looking) -> CaseView:
    """The case as a party may see it.

    Raises NotFound alike for a foreign case and for none, InvalidInput for a purpose that the party's role does not
    have.
    """
    organisation = looking.organisation
    events = events_of_case(session, case_id)
    opening = _opening(events)
    case = session.get(Case, case_id)
    parties = session.scalars(select(Party).where(Party.case_id == case_id).order_by(Party.since)).all()
    party = next((each for each in parties if each.organisation == organisation), None)
    may = _may(opening, party, organisation)
    if opening is None or not may.reads:
        raise NotFound("There is no case with this id for your organisation.")
    view = viewpoint(events, case, party, looking)
    shown = visible(view)
    letters, is_erased = _letters(session, vault, case_id, shown)
    own = [event for event in events if event.publisher == organisation or _may_know(event, opening, may, party)]
    return CaseView(
        case_id,
        opening,
        course_until(events, events[-1].position),
        case,
        party,
        parties,
        may,
        view.role,
        view.purpose or Purpose.ACCOUNT,
        consents_of(events),
        shown,
        is_erased,
        [Moment(event, _personal(event, letters, shown, organisation)) for event in own],
        _moves(case, party),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a party stands in a case, and what it can do next."""

    state: State
    moves: tuple[Move, ...]


def standing_of(session: Session, case_id: UUID, organisation: OrganisationCode) -> Standing:
    """Where `organisation` stands in the case. Raises NotFound alike for a foreign case and for none."""
    case, party = session.get(Case, case_id), session.get(Party, (case_id, organisation))
    if case is None or party is None:
        raise NotFound("There is no case with this id for your organisation.")
    return Standing(State(case.state), _moves(case, party))


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


def _may(opening: Event | None, party: Party | None, organisation: str) -> May:
    is_sender = opening is not None and opening.publisher == organisation
    return parts.may(party.role if party else None, is_sender=is_sender)


def _may_know(event: Event, opening: Event, may: May, party: Party | None) -> bool:
    """Whether an event belongs to what the part of a party lets it know of the course."""
    if may.insight is Insight.OFFER:
        return event.type in {"referral.offered", opening.type}
    if may.insight is Insight.UNTIL_PASSED_ON:
        assert party is not None, "who passed it on was a party"
        return event.recorded_at < party.since
    return may.insight is Insight.ALL


def _personal(event: Event, letters: dict[UUID, Letter], shown: Visible, organisation: str) -> dict[str, Any]:
    letter = letters.get(event.sealed_id) if event.sealed_id else None
    if letter is None:
        return {}
    if event.publisher == organisation:
        return letter.fields
    return {name: value for name, value in letter.fields.items() if _snake(name) in shown.fields}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _moves(case: Case | None, party: Party | None) -> tuple[Move, ...]:
    if case is None or party is None or State(case.state) in OVER:
        return ()
    state = case.state if party.role == Part.HOLDER else party.state
    allowed = MAY[Part(party.role)].moves
    return tuple(move for move in possible_moves(State(state)) if move in allowed) if state in set(State) else ()
