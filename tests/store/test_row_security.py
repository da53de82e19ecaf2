"""PostgreSQL itself shows an organisation nothing but its own: with every filter of the application left out."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, func, insert, inspect, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from hub.access.tables import Client, Membership, Person
from hub.borders.actions import invite, propose
from hub.cases.actions import accept, answer
from hub.cases.reading import note_refusal
from hub.cases.tables import Case, Party
from hub.codes import OrganisationCode, Outcome, new_id
from hub.declarations.actions import issue
from hub.delivery.tables import Delivery, Subscription
from hub.events.admission_payloads import AdmissionIssued
from hub.events.border_payloads import BorderInvitation, BorderProposal
from hub.events.log import NewEvent, append
from hub.events.tables import EventAudience, EventRow
from hub.preparing import ALL_TABLES
from hub.privacy.ledger import Viewer
from hub.privacy.tables import CaseKey, Disclosure, Sealed
from hub.settings import Settings
from hub.store.base import Base
from hub.store.engine import Sessions, acting_for, make_engine, make_sessions
from hub.store.row_security import mine, secure
from hub.store.rows import everybody
from tests.support.postgres import as_owner
from tests.support.small_hub import A_QUESTION, A_REFERRAL, AN_ABSENCE, BOARD, NOW, OTHER_BOARD, TEAM, SmallHub

SWV, OFFICE, OTHER_TEAM, STRANGER = "PO2203", "GM0118-LP", "GM0118-ST", "GM0119-ST"
SOME_TERMS = {
    "leads": "PO2201", "pays": SWV, "startsOn": "2026-12-01", "endsOn": "2027-07-31", "basis": "practice",
}  # fmt: skip
SPECIAL_BOARD = OrganisationCode("B00005")
AN_ADMISSION = {
    "school": "99JE00", "homePostcode": "8064", "standing": "registered", "schoolType": "so", "question": "Hoe?",
}  # fmt: skip
A_DECLARATION = {
    "declarationNumber": "123", "category": 1, "startsOn": "2026-12-01", "endsOn": "2028-07-31", "on": "2026-11-19",
}  # fmt: skip
ORGANISATIONS = (BOARD, OTHER_BOARD, TEAM, SWV, OFFICE, OTHER_TEAM, STRANGER, "hub", "", "nobody")
OWNED = tuple(model for model in ALL_TABLES if model.rows.read is not everybody)
"""The tables of which an organisation may not see every row."""


class Filled:
    """A database in which every table has rows, of more than one organisation."""

    def __init__(self, hub: SmallHub) -> None:
        self.sessions = hub.sessions
        self.case = hub.routed("referral.submitted", A_REFERRAL)
        self.other_case = hub.routed("absence.reported", AN_ABSENCE)
        with hub.acting(TEAM) as acting:
            accept(acting, self.case)
            answer(acting, self.case, Outcome.HELP_STARTED, "Wij bellen de ouders.")
        self.talk = hub.routed("support.requested", A_QUESTION)
        with hub.acting("PO2201") as acting:
            invite(acting, hub.snapshot, self.talk, BorderInvitation.model_validate({"swv": SWV}))
        with hub.acting(SWV) as acting:
            propose(acting, self.talk, BorderProposal.model_validate(SOME_TERMS))
        self.admission = hub.routed("admission.requested", AN_ADMISSION, organisation=SPECIAL_BOARD)
        with hub.acting(SWV) as acting:
            issue(acting, hub.snapshot, self.admission, AdmissionIssued.model_validate(A_DECLARATION))
        with hub.sessions.begin() as session:
            for organisation in (TEAM, OFFICE, STRANGER):
                note_refusal(session, self.case, Viewer(organisation, "toets"), began_at=NOW, now=NOW)
            for organisation in (BOARD, OFFICE):
                self._subscribe(session, organisation)
            self._let_people_in(session)
            for statement in _ODDS_AND_ENDS:
                session.execute(text(statement))

    def _subscribe(self, session: Session, organisation: str) -> None:
        webhook = Subscription(
            id=new_id(),
            organisation=organisation,
            url="https://toets.example",
            secret=b"",
            made_at=NOW,
            after_position=0,
        )
        session.add(webhook)
        session.flush()
        made = {"case_id": self.case, "state": "waiting", "attempts": 0, "next_attempt_at": NOW}
        session.add(Delivery(subscription_id=webhook.id, position=1, **made))

    def _let_people_in(self, session: Session) -> None:
        person = Person(id=new_id(), sealed=b"", invented=True, made_at=NOW)
        session.add(person)
        session.flush()
        session.add(
            Membership(id=new_id(), person_id=person.id, organisation=TEAM, role="team_worker", since=NOW, made_at=NOW)
        )

    def seen_by(self, organisation: str, model: type[Base]) -> list[Any]:
        """The keys of all rows that a session of an organisation gets when it asks for all."""
        with acting_for(self.sessions, organisation) as session:
            return keys_in(session, model)

    def meant_for(self, organisation: str, model: type[Base]) -> list[Any]:
        """The keys of the rows that the declaration gives to an organisation."""
        with self.sessions() as session:
            return keys_in(session, model, mine(model, organisation))


_ODDS_AND_ENDS = (
    f"INSERT INTO closures VALUES ('{TEAM}', '2026-12-21', '2027-01-01', '{OTHER_TEAM}')",
    f"INSERT INTO opening_hours VALUES ('{TEAM}', 0, '09:00', '17:00')",
    "INSERT INTO parked_events VALUES ('router', 1, gen_random_uuid(), 'Defect', now())",
    "INSERT INTO retention_runs VALUES (current_date, now(), now(), 0)",
    "INSERT INTO checkpoint_head VALUES (1, 1, '', now())",
    "INSERT INTO standard_replies SELECT gen_random_uuid(), o, 'a', 'b', now() FROM unnest('{a,b}'::text[]) AS o",
    "INSERT INTO mail_queue SELECT gen_random_uuid(), id, 'GM0106-ST', '{}', 'sent', 1, now() FROM people",
    "INSERT INTO mail_preferences SELECT id, 'GM0106-ST', 'digest', NULL, NULL, 'nl', now() FROM people",
    "INSERT INTO mail_suspensions SELECT id, now(), 'refused 550' FROM people",
)


def keys_in(session: Session, model: type[Base], *conditions: Any) -> list[Any]:
    """The primary keys that a query finds, in order."""
    keys = inspect(model).primary_key
    return sorted((tuple(row) for row in session.execute(select(*keys).where(*conditions))), key=repr)


@pytest.fixture(scope="module")
def filled(shared_hub: SmallHub) -> Filled:
    """One for all tests, which leave it as it is."""
    return Filled(shared_hub)


@pytest.mark.parametrize("model", ALL_TABLES, ids=lambda model: str(model.__tablename__))
def test_a_query_without_any_filter_finds_what_was_declared(filled: Filled, model: type[Base]) -> None:
    """What the database lets through is, for everybody, exactly what the declaration says."""
    for organisation in ORGANISATIONS:
        assert filled.seen_by(organisation, model) == filled.meant_for(organisation, model), organisation


def test_what_was_declared_is_what_is_meant(filled: Filled) -> None:
    """Said once more by hand: who sees which rows of the one case."""

    def cases(organisation: str) -> set[UUID]:
        return {key for (key,) in filled.seen_by(organisation, Case)}

    assert cases(BOARD) == {filled.case, filled.other_case, filled.talk}
    assert cases(SWV) == {filled.talk, filled.admission}
    assert cases(TEAM) == {filled.case}
    assert cases(OFFICE) == {filled.other_case}
    assert cases(OTHER_BOARD) == cases(STRANGER) == cases("hub") == cases("") == set()
    assert {key for (key,) in filled.seen_by(TEAM, CaseKey)} == {filled.case}
    assert len(filled.seen_by(TEAM, Sealed)) == 2
    assert filled.seen_by(STRANGER, Sealed) == filled.seen_by(STRANGER, EventRow) == []
    assert len(filled.seen_by(STRANGER, Disclosure)) == 1
    assert len(filled.seen_by(BOARD, Disclosure)) == 3
    assert {organisation for _, organisation in filled.seen_by(TEAM, Party)} >= {BOARD, TEAM}
    assert filled.seen_by(BOARD, Client) == filled.seen_by(TEAM, Membership) == filled.seen_by(TEAM, Person) == []


@pytest.mark.parametrize("model", OWNED, ids=lambda model: str(model.__tablename__))
def test_without_its_policy_a_table_shows_foreign_rows(filled: Filled, model: type[Base]) -> None:
    """So the first test fails when one policy is gone. Tables of sign-in are as closed as others, and may be empty."""
    with filled.sessions() as session:
        there = keys_in(session, model)
        as_owner(session)
        session.execute(text(f"ALTER POLICY reading ON {model.__tablename__} USING (true)"))
        session.execute(text("SELECT set_config('role', 'hub_app', true), set_config('hub.acting_for', 'x', true)"))
        seen = keys_in(session, model)
        session.rollback()
    assert seen == there
    assert there or model.__module__ == "hub.access.tables"
    assert filled.seen_by("x", model) == []


def test_who_says_nothing_sees_nothing(filled: Filled) -> None:
    """A transaction that does not say for whom it acts finds empty tables, also the owner's."""
    engine = filled.sessions.kw["bind"]
    with engine.connect() as connection:
        counts = [connection.scalar(select(func.count()).select_from(model.__table__)) for model in ALL_TABLES]
    assert counts == [0] * len(ALL_TABLES)


