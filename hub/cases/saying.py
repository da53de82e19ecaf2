"""Saying something in a case to chosen parties: what is personal goes into the vault, the rest into the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.cases.acting import Acting
from hub.cases.lifecycle import OVER, State
from hub.cases.tables import Case, Party
from hub.cases.telling import tell
from hub.errors import Conflict, Gone
from hub.events.log import Event
from hub.privacy.vault import letters_of


@dataclass(frozen=True, slots=True)
class Said:
    """A type of event with its data: codes and dates in `plain`, texts in `personal`."""

    type: str
    plain: Mapping[str, Any]
    personal: Mapping[str, Any] = field(default_factory=dict)


def say(acting: Acting, case_id: UUID, said: Said, to: Iterable[str]) -> None:
    """Append what was said, for `to`; the last thing in a transaction. Raises Erased where texts cannot be kept."""
    tell(acting, case_id, said.type, dict(said.plain), dict(said.personal), set(to) - {acting.organisation})


def is_repeated(acting: Acting, last: Event, said: Said) -> bool:
    """Whether `last` says just this, texts included, and by the caller. Raises Erased."""
    if (last.type, last.publisher) != (said.type, acting.organisation):
        return False
    letters = letters_of(acting.session, acting.vault, last.case_id) if last.sealed_id else {}
    texts = letters[last.sealed_id].fields if last.sealed_id else {}
    return last.data.items() >= said.plain.items() and texts == said.personal


def need_running(case: Case) -> None:
    """Raises Gone for a case that was taken back, Conflict for one that is closed."""
    if case.state == State.CLOSED:
        raise Conflict("This case is closed.", next_step="Let the school raise a new question if there is one.")
    if State(case.state) in OVER:
        raise Gone("The school has taken this case back, or consent was withdrawn. Nothing more can be done with it.")


def everyone_at_work(acting: Acting, case_id: UUID) -> list[str]:
    """The school, the holder, and whoever was asked beside it."""
    at_work = (Party.case_id == case_id, Party.role.in_(("sender", "holder", "asked")))
    return list(acting.session.scalars(select(Party.organisation).where(*at_work)))
