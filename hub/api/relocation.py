"""After a move of the pupil: both authorities say whether they agree with who is responsible."""

from fastapi import APIRouter

from hub.api.moves import CaseId, TheReceiver
from hub.api.wire import Answer, refusals
from hub.borders import relocating
from hub.events.move_payloads import MoveConfirmed

router = APIRouter(prefix="/cases/{caseId}", tags=["border"])


class Confirmed(Answer):
    """What your organisation said."""

    agrees: bool


@router.post(
    "/move/confirmation",
    operation_id="confirmResponsibility",
    responses=refusals(400, 401, 403, 404, 406, 409, 410, 415, 503),
)
def confirm(case_id: CaseId, body: MoveConfirmed, acting: TheReceiver) -> Confirmed:
    """Say whether you agree with who is responsible after the move. When both do, the case goes there.

    Where one does not agree, the case stays where it is: partnerships settle it at their border talk.
    """
    relocating.confirm(acting, case_id, agrees=body.agrees)
    return Confirmed(agrees=body.agrees)
