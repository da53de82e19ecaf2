"""The hub's signing keys as one process holds them: looked up at most once a second, opened once."""

import threading
import time
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from hub import clock
from hub.access import jose
from hub.access.access_tokens import Signer
from hub.access.signing_keys import key_that_signs, opened, published_keys
from hub.access.token_refusals import Reason, TokenRefused
from hub.runtime import Runtime

_FRESH_SECONDS = 1.0


@dataclass(slots=True)
class _Held:
    published: dict[str, jose.Key] = field(default_factory=dict)
    documents: list[jose.Jwk] = field(default_factory=list)
    at: float = float("-inf")


class Keyring:
    """Public keys by id, and the private one that signs now. Its methods ask the database: call them in a thread."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._held = _Held()
        self._signer: Signer | None = None
        self._one_at_a_time = threading.Lock()

    def signer(self) -> Signer:
        """The key to sign with now; the first one of a hub is made here."""
        with self._one_at_a_time, self._runtime.sessions.begin() as session:
            row = key_that_signs(session, self._runtime.vault, now=clock.now())
            if self._signer is None or self._signer.kid != row.kid:
                self._signer = Signer(row.kid, opened(row, self._runtime.vault))
            return self._signer

    def key(self, session: Session, kid: str | None) -> jose.Key:
        """The published key with this id, also when another process has just made it. Raises TokenRefused."""
        named = kid or ""
        found = self._published(session).published.get(named) or self._look(session).published.get(named)
        if found is None:
            raise TokenRefused(Reason.UNKNOWN_KEY)
        return found

    def documents(self) -> list[jose.Jwk]:
        """All published keys as JWKs; there is one from the first question on."""
        with self._runtime.sessions() as session:
            if held := self._published(session).documents:
                return held
        self.signer()
        with self._runtime.sessions() as session:
            return self._look(session).documents

    def _published(self, session: Session) -> _Held:
        held = self._held
        return held if time.monotonic() - held.at <= _FRESH_SECONDS else self._look(session)

    def _look(self, session: Session) -> _Held:
        at = time.monotonic()
        rows = published_keys(session, now=clock.now())
        self._held = _Held({row.kid: jose.key_of(row.jwk) for row in rows}, [row.jwk for row in rows], at)
        return self._held
