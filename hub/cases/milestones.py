"""Whether a milestone can have been reached in a case, on that day and after what was recorded before. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from hub.codes import Milestone
from hub.errors import Conflict, InvalidInput, NotAllowed, Problem
from hub.routing.facts import Facts, Request
from hub.routing.terms.milestones import STEPS, Reached, Recorder, Step, began_on, day_of
from hub.routing.terms.running import of_placement

_NOTHING_DONE = "The milestone does not fit the case: nothing has been recorded."
_KIND_MESSAGE = "A case of this kind has no such milestone. Possible are: %(possible)s."
_EARLY_MESSAGE = "This day is too early: what comes before it was on %(day)s."
_LATE_MESSAGE = "This day is too late: what comes after it was on %(day)s."
_OVER_MESSAGE = "This day is too late: the six weeks ended on %(day)s, and an extension is announced before that."
_WHO_MESSAGES = {
    Recorder.SCHOOL: "Only the school that sent the case records this: it happens there.",
    Recorder.RECEIVER: "Only the party that received the case records this: it happens there.",
}
_PAPERS = frozenset({Milestone.PAPERS_REQUESTED, Milestone.PAPERS_RECEIVED})


def need_place(request: Request, milestone: Milestone, recorder: Recorder) -> None:
    """Raises InvalidInput for a milestone that a case of this kind does not have, NotAllowed for another's."""
    steps = STEPS.get(request, {})
    if milestone not in steps:
        possible = {"possible": ", ".join(steps) or "-"}
        raise InvalidInput(_NOTHING_DONE, problems=(Problem("/milestone", _KIND_MESSAGE, possible),))
    if steps[milestone].recorder is not recorder:
        raise NotAllowed(_WHO_MESSAGES[steps[milestone].recorder], next_step="Ask that party to record it.")


def need_in_order(facts: Facts, reached: Sequence[Reached], new: Reached) -> None:
    """Raises Conflict for a milestone whose turn it is not, InvalidInput for a day before or after its turn.

    `reached` is what was recorded, in order; `new` is not among it.
    """
    steps = STEPS[facts.request]
    _need_turn(steps[new.milestone], reached, new.milestone)
    earliest, latest = _earliest(facts, steps, reached, new.milestone), _latest(steps, reached, new.milestone)
    if new.on < earliest:
        raise _wrong_day(_EARLY_MESSAGE, earliest)
    if latest is not None and new.on > latest:
        raise _wrong_day(_LATE_MESSAGE, latest)
    if new.milestone is Milestone.EXTENSION_ANNOUNCED:
        _need_in_time(facts, reached, new.on)


def _need_turn(step: Step, reached: Sequence[Reached], milestone: Milestone) -> None:
    before = day_of(milestone, reached)
    if before is not None and not step.again:
        raise Conflict(
            "The milestone %(milestone)s was recorded before, on %(day)s.",
            next_step="Fetch the case: it shows what was recorded.",
            milestone=milestone.value,
            day=before.isoformat(),
        )
    if step.follows is not None and day_of(step.follows, reached) is None:
        raise Conflict(
            "The milestone %(milestone)s follows %(follows)s, which was not recorded.",
            next_step="Record first what came first.",
            milestone=milestone.value,
            follows=step.follows.value,
        )
    papers = [one.milestone for one in reached if one.milestone in _PAPERS]
    if milestone in _PAPERS and papers and papers[-1] is milestone:
        raise Conflict(
            "Papers are requested and received in turn; the last that was recorded is %(milestone)s.",
            next_step="Record first what happened in between.",
            milestone=milestone.value,
        )


def _earliest(facts: Facts, steps: Mapping[Milestone, Step], reached: Sequence[Reached], milestone: Milestone) -> date:
    """The beginning of the case, what it follows, and whatever cannot come after it; the last of these."""
    follows = Milestone.PAPERS_RECEIVED if milestone is Milestone.PAPERS_REQUESTED else steps[milestone].follows
    followed = day_of(follows, reached) if follows else None
    bound = [one.on for one in reached if steps[one.milestone].until is milestone]
    return max([began_on(facts, reached), *([followed] if followed else []), *bound])


def _latest(steps: Mapping[Milestone, Step], reached: Sequence[Reached], milestone: Milestone) -> date | None:
    """What it cannot come after; an application was received before all else."""
    return min(_bounds(steps, reached, milestone), default=None)


def _bounds(steps: Mapping[Milestone, Step], reached: Sequence[Reached], milestone: Milestone) -> Iterator[date]:
    for one in reached:
        if milestone is Milestone.APPLICATION_RECEIVED or one.milestone is steps[milestone].until:
            yield one.on


def _need_in_time(facts: Facts, reached: Sequence[Reached], on: date) -> None:
    ends = next((term.ends for term in of_placement(facts, reached)), None)
    if ends is not None and on > ends:
        raise _wrong_day(_OVER_MESSAGE, ends)


def _wrong_day(message: str, day: date) -> InvalidInput:
    return InvalidInput(_NOTHING_DONE, problems=(Problem("/on", message, {"day": day.isoformat()}),))
