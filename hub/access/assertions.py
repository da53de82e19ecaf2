"""How a client proves who it is at the token endpoint: a short assertion, signed with its key, used once.

RFC 7523 as the NL GOV profile for OAuth narrows it. The audience is the hub's issuer as one string, so that an
assertion made for another server is worth nothing here (draft-ietf-oauth-rfc7523bis).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hub.access.claims import Expected, check
from hub.access.jose import Signed, key_of, read
from hub.access.tables import Client, ClientKey, UsedAssertion
from hub.access.token_refusals import Reason, TokenRefused

LONGEST_LIFE = timedelta(seconds=60)
SHORTEST_JTI = 22
"""Characters in which 128 random bits can be written at the shortest: base64url of 16 bytes."""

_LONGEST_JTI = 255
_TYPES = {None, "jwt", "client-authentication+jwt"}
_REMEMBERED_LONGER = timedelta(minutes=5)  # machines of one hub may differ a little in time
_FORGOTTEN_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Proven:
    """A client that proved who it is, and the key it did that with."""

    client: Client
    kid: str


def prove(session: Session, assertion: str, *, issuer: str, now: datetime) -> Proven:
    """The client that made `assertion`, which from now on is used up. Raises TokenRefused."""
    signed = read(assertion)
    if signed.type not in _TYPES:
        raise TokenRefused(Reason.TYPE)
    client = _client_named(session, signed.claims)
    try:
        kid = _need_signature(session, signed, client)
        ends_at = _need_claims(signed.claims, client, issuer, now)
        _use_up(session, client, signed.claims["jti"], ends_at)
    except TokenRefused as refusal:
        raise TokenRefused(refusal.reason, who=str(client.id)) from refusal
    _forget(session, now)
    return Proven(client, kid)


def _client_named(session: Session, claims: Mapping[str, Any]) -> Client:
    """The client that the assertion says it is of: not proven yet, but needed to know which keys to try."""
    try:
        client = session.get(Client, UUID(claims["iss"]))
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise TokenRefused(Reason.UNKNOWN_CLIENT) from error
    if client is None or str(client.id) != claims["iss"]:
        raise TokenRefused(Reason.UNKNOWN_CLIENT)
    if client.withdrawn_at is not None:
        raise TokenRefused(Reason.WITHDRAWN, who=str(client.id))
    return client


def _need_signature(session: Session, signed: Signed, client: Client) -> str:
    """The `kid` of the client's key that signed. An assertion that names a key is tried with that one only."""
    rows = session.scalars(
        select(ClientKey).where(ClientKey.client_id == client.id, ClientKey.withdrawn_at.is_(None))
    ).all()
    tried = [row for row in rows if signed.kid in {None, row.kid}]
    if not tried:
        raise TokenRefused(Reason.UNKNOWN_KEY)
    for row in tried:
        try:
            signed.need_signature([key_of(row.jwk)])
        except TokenRefused:
            continue
        return row.kid
    raise TokenRefused(Reason.SIGNATURE)


def _need_claims(claims: Mapping[str, Any], client: Client, issuer: str, now: datetime) -> datetime:
    client_id = str(client.id)
    ends_at = check(claims, Expected(client_id, issuer, LONGEST_LIFE, also=("sub", "jti")), now=now)
    if claims["sub"] != client_id:
        raise TokenRefused(Reason.SUBJECT)
    if not SHORTEST_JTI <= len(claims["jti"]) <= _LONGEST_JTI:
        raise TokenRefused(Reason.JTI)
    return ends_at


def _use_up(session: Session, client: Client, jti: str, ends_at: datetime) -> None:
    """Of many that show the same assertion at once, in whatever process, the database lets one through."""
    row = {
        "client_id": client.id,
        "jti_hash": hashlib.sha256(jti.encode()).digest(),
        "forget_at": ends_at + _REMEMBERED_LONGER,
    }
    used = insert(UsedAssertion).values(row).on_conflict_do_nothing().returning(UsedAssertion.client_id)
    if session.scalar(used) is None:
        raise TokenRefused(Reason.REPLAYED)


def _forget(session: Session, now: datetime) -> None:
    """Each new assertion sweeps away more old ones than itself, so the table stays as small as the last minutes."""
    old = (
        select(UsedAssertion.client_id, UsedAssertion.jti_hash)
        .where(UsedAssertion.forget_at < now)
        .limit(_FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)
        .cte("old")
    )
    session.execute(
        delete(UsedAssertion)
        .where(UsedAssertion.client_id == old.c.client_id, UsedAssertion.jti_hash == old.c.jti_hash)
        .execution_options(synchronize_session=False)
    )
