"""People, roles and invitations: made, read, repeated, at once, withdrawn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.access.invitations import index_of, invite, invited, redeem
from hub.access.memberships import Appointment, give_role, memberships_of, roles_now, withdraw_role
from hub.access.people import (
    Particulars,
    add_person,
    find_person,
    forget_people,
    particulars_of,
    people_of,
    withdraw_person,
)
from hub.access.refusals import SignInRefused
from hub.access.roles import Role
from hub.access.tables import Person
from hub.access.web_sessions import Arrival, NotSignedInHere, Patience, find, open_session
from hub.codes import OrganisationCode
from hub.errors import Conflict, InvalidInput, NotFound
from hub.privacy.master_keys import MasterKeys
from hub.privacy.vault import Unreadable, Vault
from hub.store.engine import Sessions

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TEAM, PO = OrganisationCode("GM0106-ST"), OrganisationCode("PO2201")
VAULT = Vault(MasterKeys("toets", {"toets": bytes(range(32))}))
PATIENCE = Patience(timedelta(minutes=30), timedelta(hours=10))


def somebody(session: Session, name: str = "Noor Bakker") -> UUID:
    """A person without a role."""
    return add_person(session, VAULT, Particulars(name, "noor@team.example"), now=NOW)


def test_who_a_person_is_stands_nowhere_in_the_open(sessions: Sessions) -> None:
    """Only the vault opens it, and only for that person."""
    with sessions.begin() as session:
        noor, bas = somebody(session), somebody(session, "Bas Hollander")
    with sessions() as session:
        told = particulars_of(VAULT, session.get_one(Person, noor))
        assert (told.name, told.email) == ("Noor Bakker", "noor@team.example")
        assert "Noor" not in repr(told)
        dump = str(session.execute(text("SELECT p::text FROM people p")).all())
        assert "Noor" not in dump
        assert b"Noor".hex() not in dump
        session.execute(text("UPDATE people SET sealed = (SELECT sealed FROM people WHERE id = :id)"), {"id": noor})
        session.expire_all()
        with pytest.raises(Unreadable):
            particulars_of(VAULT, session.get_one(Person, bas))


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("", None),
        ("   ", None),
        ("x" * 201, None),
        ("Noor\nBakker", None),
        ("Noor", "noor"),
        ("Noor", "a@b@c"),
        ("Noor", "noor @team.example"),
        ("Noor", "x" * 200 + "@team.example"),
    ],
)
def test_a_person_that_cannot_be(sessions: Sessions, name: str, email: str | None) -> None:
    """Is refused without saying it again."""
    with sessions() as session, pytest.raises(InvalidInput) as refusal:
        add_person(session, VAULT, Particulars(name, email), now=NOW)
    assert refusal.value.parameters == {}


def test_roles_hold_from_until(sessions: Sessions) -> None:
    """The first moment is in, the last is not; several at once are together."""
    with sessions.begin() as session:
        noor = somebody(session)
        days = timedelta(days=1)
        give_role(session, noor, Appointment(TEAM, Role.TEAM_WORKER, NOW, NOW + days), now=NOW)
        give_role(session, noor, Appointment(TEAM, Role.TEAM_LEAD, NOW + days / 2), now=NOW)
        give_role(session, noor, Appointment(PO, Role.AGENDA_READER, NOW + 2 * days), now=NOW)
        second = timedelta(seconds=1)
        assert roles_now(session, noor, now=NOW - second) == {}
        assert roles_now(session, noor, now=NOW) == {TEAM: {Role.TEAM_WORKER}}
        assert roles_now(session, noor, now=NOW + days - second) == {TEAM: {Role.TEAM_WORKER, Role.TEAM_LEAD}}
        assert roles_now(session, noor, now=NOW + days) == {TEAM: {Role.TEAM_LEAD}}
        assert list(roles_now(session, noor, now=NOW + 2 * days)) == [TEAM, PO]
        assert len(memberships_of(session, [noor])[noor]) == 3
        assert [person.id for person in people_of(session, PO)] == [noor]
        assert people_of(session, OrganisationCode("VO2201")) == []


@pytest.mark.parametrize(("since", "until"), [(0, None), (0, 5), (-5, 1), (-5, None), (9, None), (3, 4)])
def test_nobody_has_the_same_role_twice(sessions: Sessions, since: int, until: int | None) -> None:
    """However the periods lie over each other."""
    day = timedelta(days=1)
    with sessions.begin() as session:
        noor = somebody(session)
        give_role(session, noor, Appointment(TEAM, Role.TEAM_WORKER, NOW, NOW + 10 * day), now=NOW)
        again = Appointment(TEAM, Role.TEAM_WORKER, NOW + since * day, None if until is None else NOW + until * day)
        with pytest.raises(Conflict):
            give_role(session, noor, again, now=NOW)
        give_role(session, noor, Appointment(TEAM, Role.TEAM_WORKER, NOW + 10 * day), now=NOW)


def test_a_role_that_ends_before_it_begins(sessions: Sessions) -> None:
    """Is none; and nobody unknown or withdrawn gets one."""
    with sessions.begin() as session:
        noor, gone = somebody(session), somebody(session)
        with pytest.raises(InvalidInput):
            give_role(session, noor, Appointment(TEAM, Role.TEAM_WORKER, NOW, NOW), now=NOW)
        withdraw_person(session, gone, now=NOW)
        for nobody in (gone, uuid4()):
            with pytest.raises(NotFound):
                give_role(session, nobody, Appointment(TEAM, Role.TEAM_WORKER, NOW), now=NOW)


def test_of_many_who_give_a_role_at_once_one_does(sessions: Sessions) -> None:
    """The person's row makes the others wait."""
    with sessions.begin() as session:
        noor = somebody(session)

    def give(_: int) -> bool:
        with sessions.begin() as session:
            try:
                give_role(session, noor, Appointment(TEAM, Role.TEAM_WORKER, NOW), now=NOW)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(give, range(8))) == 1


