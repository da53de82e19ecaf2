"""How a team arranges its own work on a case: who goes on with it, and whether it rests for a while.

Teams answer, not persons: an assignment binds nobody, and every colleague can act. Only the team itself sees it.
"""

from datetime import date, timedelta
from uuid import UUID

from hub.cases.acting import Acting
from hub.cases.lifecycle import Move
from hub.cases.moving import need_not_passed_on, need_running, need_unchanged, step, take
from hub.cases.telling import append, last_said
from hub.clock import dutch_date
from hub.codes import PauseCode
from hub.errors import InvalidInput, Problem

LONGEST_PAUSE = timedelta(days=91)
"""How far ahead a pause may end: a quarter of a year, an agreement of this hub."""


def assign(acting: Acting, case_id: UUID, to: UUID | None) -> None:
    """Say who in the team goes on with the case, by a code that only the team can read; None: nobody in particular."""
    case, party = take(acting, case_id)
    need_running(case)
    need_not_passed_on(party)
    if party.assignee == to:
        return
    need_unchanged(acting, case)
    party.assignee, party.acted_by = to, acting.label
    append(acting, case, "case.assigned", {"to": str(to) if to else None})


def pause(acting: Acting, case_id: UUID, code: PauseCode, until: date) -> None:
    """Let a case rest that the team has in hand; everybody sees why and until when. The term of the school runs on.

    Raises InvalidInput for a day that has passed or that is too far ahead.
    """
    case, party = take(acting, case_id)
    if (party.pause_code, party.paused_until) == (code, until):
        return
    today = dutch_date(acting.now)
    if not today < until <= today + LONGEST_PAUSE:
        message = "A pause ends after today, and within 91 days."
        raise InvalidInput(message, problems=(Problem("/untilDate", message),))
    step(acting, case, party, Move.PAUSE)
    party.pause_code, party.paused_until = code, until
    append(acting, case, "case.paused", {"code": code.value, "until": until.isoformat()})


def resume(acting: Acting, case_id: UUID) -> None:
    """Go on with a case that rests."""
    case, party = take(acting, case_id)
    if party.paused_until is None and last_said(acting, case_id, "case.resumed"):
        return
    step(acting, case, party, Move.RESUME)
    party.pause_code = party.paused_until = None
    append(acting, case, "case.resumed", {})