def test_the_application_owns_nothing(filled: Filled) -> None:
    """And so can neither change a table nor what was declared; what is history it can only add to."""
    with filled.sessions() as session:
        assert session.scalar(text("SELECT current_user")) == "hub_app"
        owned = "SELECT count(*) FROM pg_class WHERE relowner = 'hub_app'::regrole"
        assert session.scalar(text(owned)) == 0
        unforced = (
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND NOT (relrowsecurity AND relforcerowsecurity) AND relname <> 'alembic_version'"
        )
        assert session.scalars(text(unforced)).all() == []
    for statement in (
        "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
        "DROP POLICY reading ON cases",
        "UPDATE events SET publisher = 'x'",
        "DELETE FROM disclosures",
        "DELETE FROM event_audience",
    ):
        with filled.sessions() as session, pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
            session.execute(text(statement))


def an_event(publisher: str, case: UUID, *audience: str) -> NewEvent:
    """Something said in a case."""
    return NewEvent("note.added", case, "urn:x", publisher, NOW, {}, audience=audience)


def test_nobody_speaks_in_the_name_of_another(filled: Filled) -> None:
    """Nor in a case of others."""
    for acts, publisher, case in (
        (TEAM, BOARD, filled.case),
        (STRANGER, STRANGER, filled.case),
        (TEAM, TEAM, filled.other_case),
    ):
        with acting_for(filled.sessions, acts) as session, pytest.raises(ProgrammingError, match="row-level security"):
            append(session.connection(), [an_event(publisher, case)], now=NOW)
    with acting_for(filled.sessions, TEAM) as session:
        append(session.connection(), [an_event(TEAM, filled.case, BOARD)], now=NOW)
        session.rollback()


