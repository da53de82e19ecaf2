"""Tables of access: machine clients with their public keys, the hub's own signing keys, and opaque tokens.

No secret stands here in the open: of a token only the hash, of a signing key the private part sealed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base


class Token(Base):
    """A token: for which organisation, with which rights, and the sources it may publish under."""

    __tablename__ = "tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    organisation: Mapped[str]
    rights: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text))
    label: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Client(Base):
    """A system of an organisation, with the rights and the sources it may publish under; its id is its client_id."""

    __tablename__ = "clients"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    label: Mapped[str]
    rights: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text))
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ClientKey(Base):
    """A public key of a client, as a JWK; several at a time, so that a client can change keys without a pause."""

    __tablename__ = "client_keys"

    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id), primary_key=True)
    kid: Mapped[str] = mapped_column(primary_key=True)
    jwk: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ClientIdentity(Base):
    """Who a client is at somebody else's authorization server: issuer and subject of the tokens it gets there."""

    __tablename__ = "client_identities"
    __table_args__ = (Index(None, "client_id"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id))
    made_at: Mapped[datetime]


class UsedAssertion(Base):
    """That a client has shown an assertion: its `jti`, as a hash, is refused until it has expired anyway."""

    __tablename__ = "used_assertions"
    __table_args__ = (Index(None, "forget_at"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id), primary_key=True)
    jti_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    forget_at: Mapped[datetime]


class SigningKey(Base):
    """A key that the hub signs access tokens with, from `signs_from` on; NULL in `sealed` once it never will again."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(primary_key=True)
    jwk: Mapped[dict[str, Any]]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    signs_from: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
