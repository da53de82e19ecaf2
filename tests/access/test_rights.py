"""Who may do what: the table of roles and that of machines, as promises."""

from itertools import product

import pytest

from hub.access.callers import Caller
from hub.access.rights import (
    CLIENT_RIGHTS,
    MissingRight,
    Right,
    fits,
    need_fitting_role,
    need_rights_for_machine,
    rights_of,
    rights_of_machines,
    roles_in,
)
from hub.access.roles import Role
from hub.codes import OrganisationCode, OrganisationKind as Kind
from hub.errors import InvalidInput

SCHOOLS = {Kind.SCHOOL_BOARD, Kind.SCHOOL_SITE}
ADMINISTERING = {Right.MANAGE_PEOPLE, Right.MANAGE_CLIENTS, Right.MANAGE_SUBSCRIPTIONS, Right.REVIEW_READING}
PEOPLE_ONLY = {Right.MANAGE_PEOPLE, Right.MANAGE_CLIENTS, Right.REVIEW_READING, Right.OPERATE}
EVERYWHERE = [(role, kind) for role, kind in product(Role, Kind) if fits(role, kind)]


def holders(right: Right) -> set[Role]:
    """The roles that have a right somewhere."""
    return {role for role, kind in EVERYWHERE if right in rights_of([role], kind)}


@pytest.mark.parametrize(("role", "kind"), list(product(Role, Kind)))
def test_a_role_counts_where_it_exists(role: Role, kind: Kind) -> None:
    """Each has something to do where it fits, and nothing anywhere else, whatever the database says."""
    assert bool(rights_of([role], kind)) is fits(role, kind)
    assert (role in roles_in(kind)) is fits(role, kind)


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        (Right.PUBLISH, {Role.COORDINATOR}),
        (Right.READ_STATEMENT, {Role.COORDINATOR}),
        (Right.READ_CASES, {Role.COORDINATOR, Role.TEAM_WORKER, Role.TEAM_LEAD, Role.SWV_STAFF}),
        (Right.ANSWER_CASES, {Role.COORDINATOR, Role.TEAM_WORKER, Role.TEAM_LEAD, Role.SWV_STAFF}),
        (Right.READ_FEED, set()),
        (Right.READ_AGENDA, {Role.TEAM_LEAD, Role.SWV_ADMINISTRATOR, Role.AGENDA_READER}),
        *(
            (right, {Role.SCHOOL_ADMINISTRATOR, Role.TEAM_LEAD, Role.SWV_ADMINISTRATOR})
            for right in sorted(ADMINISTERING)
        ),
        (Right.MANAGE_CALENDAR, {Role.TEAM_LEAD, Role.SWV_ADMINISTRATOR}),
        (Right.WATCH_ROUTES, {Role.SWV_ADMINISTRATOR, Role.OPERATOR}),
        (Right.OPERATE, {Role.OPERATOR}),
    ],
)
def test_who_has_a_right(right: Right, roles: set[Role]) -> None:
    """Nobody has more than the work asks for: who gives out access at a school or partnership opens no case."""
    assert holders(right) == roles


def test_the_operator_of_the_hub_reads_no_case() -> None:
    """The one who can do most with the machine can do nothing with what it carries."""
    assert rights_of([Role.OPERATOR], Kind.HUB) == {Right.OPERATE, Right.WATCH_ROUTES}


def test_roles_add_up_within_one_organisation() -> None:
    """Somebody with two roles has the rights of both, and of a role that does not exist there nothing."""
    both = rights_of([Role.SWV_STAFF, Role.AGENDA_READER, Role.TEAM_LEAD], Kind.SWV)
    assert both == {Right.READ_CASES, Right.ANSWER_CASES, Right.READ_AGENDA}
    assert rights_of([], Kind.SWV) == frozenset()


@pytest.mark.parametrize("kind", Kind)
def test_a_machine_never_manages_people(kind: Kind) -> None:
    """Nor does it give out access, judge the reading of people, or operate the hub; only schools publish."""
    most = rights_of_machines(kind)
    assert not most & PEOPLE_ONLY
    assert (Right.PUBLISH in most) is (kind in SCHOOLS)
    assert most <= CLIENT_RIGHTS


def test_a_town_hall_gets_figures_and_no_case() -> None:
    """Its teams receive cases, each with a system of its own."""
    assert rights_of_machines(Kind.MUNICIPALITY) == {Right.READ_AGENDA}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("right", Right)
def test_no_system_gets_more_than_its_kind_may_have(right: Right, kind: Kind) -> None:
    """The right that is too much is named; without a wish it is all of the kind."""
    most = rights_of_machines(kind)
    assert need_rights_for_machine([], kind) == most
    if right in most:
        assert need_rights_for_machine([right], kind) == {right}
        return
    with pytest.raises(InvalidInput) as refusal:
        need_rights_for_machine([*most, right], kind)
    assert refusal.value.parameters == {"right": right.value}


def test_a_role_that_does_not_fit_is_refused_with_those_that_do() -> None:
    """So that whoever typed it can go on."""
    need_fitting_role(Role.SWV_STAFF, Kind.SWV)
    with pytest.raises(InvalidInput) as refusal:
        need_fitting_role(Role.TEAM_WORKER, Kind.SWV)
    assert refusal.value.parameters == {"role": "team_worker", "roles": "swv_staff, swv_administrator, agenda_reader"}


@pytest.mark.parametrize("right", Right)
def test_a_caller_may_what_it_has(right: Right) -> None:
    """Asked or demanded, it is the same."""
    has = Caller(OrganisationCode("PO2201"), frozenset({right}), frozenset(), "test")
    has_not = Caller(OrganisationCode("PO2201"), frozenset(Right) - {right}, frozenset(), "test")
    assert has.may(right)
    assert not has_not.may(right)
    has.need(right)
    with pytest.raises(MissingRight):
        has_not.need(right)
