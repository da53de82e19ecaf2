"""The decisions of a period, each with what was known when it was taken, so that it can be taken again."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from hub.cases.known import course_until, facts_of, waits_for_consent
from hub.clock import DUTCH_TIME
from hub.codes import OrganisationCode
from hub.events import log
from hub.events.catalogue import OPENING
from hub.events.log import Event
from hub.routing.replay import Occasion

_MOVED_ON = frozenset({"referral.declined", "referral.redirected", "case.clarified", "case.released", "consent.given"})
_ANSWERS = {"referral.offered": True, "case.undecided": True, "case.blocked": False, "case.withdrawn": False}
"""What the hub says of a case next, and whether it had decided to say so."""
_AT_ONCE = 1_000


def decisions_between(session: Session, first: date, last: date) -> Iterator[Occasion]:
    """Every decision from the day `first` to the day `last`, both included, in the order of the log.

    That is one for every opening event, and one for every decline, redirection, answer of triage, mend and consent
    after which the hub decided again.
    """
    since, until = (datetime.combine(day, time(), DUTCH_TIME) for day in (first, last + timedelta(days=1)))
    events = log.events_of_types(session, OPENING | _MOVED_ON, since=since, until=until)
    while some := list(islice(events, _AT_ONCE)):
        moved = {event.case_id for event in some if event.type in _MOVED_ON}
        histories = log.events_of_cases(session, moved) if moved else {}
        for event in some:
            if event.type in OPENING:
                yield Occasion(str(event.case_id), facts_of(event))
            elif _was_decided_again(histories[event.case_id], event):
                yield _later(histories[event.case_id], event)


def _was_decided_again(history: Sequence[Event], moved: Event) -> bool:
    """Only the holder's decline moves a case, consent one that waited for it; none after it was taken back."""
    if moved.data.get("byHolder") is False:
        return False
    if moved.type == "consent.given" and not waits_for_consent(history, moved.position):
        return False
    said = (_ANSWERS[event.type] for event in history if event.position > moved.position and event.type in _ANSWERS)
    return next(said, False)


def _later(history: Sequence[Event], moved: Event) -> Occasion:
    facts = course_until(history, moved.position).facts()
    if moved.type != "referral.redirected":
        return Occasion(str(moved.case_id), facts, is_first=False)
    by, chosen = OrganisationCode(moved.publisher), OrganisationCode(moved.data["to"])
    return Occasion(str(moved.case_id), facts, by, chosen, is_first=False)
