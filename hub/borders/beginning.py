"""Beginning a talk at the border: who may, with whom, and who decides when the two do not agree."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from hub.borders.protocol import WORKING_DAYS, Stage
from hub.borders.tables import BorderTalk
from hub.cases.acting import Acting
from hub.cases.moving import take_part
from hub.cases.tables import Case, Party
from hub.clock import dutch_date
from hub.codes import OUTSIDE, OrganisationCode, OrganisationKind, new_id
from hub.directory.calendar import days_off_from
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput, NotAllowed, Problem
from hub.events.border_payloads import BorderInvitation
from hub.routing.arbiters import arbiter_between
from hub.workdays import add_working_days

_UNKNOWN_SWV_MESSAGE = "The hub knows no other partnership with this code."
_UNKNOWN_ARBITER_MESSAGE = "The arbiter is a partnership that is neither of the two sides."
_OTHER_ARBITER_MESSAGE = "These two partnerships agreed that %(arbiter)s is their arbiter."


def taken_by_holder(acting: Acting, snapshot: Snapshot, case_id: UUID) -> tuple[Case, Party]:
    """The case, locked, and the part of the partnership that holds it. Raises NotFound, and NotAllowed for others."""
    case, party = take_part(acting, case_id)
    own = snapshot.organisation(acting.organisation, dutch_date(acting.now))
    if party.role != "holder" or own is None or own.kind is not OrganisationKind.SWV:
        raise NotAllowed(
            "Only the partnership that holds the case can ask another one to the table.",
            next_step="Ask the holder of the case to do it.",
        )
    return case, party


def open_talk(acting: Acting, case: Case, invited: OrganisationCode, arbiter: OrganisationCode | None) -> BorderTalk:
    """A new talk of the holder with another party."""
    today = dutch_date(acting.now)
    talk = BorderTalk(
        id=new_id(),
        case_id=case.id,
        sender=case.sender,
        inviter=acting.organisation,
        invited=invited,
        arbiter=arbiter,
        stage=Stage.INVITED,
        spoke_last=acting.organisation,
        turned_down=0,
        due_on=add_working_days(today, WORKING_DAYS, days_off_from(today)),
        made_at=acting.now,
        changed_at=acting.now,
    )
    acting.session.add(talk)
    return talk


def arbiter_for(acting: Acting, snapshot: Snapshot, invitation: BorderInvitation) -> OrganisationCode | None:
    """Whom the two agreed on before; else whom the invitation names. Raises InvalidInput."""
    today = dutch_date(acting.now)
    sides = {acting.organisation, invitation.swv or OUTSIDE}
    if invitation.swv is not None and (len(sides) < 2 or not _is_swv(invitation.swv, snapshot, acting)):
        raise InvalidInput(_UNKNOWN_SWV_MESSAGE, problems=(Problem("/swv", _UNKNOWN_SWV_MESSAGE),))
    named, agreed = invitation.arbiter, arbiter_between(snapshot, sides, today)
    if named is not None and (named in sides or not _is_swv(named, snapshot, acting)):
        raise InvalidInput(_UNKNOWN_ARBITER_MESSAGE, problems=(Problem("/arbiter", _UNKNOWN_ARBITER_MESSAGE),))
    if named is not None and agreed is not None and named != agreed:
        problem = Problem("/arbiter", _OTHER_ARBITER_MESSAGE, {"arbiter": agreed})
        raise InvalidInput(_OTHER_ARBITER_MESSAGE, problems=(problem,), arbiter=agreed)
    return agreed or named


def _is_swv(code: OrganisationCode, snapshot: Snapshot, acting: Acting) -> bool:
    found = snapshot.organisation(code, dutch_date(acting.now))
    return found is not None and found.kind is OrganisationKind.SWV


def name_in_case(acting: Acting, case_id: UUID, organisation: str) -> None:
    """Let a partnership know of the case: the question, the rules and the terms. One that is in it stays what it is."""
    row = {
        "case_id": case_id,
        "organisation": organisation,
        "role": "named",
        "state": "named",
        "since": acting.now,
    }
    acting.session.execute(insert(Party).values(row).on_conflict_do_nothing())
