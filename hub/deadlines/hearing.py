"""What events do to the deadlines of a case. Pure: deadlines go in, and come out as they are afterwards.

Days are those on which things were recorded, whenever they are heard: readers may have been away.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from hub.clock import dutch_date
from hub.codes import OUTSIDE
from hub.deadlines.running import Deadline, Key, Kind, State
from hub.deadlines.team_calendar import Calendars, TeamCalendar
from hub.events.log import Event
from hub.routing.answer_terms import ANSWER_AGAIN_WORKING_DAYS, OPEN_WITHIN_WORKING_DAYS, TRIAGE_WITHIN_WORKING_DAYS
from hub.workdays import working_days_between


class Hearing:
    """The deadlines of some cases, while events are heard one after the other.

    `senders` says for each case who sent it; `changed` are the keys of what became different.
    """

    def __init__(self, deadlines: Iterable[Deadline], senders: Mapping[UUID, str], calendars: Calendars) -> None:
        self._deadlines = {deadline.key: deadline for deadline in deadlines}
        self._senders = senders
        self._calendars = calendars
        self._changed: dict[Key, None] = {}

    @property
    def changed(self) -> list[Deadline]:
        """The deadlines that are new or different, as they are now."""
        return [self._deadlines[key] for key in self._changed]

    def hear(self, event: Event) -> None:
        """Let an event do its work; most types do none."""
        if event.type in _EFFECTS:
            _EFFECTS[event.type](self, event)

    def offered(self, event: Event) -> None:
        """A receiver was asked: it opens the case, and answers."""
        data, receiver = event.data, str(event.data["receiver"])
        since = self._calendar(receiver).counts_from(event.recorded_at)
        for kind, days in (
            (Kind.OPEN, data.get("openWithin", OPEN_WITHIN_WORKING_DAYS)),
            (Kind.ANSWER, data.get("answerWithin") or self._days_until(data["dueOn"], since, receiver)),
        ):
            self._begin(Key(event.case_id, receiver, kind), data["leadSwv"], days, since)

    def undecided(self, event: Event) -> None:
        """A partnership looks who must act. What stays with the school itself or with the operator has no deadline."""
        triage = event.data["triage"]
        if triage is not None:
            since = self._calendar(triage).counts_from(event.recorded_at)
            self._begin(Key(event.case_id, triage, Kind.ANSWER), triage, TRIAGE_WITHIN_WORKING_DAYS, since)

    def opened(self, event: Event) -> None:
        """Whoever acts in a case has opened it."""
        self._meet(event, event.publisher, Kind.OPEN)

    def answered(self, event: Event) -> None:
        """The school has an answer of this party."""
        self.opened(event)
        self._meet(event, event.publisher, Kind.ANSWER)

    def passed_on(self, event: Event) -> None:
        """This party does not answer any more."""
        self.opened(event)
        self._put(event.case_id, event.publisher, Kind.ANSWER, Deadline.ended)

    def asked(self, event: Event) -> None:
        """A party cannot go on without an answer of the school."""
        self.opened(event)
        on, calendar = _day(event), self._calendar(event.publisher)
        self._put(event.case_id, event.publisher, Kind.ANSWER, lambda one: one.paused(on, calendar))

    def replied(self, event: Event) -> None:
        """The school answered the question of a party."""
        team = event.data.get("to")
        if team is not None:
            calendar = self._calendar(team)
            since = calendar.counts_from(event.recorded_at)
            self._put(event.case_id, team, Kind.ANSWER, lambda one: one.resumed(since, calendar))

    def contested(self, event: Event) -> None:
        """The school asks a party for another answer."""
        self._again(event, event.data.get("of"))

    def reopened(self, event: Event) -> None:
        """A party takes a case in hand again; after a contest its term runs already."""
        self._again(event, event.publisher)

    def settled(self, event: Event) -> None:
        """Partnerships settled who leads: that one goes on within the term of the one that held the case."""
        if "leads" not in event.data:
            return
        before, leads = event.data["between"][0], str(event.data["leads"])
        found = self._deadlines.get(Key(event.case_id, before, Kind.ANSWER))
        if found is None or not found.is_open or leads in {before, OUTSIDE}:
            return
        self._keep(found.taken_over_by(leads, self._calendar(leads)))
        self._keep(found.ended())

    def over(self, event: Event) -> None:
        """Nobody waits for anything in this case."""
        for key in [key for key in self._deadlines if key.case_id == event.case_id]:
            self._put(*key, Deadline.ended)

    def _begin(self, key: Key, lead_swv: str | None, days: int, since: date) -> None:
        sender = self._senders[key.case_id]
        new = Deadline(*key, sender, lead_swv, State.RUNNING, days, since, days)
        self._keep(new.begun(days, since, self._calendar(key.organisation)))

    def _again(self, event: Event, team: str | None) -> None:
        if team is None:
            return
        calendar = self._calendar(team)
        since = calendar.counts_from(event.recorded_at)
        self._put(
            event.case_id,
            team,
            Kind.ANSWER,
            lambda one: one if one.is_open else one.begun(ANSWER_AGAIN_WORKING_DAYS, since, calendar),
        )

    def _meet(self, event: Event, team: str, kind: Kind) -> None:
        on = _day(event)
        self._put(event.case_id, team, kind, lambda one: one.met(on))

    def _put(self, case_id: UUID, team: str, kind: Kind, change: Callable[[Deadline], Deadline]) -> None:
        found = self._deadlines.get(Key(case_id, team, kind))
        if found is not None:
            self._keep(change(found))

    def _keep(self, deadline: Deadline) -> None:
        if self._deadlines.get(deadline.key) != deadline:
            self._deadlines[deadline.key] = deadline
            self._changed[deadline.key] = None

    def _calendar(self, team: str) -> TeamCalendar:
        return self._calendars[team]

    def _days_until(self, due_on: str, since: date, team: str) -> int:
        """Of an offer from before the days were said beside it."""
        return max(working_days_between(since, date.fromisoformat(due_on), self._calendar(team)), 1)


def _day(event: Event) -> date:
    return dutch_date(event.recorded_at)


_EFFECTS: dict[str, Callable[[Hearing, Event], None]] = {
    "referral.offered": Hearing.offered,
    "case.undecided": Hearing.undecided,
    "referral.opened": Hearing.opened,
    "referral.accepted": Hearing.opened,
    "transition.acknowledged": Hearing.opened,
    "referral.declined": Hearing.passed_on,
    "referral.redirected": Hearing.passed_on,
    "case.clarified": Hearing.passed_on,
    "outcome.reported": Hearing.answered,
    "question.asked": Hearing.asked,
    "question.answered": Hearing.replied,
    "case.contested": Hearing.contested,
    "case.reopened": Hearing.reopened,
    "border.agreed": Hearing.settled,
    "border.arbitrated": Hearing.settled,
    **dict.fromkeys(("case.closed", "case.blocked", "case.withdrawn", "case.erased"), Hearing.over),
}


_TEAM_IN = {
    "referral.offered": "receiver",
    "case.undecided": "triage",
    "question.answered": "to",
    "case.contested": "of",
    "border.agreed": "leads",
    "border.arbitrated": "leads",
}
"""Where an event names the team whose deadlines it is about; else that is its publisher."""


def concerns(event: Event) -> bool:
    """Whether an event does anything to deadlines."""
    return event.type in _EFFECTS


def teams_in(events: Sequence[Event]) -> set[str]:
    """The organisations whose calendars are needed to hear these events."""
    said = {event.data.get(_TEAM_IN[event.type]) for event in events if event.type in _TEAM_IN}
    return {team for team in said if team is not None} | {event.publisher for event in events}
