"""Writing down what happened in a case, and looking up what was said: what is personal goes into the vault."""

from collections.abc import Collection, Mapping
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
    parties = select(Party.organisation).where(
        Party.case_id == case.id,
        Party.role.in_(("sender", "holder", "asked")),
        Party.organisation != acting.organisation,
    )
    return tuple(acting.session.scalars(parties))
