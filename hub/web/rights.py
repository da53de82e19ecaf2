"""What a role may do, as far as the kind of its organisation decides it."""

from hub.access.callers import RECEIVER_RIGHTS, SCHOOL_RIGHTS, Right
from hub.access.roles import Role
from hub.codes import OrganisationKind

_SCHOOLS = frozenset({OrganisationKind.SCHOOL_BOARD, OrganisationKind.SCHOOL_SITE})


def rights_of(role: Role, kind: OrganisationKind) -> frozenset[Right]:
    """The rights of a role in an organisation of this kind."""
    if role is Role.OPERATOR:
        return frozenset()
    if role is Role.AGENDA_READER:
        return frozenset({Right.READ_AGENDA})
    return SCHOOL_RIGHTS if kind in _SCHOOLS else RECEIVER_RIGHTS