def test_nobody_lets_itself_in(filled: Filled) -> None:
    """Into a case, into the readers of an event that was, into a key, a ledger entry or a webhook of others."""
    party = {"case_id": filled.case, "organisation": STRANGER, "role": "asked", "state": "offered", "since": NOW}
    entry = {
        "id": new_id(), "position": 99, "action": "read", "case_id": filled.case, "organisation": TEAM, "caller": "x",
        "fields": "", "began_at": NOW, "read_at": NOW, "hash": b"",
    }  # fmt: skip
    webhook = {"id": new_id(), "organisation": TEAM, "url": "x", "secret": b"", "made_at": NOW, "after_position": 0}
    rows: list[tuple[type[Base], dict[str, Any]]] = [
        (Party, party),
        (EventAudience, {"organisation": STRANGER, "position": 1}),
        (CaseKey, {"case_id": new_id(), "wrapped": b"", "made_at": NOW}),
        (Sealed, {"id": new_id(), "case_id": filled.case, "ciphertext": b""}),
        (Disclosure, entry),
        (Subscription, webhook),
        (Membership, {"id": new_id(), "person_id": new_id(), "organisation": STRANGER, "role": "team_lead",
                      "since": NOW, "made_at": NOW}),
    ]  # fmt: skip
    for model, row in rows:
        with (
            acting_for(filled.sessions, STRANGER) as session,
            pytest.raises(ProgrammingError, match="row-level security"),
        ):
            session.execute(insert(model).values(row))


