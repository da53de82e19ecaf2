"""What receivers do in tests: each move in a transaction of its own, with words that do not matter."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from hub.cases import actions, talking, teamwork
from hub.cases.actions import Contesting, HandingOn
from hub.codes import ContestCode, DeclineCode, OrganisationCode, Outcome, PauseCode
from tests.support.small_hub import BOARD, NOW, TEAM, SmallHub

OTHER_TEAM, SWV, OFFICE = OrganisationCode("GM1680-ST"), OrganisationCode("PO2201"), OrganisationCode("GM0118-LP")
NOT_OURS = DeclineCode.NOT_OUR_AREA
A_COLLEAGUE = UUID("019ab000-0000-7000-8000-00000000c011")

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
        actions.answer(acting, case, Outcome(outcome), text)


def closes(hub: SmallHub, case: UUID, who: str = TEAM) -> None:
    """The receiver closes the case."""
    with hub.acting(who) as acting:
        actions.close(acting, case)


def retracts(hub: SmallHub, case: UUID, who: str = TEAM, *, at: datetime = NOW) -> None:
    """The receiver takes back that it took the case."""
    with hub.acting(who, at) as acting:
        actions.retract(acting, case)


def contests(
    hub: SmallHub,
    case: UUID,
    who: str = BOARD,
    code: ContestCode = ContestCode.NOTHING_HAPPENED,
    of: str | None = None,
) -> None:
    """The school does not agree with an answer."""
    with hub.acting(who) as acting:
        whose = OrganisationCode(of) if of else None
        actions.contest(acting, case, Contesting(code, "Er is nog niemand geweest.", whose))


def reopens(hub: SmallHub, case: UUID, who: str = TEAM) -> None:
    """The receiver takes the case in hand again."""
    with hub.acting(who) as acting:
        actions.reopen(acting, case)


def asks(hub: SmallHub, case: UUID, who: str = TEAM, text: str = "Sinds wanneer is dit zo?") -> None:
    """The receiver asks the school a question."""
    with hub.acting(who) as acting:
        talking.ask(acting, case, text)


def replies(hub: SmallHub, case: UUID, who: str = BOARD, to: str | None = None, text: str = "Sinds de zomer.") -> None:
    """The school answers the question of a receiver."""
    with hub.acting(who) as acting:
        talking.reply(acting, case, OrganisationCode(to) if to else None, text)


def writes(hub: SmallHub, case: UUID, who: str = TEAM, to: str | None = None, text: str = "Wij bellen morgen.") -> None:
    """A party writes to another one."""
    with hub.acting(who) as acting:
        talking.send_message(acting, case, OrganisationCode(to) if to else None, text)


def notes(hub: SmallHub, case: UUID, who: str = TEAM, text: str = "Bij ons bekend uit 2024.") -> None:
    """A party writes something down for itself."""
    with hub.acting(who) as acting:
        talking.add_note(acting, case, text)


def assigns(hub: SmallHub, case: UUID, who: str = TEAM, to: UUID | None = A_COLLEAGUE) -> None:
    """A team says who goes on with the case."""
    with hub.acting(who) as acting:
        teamwork.assign(acting, case, to)


def pauses(
    hub: SmallHub,
    case: UUID,
    who: str = TEAM,
    code: PauseCode = PauseCode.WAITING_LIST,
    until: date = date(2026, 12, 1),
) -> None:
    """The receiver lets the case rest."""
    with hub.acting(who) as acting:
        teamwork.pause(acting, case, code, until)


def resumes(hub: SmallHub, case: UUID, who: str = TEAM) -> None:
    """The receiver goes on with a case that rests."""
    with hub.acting(who) as acting:
        teamwork.resume(acting, case)


def opens(hub: SmallHub, case: UUID, who: str = TEAM) -> None:
    """The receiver reads the case for the first time."""
    with hub.acting(who) as acting:
        actions.mark_opened(acting, case)


MOVES: dict[str, Do] = {"accepts": accepts, "declines": declines, "redirects": redirects, "answers": answers}
"""The moves that a case can begin with, each with what it is called."""
