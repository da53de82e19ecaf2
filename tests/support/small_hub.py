"""The hub without HTTP, broker and processes: publish, let the readers run, act as a receiver, look what became of it.

Directory: the demo region. Time stands still at NOW, unless a test says otherwise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.callers import Caller
from hub.access.rights import SCHOOL_RIGHTS
from hub.cases.acting import Acting
from hub.cases.intake import Receipt, Submission, judge, receive
from hub.cases.queries import CaseView, case_view
from hub.cases.tables import Case, Party
from hub.cases.viewing import Looking
from hub.clock import dutch_date
from hub.codes import OrganisationCode
from hub.directory.actions import load_demo
from hub.directory.current import build_snapshot
from hub.directory.entries import Agreement, Contents
from hub.directory.snapshot import Snapshot
from hub.errors import HubError
from hub.events import log
from hub.events.envelope import full_type
from hub.events.log import Event
from hub.events.readers import advance, register
from hub.privacy.master_keys import MasterKeys
from hub.privacy.purposes import Purpose
from hub.privacy.vault import Vault
from hub.reactions import readers
from hub.settings import Settings
from hub.store.engine import Sessions, make_engine, make_sessions
from tests.support.postgres import DatabaseServer

NOW = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
SOURCE = "urn:nld:oin:00000099000000000001:systeem:toets"
BOARD, OTHER_BOARD = OrganisationCode("B00001"), OrganisationCode("B00002")
TEAM = OrganisationCode("GM0106-ST")
Body = dict[str, Any]

A_SIGNAL: Body = {
    "school": "99AA00",
    "homePostcode": "9403",
    "theme": "wellbeing",
    "ask": "think_along",
    "question": "Wie denkt met ons mee?",
}
A_REFERRAL: Body = {
    "school": "99AA00",
    "homePostcode": "9403",
    "theme": "wellbeing",
    "consent": {"givenBy": "parents", "on": "2026-11-18"},
    "pupil": {"name": "Sem Voorbeeld", "birthDate": "2016-04-02"},
    "contact": {"name": "J. de Groot"},
    "question": "Sem is stil geworden.",
    "parentsWords": "Wij willen graag hulp.",
}
AN_ABSENCE: Body = {
    "school": "99CA00",
    "homePostcode": "7902",
    "since": "2026-10-01",
    "kind": "enrolled_absence",
    "reportedToDuo": True,
    "question": "Zij komt al weken niet.",
}
"""A school in Beilen, home in Hoogeveen: the partnership holds it, the attendance office is asked beside it."""

A_PLACEMENT: Body = {
    "school": "99AA00",
    "homePostcode": "9403",
    "registeredOn": "2026-11-02",
    "candidateSchools": ["99JE00"],
    "pupil": {"name": "Sem Voorbeeld", "birthDate": "2016-04-02"},
    "question": "Wie heeft een plek voor deze leerling?",
}
"""A school in Assen, which asked a school of another partnership for a place."""

A_TRANSITION: Body = {
    "school": "99AA00",
    "homePostcode": "9403",
    "receivingSchool": "99AG00",
    "startsOn": "2027-08-23",
    "talk": {"on": "2027-06-10", "form": "at_school"},
    "pupil": {"name": "Sem Voorbeeld", "birthDate": "2015-04-02"},
    "question": "Rekent met extra uitleg, en wordt daar rustig van.",
}
"""From a primary to a secondary school in Assen, of another board."""

A_QUESTION: Body = {"school": "99AA00", "asksFor": "advice", "question": "Welke hulp past hier?"}


def cloudevent(type_: str, data: Body, **envelope: Any) -> Body:
    """An event as a school sends it, with an id of its own unless one is given."""
    sent = {"specversion": "1.0", "id": str(uuid4()), "source": SOURCE, "time": NOW.isoformat()}
    return sent | {"type": full_type(type_), "data": dict(data)} | envelope


_WORDS: dict[str, Body] = {
    "consent.given": {"consent": {"givenBy": "parents", "on": "2026-11-18"}},
    "consent.withdrawn": {"withdrawnBy": "parents"},
    "signal.withdrawn": {"reason": "solved"},
    "move.notified": {"movedOn": "2026-11-16", "homePostcode": "7902"},
}


def withdrawal(type_: str, case_id: UUID, **more: Any) -> Body:
    """A school's word on a running case: consent is given or taken back, or its question is."""
    return cloudevent(type_, _WORDS[type_] | more, subject=str(case_id))


def school(organisation: OrganisationCode = BOARD) -> Caller:
    """The token of a school board."""
    return Caller(organisation, SCHOOL_RIGHTS, frozenset({SOURCE}), "toets")


