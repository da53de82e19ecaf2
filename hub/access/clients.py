"""Machine clients: systems of an organisation that prove who they are with a key, or by another issuer's token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.access.callers import Caller
from hub.access.jose import Jwk
from hub.access.rights import CLIENT_RIGHTS, Right
from hub.access.tables import Client, ClientIdentity, ClientKey
from hub.access.token_refusals import Reason, TokenRefused
from hub.codes import OrganisationCode, new_id
from hub.errors import Conflict, InvalidInput, NotFound

MOST_KEYS = 5


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about a client that its owner may see."""

    client: Client
    keys: list[ClientKey]
    identities: list[ClientIdentity]


def add_client(session: Session, caller: Caller, *, now: datetime) -> Client:
    """A new client that stands for `caller`, whose label names the system; it has no keys yet.

    Raises InvalidInput for rights that are not for machines.
    """
    if not CLIENT_RIGHTS.issuperset(caller.rights):
        raise InvalidInput("A machine cannot have a right that is meant for people.")
    client = Client(
        id=new_id(),
        organisation=caller.organisation,
        label=caller.label,
        rights=sorted(right.value for right in caller.rights),
        sources=sorted(caller.sources),
        made_at=now,
        withdrawn_at=None,
    )
    session.add(client)
    session.flush()
    return client


def add_key(session: Session, client_id: UUID, jwk: Jwk, *, now: datetime) -> str:
    """Let a client sign with this public key too; its `kid`. Raises NotFound, Conflict."""
    client = need_client(session, client_id, lock=True)
    keys = [key for key in _keys_of(session, client.id) if key.withdrawn_at is None]
    if len(keys) >= MOST_KEYS:
        raise Conflict(
            "A client has at most %(most)s keys at a time.",
            next_step="Withdraw one that is not in use any more: hub client key withdraw.",
            most=MOST_KEYS,
        )
    kid = str(jwk["kid"])
    row = {"client_id": client.id, "kid": kid, "jwk": jwk, "made_at": now, "withdrawn_at": None}
    added = insert(ClientKey).values(row).on_conflict_do_nothing().returning(ClientKey.kid)
    if session.scalar(added) is None:
        raise Conflict(
            "This client has, or had, a key with the id %(kid)s.",
            next_step="Make a new pair of keys: one that was withdrawn does not come back.",
            kid=kid,
        )
    return kid


def withdraw_key(session: Session, client_id: UUID, kid: str, *, now: datetime) -> bool:
    """Stop taking a key, and the tokens that were got with it; False when there is none with this id in use."""
    mine = (ClientKey.client_id == client_id, ClientKey.kid == kid, ClientKey.withdrawn_at.is_(None))
    return session.scalar(update(ClientKey).where(*mine).values(withdrawn_at=now).returning(ClientKey.kid)) is not None


def add_identity(session: Session, client_id: UUID, issuer: str, subject: str, *, now: datetime) -> None:
    """Take tokens of another issuer about `subject` for this client. Raises NotFound, Conflict."""
    client = need_client(session, client_id, lock=True)
    row = {"issuer": issuer, "subject": subject, "client_id": client.id, "made_at": now}
    added = insert(ClientIdentity).values(row).on_conflict_do_nothing().returning(ClientIdentity.issuer)
    if session.scalar(added) is None:
        raise Conflict(
            "This subject of this issuer stands for a client already.",
            next_step="Look up which: hub client list --json. Take it away there first: hub client identity remove.",
        )


def remove_identity(session: Session, issuer: str, subject: str) -> bool:
    """Stop taking tokens of another issuer about `subject`; False when they stood for no client."""
    identity = session.get(ClientIdentity, (issuer, subject))
    if identity is not None:
        session.delete(identity)
    return identity is not None


def withdraw_client(session: Session, client_id: UUID, *, now: datetime) -> bool:
    """Stop a client: no more tokens, and those it has are worth nothing. False when there is none in use.

    Its identities elsewhere are free for another client.
    """
    mine = (Client.id == client_id, Client.withdrawn_at.is_(None))
    stopped = session.scalar(update(Client).where(*mine).values(withdrawn_at=now).returning(Client.id))
    if stopped is not None:
        for identity in session.scalars(select(ClientIdentity).where(ClientIdentity.client_id == client_id)):
            session.delete(identity)
    return stopped is not None


def need_client(session: Session, client_id: UUID, *, lock: bool = False) -> Client:
    """The client, locked against changes if asked. Raises NotFound: unknown, or withdrawn."""
    found = select(Client).where(Client.id == client_id, Client.withdrawn_at.is_(None))
    client = session.scalar(found.with_for_update() if lock else found)
    if client is None:
        raise NotFound("There is no client with this id in use.", next_step="Look the id up with: hub client list.")
    return client


def clients(session: Session, organisation: OrganisationCode | None = None) -> list[Card]:
    """All clients that were ever made, of one organisation or of all, the newest first within each."""
    of_whom = () if organisation is None else (Client.organisation == organisation,)
    found = session.scalars(
        select(Client).where(*of_whom).order_by(Client.organisation, Client.made_at.desc(), Client.id)
    )
    return [Card(client, _keys_of(session, client.id), _identities_of(session, client.id)) for client in found]


def caller_by_key(session: Session, client_id: UUID, kid: str, scopes: Collection[str]) -> Caller:
    """Who calls with a token of the hub that was got with the key `kid`. Raises TokenRefused: either was withdrawn."""
    client = session.get(Client, client_id)
    if client is None:
        raise TokenRefused(Reason.UNKNOWN_CLIENT)
    key = session.get(ClientKey, (client_id, kid))
    if client.withdrawn_at is not None or key is None or key.withdrawn_at is not None:
        raise TokenRefused(Reason.WITHDRAWN, who=str(client.id))
    return _caller(client, scopes)


def caller_by_identity(session: Session, issuer: str, subject: str, scopes: Collection[str]) -> Caller:
    """Who calls with a token of another issuer about `subject`. Raises TokenRefused."""
    identity = None if "\0" in subject else session.get(ClientIdentity, (issuer, subject))
    client = None if identity is None else session.get(Client, identity.client_id)
    if client is None:
        raise TokenRefused(Reason.UNKNOWN_CLIENT)
    if client.withdrawn_at is not None:
        raise TokenRefused(Reason.WITHDRAWN, who=str(client.id))
    return _caller(client, scopes)


def _caller(client: Client, scopes: Collection[str]) -> Caller:
    """What a token was given counts as far as its client still has it today."""
    rights = frozenset(Right(right) for right in client.rights if right in scopes)
    label = f"client:{client.id}"
    return Caller(OrganisationCode(client.organisation), rights, frozenset(client.sources), label)


def _keys_of(session: Session, client_id: UUID) -> list[ClientKey]:
    found = select(ClientKey).where(ClientKey.client_id == client_id).order_by(ClientKey.made_at, ClientKey.kid)
    return list(session.scalars(found))


def _identities_of(session: Session, client_id: UUID) -> list[ClientIdentity]:
    found = select(ClientIdentity).where(ClientIdentity.client_id == client_id)
    return list(session.scalars(found.order_by(ClientIdentity.issuer, ClientIdentity.subject)))
