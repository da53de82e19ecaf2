"""What every move in a case shares over HTTP: who makes it, the version of the case that was seen, what is answered."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Path, Response

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext, InMovingSession
from hub.api.needs import needs
from hub.api.wire import Answer, refusals
from hub.cases import queries
from hub.cases.acting import Acting
from hub.cases.lifecycle import Move, State, Status
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput, Problem

CaseId = Annotated[UUID, Path(alias="caseId", description="id of the case")]
REFUSALS_OF_A_MOVE = refusals(400, 401, 403, 404, 406, 409, 410, 412, 415, 503)
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"', re.ASCII)

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="ETag of the case as you read it: if it changed since, nothing happens, and you are told what did",
    ),
]


def etag(version: int) -> str:
    """A version of a case as the header ETag has it."""
    return f'"{version}"'


def _seen(if_match: str | None) -> int | None:
    """The newest version that a caller says it saw; None where it does not mind. Raises InvalidInput.

    What is well-formed but not of the hub was seen before everything.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    tags = [tag.strip() for tag in if_match.split(",")]
    if not all(_ETAG.fullmatch(tag) for tag in tags):
        message = "If-Match holds the ETag of the case, between quotation marks."
        raise InvalidInput(message, problems=(Problem("/header/If-Match", message),))
    return max(int(number) if (number := tag.strip('"')).isdecimal() and len(number) < 19 else 0 for tag in tags)


def _acting(
    caller: Annotated[Caller, needs(Right.ANSWER_CASES)],
    parts: InContext,
    session: InMovingSession,
    if_match: IfMatch = None,
) -> Acting:
    seen = _seen(if_match)
    return Acting(session, parts.runtime.vault, caller.organisation, clock.now(), caller.label, seen)


TheReceiver = Annotated[Acting, Depends(_acting)]


class Moved(Answer):
    """Where the case stands after a move, for what it waits, and what is possible next. Its ETag is the new version."""

    id: UUID
    state: State
    status: Status
    possible_moves: list[Move]


class Moving:
    """A party that makes one move in a case, and what it is told then."""

    def __init__(self, case_id: CaseId, acting: TheReceiver, parts: InContext, response: Response) -> None:
        self.case_id = case_id
        self.acting = acting
        self._parts = parts
        self._response = response

    @property
    def snapshot(self) -> Snapshot:
        """The directory of now."""
        return self._parts.runtime.snapshot(self.acting.session)

    def moved(self) -> Moved:
        """Where the case stands after the move."""
        acting = self.acting
        standing = queries.standing_of(acting.session, self.case_id, acting.organisation, now=acting.now)
        self._response.headers["ETag"] = etag(standing.version)
        return Moved(id=self.case_id, state=standing.state, status=standing.status, possible_moves=list(standing.moves))


InCase = Annotated[Moving, Depends()]
