"""What terms count from: which milestone can be recorded in which case, by whom, and after what. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from hub.codes import Milestone
from hub.routing.facts import Facts, Request


class Reached(NamedTuple):
    """A milestone, and the day on which it was reached."""

    milestone: Milestone
    on: date


class Recorder(StrEnum):
    """Who records a milestone: the party where it happens, because it knows the day."""

    SCHOOL = "school"
    RECEIVER = "receiver"


@dataclass(frozen=True, slots=True)
class Step:
    """Where a milestone stands in the course of a case.

    `follows`: it cannot come before that one, nor without it; None for the beginning of the case. `until`: it cannot
    come after that one. `again`: it can be reached more than once.
    """

    recorder: Recorder
    follows: Milestone | None = None
    until: Milestone | None = None
    again: bool = False


def _papers(recorder: Recorder, decision: Milestone) -> dict[Milestone, Step]:
    """Whoever must decide asks for papers and gets them; once it has decided it waits for none."""
    return {
        Milestone.PAPERS_REQUESTED: Step(recorder, until=decision, again=True),
        Milestone.PAPERS_RECEIVED: Step(recorder, follows=Milestone.PAPERS_REQUESTED, again=True),
    }


_ENROLMENT = {
    # the school enrols the pupil and makes the plan
    Milestone.ENROLLED: Step(Recorder.SCHOOL),
    Milestone.DEVELOPMENT_PLAN_MADE: Step(Recorder.SCHOOL, follows=Milestone.ENROLLED, again=True),
    # parents submit a dispute against the school, which is told by the committee
    Milestone.DISPUTE_SUBMITTED: Step(Recorder.SCHOOL),
}
STEPS: Mapping[Request, Mapping[Milestone, Step]] = MappingProxyType(
    {
        Request.PLACEMENT: {
            # the school decides on a registration
            **_papers(Recorder.SCHOOL, Milestone.DECISION_MADE),
            Milestone.EXTENSION_ANNOUNCED: Step(Recorder.SCHOOL, until=Milestone.DECISION_MADE),
            Milestone.DECISION_MADE: Step(Recorder.SCHOOL),
            **_ENROLMENT,
        },
        Request.ADMISSION: {
            # the partnership decides on an application, and on the objection against its decision
            Milestone.APPLICATION_RECEIVED: Step(Recorder.RECEIVER, until=Milestone.DECISION_ANNOUNCED),
            **_papers(Recorder.RECEIVER, Milestone.DECISION_ANNOUNCED),
            Milestone.DECISION_ANNOUNCED: Step(Recorder.RECEIVER),
            Milestone.OBJECTION_RECEIVED: Step(Recorder.RECEIVER, follows=Milestone.DECISION_ANNOUNCED),
            Milestone.OBJECTION_EXTENDED: Step(Recorder.RECEIVER, follows=Milestone.OBJECTION_RECEIVED),
            **_ENROLMENT,
        },
        # the school sees who is there
        Request.ABSENCE: {Milestone.BACK_AT_SCHOOL: Step(Recorder.SCHOOL)},
    }
)
"""The milestones of a kind of case; a kind that is not here has none."""


def day_of(milestone: Milestone, reached: Sequence[Reached]) -> date | None:
    """The day on which a milestone was reached, the last one if that was more than once; None when it was not."""
    return next((one.on for one in reversed(reached) if one.milestone is milestone), None)


def began_on(facts: Facts, reached: Sequence[Reached] = ()) -> date:
    """The day from which the terms of a case count: of the registration, the application, or the absence."""
    received = day_of(Milestone.APPLICATION_RECEIVED, reached)
    return facts.seeking.registered_on or facts.attendance.absent_since or received or facts.on
