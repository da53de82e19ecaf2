"""Tables of access: machine clients and their keys, opaque tokens, and people with their roles and sessions.

No secret stands here in the open: of what opens a door only the hash, of a signing key the private part sealed. Of a
person only an id is readable: who that is, is sealed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base
from hub.store.rows import HUB_ONLY


class Token(Base):
    """A token: for which organisation, with which rights, and the sources it may publish under."""

    __tablename__ = "tokens"
    rows = HUB_ONLY

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
    rows = HUB_ONLY

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
    rows = HUB_ONLY

    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id), primary_key=True)
    kid: Mapped[str] = mapped_column(primary_key=True)
    jwk: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ClientIdentity(Base):
    """Who a client is at somebody else's authorization server: issuer and subject of the tokens it gets there."""

    __tablename__ = "client_identities"
    rows = HUB_ONLY
    __table_args__ = (Index(None, "client_id"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id))
    made_at: Mapped[datetime]


class UsedAssertion(Base):
    """That a client has shown an assertion: its `jti`, as a hash, is refused until it has expired anyway."""

    __tablename__ = "used_assertions"
    rows = HUB_ONLY
    __table_args__ = (Index(None, "forget_at"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id), primary_key=True)
    jti_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    forget_at: Mapped[datetime]


class SigningKey(Base):
    """A key that the hub signs access tokens with, from `signs_from` on; NULL in `sealed` once it never will again."""

    __tablename__ = "signing_keys"
    rows = HUB_ONLY

    kid: Mapped[str] = mapped_column(primary_key=True)
    jwk: Mapped[dict[str, Any]]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    signs_from: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Provider(Base):
    """An identity provider: where people of `organisations` sign in (NULL: of every organisation).

    `levels` are its values of `acr`, the weakest first; `sealed` holds what the hub proves itself with there.
    """

    __tablename__ = "providers"
    rows = HUB_ONLY

    code: Mapped[str] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[str]
    client_auth: Mapped[str]
    name: Mapped[str]
    organisations: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    levels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    least_level: Mapped[str | None]
    second_factor_level: Mapped[str | None]
    second_factor_methods: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Person(Base):
    """Somebody who may sign in; `sealed` holds the name and the e-mail address. Invented ones belong to the demo."""

    __tablename__ = "people"
    rows = HUB_ONLY

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    invented: Mapped[bool]
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Identity(Base):
    """Under which subject a provider knows a person; a subject may be an e-mail address, so only its index is kept."""

    __tablename__ = "identities"
    rows = HUB_ONLY
    __table_args__ = (Index(None, "person_id"),)

    provider: Mapped[str] = mapped_column(ForeignKey(Provider.code), primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    linked_at: Mapped[datetime]


class Membership(Base):
    """A role of a person in an organisation, from `since` until, and not including, `until`."""

    __tablename__ = "memberships"
    rows = HUB_ONLY
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="period"),
        Index(None, "person_id", "organisation", "role"),
        Index(None, "organisation"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    organisation: Mapped[str]
    role: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    made_at: Mapped[datetime]


class Invitation(Base):
    """A code, good for one time, that ties the subject of a provider to a person."""

    __tablename__ = "invitations"
    rows = HUB_ONLY
    __table_args__ = (Index(None, "person_id"),)

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    redeemed_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A sign-in on its way to a provider and back: gone as soon as it is back."""

    __tablename__ = "sign_in_attempts"
    rows = HUB_ONLY
    __table_args__ = (Index(None, "started_at"),)

    state: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser: Mapped[bytes] = mapped_column(LargeBinary)
    provider: Mapped[str] = mapped_column(ForeignKey(Provider.code))
    invitation: Mapped[bytes | None] = mapped_column(LargeBinary)
    second_factor: Mapped[bool]
    started_at: Mapped[datetime]


class WebSession(Base):
    """A browser in which a person is signed in; without a provider when that person is of the demo."""

    __tablename__ = "web_sessions"
    rows = HUB_ONLY
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "provider", "subject"),
        Index(None, "started_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    provider: Mapped[str | None] = mapped_column(ForeignKey(Provider.code))
    subject: Mapped[bytes | None] = mapped_column(LargeBinary)
    provider_session: Mapped[bytes | None] = mapped_column(LargeBinary)
    second_factor: Mapped[bool]
    organisation: Mapped[str | None]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
