"""What every move in a case shares: who acts, the case under its lock, the table of moves, and the telling of others.

A move that was made already changes nothing; one that the state does not allow is a Conflict that names those that are
possible; and whoever looked at the case before something changed in it can ask that nothing happens then.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from hub.cases.acting import Acting
from hub.cases.lifecycle import (
    MOVES_OF_SCHOOL,
    TAKEN_BACK,
    WHILE_ASKING,
    Move,
    Stand,
    State,
    after,
)
from hub.cases.parts import MAY, RECEIVING_ROLES, Part
from hub.cases.tables import Case, Party
from hub.cases.viewing import changes_since
from hub.clock import dutch_date
from hub.codes import OrganisationCode
from hub.directory.calendar import days_off_from
from hub.errors import Conflict, Gone, HubError, NotAllowed, NotFound, Problem
from hub.events import log
from hub.events.log import Event
from hub.routing.answer_terms import ANSWER_AGAIN_WORKING_DAYS
from hub.workdays import add_working_days

_TO_TAKE_BACK = timedelta(days=1)
_PASSED_ON = frozenset({"declined", "redirected", "clarified"})


class ChangedMeanwhile(HubError):
    """The case is no longer as the caller saw it: it says what changed, and by whom."""

    status = 412
    code = "changed-meanwhile"
    title = "The case has changed since you opened it"
    next_step = (
        "Nothing of what you sent was stored. Fetch the case, see what changed, and send it again with the new ETag."
    )


_CHANGE_MESSAGE = "%(type)s by %(by)s at %(at)s"


def take(acting: Acting, case_id: UUID) -> tuple[Case, Party]:
    """The case, locked, and the caller's part in it as a receiver.

    Raises NotFound alike for a foreign case and for none, NotAllowed for a part that receives nothing.
    """
    case, party = take_part(acting, case_id)
    need_receiver(party)
    return case, party


def take_part(acting: Acting, case_id: UUID) -> tuple[Case, Party]:
    """The case, locked, and the caller's part in it, whatever it is. Raises NotFound as `take` does."""
    case = _locked(acting, case_id)
    party = acting.session.get(Party, (case_id, acting.organisation)) if case else None
    if case is None or party is None:
        raise not_found()
    return case, party


def take_as_school(acting: Acting, case_id: UUID, of: OrganisationCode | None) -> tuple[Case, Party]:
    """The case that the caller sent, locked, and the part of the receiver that it speaks to: without one, the holder.

    Raises NotFound alike for a foreign case and for none, NotAllowed for a party that did not send it, Conflict for a
    receiver that is not in it.
    """
    case = _locked(acting, case_id)
    if case is None or (case.sender != acting.organisation and not _is_party(acting, case_id)):
        raise not_found()
    if case.sender != acting.organisation:
        raise NotAllowed(
            "Only the school that sent the case can do this.",
            next_step="Send the school a message, or ask it a question.",
        )
    party = acting.session.get(Party, (case_id, of or case.holder))
    if party is None or party.role not in RECEIVING_ROLES or party.organisation == acting.organisation:
        raise Conflict(
            "This party does not have the case now.", next_step="Fetch the case: it says which parties receive it."
        )
    return case, party


def take_inside(acting: Acting, case_id: UUID) -> Case:
    """The case, locked, for whoever is inside it: its school or a receiver.

    Raises NotFound alike for a foreign case and for none, NotAllowed for who is only named, Conflict for who has passed
    it on.
    """
    case = _locked(acting, case_id)
    party = acting.session.get(Party, (case_id, acting.organisation)) if case else None
    if case is None or (party is None and case.sender != acting.organisation):
        raise not_found()
    if party is not None and party.role == Part.NAMED:
        raise _does_not_receive()
    if party is not None:
        need_not_passed_on(party)
    need_running(case)
    return case


def not_found() -> NotFound:
    """The answer for a case that is not the caller's to know of."""
    return NotFound("There is no case with this id for your organisation.")


def stand_of(party: Party, now: datetime) -> Stand:
    """Where a party stands at a moment; one that passed the case on stands between two holders."""
    return Stand(
        State.ROUTING if party.state in _PASSED_ON else State(party.state),
        is_holder=party.role == "holder",
        waits_for_school=party.asked_at is not None,
        is_paused=party.paused_until is not None and dutch_date(now) <= party.paused_until,
        has_just_accepted=party.accepted_at is not None and now - party.accepted_at <= _TO_TAKE_BACK,
    )


