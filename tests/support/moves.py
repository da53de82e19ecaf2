"""What receivers do in tests: each move in a transaction of its own, with words that do not matter."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from hub.cases import actions
from hub.cases.actions import HandingOn
from hub.codes import DeclineCode, OrganisationCode
from tests.support.small_hub import NOW, TEAM, SmallHub

OTHER_TEAM, SWV, OFFICE = OrganisationCode("GM1680-ST"), OrganisationCode("PO2201"), OrganisationCode("GM0118-LP")
NOT_OURS = DeclineCode.NOT_OUR_AREA

Do = Callable[[SmallHub, UUID, str], None]


def accepts(hub: SmallHub, case: UUID, who: str = TEAM, *, at: datetime = NOW) -> None:
    """The receiver takes the case."""
    with hub.acting(who, at) as acting:
        actions.accept(acting, case)


def declines(hub: SmallHub, case: UUID, who: str = TEAM, code: DeclineCode = NOT_OURS) -> None:
    """The receiver does not take the case."""
    with hub.acting(who) as acting:
        actions.decline(acting, case, code, "Het gezin is verhuisd.")


def redirects(hub: SmallHub, case: UUID, who: str = TEAM, to: str = OTHER_TEAM) -> None:
    """The receiver hands the case on."""
    with hub.acting(who) as acting:
        handing = HandingOn(OrganisationCode(to), DeclineCode.NOT_OUR_TASK, "Dit team kent het gezin.")
        actions.redirect(acting, hub.snapshot, case, handing)


def answers(
    hub: SmallHub, case: UUID, who: str = TEAM, outcome: str = "help_started", text: str = "Er is hulp."
) -> None:
    """The receiver answers the school."""
    with hub.acting(who, NOW + timedelta(days=1)) as acting:
        actions.answer(acting, case, outcome, text)


def closes(hub: SmallHub, case: UUID, who: str = TEAM) -> None:
    """The receiver closes the case."""
    with hub.acting(who) as acting:
        actions.close(acting, case)


def opens(hub: SmallHub, case: UUID, who: str = TEAM) -> None:
    """The receiver reads the case for the first time."""
    with hub.acting(who) as acting:
        actions.mark_opened(acting, case)


MOVES: dict[str, Do] = {"accepts": accepts, "declines": declines, "redirects": redirects, "answers": answers}
"""The moves that a case can begin with, each with what it is called."""