def test_nobody_changes_what_is_not_theirs(filled: Filled) -> None:
    """Nothing is found to change, and what one has cannot be given away."""
    for model, values in ((Case, {"holder": STRANGER}), (Party, {"state": "closed"}), (Subscription, {"url": "x"})):
        with acting_for(filled.sessions, STRANGER) as session:
            assert session.execute(update(model).values(values)).rowcount == 0  # type: ignore[attr-defined]
    with acting_for(filled.sessions, BOARD) as session, pytest.raises(ProgrammingError, match="row-level security"):
        session.execute(update(Subscription).values(organisation=TEAM))


@pytest.fixture
def fresh(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of its own, whose policies a test may spoil."""
    engine = make_engine(Settings(data_dir=tmp_path_factory.mktemp("hub")), database_url)
    yield engine
    engine.dispose()


def policies(connection: Connection) -> set[tuple[Any, ...]]:
    """Every policy as the database keeps it."""
    return {
        tuple(map(str, row))
        for row in connection.execute(text("SELECT * FROM pg_policies WHERE schemaname = 'public'"))
    }


def test_a_changed_declaration_is_brought_into_the_database(fresh: Engine) -> None:
    """By `hub migrate` and every start; where nothing changed, nothing is locked."""
    with fresh.begin() as connection:
        before = policies(connection)
        connection.execute(text("DROP POLICY reading ON cases"))
        connection.execute(text("ALTER TABLE cases NO FORCE ROW LEVEL SECURITY"))
        secure(connection, ALL_TABLES)
        assert policies(connection) != before, "it looks at its own mark first, not at every table"
        connection.execute(text("COMMENT ON FUNCTION hub_is_party(uuid, text) IS 'another version'"))
        secure(connection, ALL_TABLES)
        assert policies(connection) == before
        assert connection.scalar(text("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'cases'"))


def test_every_table_of_the_database_is_declared(fresh: Engine) -> None:
    """A table that a migration makes has a model, and the model says whose its rows are."""
    with fresh.connect() as connection:
        there = set(inspect(connection).get_table_names()) - {"alembic_version"}
    assert there == {model.__tablename__ for model in ALL_TABLES} == set(Base.metadata.tables)


def test_a_session_goes_on_for_the_same_organisation_after_a_commit(fresh: Engine) -> None:
    """Every transaction says it anew, and a savepoint does not change it."""
    sessions: Sessions = make_sessions(fresh)
    asked = text("SELECT current_setting('hub.acting_for'), current_user")
    with acting_for(sessions, OrganisationCode("GM0106-ST")) as session:
        for _ in range(2):
            assert session.execute(asked).one() == ("GM0106-ST", "hub_app")
            with session.begin_nested():
                assert session.execute(asked).one() == ("GM0106-ST", "hub_app")
            session.commit()
    with sessions() as session:
        assert session.execute(asked).one() == ("*", "hub_app")
    with fresh.connect() as connection:
        assert connection.scalar(text("SELECT current_setting('hub.acting_for', true)")) in {None, ""}
