"""The way in: what a school publishes is judged, sealed and appended, together with what others publish meanwhile.

`judge` decides whether an event may come in at all and stores nothing; `receive` writes submissions of several callers
in one transaction, each submission whole or not at all.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.access.callers import Caller
from hub.cases.danger import refuse_acute_danger
from hub.cases.own_school import school_problems
from hub.clock import dutch_date
from hub.codes import OrganisationCode, new_id
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, HubError, InvalidInput, Problem
from hub.events import log
from hub.events.catalogue import OPENING
from hub.events.log import NewEvent
from hub.events.payloads import AboutAPupil
from hub.events.reading import Incoming, read
from hub.events.tables import EventRow
from hub.privacy.identifiers import forbidden
from hub.privacy.tables import Sealed
from hub.privacy.vault import DataKey, Letter, Vault, commit, keep, new_salt, seal, unseal
from hub.store.bulk import as_json, recordset
from hub.store.engine import Sessions

Key = tuple[str, str]
"""source and id of an event: what makes publishing idempotent, for ever."""

NO_SUCH_CASE = "There is no case of your organisation with this id."


class KeyReused(Conflict):
    """The same source and id came before with another content."""

    code = "key-reused"
    title = "This id was used before for another event"
    next_step = "Give the new event an id of its own. If you meant to repeat the first event, send it unchanged."


@dataclass(frozen=True, slots=True)
class Submission:
    """The events of one request: all of them come in, or none."""

    organisation: OrganisationCode
    events: tuple[Incoming, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """That an event is in the log, and the case it belongs to."""

    source: str
    id: str
    case_id: UUID


Outcome = tuple[Receipt, ...] | HubError


def judge(bodies: Sequence[object], caller: Caller, snapshot: Snapshot) -> Submission:
    """The events in `bodies`, fit to come in.

    Raises InvalidInput with every problem of every event; AcuteDanger (rules E2, E3) before anything else is said;
    NotAllowed for a source or a school that is not the caller's. Stores nothing.
    """
    events: dict[int, Incoming] = {}
    problems: list[Problem] = []
    for index, body in enumerate(bodies):
        found = tuple(forbidden(body)) or read(body)
        if isinstance(found, Incoming):
            events[index] = found
        else:
            problems += [_at(problem, index, bodies) for problem in found]
    refuse_acute_danger(bodies, [event.payload for event in events.values()])
    for index, event in events.items():
        caller.need_source(event.envelope.source)
        problems += [_at(problem, index, bodies) for problem in _own_school(event, caller, snapshot)]
    if problems:
        raise InvalidInput("The event was not accepted: nothing has been stored.", problems=tuple(problems))
    return Submission(caller.organisation, tuple(events.values()))


def receive(session: Session, vault: Vault, submissions: Sequence[Submission], *, now: datetime) -> list[Outcome]:
    """Write `submissions` and return what each gets as answer. Does not commit.

    Raises IntegrityError when another process wrote one of the keys at the same moment: do it again, and the first
    answer is found.
    """
    batch = _Batch(session, vault, now)
    batch.look_up(submissions)
    outcomes = [batch.take(submission) for submission in submissions]
    batch.write()
    return outcomes


def write(
    sessions: Sessions, vault: Vault, submissions: Sequence[Submission], now: Callable[[], datetime]
) -> list[Outcome]:
    """`receive` in one transaction of its own; what each submission gets as answer is in the log for good."""
    try:
        return _write(sessions, vault, submissions, now())
    except IntegrityError:
        # Another process wrote one of these keys at the same moment; now the first answer is there to be found.
        return _write(sessions, vault, submissions, now())


def _write(sessions: Sessions, vault: Vault, submissions: Sequence[Submission], now: datetime) -> list[Outcome]:
    with sessions.begin() as session:
        return receive(session, vault, submissions, now=now)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """An event that came before under some key; `salt` is None once its case was erased."""

    receipt: Receipt
    commitment: bytes
    salt: bytes | None
    organisation: str


@dataclass(slots=True)
class _Draft:
    """Rows to write for one submission, and the receipts for its sender."""

    events: list[NewEvent] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    earlier: dict[Key, _Earlier] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)


class _Batch:
    """The submissions of one transaction."""

    def __init__(self, session: Session, vault: Vault, now: datetime) -> None:
        self._session = session
        self._vault = vault
        self._now = now
        self._earlier: dict[Key, _Earlier] = {}
        self._owners: dict[UUID, str] = {}
        self._case_keys: dict[UUID, DataKey] = {}
        self._draft = _Draft()

    def look_up(self, submissions: Sequence[Submission]) -> None:
        """Read what the log already knows of these keys and of the cases that they name."""
        incoming = [event for submission in submissions for event in submission.events]
        self._earlier = _earlier(self._session, self._vault, [_key(event) for event in incoming])
        named = {event.envelope.subject for event in incoming if event.envelope.subject is not None}
        if named:
            self._owners = _owners(self._session, named)
            self._case_keys = self._vault.keys_of(self._session.connection(), named)

    def take(self, submission: Submission) -> Outcome:
        """Draft the rows of one submission; a refusal leaves no trace of it."""
        draft = _Draft()
        for index, event in enumerate(submission.events):
            try:
                draft.receipts.append(self._draft_one(submission.organisation, event, draft))
            except HubError as refusal:
                refusal.problems = tuple(_at(problem, index, submission.events) for problem in refusal.problems)
                return refusal
        self._earlier |= draft.earlier
        self._draft.events += draft.events
        self._draft.keys += draft.keys
        self._draft.letters += draft.letters
        return tuple(draft.receipts)

    def write(self) -> None:
        """Seal first, append last: from the append on, other writers wait for the commit."""
        connection = self._session.connection()
        keep(connection, self._draft.keys, self._draft.letters)
        log.append(connection, self._draft.events, now=self._now)

    def _draft_one(self, organisation: OrganisationCode, event: Incoming, draft: _Draft) -> Receipt:
        key = _key(event)
        earlier = draft.earlier.get(key) or self._earlier.get(key)
        if earlier is not None:
            return _repeated(earlier, organisation, event)
        case_key = self._case_key(organisation, event, draft)
        salt, sealed_id = new_salt(), new_id()
        commitment = commit(salt, event.body)
        draft.letters.append(seal(case_key, sealed_id, Letter(salt, event.payload.personal())))
        draft.events.append(_new_event(organisation, event, case_key.case_id, sealed_id, commitment))
        receipt = Receipt(key[0], key[1], case_key.case_id)
        draft.earlier[key] = _Earlier(receipt, commitment, salt, organisation)
        return receipt

    def _case_key(self, organisation: OrganisationCode, event: Incoming, draft: _Draft) -> DataKey:
        subject = event.envelope.subject
        if subject is None:
            case_key, row = self._vault.new_key(new_id(), now=self._now)
            draft.keys.append(row)
            return case_key
        if self._owners.get(subject) != organisation or subject not in self._case_keys:
            raise InvalidInput(NO_SUCH_CASE, problems=(Problem("/subject", NO_SUCH_CASE),))
        return self._case_keys[subject]


def _at(problem: Problem, index: int, bodies: Sequence[object]) -> Problem:
    """The problem with its place in a batch; a lone event has no place."""
    if len(bodies) == 1:
        return problem
    return Problem(problem.pointer, problem.message, problem.parameters, index)


def _own_school(event: Incoming, caller: Caller, snapshot: Snapshot) -> Iterator[Problem]:
    return school_problems(event.payload, dutch_date(event.envelope.time), caller, snapshot)


def _new_event(
    organisation: OrganisationCode, event: Incoming, case_id: UUID, sealed_id: UUID, commitment: bytes
) -> NewEvent:
    envelope = event.envelope
    return NewEvent(
        type=event.type,
        case_id=case_id,
        source=envelope.source,
        id=envelope.id,
        publisher=organisation,
        time=envelope.time,
        data=_plain(event),
        sealed_id=sealed_id,
        commitment=commitment,
        traceparent=envelope.traceparent,
    )


def _plain(event: Incoming) -> dict[str, Any]:
    """What the log may hold: codes, and of a birth date only the age group that the rules ask for."""
    data = event.payload.plain()
    if isinstance(event.payload, AboutAPupil):
        group = event.payload.age_group_on(dutch_date(event.envelope.time))
        return data if group is None else {**data, "ageGroup": group}
    return data


def _key(event: Incoming) -> Key:
    return event.envelope.source, event.envelope.id


def _repeated(earlier: _Earlier, organisation: OrganisationCode, event: Incoming) -> Receipt:
    """The first answer again, if it is the same event; a key of another organisation tells nothing about it."""
    same_sender = earlier.organisation == organisation
    if same_sender and earlier.salt is not None and commit(earlier.salt, event.body) == earlier.commitment:
        return earlier.receipt
    message = "An event with this source and id, but another content, is in the log already."
    raise KeyReused(message, problems=(Problem("/id", message),))


_EARLIER = (  # composed of our own names; the keys are a parameter
    "SELECT e.source, e.id, e.case_id, e.publisher, e.commitment, e.sealed_id FROM events e JOIN "  # noqa: S608
    + recordset(EventRow.__table__, ("source", "id"))  # type: ignore[arg-type]  # declarative tables are Tables
    + " USING (source, id)"
)


def _earlier(session: Session, vault: Vault, keys: Sequence[Key]) -> dict[Key, _Earlier]:
    wanted = as_json([{"source": source, "id": id_} for source, id_ in keys])
    rows = session.connection().exec_driver_sql(_EARLIER, (wanted,)).all()
    if not rows:
        return {}
    salts = _salts(session, vault, {row.sealed_id: row.case_id for row in rows})
    return {
        (row.source, row.id): _Earlier(
            Receipt(row.source, row.id, row.case_id),
            bytes(row.commitment or b""),
            salts.get(row.sealed_id),
            row.publisher,
        )
        for row in rows
    }


def _salts(session: Session, vault: Vault, cases: dict[UUID, UUID]) -> dict[UUID, bytes]:
    keys = vault.keys_of(session.connection(), set(cases.values()))
    rows = session.execute(select(Sealed.id, Sealed.ciphertext).where(Sealed.id.in_(cases))).all()
    return {
        row.id: unseal(keys[cases[row.id]], row.id, bytes(row.ciphertext)).salt for row in rows if cases[row.id] in keys
    }


def _owners(session: Session, case_ids: set[UUID]) -> dict[UUID, str]:
    opening = select(EventRow.case_id, EventRow.publisher).where(
        EventRow.case_id.in_(case_ids), EventRow.type.in_(OPENING)
    )
    return {row.case_id: row.publisher for row in session.execute(opening)}
