"""The one map of the hub: which readers the log has, and what each does with what happened, in order.

    router      a school's message becomes a case with a receiver; a decline or redirection finds the next one;
                consent or a question taken back ends it; what partnerships agree on at their border moves it
    dispatcher  one delivery for each subscription that may know
    agenda      counts for the regional development agenda
    clock       deadlines begin, stand still, are met or end, and who stands in for a closed team is told; what is due
                is taken by `take_due_steps`
    postman     a message to the people of each organisation for which something waits

A new type of event gets its line here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from hub.agenda import actions as agenda
from hub.agenda.indicators import Fact, Measure, month_of
from hub.borders import following, relocating
from hub.cases import ending, queries, rerouting
from hub.cases.due_days import DueDay, keep_due_days, name_parties
from hub.cases.known import Course
from hub.cases.opening import open_cases
from hub.cases.placing import place
from hub.cases.tables import Case
from hub.clock import dutch_date
from hub.codes import OrganisationCode
from hub.deadlines import actions as deadlines
from hub.deadlines.covering import cover
from hub.deadlines.running import Deadline, Kind
from hub.deadlines.team import TeamTimes, keep_times
from hub.delivery import actions as delivery
from hub.directory.calendar import days_off
from hub.directory.snapshot import Snapshot
from hub.events import log
from hub.events.catalogue import OPENING
from hub.events.log import Event, NewEvent, partition_of
from hub.events.readers import Apply, Reader
from hub.mail import actions as mail, news as mail_news
from hub.workdays import working_days_between

CurrentDirectory = Callable[[Session, datetime], Snapshot]
"""The newest directory; asked anew for every batch, cheap when nothing changed."""

_Step = Callable[[Session, Sequence[Event], Snapshot, datetime], list[NewEvent]]


def readers(directory: CurrentDirectory, *, mails: bool = False) -> tuple[Reader, ...]:
    """All readers of the log, in the order in which they are moved forward. `mails`: there is a mail server."""
    return (
        Reader("router", _router(directory)),
        Reader("dispatcher", _dispatcher(directory)),
        Reader("agenda", _count),
        Reader(deadlines.READER, _clock(directory)),
        Reader("postman", _postman(directory) if mails else _pass_by),
    )


def _open(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> list[NewEvent]:
    return open_cases(session, [place(Course(event), snapshot) for event in events], now=now)


_ROUTER_STEPS: dict[str, _Step] = {
    **dict.fromkeys(OPENING, _open),
    "referral.declined": rerouting.find_next,
    "referral.redirected": rerouting.follow,
    "case.clarified": rerouting.decide_again,
    "consent.given": rerouting.with_consent,
    "case.released": rerouting.decide_again,
    "consent.withdrawn": ending.block,
    "signal.withdrawn": ending.withdraw,
    "move.notified": relocating.weigh,
    "move.confirmed": relocating.settle,
    "border.invited": following.name,
    "border.arbiter.called": following.name,
    "border.agreed": following.hand_over,
    "border.arbitrated": following.hand_over,
}


def _router(directory: CurrentDirectory) -> Apply:
    def route(session: Session, events: Sequence[Event], now: datetime) -> None:
        """Consecutive events of one kind are one step, so that a crowd of new cases is a handful of statements."""
        concerned = [event for event in events if event.type in _ROUTER_STEPS]
        snapshot = directory(session, now)
        written: list[NewEvent] = []
        for step, run in groupby(concerned, key=lambda event: _ROUTER_STEPS[event.type]):
            written += step(session, list(run), snapshot, now)
        log.append(session.connection(), written, now=now)

    return route


_ENDS = frozenset({"case.blocked", "case.withdrawn", "case.erased"})
_TAKEN_BACK = frozenset({"consent.withdrawn", "signal.withdrawn"})


def _dispatcher(directory: CurrentDirectory) -> Apply:
    def dispatch(session: Session, events: Sequence[Event], now: datetime) -> None:
        """What is taken back is stopped at the school's own word, before the router has ended the case."""
        delivery.plan(session, events, now=now)
        for event in events:
            if event.type in _ENDS:
                delivery.cancel(session, [event.case_id], before_position=event.position)
            elif event.type in _TAKEN_BACK:
                stopped = ending.stopped_for(session, event, directory(session, now))
                delivery.cancel(session, [event.case_id], before_position=event.position, organisations=stopped)

    return dispatch


