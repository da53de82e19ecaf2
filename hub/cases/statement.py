"""The facts of the statement for parents, out of the log, the ledger and the directory. Nothing personal is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.cases.erasing import Lasting, lasting_of
from hub.cases.parts import may
from hub.cases.tables import Case, Party
from hub.cases.viewing import Looking, lawful_purpose, opening_of, viewpoint
from hub.clock import dutch_date
from hub.codes import OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.errors import NotAllowed, NotFound
from hub.events import log
from hub.events.log import Event, events_of_case
from hub.privacy import ledger
from hub.privacy.consent import Consent, consents_of
from hub.privacy.erasure import erased_at
from hub.privacy.ledger import Action, disclosures_of
from hub.privacy.purposes import Purpose
from hub.privacy.retention import Terms
from hub.privacy.statement.facts import Reading, Shared, Source, Statement
from hub.privacy.tables import Disclosure
from hub.privacy.visibility import Ground, Visible, visible

_PERSON = "person:"
_SHOWING = frozenset({Action.READ, Action.EXPORT})


@dataclass(frozen=True, slots=True)
class Making:
    """What a statement is made with, and when."""

    session: Session
    terms: Terms
    snapshot: Snapshot
    now: datetime


def statement_for(making: Making, case_id: UUID, organisation: OrganisationCode) -> Statement:
    """The statement that the sender of a case may hand over.

    Raises NotFound alike for a foreign case and for none, NotAllowed for a party that did not send it.
    """
    events = events_of_case(making.session, case_id)
    party = making.session.get(Party, (case_id, organisation))
    is_sender = bool(events) and opening_of(events).publisher == organisation
    allowed = may(party.role if party else None, is_sender=is_sender)
    if not allowed.reads:
        raise NotFound("There is no case with this id for your organisation.")
    if not allowed.gives_statement:
        raise NotAllowed(
            "The statement is given by the school that sent the case.", next_step="Refer the parents to the school."
        )
    return statement_of(making, case_id)


def statement_of(making: Making, case_id: UUID) -> Statement:
    """The statement of a case. Raises NotFound."""
    session = making.session
    events = events_of_case(session, case_id)
    if not events:
        raise NotFound("There is no case with this id.", next_step="Check the id: it stands in the case's address.")
    opening, case = opening_of(events), session.get(Case, case_id)
    lasting = lasting_of(session, [case], making.terms, making.snapshot)[0] if case else None
    names = _Names(making.snapshot, dutch_date(making.now))
    consents, erased = consents_of(events), erased_at(session, case_id)
    return Statement(
        case_id=case_id,
        type=opening.type,
        school=names.of(opening.data["school"]),
        school_phone=names.phone(opening.data["school"]) or names.phone(opening.publisher),
        opened_at=opening.recorded_at,
        state=case.state if case else "received",
        consents=consents,
        consent_names=_named(consents, names),
        without_consent=lawful_purpose(opening),
        shared=_gone(session, case_id, names) if erased else _shared(session, events, case, names, lasting),
        readings=[_reading(entry, names) for entry in disclosures_of(session, case_id) if _shows(entry)],
        kept_until=lasting.until if lasting else None,
        erased_at=erased,
        source=Source(log.head(session).position, ledger.head(session).position),
        made_at=making.now,
    )


class _Names:
    """What organisations are called, today or else when they last had a name; a code that has none is its own."""

    def __init__(self, snapshot: Snapshot, today: date) -> None:
        self.snapshot = snapshot
        self.today = today

    def of(self, code: str) -> str:
        """The name of an organisation."""
        found = self.snapshot.organisation(code, self.today)
        return found.name if found else code

    def phone(self, code: str) -> str | None:
        """Its telephone number, if the directory knows it."""
        found = self.snapshot.organisation(code, self.today)
        return found.phone if found else None


def _named(consents: Sequence[Consent], names: _Names) -> dict[str, str]:
    """The names of the receivers that consent names; a kind of receiver has none."""
    codes = {code for one in consents for code in one.scope.receivers or ()}
    return {code: names.of(code) for code in codes if names.of(code) != code}


def _shared(
    session: Session, events: Sequence[Event], case: Case | None, names: _Names, lasting: Lasting | None
) -> list[Shared]:
    """The parties in the order in which they came; whoever has passed it on comes last."""
    until = lasting.parties if lasting else {}
    return [
        Shared(
            organisation=names.of(party.organisation),
            role=party.role,
            since=party.since,
            shown=_seen_by(party, events, case, names),
            until=until.get(party.organisation),
        )
        for party in _parties(session, events[0].case_id)
    ]


def _gone(session: Session, case_id: UUID, names: _Names) -> list[Shared]:
    """The parties of a case that was erased: nobody sees anything any more."""
    nothing = Visible(frozenset(), None)
    return [
        Shared(names.of(party.organisation), party.role, party.since, nothing, None)
        for party in _parties(session, case_id)
    ]


def _parties(session: Session, case_id: UUID) -> list[Party]:
    parties = session.scalars(select(Party).where(Party.case_id == case_id).order_by(Party.since, Party.role.desc()))
    return sorted(parties, key=lambda party: party.role == "former")


def _seen_by(party: Party, events: Sequence[Event], case: Case | None, names: _Names) -> Visible:
    """What a party may see now for its usual purpose, whether or not anybody wrote it."""
    found = names.snapshot.organisation(party.organisation, names.today)
    if found is None:
        return Visible(frozenset(), None)
    looking = Looking(OrganisationCode(party.organisation), found.kind)
    return visible(viewpoint(events, case, party, looking))


def _shows(entry: Disclosure) -> bool:
    return Action(entry.action) in _SHOWING and bool(entry.fields)


def _reading(entry: Disclosure, names: _Names) -> Reading:
    return Reading(
        position=entry.position,
        at=entry.read_at,
        organisation=names.of(entry.organisation),
        is_person=entry.caller.startswith(_PERSON),
        fields=tuple(entry.fields.split()),
        ground=Ground(entry.ground) if entry.ground else None,
        purpose=Purpose(entry.purpose) if entry.purpose else None,
    )
