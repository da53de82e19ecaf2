"""The tokens of the demo: made in the database of the hub that plays it, and withdrawn or expired soon after."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hub.access.callers import Caller
from hub.access.rights import RECEIVER_RIGHTS, SCHOOL_RIGHTS
from hub.access.tokens import make_token
from hub.codes import OrganisationCode
from hub.demo.stage import DEMO_SOURCE


def make_tokens(
    session: Session, organisations: Iterable[str], *, label: str, valid_for: timedelta, now: datetime
) -> dict[str, str]:
    """A token for each organisation: boards may publish under the source of the demo, all others receive."""
    return {code: _token(session, code, label, valid_for, now) for code in organisations}


def _token(session: Session, code: str, label: str, valid_for: timedelta, now: datetime) -> str:
    is_board = code.startswith("B")
    rights = SCHOOL_RIGHTS if is_board else RECEIVER_RIGHTS
    sources = frozenset({DEMO_SOURCE}) if is_board else frozenset[str]()
    caller = Caller(OrganisationCode(code), rights, sources, label)
    return make_token(session, caller, valid_for=valid_for, now=now)