def test_roles_are_withdrawn_at_once(sessions: Sessions) -> None:
    """One, or all in an organisation; those still to come never begin, and may be given anew."""
    day = timedelta(days=1)
    with sessions.begin() as session:
        noor = somebody(session)
        for role, since in (
            (Role.TEAM_WORKER, NOW - day),
            (Role.TEAM_LEAD, NOW - day),
            (Role.AGENDA_READER, NOW + day),
        ):
            give_role(session, noor, Appointment(TEAM, role, since), now=NOW)
        assert withdraw_role(session, noor, TEAM, Role.TEAM_WORKER, now=NOW) == 1
        assert roles_now(session, noor, now=NOW) == {TEAM: {Role.TEAM_LEAD}}
        assert withdraw_role(session, noor, TEAM, now=NOW) == 2
        assert withdraw_role(session, noor, TEAM, now=NOW) == 0
        assert roles_now(session, noor, now=NOW + 2 * day) == {}
        give_role(session, noor, Appointment(TEAM, Role.AGENDA_READER, NOW + day), now=NOW)
        assert roles_now(session, noor, now=NOW + 2 * day) == {TEAM: {Role.AGENDA_READER}}


def test_a_withdrawn_person_is_gone(sessions: Sessions) -> None:
    """With every session; a second time there is nobody to withdraw."""
    with sessions.begin() as session:
        noor = somebody(session)
        secrets = [open_session(session, Arrival(noor, second_factor=False), now=NOW) for _ in range(2)]
        assert withdraw_person(session, noor, now=NOW) == 2
        for secret in secrets:
            with pytest.raises(NotSignedInHere):
                find(session, secret, PATIENCE, now=NOW)
        with pytest.raises(NotFound):
            withdraw_person(session, noor, now=NOW)
        with pytest.raises(NotFound):
            find_person(session, noor)


def test_an_invitation_is_for_one_person_one_time_and_one_week(sessions: Sessions) -> None:
    """Only its hash is kept; a new one makes the one before worthless."""
    with sessions.begin() as session:
        noor = somebody(session)
        lost, code = invite(session, noor, now=NOW), invite(session, noor, now=NOW)
        assert len(code.replace("-", "")) * 5 >= 128
        assert code.replace("-", "") not in str(session.execute(text("SELECT i::text FROM invitations i")).all())
        week = timedelta(days=7)
        for worthless, now in ((lost, NOW), (code, NOW + week), ("", NOW)):
            with pytest.raises(SignInRefused):
                invited(session, index_of(worthless), now=now)
            with pytest.raises(SignInRefused):
                redeem(session, index_of(worthless), now=now)
        assert invited(session, index_of(code.lower()), now=NOW) == noor
        assert redeem(session, index_of(code), now=NOW) == noor
        with pytest.raises(SignInRefused):
            redeem(session, index_of(code), now=NOW)


def test_of_many_who_use_an_invitation_at_once_one_succeeds(sessions: Sessions) -> None:
    """A code that was copied is good for one."""
    with sessions.begin() as session:
        code = invite(session, somebody(session), now=NOW)

    def use(_: int) -> bool:
        with sessions.begin() as session:
            try:
                redeem(session, index_of(code), now=NOW)
            except SignInRefused:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


def test_who_left_a_year_ago_is_forgotten(sessions: Sessions) -> None:
    """Name, accounts and roles; also of somebody whose last role ended then. Who came since stays, and the invented."""
    year = timedelta(days=366)
    with sessions.begin() as session:
        left, roleless, works, new = (somebody(session, name) for name in ("Left", "Roleless", "Works", "New"))
        actor = add_person(session, VAULT, Particulars("Actor"), now=NOW, invented=True)
        give_role(session, left, Appointment(TEAM, Role.TEAM_WORKER, NOW), now=NOW)
        give_role(session, roleless, Appointment(TEAM, Role.TEAM_LEAD, NOW, NOW + timedelta(days=1)), now=NOW)
        give_role(session, works, Appointment(TEAM, Role.TEAM_WORKER, NOW), now=NOW)
        redeem(session, index_of(invite(session, left, now=NOW)), now=NOW)
        open_session(session, Arrival(left, second_factor=False), now=NOW)
        withdraw_person(session, left, now=NOW)
        session.get_one(Person, new).made_at = NOW + year
    with sessions.begin() as session:
        assert forget_people(session, now=NOW + timedelta(days=364), limit=10) == 0
        assert forget_people(session, now=NOW + year + timedelta(days=1), limit=10) == 2
        assert {person.id for person in people_of(session)} == {works, new, actor}
        assert forget_people(session, now=NOW + year + timedelta(days=1), limit=10) == 0
