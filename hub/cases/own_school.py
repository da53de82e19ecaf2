"""For which school an organisation may speak: its own site, or one of its board."""

from collections.abc import Iterator
from datetime import date

from hub.access.callers import Caller
from hub.directory.snapshot import Snapshot
from hub.errors import NotAllowed, Problem
from hub.events.handover import TransitionAnnounced
from hub.events.move_payloads import MoveNotified
from hub.events.payloads import Payload, PlacementSought

UNKNOWN_SCHOOL = "The hub does not know this school site on that day."


def school_problems(payload: Payload, on: date, caller: Caller, snapshot: Snapshot) -> Iterator[Problem]:
    """A school must exist on the day of the event, and be the caller's own: the site itself, or one of its board.

    Schools that were asked for a place, and the school that a pupil moves or goes on to, must exist too, whosever they
    are.
    """
    if isinstance(payload, MoveNotified) and payload.new_school and snapshot.site(payload.new_school, on) is None:
        yield Problem("/data/newSchool", UNKNOWN_SCHOOL)
    school = getattr(payload, "school", None)
    if school is None:
        return
    site = snapshot.site(school, on)
    if site is None:
        yield Problem("/data/school", UNKNOWN_SCHOOL)
    elif caller.organisation not in {site.code, site.board}:
        raise NotAllowed(
            "Your token may not publish for this school.",
            next_step="Use the token of this school or of its board.",
        )
    for place, code in enumerate(payload.candidate_schools if isinstance(payload, PlacementSought) else ()):
        if snapshot.site(code, on) is None:
            yield Problem(f"/data/candidateSchools/{place}", UNKNOWN_SCHOOL)
    next_school = payload.receiving_school if isinstance(payload, TransitionAnnounced) else None
    if next_school is not None and snapshot.site(next_school, on) is None:
        yield Problem("/data/receivingSchool", UNKNOWN_SCHOOL)
