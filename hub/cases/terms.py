"""The terms of a case as they are now. Pure: counted anew whenever somebody looks, and never kept."""

from hub.cases.known import Course
from hub.cases.lifecycle import State
from hub.cases.tables import Case
from hub.codes import OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.routing.terms.running import terms_of
from hub.routing.terms.term import Term

_TAKEN_BACK = frozenset({State.BLOCKED, State.WITHDRAWN})
_WITH_NOBODY = frozenset({State.ROUTING, State.UNDECIDED})


def terms_of_case(course: Course, case: Case | None, snapshot: Snapshot) -> tuple[Term, ...]:
    """The terms that run or ran; none once the question was taken back. `case` is None before it was placed."""
    state = State(case.state) if case else State.ROUTING
    if state in _TAKEN_BACK:
        return ()
    decides = OrganisationCode(case.holder) if case and state not in _WITH_NOBODY else None
    return terms_of(course.facts(), course.milestones, snapshot, decides)
