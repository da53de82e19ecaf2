"""The part of an organisation in a case, and what it may do with the case by it: one table. Pure.

It stands above the rights of whoever acts (`hub/access/rights.py`) and beside what the law lets each party see of the
child (`hub/privacy/visibility.py`). Without a part there is no case: a foreign one and a missing one answer alike.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import NamedTuple

from hub.cases.lifecycle import MOVES_OF_SCHOOL, ONLY_OF_HOLDER, Move


class Part(StrEnum):
    """What an organisation is in a case. A school that holds its own question is its sender and its holder."""

    SENDER = "sender"
    HOLDER = "holder"
    ASKED = "asked"  # beside the holder
    NAMED = "named"
    FORMER = "former"  # held it, or was asked, and passed it on
    NONE = "none"


TOLD = "told"
"""State of a party that is only named because another is late or closed: it sees that, and nothing of the child."""


class Insight(IntEnum):
    """How much of what happened a party may know."""

    NOTHING = 0
    OFFER = 1
    UNTIL_PASSED_ON = 2
    ALL = 3


class May(NamedTuple):
    """What a part allows. `is_inside`: sees who else is in the case, and where the child lives."""

    moves: frozenset[Move] = frozenset()
    insight: Insight = Insight.NOTHING
    is_inside: bool = False
    gives_statement: bool = False

    @property
    def receives(self) -> bool:
        """Whether the case waits for this party."""
        return bool(self.moves - MOVES_OF_SCHOOL)

    @property
    def reads(self) -> bool:
        """Whether there is a case at all for this party."""
        return self.insight > Insight.NOTHING


_MOVES_OF_RECEIVERS = frozenset(Move) - MOVES_OF_SCHOOL

MAY: Mapping[Part, May] = {
    # The sender follows everything: it is its question. It replies and contests; for the rest it waits, unless it holds
    # the case itself.
    Part.SENDER: May(MOVES_OF_SCHOOL, Insight.ALL, is_inside=True, gives_statement=True),
    # A receiver sees the whole way, because it must be able to judge it.
    Part.HOLDER: May(_MOVES_OF_RECEIVERS, Insight.ALL, is_inside=True),
    Part.ASKED: May(_MOVES_OF_RECEIVERS - ONLY_OF_HOLDER, Insight.ALL, is_inside=True),
    # Who is only named sees that there is a question and how it was offered, and no more.
    Part.NAMED: May(insight=Insight.OFFER),
    Part.FORMER: May(insight=Insight.UNTIL_PASSED_ON),
    Part.NONE: May(),
}


def may(role: str | None, *, is_sender: bool) -> May:
    """What an organisation may with this role in a case, and as its sender if it is that; None is without a role."""
    by_role = MAY[Part.NONE if role is None else Part(role)]
    as_sender = MAY[Part.SENDER if is_sender else Part.NONE]
    return May(
        by_role.moves | as_sender.moves,
        max(by_role.insight, as_sender.insight),
        by_role.is_inside or as_sender.is_inside,
        by_role.gives_statement or as_sender.gives_statement,
    )


RECEIVING_ROLES = frozenset(part.value for part, allowed in MAY.items() if allowed.receives)
"""The parts for which a case waits."""
