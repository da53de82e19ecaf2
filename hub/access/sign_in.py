"""The way of one sign-in: out to an identity provider with a question, back with an answer that fits the question.

OpenID Connect code flow with PKCE S256 (RFC 7636). A browser holds one random secret; from it and from the state of an
attempt follow the nonce and the code verifier, so the database holds nothing with which an answer could be made.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from hub.access.assurance import Assurance
from hub.access.hashes import derived, hash_of, new_secret
from hub.access.id_tokens import Demand
from hub.access.provider_metadata import Metadata
from hub.access.refusals import Reason, SignInRefused
from hub.access.tables import Provider, SignInAttempt

VALID_FOR = timedelta(minutes=10)
_LOGGABLE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a sign-in besides knowing who it is: a second factor, or using an invitation (its index)."""

    second_factor: bool = False
    invitation: bytes | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """A sign-in that was started in a browser. There is no repr: the verifier is a secret."""

    provider: str
    state: str
    nonce: str
    verifier: str
    second_factor: bool
    invitation: bytes | None
    started_at: datetime

    def demand_on(self, provider: Provider) -> Demand:
        """What the answer of the provider must live up to."""
        return Demand(self.nonce, Assurance.of(provider), self.second_factor)


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What came back through the browser. There is no repr: the code is a secret until it is used."""

    code: str | None
    error: str | None
    issuer: str | None


def start(session: Session, provider: Provider, browser: str, wish: Wish, *, now: datetime) -> Attempt:
    """Begin a sign-in in the browser that holds the secret `browser`; attempts that took too long are forgotten."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.started_at <= now - VALID_FOR))
    made = SignInAttempt(
        state=hash_of(state := new_secret()),
        browser=hash_of(browser),
        provider=provider.code,
        invitation=wish.invitation,
        second_factor=wish.second_factor,
        started_at=now,
    )
    session.add(made)
    session.flush()
    return _attempt(made, state, browser)


def take(session: Session, state: str | None, browser: str | None) -> Attempt:
    """The attempt that an answer belongs to, used up by it, so that the same answer never counts twice.

    Raises SignInRefused without a state, for one that is unknown or was used, and in another browser.
    """
    if not state:
        raise SignInRefused(Reason.NO_STATE)
    mine = (SignInAttempt.state == hash_of(state), SignInAttempt.browser == hash_of(browser or ""))
    taken = session.scalar(delete(SignInAttempt).where(*mine).returning(SignInAttempt))
    if taken is None or browser is None:
        known = session.scalar(select(exists().where(SignInAttempt.state == hash_of(state))))
        raise SignInRefused(Reason.OTHER_BROWSER if known else Reason.UNKNOWN_STATE)
    return _attempt(taken, state, browser)


def code_in(answer: Answer, attempt: Attempt, provider: Provider, metadata: Metadata, *, now: datetime) -> str:
    """The code of an answer that came to the address of `provider`. Raises SignInRefused when it does not fit."""
    if attempt.provider != provider.code:
        raise SignInRefused(Reason.OTHER_PROVIDER)
    if now - attempt.started_at >= VALID_FOR:
        raise SignInRefused(Reason.TOO_LATE)
    if answer.issuer is None and metadata.authorization_response_iss_parameter_supported:
        raise SignInRefused(Reason.OTHER_ISSUER, "absent")
    if answer.issuer is not None and not hmac.compare_digest(answer.issuer.encode(), provider.issuer.encode()):
        raise SignInRefused(Reason.OTHER_ISSUER)  # RFC 9207, section 2.4
    if answer.error is not None:
        loggable = _LOGGABLE.fullmatch(answer.error)
        raise SignInRefused(Reason.REFUSED_BY_PROVIDER, answer.error if loggable else "")
    if not answer.code:
        raise SignInRefused(Reason.NO_CODE)
    return answer.code


def question(provider: Provider, metadata: Metadata, attempt: Attempt, redirect_uri: str, language: str) -> str:
    """The address at the provider to which the browser goes. It asks for no more than who somebody is."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": _challenge(attempt.verifier),
        "code_challenge_method": "S256",
        "ui_locales": language,
        "acr_values": Assurance.of(provider).asks(second_factor=attempt.second_factor),
        "prompt": "login" if attempt.second_factor else None,  # or a running session there would be used again
    }
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    said = {name: value for name, value in asked.items() if value is not None}
    return metadata.authorization_endpoint + joint + urlencode(said)


def _attempt(row: SignInAttempt, state: str, browser: str) -> Attempt:
    return Attempt(
        provider=row.provider,
        state=state,
        nonce=derived(browser, f"nonce {state}"),
        verifier=derived(browser, f"verifier {state}"),
        second_factor=row.second_factor,
        invitation=row.invitation,
        started_at=row.started_at,
    )


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