def _clock(directory: CurrentDirectory) -> Apply:
    def hear(session: Session, events: Sequence[Event], now: datetime) -> None:
        """The calendars of teams count, so the last day that the inbox tells may be another than the router's."""
        cases = queries.agenda_profiles(session, list({event.case_id for event in events}))
        senders = {case_id: case.sender for case_id, case in cases.items()}
        changed = deadlines.hear(session, events, senders, directory(session, now), now)
        keep_due_days(session, _due_days(changed))
        covered = cover(session, events, senders, now)
        name_parties(session, [(one.case_id, one.substitute) for one in covered], now)
        log.append(session.connection(), [one.event for one in covered], now=now)

    return hear


def take_due_steps(session: Session, snapshot: Snapshot, *, now: datetime) -> int:
    """Remind and escalate where it is time, some hundreds at once; how many were looked at. Does not commit."""
    taken = deadlines.take_steps(session, snapshot, now=now)
    name_parties(session, taken.told.items(), now)
    log.append(session.connection(), taken.events, now=now)
    return taken.number


def keep_team_times(
    session: Session, snapshot: Snapshot, organisation: OrganisationCode, times: TeamTimes, *, now: datetime
) -> None:
    """Keep the calendar of a team, and list its cases by the last days as they are then. Raises InvalidInput."""
    changed = keep_times(session, snapshot, organisation, times, now=now)
    keep_due_days(session, _due_days(changed))


def _due_days(changed: Sequence[Deadline]) -> list[DueDay]:
    """The last days for an answer, as the parties of a case keep them."""
    return [
        DueDay(one.case_id, one.organisation, one.due_on) for one in changed if one.is_open and one.kind is Kind.ANSWER
    ]


def _postman(directory: CurrentDirectory) -> Apply:
    def tell(session: Session, events: Sequence[Event], now: datetime) -> None:
        """In the order in which it happened: what is taken back and asked again is told again."""
        worth = [event for event in events if event.type in mail_news.TYPES | _ENDS | _TAKEN_BACK]
        for is_new, run in groupby(worth, key=lambda event: event.type in mail_news.TYPES):
            if is_new:
                mail.plan(session, list(run), directory(session, now), now=now)
            else:
                _tell_no_more(session, list(run), directory(session, now), now)

    return tell


def _tell_no_more(session: Session, events: Sequence[Event], snapshot: Snapshot, now: datetime) -> None:
    for event in events:
        stopped = ending.stopped_for(session, event, snapshot) if event.type in _TAKEN_BACK else None
        mail.take_back(session, event.case_id, stopped, now=now)


def _pass_by(_: Session, __: Sequence[Event], ___: datetime) -> None:
    """What happens while there is no mail server is not told later, when nobody waits for it any more."""


_MEASURES: dict[str, Measure] = {
    "case.undecided": Measure.UNDECIDED,
    "referral.accepted": Measure.ACCEPTED,
    "transition.acknowledged": Measure.ACCEPTED,
    "referral.declined": Measure.DECLINED,
    "referral.redirected": Measure.REDIRECTED,
    "outcome.reported": Measure.ANSWERED,
    "case.closed": Measure.CLOSED,
    "case.withdrawn": Measure.WITHDRAWN,
    "case.blocked": Measure.BLOCKED,
}


def _count(session: Session, events: Sequence[Event], _now: datetime) -> None:
    counted = [(event, measure) for event in events for measure in _measures(event)]
    cases = queries.agenda_profiles(session, list({event.case_id for event, _ in counted}))
    agenda.count(session, [(partition_of(e.case_id), _fact(e, m, cases[e.case_id])) for e, m in counted])


def _measures(event: Event) -> tuple[Measure, ...]:
    """What an event counts as. A case counts as raised once, when it is first placed; only the first answer counts."""
    is_first = event.data.get("first") is True
    raised = (Measure.RAISED,) if is_first and event.type in {"referral.offered", "case.undecided"} else ()
    if event.type == "outcome.reported" and not is_first:
        return ()
    if event.data.get("again") is True:  # accepted after a retraction, closed after a contest: counted before
        return ()
    measure = _MEASURES.get(event.type)
    return (*raised, measure) if measure else raised


def _fact(event: Event, measure: Measure, case: Case) -> Fact:
    return Fact(
        # When the hub wrote it, not when a sender says it was: a month that was published must never change.
        month=month_of(dutch_date(event.recorded_at)),
        measure=measure,
        request=case.type,
        theme=case.theme or "",
        school_type=case.school_type or "",
        swv=case.lead_swv or "",
        municipality=case.municipality or "",
        crosses_border=case.crosses_border,
        working_days=_days_to_answer(case, event) if measure is Measure.ANSWERED else -1,
    )


def _days_to_answer(case: Case, event: Event) -> int:
    answered_on = dutch_date(event.time)
    return working_days_between(case.opened_on, answered_on, days_off(case.opened_on, answered_on))
