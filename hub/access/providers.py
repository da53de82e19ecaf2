"""Identity providers that the hub trusts: for which organisations, and how the hub proves itself to them.

A provider is known by a short code, which stands in its redirect address: each has one of its own, so that an answer
cannot be taken for another's (RFC 9700, section 4.4.2).
"""

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access import jose, web_sessions
from hub.access.assurance import Assurance
from hub.access.hashes import blind_index
from hub.access.people import Sealing
from hub.access.provider_metadata import is_safe_address
from hub.access.tables import Provider
from hub.codes import OrganisationCode
from hub.errors import Conflict, InvalidInput, NotFound

CODE = r"[a-z][a-z0-9-]{1,39}"
_INDEX_KEY_BYTES = 32


class ClientAuth(StrEnum):
    """How the hub proves itself at the token endpoint; the first is the best."""

    PRIVATE_KEY_JWT = "private_key_jwt"
    CLIENT_SECRET_BASIC = "client_secret_basic"  # noqa: S105  # the standard's name
    CLIENT_SECRET_POST = "client_secret_post"  # noqa: S105  # the same


@dataclass(frozen=True, slots=True)
class Registration:
    """What the operator and the provider agreed. `organisations` is None for a provider of everyone."""

    code: str
    issuer: str
    client_id: str
    name: str
    organisations: Sequence[OrganisationCode] | None = None
    client_auth: ClientAuth = ClientAuth.PRIVATE_KEY_JWT
    client_secret: str | None = field(default=None, repr=False)
    assurance: Assurance = field(default_factory=Assurance)


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the hub proves itself with; the newest key first. There is no repr: it is never to stand in a log."""

    subject_key: bytes
    client_keys: tuple[jose.Jwk, ...]
    client_secret: str | None

    def index_of(self, kind: str, value: str) -> bytes:
        """Under which a subject, or a session at the provider, is looked up."""
        return blind_index(self.subject_key, kind, value)

    @property
    def public_keys(self) -> dict[str, Any]:
        """The keys of the hub as the provider may see them (RFC 7517)."""
        return {"keys": [jose.public_jwk(jose.key_of(key)) for key in self.client_keys]}


def add_provider(
    session: Session,
    sealing: Sealing,
    agreed: Registration,
    *,
    now: datetime,
    to_loopback: bool = False,
) -> Secrets:
    """Trust a provider from now on; what the hub proves itself with there, its key made here.

    Raises InvalidInput for what cannot be, and Conflict when the code or the issuer is taken.
    """
    _check(agreed, to_loopback=to_loopback)
    taken = select(Provider.code).where((Provider.code == agreed.code) | (Provider.issuer == agreed.issuer))
    if session.scalar(taken) is not None:
        raise Conflict(
            "There is a provider with this code or this issuer.",
            next_step="Look at the providers with: hub provider list. A withdrawn one keeps its code and its issuer.",
        )
    keys = (_new_key(),) if agreed.client_auth is ClientAuth.PRIVATE_KEY_JWT else ()
    secrets = Secrets(os.urandom(_INDEX_KEY_BYTES), keys, agreed.client_secret)
    session.add(_row(agreed, _seal(sealing, agreed.code, secrets), now))
    session.flush()
    return secrets


def find_provider(session: Session, code: str) -> Provider:
    """A provider that is trusted. Raises NotFound."""
    provider = session.get(Provider, code)
    if provider is None or provider.withdrawn_at is not None:
        raise NotFound("There is no such sign-in.", next_step="Begin again: choose your organisation and sign in.")
    return provider


@dataclass(frozen=True, slots=True, repr=False)
class Trusted:
    """A provider, with what the hub proves itself with there."""

    provider: Provider
    secrets: Secrets


def trusted(session: Session, sealing: Sealing, code: str) -> Trusted:
    """A provider that is trusted, opened. Raises NotFound."""
    provider = find_provider(session, code)
    return Trusted(provider, secrets_of(sealing, provider))


def secrets_of(sealing: Sealing, provider: Provider) -> Secrets:
    """What the hub proves itself with at a provider."""
    told = orjson.loads(sealing.open_secret(purpose(provider.code), provider.sealed))
    return Secrets(b64decode(told["subject_key"]), tuple(told["client_keys"]), told["client_secret"])


def trusted_providers(session: Session) -> list[Provider]:
    """Every provider that is trusted, by name."""
    rows = session.scalars(select(Provider).where(Provider.withdrawn_at.is_(None)))
    return sorted(rows, key=lambda provider: (provider.name.casefold(), provider.code))


def all_providers(session: Session) -> list[Provider]:
    """Every provider there ever was, by code."""
    return list(session.scalars(select(Provider).order_by(Provider.code)))


def serves(provider: Provider, organisation: OrganisationCode) -> bool:
    """Whether people may act for an organisation after signing in here: no provider speaks for another's people."""
    return provider.organisations is None or organisation in provider.organisations


