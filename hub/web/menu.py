"""The menu of who is signed in: the few pages that go with what somebody may do there."""

from typing import NamedTuple

from hub.access.rights import Right
from hub.codes import OrganisationKind
from hub.web.visitors import Visitor

_SCHOOLS = frozenset({OrganisationKind.SCHOOL_BOARD, OrganisationKind.SCHOOL_SITE})


class Entry(NamedTuple):
    """A line of the menu."""

    title: str
    address: str
    icon: str


_SIGNAL = Entry("Signal", "/signal", "send")
_SENT = Entry("My signals", "/sent", "folder")
_INBOX = Entry("Inbox", "/inbox", "inbox")
_GUIDE = Entry("Signpost", "/wie-helpt", "guide")


def is_school(visitor: Visitor) -> bool:
    """Whether somebody acts for a school, which follows what it sent; others take what was sent."""
    return visitor.acting is not None and visitor.acting.kind in _SCHOOLS


def menu(visitor: Visitor | None) -> tuple[Entry, ...]:
    """The menu; empty for who acts for nobody."""
    if visitor is None or visitor.acting is None:
        return ()
    may = visitor.caller.may
    entries = [_SIGNAL] if may(Right.PUBLISH) else []
    if may(Right.READ_CASES):
        entries.append(_SENT if is_school(visitor) else _INBOX)
    return (*entries, _GUIDE)
