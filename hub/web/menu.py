"""The menu of who is signed in: the few pages that go with what somebody may do there."""

from typing import NamedTuple

from hub.web.visitors import Visitor


class Entry(NamedTuple):
    """A line of the menu."""

    title: str
    address: str
    icon: str


_GUIDE = Entry("Signpost", "/wie-helpt", "guide")


def menu(visitor: Visitor | None) -> tuple[Entry, ...]:
    """The menu; empty for who acts for nobody."""
    if visitor is None or visitor.acting is None:
        return ()
    return (_GUIDE,)