def renew_key(session: Session, sealing: Sealing, code: str) -> Secrets:
    """A new key to prove the hub with; the one before stays published, for a provider that looks seldom.

    Raises NotFound, and InvalidInput for a provider that knows the hub by a secret.
    """
    provider = find_provider(session, code)
    secrets = secrets_of(sealing, provider)
    if not secrets.client_keys:
        raise InvalidInput("This provider knows the hub by a secret, not by a key.")
    renewed = replace(secrets, client_keys=(_new_key(), secrets.client_keys[0]))
    provider.sealed = _seal(sealing, code, renewed)
    return renewed


def withdraw_provider(session: Session, code: str, *, now: datetime) -> int:
    """Trust a provider no more, from this moment; how many sessions ended by it. Raises NotFound."""
    find_provider(session, code).withdrawn_at = now
    return web_sessions.end_of_provider(session, code, now=now)


def _check(agreed: Registration, *, to_loopback: bool) -> None:
    if not re.fullmatch(CODE, agreed.code):
        raise InvalidInput("A code of a provider has 2 to 40 small letters, digits and hyphens, a letter first.")
    if not is_safe_address(agreed.issuer, to_loopback=to_loopback) or "?" in agreed.issuer:
        raise InvalidInput("The issuer of a provider is an address that begins with https://.")
    if not agreed.name.strip() or not agreed.client_id.strip():
        raise InvalidInput("A provider has a name that people know, and gave the hub a client id.")
    if (agreed.client_auth is ClientAuth.PRIVATE_KEY_JWT) == bool(agreed.client_secret):
        raise InvalidInput(
            "A client secret goes with client_secret_basic or client_secret_post, and with nothing else."
        )
    agreed.assurance.check()


def _row(agreed: Registration, sealed: bytes, now: datetime) -> Provider:
    return Provider(
        code=agreed.code,
        issuer=agreed.issuer,
        client_id=agreed.client_id,
        client_auth=agreed.client_auth.value,
        name=agreed.name.strip(),
        organisations=None if agreed.organisations is None else sorted(set(agreed.organisations)),
        levels=list(agreed.assurance.levels),
        least_level=agreed.assurance.least,
        second_factor_level=agreed.assurance.second_factor,
        second_factor_methods=sorted(agreed.assurance.methods),
        sealed=sealed,
        made_at=now,
        withdrawn_at=None,
    )


def _new_key() -> jose.Jwk:
    key: jose.Jwk = orjson.loads(jose.private_jwk(jose.new_key(algorithm=None)))
    return key


def _seal(sealing: Sealing, code: str, secrets: Secrets) -> bytes:
    told = {
        "subject_key": b64encode(secrets.subject_key).decode(),
        "client_keys": secrets.client_keys,
        "client_secret": secrets.client_secret,
    }
    return sealing.seal_secret(purpose(code), orjson.dumps(told))


def purpose(code: str) -> bytes:
    """What the secrets of a provider are sealed for: they open in their own row only."""
    return b"provider:" + code.encode()
