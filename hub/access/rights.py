"""Who may do what: rights by role for people, and by kind of organisation for machines. Pure, and the only place.

A right says what somebody may do at all. What an organisation may do with one case follows from its part in that case
(`hub/cases/parts.py`), and what it sees of it from the law (`hub/privacy/visibility.py`): all three must allow it.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from hub.access.roles import Role
from hub.codes import OrganisationKind
from hub.errors import InvalidInput, NotAllowed


class Right(StrEnum):
    """What a caller may do; also the scopes of access tokens."""

    PUBLISH = "events:publish"
    READ_CASES = "cases:read"
    ANSWER_CASES = "cases:answer"
    READ_FEED = "feed:read"
    MANAGE_SUBSCRIPTIONS = "subscriptions:manage"
    READ_AGENDA = "agenda:read"
    MANAGE_PEOPLE = "people:manage"
    MANAGE_CLIENTS = "clients:manage"
    READ_STATEMENT = "cases:statement"
    REVIEW_READING = "reading:review"
    MANAGE_CALENDAR = "calendar:manage"
    WATCH_ROUTES = "routes:watch"
    OPERATE = "hub:operate"


class MissingRight(NotAllowed):
    """The caller lacks the right that is named in `right`."""


class _Duty(NamedTuple):
    """In which kinds of organisation a role exists, and what it may do there."""

    kinds: frozenset[OrganisationKind]
    rights: frozenset[Right]


_SCHOOLS = frozenset({OrganisationKind.SCHOOL_BOARD, OrganisationKind.SCHOOL_SITE})
_TEAMS = frozenset(
    {OrganisationKind.SOCIAL_TEAM, OrganisationKind.ATTENDANCE_OFFICE, OrganisationKind.TRANSITION_POINT}
)
_PARTNERSHIPS = frozenset({OrganisationKind.SWV})

_HANDLING = frozenset({Right.READ_CASES, Right.ANSWER_CASES})
_SENDING = frozenset({Right.PUBLISH, Right.READ_STATEMENT})
_ADMINISTERING = frozenset(
    {Right.MANAGE_PEOPLE, Right.MANAGE_CLIENTS, Right.MANAGE_SUBSCRIPTIONS, Right.REVIEW_READING}
)
_AGENDA = frozenset({Right.READ_AGENDA})
_PLANNING = frozenset({Right.MANAGE_CALENDAR})
_WATCHING = frozenset({Right.WATCH_ROUTES})

_DUTIES: Mapping[Role, _Duty] = {
    # A school answers too: what has no partnership comes back to it with a question, and it names the receiver itself.
    Role.COORDINATOR: _Duty(_SCHOOLS, _SENDING | _HANDLING),
    # Who gives out access and looks after the reading opens no case: a child's file is not needed for that.
    Role.SCHOOL_ADMINISTRATOR: _Duty(_SCHOOLS, _ADMINISTERING),
    Role.TEAM_WORKER: _Duty(_TEAMS, _HANDLING),
    # A team is too small for an administrator of its own, so its lead does both.
    Role.TEAM_LEAD: _Duty(_TEAMS, _HANDLING | _ADMINISTERING | _AGENDA | _PLANNING),
    Role.SWV_STAFF: _Duty(_PARTNERSHIPS, _HANDLING),
    # A partnership sees where in its area nobody answers: nobody else is near enough to do something about it.
    Role.SWV_ADMINISTRATOR: _Duty(_PARTNERSHIPS, _ADMINISTERING | _AGENDA | _PLANNING | _WATCHING),
    Role.AGENDA_READER: _Duty(frozenset(OrganisationKind), _AGENDA),
    Role.OPERATOR: _Duty(frozenset({OrganisationKind.HUB}), frozenset({Right.OPERATE}) | _WATCHING),
}

_CONNECTING = frozenset({Right.READ_FEED, Right.MANAGE_SUBSCRIPTIONS})

SCHOOL_RIGHTS = _SENDING | _HANDLING | _CONNECTING
"""The most that a system of a school may have."""

RECEIVER_RIGHTS = _HANDLING | _CONNECTING | _AGENDA | _PLANNING
"""The most that a system of a team may have; one of a partnership may watch its area too.

People and access are never managed by a machine.
"""

_MACHINES: Mapping[OrganisationKind, frozenset[Right]] = {
    **dict.fromkeys(_SCHOOLS, SCHOOL_RIGHTS),
    **dict.fromkeys(_TEAMS, RECEIVER_RIGHTS),
    **dict.fromkeys(_PARTNERSHIPS, RECEIVER_RIGHTS | _WATCHING),
    OrganisationKind.MUNICIPALITY: _AGENDA,  # its teams receive cases, the town hall does not
    OrganisationKind.HUB: frozenset(),
}

CLIENT_RIGHTS = frozenset[Right]().union(*_MACHINES.values())
"""What a machine may be allowed at all: the scopes of the token endpoint."""


def fits(role: Role, kind: OrganisationKind) -> bool:
    """Whether a role exists in organisations of this kind."""
    return kind in _DUTIES[role].kinds


def roles_in(kind: OrganisationKind) -> tuple[Role, ...]:
    """The roles that exist in organisations of this kind."""
    return tuple(role for role in Role if fits(role, kind))


def rights_of(roles: Iterable[Role], kind: OrganisationKind) -> frozenset[Right]:
    """What somebody with these roles in an organisation of this kind may do; a role that does not fit adds nothing."""
    return frozenset[Right]().union(*(_DUTIES[role].rights for role in roles if fits(role, kind)))


def rights_of_machines(kind: OrganisationKind) -> frozenset[Right]:
    """The most that a system of an organisation of this kind may be given."""
    return _MACHINES[kind]


def need_fitting_role(role: Role, kind: OrganisationKind) -> None:
    """Raises InvalidInput for a role that does not exist in organisations of this kind."""
    if not fits(role, kind):
        raise InvalidInput(
            "This kind of organisation does not have the role %(role)s. It has: %(roles)s.",
            next_step="Choose one of these roles, or check the code of the organisation.",
            role=role.value,
            roles=", ".join(roles_in(kind)),
        )


def need_rights_for_machine(wanted: Collection[Right], kind: OrganisationKind) -> frozenset[Right]:
    """The rights that a system gets that wants these; without a wish, all of its kind. Raises InvalidInput."""
    most = rights_of_machines(kind)
    beyond = frozenset(wanted) - most
    if beyond:
        raise InvalidInput(
            "A system of this organisation cannot have the right %(right)s.",
            next_step="Leave out --right: the system then gets the rights of its kind of organisation.",
            right=min(beyond).value,
        )
    return frozenset(wanted) or most
