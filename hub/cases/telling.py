"""Writing down what happened in a case, and looking up what was said: what is personal goes into the vault."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.cases.acting import Acting
from hub.cases.tables import Case, Party
from hub.cases.viewing import ADDRESSED, INTERNAL
from hub.codes import HUB_SOURCE, new_id
from hub.events import log
from hub.events.log import Event, NewEvent
from hub.privacy.vault import Letter, commit, keep, letters_of, new_salt, seal


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


def append(
    acting: Acting, case: Case, type_: str, data: dict[str, Any], personal: Mapping[str, str] | None = None
) -> None:
    """Append what happened, for those in the case whom it concerns. Raises what `tell` raises."""
    tell(acting, case.id, type_, data, personal or {}, _audience(acting, case, type_, data))


def tell(  # noqa: PLR0913, PLR0917  # an event has this many parts
    acting: Acting, case_id: UUID, type_: str, data: dict[str, Any], personal: Mapping[str, Any], to: Collection[str]
) -> None:
    """Append an event for `to`; what is personal goes into the vault. The last thing in a transaction.

    Raises Erased where there is something personal to keep and the case was erased.
    """
    connection = acting.session.connection()
    sealed_id = commitment = None
    if personal:
        salt, sealed_id = new_salt(), new_id()
        case_key = acting.vault.key_of(connection, case_id)
        commitment = commit(salt, {"data": data, "personal": dict(personal)})
        keep(connection, [], [seal(case_key, sealed_id, Letter(salt, dict(personal)))])
    acting.session.flush()
    event = NewEvent(
        type=type_,
        case_id=case_id,
        source=HUB_SOURCE,
        publisher=acting.organisation,
        time=acting.now,
        data=data,
        audience=tuple(to),
        sealed_id=sealed_id,
        commitment=commitment,
    )
    log.append(connection, [event], now=acting.now)


def last_said(acting: Acting, case_id: UUID, type_: str) -> Event | None:
    """The caller's last event of this type in the case."""
    own = (type_, acting.organisation)
    said = [event for event in log.events_of_case(acting.session, case_id) if (event.type, event.publisher) == own]
    return said[-1] if said else None


def text_of(acting: Acting, event: Event, name: str) -> str | None:
    """A text that was sealed with an event of the case; None where it has none. Raises Erased."""
    if event.sealed_id is None:
        return None
    text: str | None = letters_of(acting.session, acting.vault, event.case_id)[event.sealed_id].fields.get(name)
    return text


def _audience(acting: Acting, case: Case, type_: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    """Who is told: the school always, and whoever holds the case or was asked; not the one who acts.

    What is written to one party is told to that one, and what is internal to the own organisation.
    """
    if type_ in INTERNAL:
        return (acting.organisation,)
    if type_ in ADDRESSED:
        return (data["to"],)
    return tuple(name for name in everyone_at_work(acting, case.id) if name != acting.organisation)


def everyone_at_work(acting: Acting, case_id: UUID) -> list[str]:
    """The school, the holder, and whoever was asked beside it."""
    at_work = (Party.case_id == case_id, Party.role.in_(("sender", "holder", "asked")))
    return list(acting.session.scalars(select(Party.organisation).where(*at_work)))
