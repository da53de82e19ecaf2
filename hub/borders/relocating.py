"""A pupil moves while a case runs: both authorities are asked, and the case moves only when both agree."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.borders import responsibility
from hub.borders.responsibility import Issued, Matter, Weighed
from hub.cases.acting import Acting
from hub.cases.known import course_until
from hub.cases.lifecycle import OVER, State
from hub.cases.moving import need_open, take_part
from hub.cases.opening import cases_by_id
from hub.cases.tables import Case, Party
from hub.cases.telling import Said, everyone_at_work, say
from hub.codes import HUB_ORGANISATION, HUB_SOURCE, OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, NotAllowed
from hub.events.log import Event, NewEvent, events_of_case

_RECEIVING = ("holder", "asked")


def weigh(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    """Let the rules say who is responsible after each move, and let both authorities know that they are asked.

    A case that was taken back is left alone; in a closed one nobody is asked, but all read what holds from now on.
    """
    cases = cases_by_id(session, (event.case_id for event in events), lock=True)
    written: list[NewEvent] = []
    for event in events:
        case = cases[event.case_id]
        if State(case.state) not in OVER or case.state == State.CLOSED:
            written.append(_weigh_one(session, case, event, snapshot, now))
    return written


def settle(session: Session, events: Sequence[Event], _: Snapshot, now: datetime) -> list[NewEvent]:
    """Give the case to who is responsible, in each matter in which both authorities agree with it by now."""
    cases = cases_by_id(session, (event.case_id for event in events), lock=True)
    written: list[NewEvent] = []
    for event in events:
        case = cases[event.case_id]
        history = [each for each in events_of_case(session, event.case_id) if each.position <= event.position]
        settled = [matter for matter in _matters(history) if _is_settled_by(matter, event, history)]
        if settled and State(case.state) not in OVER:
            for matter in settled:
                _give(session, case, matter, now)
            written.append(_told(session, case, "move.settled", {"matters": [m.to_data() for m in settled]}, now))
    return written


def confirm(acting: Acting, case_id: UUID, *, agrees: bool) -> None:
    """Say whether your organisation agrees with who is responsible after the last move.

    Raises NotAllowed for whoever was not asked, Conflict for who said another thing before. Where somebody does not
    agree, the case stays where it is: partnerships settle it at their border talk.
    """
    case, _ = take_part(acting, case_id)
    history = events_of_case(acting.session, case_id)
    matters = [matter for matter in _matters(history) if acting.organisation in {matter.now, matter.other}]
    if not matters:
        raise NotAllowed(
            "Nobody asked your organisation about a move of this pupil.",
            next_step="Wait for the party that holds the case.",
        )
    before = _said(history).get(acting.organisation)
    if before is not None and before is not agrees:
        raise Conflict(
            "Your organisation has answered this already, and otherwise.",
            next_step="Call the other authority, or ask it to the table (border talk).",
        )
    if before is not None:
        return
    need_open(case)
    between = sorted({code for matter in matters for code in (matter.now, matter.other)})
    told = {*everyone_at_work(acting, case_id), case.sender, *between}
    say(acting, case_id, Said("move.confirmed", {"agrees": agrees, "between": between}), told)


def issued_in(history: Sequence[Event]) -> Issued | None:
    """The declaration that was issued in a case last, if any."""
    said = next((event for event in reversed(history) if event.type == "admission.issued"), None)
    if said is None or "endsOn" not in said.data:  # one for practical education has no end, and moves nobody
        return None
    return Issued(OrganisationCode(said.publisher), date.fromisoformat(said.data["endsOn"]))


def _weigh_one(session: Session, case: Case, event: Event, snapshot: Snapshot, now: datetime) -> NewEvent:
    history = [each for each in events_of_case(session, case.id) if each.position <= event.position]
    course = course_until(history, event.position)
    receivers = select(Party.organisation).where(Party.case_id == case.id, Party.role.in_(_RECEIVING))
    codes = [OrganisationCode(code) for code in session.scalars(receivers.order_by(Party.role.desc()))]
    weighed = responsibility.weigh(course, event.data, codes, snapshot, issued_in(history))
    case.home_postcode = course.facts().home_postcode
    if case.state == State.CLOSED:
        weighed = Weighed((), weighed.reasons, weighed.questions)
    for matter in weighed.matters:
        _name(session, case.id, matter.other, now)
    data = {
        "movedOn": event.data["movedOn"],
        "matters": [matter.to_data() for matter in weighed.matters],
        "reasons": [reason.to_data() for reason in weighed.reasons],
        "missing": [question.to_data() for question in weighed.questions],
    }
    return _told(session, case, "move.weighed", data, now)


def _name(session: Session, case_id: UUID, organisation: str, now: datetime) -> None:
    """Let an authority know of the case: the question and the reasons. One that receives it stays what it is."""
    named = {"role": "named", "state": "named", "since": now}
    row = {"case_id": case_id, "organisation": organisation, **named}
    again = (
        insert(Party)
        .values(row)
        .on_conflict_do_update(index_elements=["case_id", "organisation"], set_=named, where=Party.role == "former")
    )
    session.execute(again)


def _give(session: Session, case: Case, matter: Matter, now: datetime) -> None:
    """Who is responsible takes over the part of whoever had it; nothing changes where that is the same."""
    if matter.responsible == matter.now:
        return
    had = session.get(Party, (case.id, matter.now))
    if had is None or had.role not in _RECEIVING:
        return
    role, due_on = had.role, had.due_on
    parties = update(Party).where(Party.case_id == case.id)
    passed = {"role": "former", "state": "former", "due_on": None, "since": now}
    taken = {"role": role, "state": State.ACCEPTED.value, "due_on": due_on, "since": now}
    session.execute(parties.where(Party.organisation == matter.now).values(passed))
    session.execute(parties.where(Party.organisation == matter.responsible).values(taken))
    if role == "holder":
        case.holder, case.state = matter.responsible, State.ACCEPTED
    case.changed_at = now


def _matters(history: Sequence[Event]) -> list[Matter]:
    """What is asked since the last move."""
    weighed = next((event for event in reversed(history) if event.type == "move.weighed"), None)
    return [Matter.from_data(matter) for matter in weighed.data["matters"]] if weighed else []


def _said(history: Sequence[Event]) -> dict[str, bool]:
    """Who agreed since the last move, and who did not."""
    said: dict[str, bool] = {}
    for event in history:
        if event.type == "move.weighed":
            said = {}
        elif event.type == "move.confirmed":
            said[event.publisher] = event.data["agrees"]
    return said


def _is_settled_by(matter: Matter, event: Event, history: Sequence[Event]) -> bool:
    """Whether both agree now, and this event is the last word that was needed."""
    both = {matter.now, matter.other}
    said = _said(history)
    return event.publisher in both and all(said.get(code) is True for code in both)


def _told(session: Session, case: Case, type_: str, data: dict[str, object], now: datetime) -> NewEvent:
    matters = data["matters"]
    assert isinstance(matters, list), "what is asked is a list"
    between = sorted({code for matter in matters for code in (matter["now"], matter["other"])})
    at_work = select(Party.organisation).where(Party.case_id == case.id, Party.role.in_(("sender", *_RECEIVING)))
    return NewEvent(
        type=type_,
        case_id=case.id,
        source=HUB_SOURCE,
        publisher=HUB_ORGANISATION,
        time=now,
        data={**data, "between": between},
        audience=tuple({case.sender, *session.scalars(at_work), *between}),
    )
