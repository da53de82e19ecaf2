"""Recording the milestones from which the terms of a case count."""

from uuid import UUID

from hub.cases.acting import Acting
from hub.cases.known import course_until
from hub.cases.lifecycle import State
from hub.cases.milestones import need_in_order, need_place
from hub.cases.moving import need_not_passed_on, need_receiver, need_running, take_part
from hub.cases.telling import append
from hub.errors import Conflict, Gone
from hub.events import log
from hub.events.payloads import MilestoneRecorded
from hub.routing.terms.milestones import Reached, Recorder


def record(acting: Acting, case_id: UUID, said: MilestoneRecorded) -> None:
    """Record a milestone: the terms of the case are counted with it from now on.

    The school that sent the case records what happens with it, a receiver the rest. Raises InvalidInput for a milestone
    or a day that the case cannot have, Conflict for one whose turn it is not.
    """
    case, party = take_part(acting, case_id)
    recorder = Recorder.SCHOOL if acting.organisation == case.sender else Recorder.RECEIVER
    if recorder is Recorder.RECEIVER:
        need_receiver(party)
    need_running(case)
    need_not_passed_on(party)
    if party.expired_on is not None:
        raise Gone("The term has passed for which your organisation may keep this case.")
    history = log.events_of_case(acting.session, case_id)
    course, new = course_until(history, history[-1].position), Reached(said.milestone, said.on)
    facts = course.facts()
    need_place(facts.request, new.milestone, recorder)
    if new in course.milestones:
        return
    if recorder is Recorder.RECEIVER and case.state in {State.ROUTING, State.UNDECIDED}:
        raise Conflict("Nobody has this case yet: it waits for the answer to a question.")
    need_in_order(facts, course.milestones, new)
    case.changed_at = acting.now
    append(acting, case, "milestone.recorded", said.plain())