class SmallHub:
    """The parts of the hub that need no more than a database."""

    def __init__(self, sessions: Sessions, snapshot: Snapshot) -> None:
        self.sessions = sessions
        self.snapshot = snapshot
        self.vault = Vault(MasterKeys("toets", {"toets": bytes(range(32))}))
        self.readers = readers(lambda _session, _now: snapshot)
        with sessions.begin() as session:
            log.start_log(session.connection())
            register(session, self.readers, now=NOW)

    def with_agreement(self, agreed: Agreement) -> "SmallHub":
        """The same hub, whose directory knows of this agreement and of nothing else beside the facts."""
        return SmallHub(self.sessions, Snapshot.from_facts(Contents(agreements=(agreed,))))

    def judged(self, *bodies: Body, organisation: OrganisationCode = BOARD) -> Submission:
        """The submission of these bodies; raises what the door says of them."""
        return judge(bodies, school(organisation), self.snapshot)

    def publish(self, *bodies: Body, organisation: OrganisationCode = BOARD, now: datetime = NOW) -> list[Receipt]:
        """Publish bodies as one submission; raises the refusal if there is one."""
        submission = self.judged(*bodies, organisation=organisation)
        with self.sessions.begin() as session:
            [outcome] = receive(session, self.vault, [submission], now=now)
        if isinstance(outcome, HubError):
            raise outcome
        return list(outcome)

    def routed(self, type_: str, data: Body, *, organisation: OrganisationCode = BOARD, now: datetime = NOW) -> UUID:
        """Publish an event and let the readers open its case."""
        [receipt] = self.publish(cloudevent(type_, data), organisation=organisation, now=now)
        self.read(now)
        return receipt.case_id

    def read(self, now: datetime = NOW, *names: str) -> None:
        """Move every reader forward, or those that are named, until nothing is left."""
        for reader in self.readers:
            if not names or reader.name in names:
                advance(self.sessions, reader, lambda: now)

    @contextmanager
    def acting(
        self, organisation: str, now: datetime = NOW, *, label: str = "", seen: int | None = None
    ) -> Iterator[Acting]:
        """A party in a transaction of its own."""
        with self.sessions.begin() as session:
            yield Acting(session, self.vault, OrganisationCode(organisation), now, label, seen)

    def view(self, case_id: UUID, organisation: str, purpose: Purpose | None = None) -> CaseView:
        """The case as an organisation sees it today, for a purpose or for its usual one."""
        found = self.snapshot.organisation(organisation, dutch_date(NOW))
        assert found is not None, f"{organisation} is not in the directory"
        with self.sessions() as session:
            looking = Looking(OrganisationCode(organisation), found.kind, purpose)
            return case_view(session, self.vault, case_id, looking, now=NOW)

    def case(self, case_id: UUID) -> Case:
        """The row of a case."""
        with self.sessions() as session:
            return session.get_one(Case, case_id)

    def parties(self, case_id: UUID) -> dict[str, tuple[str, str]]:
        """Role and state of everyone in a case."""
        with self.sessions() as session:
            rows = session.scalars(select(Party).where(Party.case_id == case_id))
            return {row.organisation: (row.role, row.state) for row in rows}

    def events(self, case_id: UUID) -> list[Event]:
        """Everything that happened in a case."""
        with self.sessions() as session:
            return log.events_of_case(session, case_id)

    def types(self, case_id: UUID) -> list[str]:
        """What happened in a case, as types."""
        return [event.type for event in self.events(case_id)]

    def feed(self, organisation: str) -> list[Event]:
        """What an organisation is told."""
        with self.sessions() as session:
            return log.events_for(session, organisation, after=0, limit=10_000)


def read_snapshot(session: Session) -> Snapshot:
    """The demo region out of an otherwise empty directory."""
    load_demo(session, NOW)
    return build_snapshot(session)


@pytest.fixture(scope="session")
def demo_region(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The directory of the demo region; made once, because nobody changes it."""
    url = database_server.create(template=database_server.with_schema())
    engine = make_engine(Settings(data_dir=tmp_path_factory.mktemp("hub")), url)
    with make_sessions(engine)() as session:
        snapshot = read_snapshot(session)
    engine.dispose()
    database_server.drop(url)
    return snapshot


@pytest.fixture
def small_hub(sessions: Sessions, demo_region: Snapshot) -> SmallHub:
    """A hub with an empty log."""
    return SmallHub(sessions, demo_region)


@pytest.fixture(scope="module")
def shared_hub(
    module_database_url: str, demo_region: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallHub]:
    """A hub that the tests of a module share, each with cases of its own."""
    patient = Settings(data_dir=tmp_path_factory.mktemp("hub"), lock_timeout_ms=60_000, statement_timeout_ms=60_000)
    engine = make_engine(patient, module_database_url, pool_size=20)
    yield SmallHub(make_sessions(engine), demo_region)
    engine.dispose()