def step(acting: Acting, case: Case, party: Party, move: Move) -> None:
    """Move a party on, and the case with it when the party holds it."""
    need_running(case)
    need_not_passed_on(party)
    if move not in MOVES_OF_SCHOOL | MAY[Part(party.role)].moves:
        raise Conflict(
            "Your organisation was asked beside the holder: only the holder can do this.",
            next_step="Answer, or decline with a reason.",
        )
    need_unchanged(acting, case)
    state = after(stand_of(party, acting.now), move)
    party.state = state
    if party.role == "holder":
        case.state = state
    _let_go_of_what_has_passed(party, state)
    note_change(acting, case, party)


def note_change(acting: Acting, case: Case, party: Party) -> None:
    """Remember when the case changed, and who acted for the party."""
    case.changed_at = acting.now
    if party.organisation == acting.organisation:
        party.acted_by = acting.label


def ask_again(acting: Acting, case: Case, party: Party) -> None:
    """Give the party a new term, and the case with it when the party holds it."""
    party.due_on = new_term(acting.now)
    if party.role == "holder":
        case.due_on = party.due_on


def new_term(now: datetime) -> date:
    """The last day on which a receiver must have looked again."""
    today = dutch_date(now)
    return add_working_days(today, ANSWER_AGAIN_WORKING_DAYS, days_off_from(today))


def need_running(case: Case) -> None:
    """Raises Gone for a case that was taken back."""
    if State(case.state) in TAKEN_BACK:
        raise Gone("The school has taken this case back, or consent was withdrawn. Nothing more can be done with it.")


def need_open(case: Case) -> None:
    """Raises Gone for a case that was taken back, Conflict for one that is closed."""
    need_running(case)
    if case.state == State.CLOSED:
        raise Conflict("This case is closed.", next_step="Let the school raise a new question if there is one.")


def need_receiver(party: Party) -> None:
    """Raises NotAllowed for a party that the case does not wait for."""
    if Part(party.role) is not Part.FORMER and not MAY[Part(party.role)].receives:
        raise _does_not_receive()


def need_not_passed_on(party: Party) -> None:
    """Raises Conflict for a party that has passed the case on."""
    if party.role == Part.FORMER:
        raise Conflict(
            "Your organisation has passed this case on: another party holds it now.",
            next_step="Call the party that holds the case if you still have something to tell.",
        )


def need_unchanged(acting: Acting, case: Case) -> None:
    """Raises ChangedMeanwhile, with every change since the caller looked, if it asked to be warned."""
    if acting.seen is None:
        return
    acting.session.flush()
    party = acting.session.get(Party, (case.id, acting.organisation))
    history = log.events_of_case(acting.session, case.id)
    changes = changes_since(acting.seen, history, party, acting.organisation)
    if changes:
        problems = tuple(Problem("", _CHANGE_MESSAGE, _told_of(event, party)) for event in changes)
        raise ChangedMeanwhile("Somebody has changed this case since you opened it.", problems=problems)


def _locked(acting: Acting, case_id: UUID) -> Case | None:
    return acting.session.scalar(select(Case).where(Case.id == case_id).with_for_update())


def _is_party(acting: Acting, case_id: UUID) -> bool:
    return acting.session.get(Party, (case_id, acting.organisation)) is not None


def _does_not_receive() -> NotAllowed:
    return NotAllowed(
        "Your organisation is in this case, but does not receive it: only the receiver can do this.",
        next_step="Wait for the receiver. You see in the case what happens.",
    )


def _let_go_of_what_has_passed(party: Party, state: State) -> None:
    """A question, a pause and an acceptance end with the state that they belong to."""
    if state not in WHILE_ASKING:
        party.asked_at = None
    if state is not State.ACCEPTED:
        party.pause_code = party.paused_until = party.accepted_at = party.accepted_by = None
    if state in {State.ANSWERED, State.CLOSED}:
        party.due_on = None


def _told_of(event: Event, party: Party | None) -> dict[str, str]:
    """Who changed the case: an organisation, and of one's own also the person or system, without a name."""
    is_own = party is not None and event.publisher == party.organisation
    by = f"{event.publisher} ({party.acted_by})" if is_own and party and party.acted_by else event.publisher
    return {"type": event.type, "by": by, "at": event.recorded_at.isoformat(timespec="seconds")}
