"""Who a session stands for, to the rest of the hub."""

from collections.abc import Iterator

import pytest

from hub.access.memberships import withdraw_role
from hub.access.rights import Right
from hub.access.roles import Role
from hub.access.web_sessions import Arrival, NotSignedInHere, end, find, open_session
from hub.codes import OrganisationCode
from hub.runtime import make_runtime
from hub.web.front import Front
from hub.web.visitors import ChooseFirst, look_up, settle
from tests.support.people import PO, TEAM, VO, Town

Roles = tuple[tuple[OrganisationCode, Role], ...]


@pytest.fixture
def front(town: Town) -> Iterator[Front]:
    """The parts of the pages, without HTTP."""
    runtime = make_runtime(town.hub.settings, str(town.hub.settings.database_url))
    yield Front(runtime, town.clock)
    runtime.close()


def test_a_visitor_is_a_caller_like_any_other(town: Town, front: Front) -> None:
    """With the organisation that was chosen, the rights of the roles there, and a label that tells no name."""
    noor = town.somebody((TEAM, Role.TEAM_WORKER))
    with town.sessions.begin() as session:
        secret = settle(front, session, open_session(session, Arrival(noor.id, second_factor=False), now=front.now()))
        visitor = look_up(front, session, secret)
    caller = visitor.caller
    assert (caller.organisation, caller.label) == (TEAM, f"person:{noor.id}")
    assert Right.ANSWER_CASES in caller.rights
    assert Right.PUBLISH not in caller.rights
    assert noor.name not in repr(visitor)
    assert noor.name not in repr(caller)


@pytest.mark.parametrize(
    ("roles", "second_factor", "chosen", "barred"),
    [
        (((TEAM, Role.TEAM_WORKER),), False, TEAM, set()),
        (((PO, Role.SWV_STAFF),), False, None, {PO}),
        (((PO, Role.SWV_STAFF),), True, PO, set()),
        (((PO, Role.SWV_STAFF), (TEAM, Role.TEAM_WORKER)), False, TEAM, {PO}),
        (((PO, Role.AGENDA_READER), (VO, Role.AGENDA_READER)), True, None, set()),
        (((PO, Role.AGENDA_READER), (PO, Role.SWV_ADMINISTRATOR)), False, PO, {PO}),
        (((OrganisationCode("HUB"), Role.OPERATOR),), True, "HUB", set()),
        (((OrganisationCode("GONE"), Role.TEAM_WORKER),), True, None, set()),
    ],
)
def test_what_there_is_to_choose(
    town: Town, front: Front, roles: Roles, second_factor: bool, chosen: str | None, barred: set[str]
) -> None:
    """Who can act for one organisation only has nothing to choose; roles that ask for more stay shut until then."""
    somebody = town.somebody(*roles)
    with town.sessions.begin() as session:
        arrival = Arrival(somebody.id, second_factor=second_factor)
        visitor = look_up(front, session, settle(front, session, open_session(session, arrival, now=front.now())))
    assert {post.organisation for post in visitor.posts if post.barred} == barred
    if chosen is None:
        with pytest.raises(ChooseFirst):
            _ = visitor.caller
    else:
        assert visitor.caller.organisation == chosen
        assert visitor.acting is not None
        assert not front.second_factor_roles & set(visitor.acting.roles) or second_factor


def test_rights_end_with_the_role(town: Town, front: Front) -> None:
    """The same session, looked at once more."""
    karin = town.somebody((PO, Role.AGENDA_READER), (PO, Role.SWV_STAFF))
    with town.sessions.begin() as session:
        secret = settle(front, session, open_session(session, Arrival(karin.id, second_factor=True), now=front.now()))
        assert Right.READ_CASES in look_up(front, session, secret).caller.rights
        withdraw_role(session, karin.id, PO, Role.SWV_STAFF, now=front.now())
        assert look_up(front, session, secret).caller.rights == {Right.READ_AGENDA}
        withdraw_role(session, karin.id, PO, now=front.now())
        assert look_up(front, session, secret).acting is None
        assert find(session, secret, front.patience, now=front.now()).ended_at is None
        end(session, secret, now=front.now())
        with pytest.raises(NotSignedInHere):
            look_up(front, session, secret)
